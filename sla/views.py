"""The desk and the few things that are done to a clock from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from common import clock as house_clock
from common.exceptions import BusinessError
from common.guards import right_required
from common.htmx import HtmxRequest, back_to
from common.lean import fill
from common.paging import keyset
from sla import desk as worklists
from sla import facets, saved, services
from sla.forms import ExtendForm, GiveForm, NoForm, PauseForm, SaveViewForm
from sla.models import Clock, SavedView
from sla.selectors import clocks_of
from sla.states import ClockState, Party

LOOK = "sla.view_clock"
TAKE = "sla.take_clock"
MANAGE = "sla.manage_clock"


@right_required(LOOK)
@require_GET
def desk(request: HtmxRequest) -> HttpResponse:
    """The worklist; an htmx request gets its rows alone, and nothing at all while they are the same."""
    now = house_clock.now()
    filters = worklists.DeskFilter.from_query(request.GET, request.user)
    after, before = request.GET.get("after"), request.GET.get("before")
    page = keyset(worklists.rows_of(filters, now), order=worklists.ORDER, cursor=after, before=before)
    version = worklists.version_of(page, now)
    if request.htmx and request.GET.get("v") == version:
        return HttpResponse(status=204)
    shops, suppliers = facets.choices("shop"), facets.choices("supplier")
    worklists.dressed(page, dict(shops), dict(suppliers), now)
    context = {"page": page, "filters": filters, "version": version, "now": now, "after": after, "before": before}
    context["rows"] = fill("sla/_desk_row.html", page.rows)
    if request.htmx:
        return render(request, "sla/_desk_rows.html", context)
    context |= {
        "kinds": worklists.kinds_for(request.user),
        "shops": shops,
        "suppliers": suppliers,
        "parties": Party.choices,
        "states": worklists.STATES,
        "views": saved.views_for(request.user, "desk"),
    }
    return render(request, "sla/desk.html", context)


@right_required(LOOK)
@require_GET
def most_urgent(request: HtmxRequest) -> HttpResponse:
    """On to the page of the most urgent clock of the filter."""
    filters = worklists.DeskFilter.from_query(request.GET, request.user)
    url = worklists.next_url(filters)
    if not url:
        messages.info(request, _("Nothing is waiting here."))
        return redirect(saved.url_of("desk", filters.query))
    return redirect(url)


@dataclass(frozen=True)
class Action:
    """A thing to do with a clock: who may, what is asked, when it makes sense, what does it."""

    label: str | Promise
    right: str
    form: type[django_forms.Form]
    service: Callable[..., Any]
    fits: Callable[[Clock], bool]


ACTIONS = {
    "take": Action(gettext_lazy("Make it mine"), TAKE, NoForm, worklists.take_clock, worklists.may_change_hands),
    "give": Action(gettext_lazy("Pass on"), TAKE, GiveForm, worklists.give_clock, worklists.may_change_hands),
    "pause": Action(
        gettext_lazy("Pause"),
        MANAGE,
        PauseForm,
        services.pause_clock,
        lambda clock: clock.state == ClockState.RUNNING,
    ),
    "resume": Action(
        gettext_lazy("Go on"), MANAGE, NoForm, services.resume_clock, lambda clock: clock.state == ClockState.PAUSED
    ),
    "extend": Action(
        gettext_lazy("Extend"),
        MANAGE,
        ExtendForm,
        services.extend_clock,
        lambda clock: clock.state == ClockState.RUNNING,
    ),
}


@right_required(LOOK)
@require_GET
def clock(request: HtmxRequest, pk: int) -> HttpResponse:
    """One clock: why it is due then, and what may be done with it. A dialog of the desk, or a page by itself."""
    return _show(request, _seen_by(request, pk))


@right_required(LOOK)
@require_POST
def act(request: HtmxRequest, pk: int, action: str) -> HttpResponseBase:
    """Carry out one of ACTIONS; a refusal or a mistake shows the clock again, with what was typed."""
    found = _seen_by(request, pk)
    todo = ACTIONS.get(action)
    if todo is None:
        raise Http404
    return right_required(todo.right)(_carry_out)(request, found, action, todo)


def _seen_by(request: HtmxRequest, pk: int) -> Clock:
    """The clock; what is not for this visitor is as unknown as one that never was."""
    found = get_object_or_404(Clock, pk=pk)
    if not worklists.may_see(found, request.user):
        raise Http404
    return found


def _carry_out(request: HtmxRequest, found: Clock, key: str, todo: Action) -> HttpResponse:
    form = todo.form(request.POST, prefix=key)
    if not form.is_valid():
        return _show(request, found, key, form, status=422)
    try:
        todo.service(clock_id=found.pk, by=request.user, **form.cleaned_data)
    except BusinessError as refusal:
        form.add_error(None, refusal.message)
        found.refresh_from_db()
        return _show(request, found, key, form, status=409)
    messages.success(request, _("Done: %(title)s.") % {"title": found.title})
    return redirect(back_to(request, "sla:desk"))


def _show(
    request: HtmxRequest,
    found: Clock,
    key: str = "",
    bound: django_forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    told = next(row for row in clocks_of(found.topic) if row.pk == found.pk)
    todo = [
        (name, action, bound if name == key and bound is not None else action.form(prefix=name))
        for name, action in ACTIONS.items()
        if name == key or (action.fits(found) and request.user.has_perm(action.right))
    ]
    paused = told.state == ClockState.PAUSED
    context = {"clock": told, "paused": paused, "todo": todo, "next": back_to(request, "sla:desk")}
    template = "sla/_clock.html" if request.htmx else "sla/clock.html"
    return render(request, template, context, status=status)


@right_required(TAKE)
@require_POST
def save_view(request: HtmxRequest) -> HttpResponse:
    """Keep the filter of a list under a name."""
    form = SaveViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the view a name."))
        return redirect(back_to(request, "sla:desk"))
    try:
        view = saved.save_view(by=request.user, **form.cleaned_data)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
        return redirect(back_to(request, "sla:desk"))
    return redirect(saved.url_of(view.page, view.query))


@right_required(TAKE)
@require_POST
def delete_view(request: HtmxRequest, pk: int) -> HttpResponse:
    """Delete one's own view; another's is as unknown as one that never was."""
    try:
        page = saved.delete_view(view_id=pk, by=request.user)
    except SavedView.DoesNotExist:
        raise Http404 from None
    return redirect(saved.url_of(page))
