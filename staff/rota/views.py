"""The team's rota: the board with its cells, proposals, publishing, versions, the printed page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common import clock
from common.exceptions import BusinessError, Conflict
from staff.models import Rota, User
from staff.permissions import UserRequest, right_required
from staff.rota import selectors, services
from staff.rota.edits import carry_out
from staff.rota.forms import CellForm, NewRotaForm, PublishForm
from staff.rota.permissions import PLAN_ROTA, VIEW_ROTA
from staff.rota.publication import review, told_versions
from staff.rota.selectors import Seen, View
from staff.rota.states import Skill
from staff.selectors import service_rules

DAY = dt.timedelta(days=1)


def view_of(request: UserRequest, rota: Rota) -> View:
    """The week that the page was asked for, from 0 on; the whole cycle when none was."""
    week = request.GET.get("week", "")
    if week.isascii() and week.isdigit() and len(week) < 3 and int(week) < rota.weeks:
        return View(int(week))
    return View()


def _seen(request: UserRequest, pk: int, *, to_plan: bool = False) -> Seen:
    seen = selectors.seen_rota(request.user, pk)
    if seen is None or (to_plan and not seen.may_plan):
        raise Http404
    return seen


@right_required(VIEW_ROTA)
@require_GET
def rota(request: UserRequest) -> HttpResponse:
    """The rota of these days; for those who plan one, how to begin when there is none."""
    found = selectors.present_rota(request.user, clock.today())
    if found is None:
        return render(request, "staff/rota/rota.html", {"new_form": _new_form(request.user)})
    seen = _seen(request, found.pk)
    return _page(request, seen)


@right_required(VIEW_ROTA)
@require_GET
def show(request: UserRequest, pk: int) -> HttpResponse:
    """One rota, by week or as a whole cycle."""
    return _page(request, _seen(request, pk))


def _page(request: UserRequest, seen: Seen) -> HttpResponse:
    context = _context(request, seen)
    context |= {
        "rotas": selectors.rotas_of(request.user)[:24],
        "new_form": _new_form(request.user) if seen.may_plan else None,
    }
    return render(request, "staff/rota/rota.html", context)


def _context(request: UserRequest, seen: Seen) -> dict[str, Any]:
    """What the board needs: drawn alone after an edit, and within the page."""
    view = view_of(request, seen.rota)
    now = clock.now()
    return {
        "seen": seen,
        "rota": seen.rota,
        "board": selectors.board_of(seen, view, now),
        "view": view,
        "weeks": range(seen.rota.weeks),
        "today": clock.day_of(now),
        "skills": Skill.choices,
        "last_version": selectors.versions_of(seen.rota).first(),
        "elapsed": _elapsed(seen.rota, now),
    }


def _elapsed(rota: Rota, now: dt.datetime) -> int:
    return int((now - rota.proposal_asked_at).total_seconds()) if rota.proposal_asked_at else 0


def _new_form(user: User, data: Any = None) -> NewRotaForm | None:
    """The form that begins the next cycle, filled in with the Monday after the last one."""
    teams = selectors.planned_teams(user)
    team = teams.first()
    if team is None:
        return None
    last = Rota.objects.filter(team=team).order_by("-starts_on").first()
    today = clock.today()
    monday = today - today.weekday() * DAY + 7 * DAY
    starts = last.starts_on + last.weeks * 7 * DAY if last else monday
    initial = {"team": team, "starts_on": starts, "weeks": service_rules().cycle_weeks}
    return NewRotaForm(data, teams=teams, initial=initial)


@right_required(PLAN_ROTA)
@require_POST
def create(request: UserRequest) -> HttpResponse:
    """Begin the plan of a cycle (STF-05)."""
    form = _new_form(request.user, request.POST)
    if form is None or not form.is_valid():
        messages.error(request, _("Choose a team, the first day and the number of weeks."))
        return redirect("rota:rota")
    try:
        made = services.create_rota(**form.cleaned_data, by=request.user, now=clock.now())
    except BusinessError as refusal:
        messages.error(request, refusal.message)
        return redirect("rota:rota")
    return redirect("rota:show", made.pk)


@right_required(PLAN_ROTA)
@require_POST
def cell(request: UserRequest, pk: int) -> HttpResponse:
    """Change one cell of the plan; answered with the board as it is now, all broken rules beside it."""
    seen = _seen(request, pk, to_plan=True)
    form = CellForm(request.POST)
    problem, status = "", 200
    if not form.is_valid():
        problem, status = _("Choose a person, a day and a shift."), 422
    else:
        try:
            carry_out(seen.rota, form.cleaned_data, by=request.user)
        except BusinessError as refusal:
            problem, status = refusal.message, 409
    if not request.htmx:
        if problem:
            messages.error(request, problem)
        return redirect(_address(request, seen.rota))
    seen.rota.refresh_from_db()
    return render(request, "staff/rota/_board.html", _context(request, seen) | {"problem": problem}, status=status)


def _address(request: UserRequest, rota: Rota) -> str:
    week = view_of(request, rota).week
    return f"{rota.get_absolute_url()}?week={week}" if week is not None else rota.get_absolute_url()


@right_required(PLAN_ROTA)
@require_POST
def propose(request: UserRequest, pk: int) -> HttpResponse:
    """Ask for a proposal; a worker makes it."""
    seen = _seen(request, pk, to_plan=True)
    try:
        services.propose_rota(rota=seen.rota, version=_version(request), by=request.user)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    return redirect(_address(request, seen.rota))


def _version(request: UserRequest) -> int:
    sent = request.POST.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else -1


@right_required(PLAN_ROTA)
@require_GET
def progress(request: UserRequest, pk: int) -> HttpResponse:
    """The board while a proposal is made, and with it when it is done. Asked for every second by the page."""
    seen = _seen(request, pk, to_plan=True)
    return render(request, "staff/rota/_board.html", _context(request, seen))


@right_required(PLAN_ROTA)
@require_http_methods(["GET", "POST"])
def publish(request: UserRequest, pk: int) -> HttpResponse:
    """What publishing would change and which broken rules it takes on; then publish (STF-06)."""
    seen = _seen(request, pk, to_plan=True)
    sent = request.POST if request.method == "POST" else None
    form = PublishForm(sent, initial={"version": seen.rota.version})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            made = services.publish_rota(
                rota=seen.rota, acknowledged=request.POST.getlist("rule"), by=request.user, **form.cleaned_data
            )
        except Conflict as conflict:
            form = PublishForm({**request.POST.dict(), "version": str(Rota.objects.get(pk=pk).version)})
            form.add_error(None, conflict.message)
            status = 409
        except BusinessError as refusal:
            form.add_error(None, refusal.message)
            status = 409
        else:
            messages.success(request, _("Version %(number)d is published.") % {"number": made.number})
            return redirect(seen.rota)
    seen.rota.refresh_from_db()
    ticked = set(request.POST.getlist("rule"))
    context = {"rota": seen.rota, "form": form, "review": review(seen.rota, clock.now()), "ticked": ticked}
    return render(request, "staff/rota/publish.html", context, status=status)


@right_required(VIEW_ROTA)
@require_GET
def versions(request: UserRequest, pk: int) -> HttpResponse:
    """Every published version: who, when, what changed, which broken rules were taken on."""
    seen = _seen(request, pk)
    own = None if seen.may_plan else request.user.pk
    context = {"rota": seen.rota, "seen": seen, "versions": told_versions(seen.rota, only=own)}
    return render(request, "staff/rota/versions.html", context)


@right_required(VIEW_ROTA)
@require_GET
def printed(request: UserRequest, pk: int) -> HttpResponse:
    """The rota on a sheet of A4, landscape, without the frame."""
    seen = _seen(request, pk)
    return render(request, "staff/rota/print.html", _context(request, seen) | {"printed_at": clock.now()})
