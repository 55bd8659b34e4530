"""The pages of the week: one's own record, the leader's collation, what operations get."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common import clock
from common.exceptions import BusinessError, Conflict
from common.paging import keyset
from staff.models import WeeklyRecord, WeeklySummary
from staff.permissions import UserRequest, right_required
from staff.records import weeks
from staff.records.forms import SummaryForm, WeeklyForm, day_of, version_of
from staff.records.permissions import KEEP_RECORDS, LEAD_TEAM
from staff.records.selectors import weekly as selectors
from staff.records.services import weekly as services
from staff.records.services.sums import Week
from staff.selectors import led_teams


@right_required(KEEP_RECORDS)
@require_GET
def weekly(request: UserRequest) -> HttpResponse:
    """One's own record of a week, by default the present one."""
    return _own_week(request, selectors.own_record(request.user, weeks.week_of(day_of(request.GET, "week"))))


def _own_week(
    request: UserRequest, record: WeeklyRecord, form: WeeklyForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    present = weeks.week_of(clock.today())
    context = {
        "record": record,
        "form": form or WeeklyForm(initial={"last_week": record.last_week, "to_improve": record.to_improve}),
        "own": True,
        "days": selectors.days_written(record.user, record.week),
        "writable": record.handed_in_at is None and record.week <= present,
        "before": record.week - 7 * weeks.DAY,
        "after": record.week + 7 * weeks.DAY if record.week < present else None,
        "leads": request.user.has_perm(LEAD_TEAM),
        "summaries": selectors.summaries(request.user)[:12],
    }
    return render(request, "staff/records/weekly.html", context | more, status=status)


@right_required(KEEP_RECORDS)
@require_POST
def save(request: UserRequest) -> HttpResponse:
    """Keep the record, or hand it in."""
    week, form = weeks.week_of(day_of(request.POST, "week")), WeeklyForm(request.POST)
    record = selectors.own_record(request.user, week)
    if not form.is_valid():
        return _own_week(request, record, form, 422)
    done = "hand_in" in request.POST
    try:
        services.save_weekly(
            user=request.user, week=week, version=version_of(request.POST), hand_in=done, **form.cleaned_data
        )
    except BusinessError as refusal:
        form.add_error(None, refusal.message)
        return _own_week(request, record, form, 409, saved=record if isinstance(refusal, Conflict) else None)
    messages.success(request, _("The weekly record is handed in.") if done else _("Saved."))
    return redirect(f"{request.path.removesuffix('save/')}?week={week}")


@right_required(KEEP_RECORDS)
@require_GET
def week(request: UserRequest, pk: int) -> HttpResponse:
    """A weekly record that was handed in: one's own, or of somebody whom one leads."""
    try:
        record = selectors.readable(request.user, pk)
    except WeeklyRecord.DoesNotExist:
        raise Http404 from None
    if record.user_id == request.user.pk:
        return _own_week(request, record)
    days = selectors.days_written(record.user, record.week)
    return render(request, "staff/records/weekly.html", {"record": record, "own": False, "days": days})


@right_required(LEAD_TEAM)
@require_GET
def collate(request: UserRequest) -> HttpResponse:
    """For who leads: who handed in, the sums, the texts, and passing on to operations."""
    chosen = weeks.week_of(day_of(request.GET, "week"))
    teams = list(led_teams(request.user))
    team = next((team for team in teams if str(team.pk) == request.GET.get("team")), teams[0] if teams else None)
    return _collation(request, team, chosen, teams)


def _collation(
    request: UserRequest, team: Any, chosen: Any, teams: Any, form: SummaryForm | None = None, status: int = 200
) -> HttpResponse:
    page = selectors.collate(team, chosen) if team else None
    text = page.summary.text if page and page.summary else ""
    context = {
        "page": page,
        "team": team,
        "teams": teams,
        "week": chosen,
        "form": form or SummaryForm(initial={"text": text}),
        "before": chosen - 7 * weeks.DAY,
        "after": chosen + 7 * weeks.DAY if chosen < weeks.week_of(clock.today()) else None,
    }
    return render(request, "staff/records/collate.html", context, status=status)


@right_required(LEAD_TEAM)
@require_POST
def pass_on(request: UserRequest, pk: int) -> HttpResponse:
    """Keep the leader's words, or pass the week on to operations (STF-29)."""
    teams = led_teams(request.user)
    summary = get_object_or_404(WeeklySummary.objects.select_related("team").filter(team__in=teams), pk=pk)
    form = SummaryForm(request.POST)
    if not form.is_valid():
        return _collation(request, summary.team, summary.week, teams, form, 422)
    text = form.cleaned_data["text"]
    try:
        if "send" in request.POST:
            services.pass_on_week(summary_id=pk, text=text, by=request.user)
            messages.success(request, _("The week is passed on to operations."))
        else:
            services.save_summary(summary_id=pk, text=text, by=request.user)
            messages.success(request, _("Saved."))
    except BusinessError as refusal:
        form.add_error(None, refusal.message)
        return _collation(request, summary.team, summary.week, teams, form, 409)
    return redirect("records:summary", pk)


@right_required(KEEP_RECORDS)
@require_GET
def summary(request: UserRequest, pk: int) -> HttpResponse:
    """What was passed on to operations; before that, its team's leader goes to the collation."""
    found = get_object_or_404(selectors.summaries(request.user), pk=pk)
    if found.sent_at is None:
        return redirect(f"{reverse('records:collate')}?team={found.team_id}&week={found.week}")
    sums = Week.from_json(found.figures)
    return render(request, "staff/records/summary.html", {"summary": found, "sums": sums})


@right_required(KEEP_RECORDS)
@require_GET
def summaries(request: UserRequest) -> HttpResponse:
    """The summaries that one may read, the newest first."""
    page = keyset(
        selectors.summaries(request.user),
        order=("-id",),
        cursor=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    return render(request, "staff/records/summaries.html", {"page": page})
