"""One's own shifts: the weeks to come, wishes, cleaning, and the calendar that a phone reads."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from common import clock
from common.exceptions import BusinessError
from common.htmx import HtmxRequest, back_to
from notifications.render import absolute
from staff.models import CalendarFeed, CleaningTurn, Duty, User, Wish
from staff.permissions import UserRequest, right_required
from staff.rota import calendar_feed, selectors, services
from staff.rota.forms import WishForm
from staff.rota.permissions import VIEW_ROTA
from staff.selectors import leads, team_of

DAY = dt.timedelta(days=1)
WEEKS = 6


@dataclass
class OwnDay:
    """A day of the calendar with what one does on it."""

    date: dt.date
    duties: list[Duty]
    wishes: list[Wish]
    cleaning: CleaningTurn | None = None


def own_weeks(user: User, today: dt.date) -> list[list[OwnDay]]:
    """Six weeks from this Monday on, each with its seven days. Four queries."""
    monday = today - today.weekday() * DAY
    days = [OwnDay(monday + number * DAY, [], []) for number in range(WEEKS * 7)]
    by_date = {day.date: day for day in days}
    for duty in selectors.own_duties(user, monday, days[-1].date):
        by_date[duty.day].duties.append(duty)
    for wish in selectors.own_wishes(user, today):
        if wish.day in by_date:
            by_date[wish.day].wishes.append(wish)
    for turn in selectors.cleaning_from(today).filter(user=user, day__lte=days[-1].date):
        by_date[turn.day].cleaning = turn
    return [days[start : start + 7] for start in range(0, len(days), 7)]


def _page(request: UserRequest, form: WishForm | None = None, status: int = 200, **more: Any) -> HttpResponse:
    today = clock.today()
    weeks = own_weeks(request.user, today)
    coming = [duty for week in weeks for day in week for duty in day.duties if duty.ends_at > clock.now()]
    context = {
        "weeks": weeks,
        "today": today,
        "coming": coming,
        "hours": [sum(duty.minutes for day in week for duty in day.duties) / 60 for week in weeks],
        "wishes": selectors.own_wishes(request.user, today),
        "wish_form": form or WishForm(initial={"day": today + 7 * DAY}),
        "feed": CalendarFeed.objects.filter(user=request.user).first(),
        "turns": selectors.cleaning_from(today)[:14],
        "team": team_of(request.user),
        "colleagues": selectors.colleagues_of(request.user),
    }
    return render(request, "staff/rota/mine.html", context | more, status=status)


@right_required(VIEW_ROTA)
@require_GET
def mine(request: UserRequest) -> HttpResponse:
    """One's own shifts of the next six weeks."""
    return _page(request)


@right_required(VIEW_ROTA)
@require_POST
def wish(request: UserRequest) -> HttpResponse:
    """Say what one would like on a day."""
    form = WishForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        services.add_wish(user=request.user, **form.cleaned_data)
    except BusinessError as refusal:
        form.add_error(None, refusal.message)
        return _page(request, form, status=409)
    messages.success(request, _("Your wish is noted. The planner sees it; a proposal keeps it where it can."))
    return redirect("rota:mine")


@right_required(VIEW_ROTA)
@require_POST
def wish_remove(request: UserRequest, pk: int) -> HttpResponse:
    """Take a wish of one's own back."""
    get_object_or_404(Wish, pk=pk, user=request.user)
    services.remove_wish(user=request.user, wish_id=pk)
    return redirect("rota:mine")


@right_required(VIEW_ROTA)
@require_POST
@never_cache
def feed_make(request: UserRequest) -> HttpResponse:
    """Make the address of one's calendar, or a new one; it is shown this once."""
    token = services.make_feed(user=request.user)
    return _page(request, address=absolute(reverse("rota:feed", args=[token])))


@right_required(VIEW_ROTA)
@require_POST
def feed_revoke(request: UserRequest) -> HttpResponse:
    """The address of one's calendar stops working."""
    services.revoke_feed(user=request.user)
    messages.success(request, _("The address of your calendar no longer works."))
    return redirect("rota:mine")


@require_GET
def feed(request: HtmxRequest, token: str) -> HttpResponse:
    """A calendar program reads somebody's shifts: whoever knows the address may, everybody else finds nothing."""
    user = calendar_feed.reader_of(token)
    if user is None:
        raise Http404
    with translation.override(user.language):
        answer = HttpResponse(calendar_feed.calendar_of(user, clock.now()), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="shifts.ics"'
    answer["Cache-Control"] = "private, max-age=300"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _turn(request: UserRequest, pk: int) -> CleaningTurn:
    """A cleaning turn of one's own, or of somebody whom one leads."""
    turn = get_object_or_404(CleaningTurn.objects.select_related("user"), pk=pk)
    if turn.user_id != request.user.pk and not leads(request.user, turn.user):
        raise Http404
    return turn


@right_required(VIEW_ROTA)
@require_POST
def cleaning_give(request: UserRequest, pk: int) -> HttpResponse:
    """Give one's cleaning turn to a colleague of the team (STF-30)."""
    turn = _turn(request, pk)
    sent = request.POST.get("to", "")
    to = selectors.colleagues_of(turn.user).filter(pk=int(sent) if sent.isascii() and sent.isdigit() else 0).first()
    if to is None:
        messages.error(request, _("Choose a colleague of the team."))
    else:
        _say(request, lambda: services.give_cleaning(turn=turn, to=to, by=request.user), _("The turn is theirs now."))
    return redirect(back_to(request, "rota:mine"))


@right_required(VIEW_ROTA)
@require_POST
def cleaning_done(request: UserRequest, pk: int) -> HttpResponse:
    """The office is clean (STF-30)."""
    turn = _turn(request, pk)
    _say(request, lambda: services.finish_cleaning(turn=turn, by=request.user), _("Noted, thank you."))
    return redirect(back_to(request, "rota:mine"))


def _say(request: UserRequest, do: Any, done: str) -> None:
    try:
        do()
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
