"""On duty now: who is there, and the buttons to come, leave, go away for a moment and come back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common import clock
from common.exceptions import BusinessError
from staff.duty import services
from staff.duty.board import board, chip_of, last_attendances, own
from staff.duty.coverage import coverage
from staff.duty.forms import AwayForm, ComeForm, LeaveForm
from staff.duty.selectors import is_special, on_shift
from staff.duty.services import WATCH
from staff.models import User
from staff.permissions import UserRequest, right_required
from staff.selectors import led_people

RIGHT = "staff.clock_in"
COVERAGE_AHEAD = dt.timedelta(hours=12)


@right_required(RIGHT)
@require_GET
def now(request: UserRequest) -> HttpResponse:
    """Who is there; an htmx poll gets the board alone."""
    return _page(request)


@right_required(RIGHT)
@require_GET
def chip(request: UserRequest) -> HttpResponse:
    """The word about one's own shift in the bar of every page."""
    return render(request, "staff/duty/_chip.html", {"chip": chip_of(request.user, clock.now())})


@right_required(RIGHT)
@require_POST
def come(request: UserRequest) -> HttpResponse:
    form = ComeForm(request.POST, prefix="come")
    return _act(request, form, lambda data: services.clock_in(by=request.user, **data), _("You are clocked in."))


@right_required(RIGHT)
@require_POST
def leave(request: UserRequest) -> HttpResponse:
    form = LeaveForm(request.POST, prefix="leave")
    return _act(
        request,
        form,
        lambda data: services.clock_out(user=request.user, by=request.user, **data),
        _("You are clocked out. Have a good rest."),
    )


@right_required(RIGHT)
@require_POST
def away(request: UserRequest) -> HttpResponse:
    form = _away_form(request, clock.now(), request.POST)
    done = _("You are away: what comes for you goes to your cover.")
    return _act(request, form, lambda data: services.go_away(by=request.user, **data), done)


@right_required(RIGHT)
@require_POST
def back(request: UserRequest) -> HttpResponse:
    return _act(request, django_forms.Form({}), lambda data: services.come_back(by=request.user), _("Welcome back."))


@right_required(RIGHT, WATCH)
@require_POST
def let_go(request: UserRequest, pk: int) -> HttpResponse:
    """The leader permits somebody to leave (STF-12); whom one does not lead is as unknown as nobody."""
    user = get_object_or_404(led_people(request.user), pk=pk)
    done = _("%(name)s is clocked out.") % {"name": user.name}
    return _act(request, django_forms.Form({}), lambda data: services.clock_out(user=user, by=request.user), done)


def _act(
    request: UserRequest, form: django_forms.Form, do: Callable[[dict[str, Any]], object], done: str
) -> HttpResponse:
    """Carry it out; a refusal or a mistake shows the page again, with what was typed."""
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        do(form.cleaned_data)
    except BusinessError as refusal:
        form.add_error(None, refusal.message)
        return _page(request, form, status=409, stay=refusal.code == "stay")
    messages.success(request, done)
    return redirect("duty:now")


def _away_form(request: UserRequest, moment: dt.datetime, data: Any = None) -> AwayForm:
    covers: list[User] = [user for user in on_shift(moment) if user != request.user]
    return AwayForm(data, prefix="away", covers=covers)


def _page(
    request: UserRequest, bound: django_forms.Form | None = None, *, status: int = 200, stay: bool = False
) -> HttpResponse:
    moment = clock.now()
    context: dict[str, Any] = {
        "now": moment,
        "rows": board(request.user, moment),
        "windows": coverage(moment, moment + COVERAGE_AHEAD),
        "watches": request.user.has_perm(WATCH),
    }
    if request.htmx and bound is None:
        return render(request, "staff/duty/_board.html", context)
    forms: dict[str, django_forms.Form] = {"come": ComeForm(prefix="come"), "leave": LeaveForm(prefix="leave")}
    forms["away"] = _away_form(request, moment)
    if bound is not None and bound.prefix in forms:
        forms[bound.prefix] = bound
    context |= {
        "forms": forms,
        "refused": bound if bound is not None and bound.prefix not in forms else None,
        "stay": stay,
        "own": own(request.user, moment),
        "special": is_special(clock.day_of(moment)),
        "last": last_attendances(request.user),
    }
    return render(request, "staff/duty/now.html", context, status=status)
