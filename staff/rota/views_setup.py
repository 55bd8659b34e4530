"""Setting up what rotas are made from: shifts, teams, demand, special workdays, rules of service, cleaning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common import clock
from common.exceptions import BusinessError
from sla import facets
from staff.models import Employment, ShiftTemplate, SpecialDay, Team, User, UserSkill
from staff.permissions import UserRequest, right_required
from staff.roles import Role
from staff.rota import selectors, services
from staff.rota.forms import (
    CleaningForm,
    MemberForm,
    RulesForm,
    ShiftForm,
    SpecialDayForm,
    TeamForm,
    WindowForms,
    windows_of,
)
from staff.rota.needs import Needs, needs_of, sent_needs
from staff.rota.permissions import PLAN_ROTA
from staff.rota.services.setup import SHIFT_FIELDS
from staff.rota.services.teams import may_take_in
from staff.rota.sets import SETS
from staff.selectors import active_users, led_teams, service_rules

DAY = dt.timedelta(days=1)
GET_OR_POST = require_http_methods(["GET", "POST"])


def refused(form: Any, do: Callable[[], Any]) -> bool:
    """Carries `do` out; whether the business refused it: then the form says why."""
    try:
        do()
    except BusinessError as refusal:
        form.add_error(None, refusal.message)
        return True
    return False


@right_required(PLAN_ROTA)
@require_GET
def setup(request: UserRequest) -> HttpResponse:
    """The shifts of the house, and the known sets that can be made by one button (STF-01)."""
    shifts = list(selectors.shifts())
    known = {shift.scheme for shift in shifts}
    sets = [(name, rows) for name, rows in SETS.items() if name not in known]
    return render(request, "staff/rota/setup.html", {"shifts": shifts, "sets": sets, "here": "shifts"})


@right_required(PLAN_ROTA)
@require_POST
def use_set(request: UserRequest) -> HttpResponse:
    """Make the shifts of a known set."""
    try:
        made = services.use_set(scheme=request.POST.get("scheme", ""), by=request.user)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("%(count)d shifts were made: change them as you need.") % {"count": len(made)})
    return redirect("rota:setup")


@right_required(PLAN_ROTA)
@GET_OR_POST
def shift_new(request: UserRequest) -> HttpResponse:
    """Enter a shift by hand, with one or several windows."""
    return _shift(request, None)


@right_required(PLAN_ROTA)
@GET_OR_POST
def shift(request: UserRequest, pk: int) -> HttpResponse:
    """Change a shift."""
    return _shift(request, get_object_or_404(ShiftTemplate, pk=pk))


def _shift(request: UserRequest, row: ShiftTemplate | None) -> HttpResponse:
    initial = {name: getattr(row, name) for name in SHIFT_FIELDS} if row else {}
    times = [{"starts": window.starts, "ends": window.ends} for window in row.windows.all()] if row else []
    form = ShiftForm(request.POST or None, initial=initial)
    windows = WindowForms(request.POST or None, initial=times, prefix="w")
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and windows.is_valid():
            values: dict[str, Any] = {"values": form.cleaned_data, "windows": windows_of(windows)}
            if not refused(form, lambda: services.save_shift(shift=row, by=request.user, **values)):
                messages.success(request, _("Shift “%(shift)s” is set up.") % {"shift": form.cleaned_data["name"]})
                return redirect("rota:setup")
            status = 409
    context = {"form": form, "windows": windows, "shift": row, "here": "shifts"}
    return render(request, "staff/rota/shift.html", context, status=status)


@right_required(PLAN_ROTA)
@require_POST
def shift_use(request: UserRequest, pk: int) -> HttpResponse:
    """Take a shift out of use, or back into it."""
    row = get_object_or_404(ShiftTemplate, pk=pk)
    services.set_shift_enabled(shift=row, enabled=request.POST.get("enabled") == "1", by=request.user)
    return redirect("rota:setup")


@right_required(PLAN_ROTA)
@require_GET
def teams(request: UserRequest) -> HttpResponse:
    """The teams that one leads, their people, and who is in no team yet."""
    context = {
        "teams": selectors.teams_with_people(request.user),
        "free": selectors.teamless(request.user),
        "here": "teams",
    }
    return render(request, "staff/rota/teams.html", context)


@right_required(PLAN_ROTA)
@GET_OR_POST
def team_new(request: UserRequest) -> HttpResponse:
    """Make a team."""
    return _team(request, None)


@right_required(PLAN_ROTA)
@GET_OR_POST
def team(request: UserRequest, pk: int) -> HttpResponse:
    """Change the name or leader of a team that one leads."""
    return _team(request, _led_team(request.user, pk))


def _led_team(user: User, pk: int) -> Team:
    return get_object_or_404(led_teams(user), pk=pk)


def _team(request: UserRequest, row: Team | None) -> HttpResponse:
    initial = {"name": row.name, "leader": row.leader_id} if row else {"leader": request.user.pk}
    leaders = active_users(Role.SUPERVISOR, Role.MANAGER)
    form = TeamForm(request.POST or None, initial=initial, leaders=leaders)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if not refused(form, lambda: services.save_team(team=row, by=request.user, **form.cleaned_data)):
                return redirect("rota:teams")
            status = 409
    context = {"form": form, "team": row, "here": "teams", "title": row.name if row else _("New team")}
    return render(request, "staff/rota/team.html", context, status=status)


@right_required(PLAN_ROTA)
@GET_OR_POST
def member(request: UserRequest, pk: int) -> HttpResponse:
    """Employment and skills of somebody whom one leads, or who is in no team."""
    user = get_object_or_404(active_users().exclude(role=Role.SUPPLIER), pk=pk)
    if not may_take_in(user, request.user):
        raise Http404
    job = Employment.objects.filter(user=user).first()
    skills = list(UserSkill.objects.filter(user=user).values_list("skill", "shop_id"))
    initial = MemberForm.initial_of(job, skills)
    form = MemberForm(
        request.POST or None, initial=initial, teams=led_teams(request.user), shops=facets.choices("shop")
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            values: dict[str, Any] = {"values": form.values(), "skills": form.skills()}
            if not refused(
                form, lambda: services.save_member(user=user, team=form.cleaned_data["team"], by=request.user, **values)
            ):
                messages.success(request, _("Saved: %(name)s.") % {"name": user.name})
                return redirect("rota:teams")
            status = 409
    return render(request, "staff/rota/member.html", {"form": form, "person": user, "here": "teams"}, status=status)


@right_required(PLAN_ROTA)
@GET_OR_POST
def demand(request: UserRequest, pk: int) -> HttpResponse:
    """How many people a team needs per shift, skill and kind of day, as a grid."""
    row = _led_team(request.user, pk)
    if request.method == "POST":
        asked = sent_needs(request.POST, needs_of(row))
        if asked is None:
            messages.error(request, _("Give numbers between 0 and 99."))
            return _demand(request, row, needs_of(row, request.POST), 422)
        changed = services.save_demand(team=row, asked=asked, by=request.user)
        messages.success(request, _("Saved: %(count)d places changed.") % {"count": changed})
        return redirect("rota:demand", row.pk)
    return _demand(request, row, needs_of(row))


def _demand(request: UserRequest, row: Team, needs: Needs, status: int = 200) -> HttpResponse:
    context = {"team": row, "needs": needs, "here": "teams"}
    return render(request, "staff/rota/demand.html", context, status=status)


@right_required(PLAN_ROTA)
@GET_OR_POST
def special(request: UserRequest) -> HttpResponse:
    """Days on which everybody leans to one skill (STF-07)."""
    form = SpecialDayForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if not refused(form, lambda: services.add_special_day(by=request.user, **form.cleaned_data)):
                return redirect("rota:special")
            status = 409
    today = clock.today()
    days = SpecialDay.objects.filter(day__gte=today - 60 * DAY)
    context = {"form": form, "days": days, "today": today, "here": "special"}
    return render(request, "staff/rota/special.html", context, status=status)


@right_required(PLAN_ROTA)
@require_POST
def special_remove(request: UserRequest, pk: int) -> HttpResponse:
    """The day is an ordinary one again."""
    row = get_object_or_404(SpecialDay, pk=pk)
    try:
        services.remove_special_day(special=row, by=request.user)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    return redirect("rota:special")


@right_required(PLAN_ROTA)
@GET_OR_POST
def rules(request: UserRequest) -> HttpResponse:
    """The numbers of the rules of service, and who approves what."""
    form = RulesForm(request.POST if request.method == "POST" else None, instance=service_rules())
    if form.is_valid():
        services.save_rules(values=form.cleaned_data, by=request.user)
        messages.success(request, _("The rules of service are saved."))
        return redirect("rota:rules")
    context = {"form": form, "here": "rules"}
    return render(request, "staff/rota/rules.html", context, status=422 if form.is_bound else 200)


@right_required(PLAN_ROTA)
@GET_OR_POST
def cleaning(request: UserRequest) -> HttpResponse:
    """Who cleans the office when; turns are made for days to come (STF-30)."""
    today = clock.today()
    form = CleaningForm(request.POST or None, initial={"first": today, "last": today + 20 * DAY})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if not refused(form, lambda: services.plan_cleaning(by=request.user, **form.cleaned_data)):
                return redirect("rota:cleaning")
            status = 409
    context = {
        "form": form,
        "turns": selectors.cleaning_from(today - 14 * DAY),
        "today": today,
        "led": selectors.people_led(request.user),
        "here": "cleaning",
    }
    return render(request, "staff/rota/cleaning.html", context, status=status)
