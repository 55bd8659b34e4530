"""The list of swaps and leave, and each of them with its next step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.selectors import timeline
from common import clock
from common.exceptions import BusinessError
from common.paging import Page, keyset
from common.topics import topic_of
from sla.selectors import clocks_of
from staff.exchanges import people
from staff.exchanges.actions import LEAVE_ACTIONS, SWAP_ACTIONS, Action, todo
from staff.exchanges.asking import leave_plan
from staff.exchanges.forms import ApproveForm, duty_label
from staff.exchanges.liability import told
from staff.exchanges.people import sees_reason, visible_leaves, visible_swaps
from staff.exchanges.permissions import ASK, DECIDE
from staff.exchanges.selectors import Effect, effect, handed_by, waiting
from staff.exchanges.services.swaps import changes_of
from staff.exchanges.states import OPEN_LEAVES, OPEN_SWAPS
from staff.models import Leave, Swap, User
from staff.permissions import UserRequest, right_required

HISTORY: dict[str, tuple[Callable[[User], QuerySet[Any]], tuple[str, str]]] = {
    "swaps": (lambda user: people.visible_swaps(user).exclude(state__in=OPEN_SWAPS), ("-asked_at", "-id")),
    "leave": (lambda user: people.visible_leaves(user).exclude(state__in=OPEN_LEAVES), ("-starts_at", "-id")),
    "emergencies": (people.visible_emergencies, ("-at", "-id")),
    "gaps": (people.visible_gaps, ("-found_at", "-id")),
}


@right_required(ASK)
@require_GET
def exchanges(request: UserRequest) -> HttpResponse:
    """What waits for one, what is under way, and the history of one kind (STF-09, STF-15)."""
    what = request.GET.get("what", "")
    what = what if what in HISTORY else "swaps"
    visible, order = HISTORY[what]
    page: Page[Any] = keyset(
        visible(request.user), order=order, cursor=request.GET.get("after"), before=request.GET.get("before")
    )
    context = {
        "waiting": waiting(request.user, clock.now()),
        "page": page,
        "what": what,
        "kinds": [("swaps", _("swaps")), ("leave", _("leave")), ("emergencies", _("emergencies")), ("gaps", _("gaps"))],
        "query": f"what={what}",
        "rows": _rows(what, page, request.user),
        "decides": request.user.has_perm(DECIDE),
    }
    return render(request, "staff/exchanges/list.html", context)


def _rows(what: str, page: Page[Any], user: User) -> list[tuple[Any, Any]]:
    """Each row with what is said of it: a gap's sentence; whether the reason of an emergency is for `user`."""
    if what == "gaps":
        return [(gap, told(gap)) for gap in page.rows]
    decider = people.Decider(user)
    if what == "emergencies":
        return [
            (row, user.pk in (row.before.user_id, row.by_id) or decider.leads(row.before.user_id)) for row in page.rows
        ]
    if what == "leave":
        return [(row, user.pk == row.user_id or decider.leads(row.user_id)) for row in page.rows]
    return [(row, None) for row in page.rows]


def _swap_of(request: UserRequest, pk: int) -> Swap:
    """The swap, if this user may see it: to others it is missing."""
    return get_object_or_404(visible_swaps(request.user), pk=pk)


@right_required(ASK)
@require_GET
def swap(request: UserRequest, pk: int) -> HttpResponse:
    """One swap: who gives and takes what, what the rules say, whose turn it is (STF-15)."""
    return _swap_page(request, _swap_of(request, pk))


def _swap_page(
    request: UserRequest, row: Swap, key: str = "", bound: django_forms.Form | None = None, status: int = 200
) -> HttpResponse:
    open_to_decide = row.state in OPEN_SWAPS and not any(d.cancelled_at for d in (row.duty, row.other_duty) if d)
    broken = effect(changes_of(row)) if open_to_decide else None
    steps = todo(SWAP_ACTIONS, row, request.user, clock.now())
    context = {
        "swap": row,
        "gives": duty_label(row.duty),
        "takes": duty_label(row.other_duty) if row.other_duty else "",
        "effect": broken,
        "todo": _steps(steps, key, bound, broken),
        **_around(row, request.user),
    }
    return render(request, "staff/exchanges/swap.html", context, status=status)


@right_required(ASK)
@require_POST
def act_on_swap(request: UserRequest, pk: int, action: str) -> HttpResponse:
    """Carry out one of SWAP_ACTIONS; a refusal shows the page again, with what was typed."""
    row = _swap_of(request, pk)
    step = SWAP_ACTIONS.get(action)
    if step is None:
        raise Http404
    form = step.form(request.POST, prefix=action)
    if not form.is_valid():
        return _swap_page(request, row, action, form, status=422)
    try:
        step.service(swap_id=row.pk, version=_version(request), by=request.user, **form.cleaned_data)
    except BusinessError as refusal:
        form.add_error(None, refusal.message)
        return _swap_page(request, _swap_of(request, pk), action, form, status=409)
    messages.success(request, _("Done: %(what)s.") % {"what": step.label})
    return redirect("exchanges:swap", row.pk)


def _leave_of(request: UserRequest, pk: int) -> Leave:
    """The leave, if this user may see it: to others it is missing."""
    return get_object_or_404(visible_leaves(request.user), pk=pk)


@right_required(ASK)
@require_GET
def leave(request: UserRequest, pk: int) -> HttpResponse:
    """One leave: when, who stands in, the shifts it touches and what that breaks (STF-09)."""
    return _leave_page(request, _leave_of(request, pk))


def _leave_page(
    request: UserRequest, row: Leave, key: str = "", bound: django_forms.Form | None = None, status: int = 200
) -> HttpResponse:
    now = clock.now()
    steps = todo(LEAVE_ACTIONS, row, request.user, now)
    plan = leave_plan(row, request.POST or request.GET, now) if "approve" in steps else None
    context = {
        "leave": row,
        "sees_reason": sees_reason(request.user, row),
        "plan": plan,
        "handed": handed_by(row) if row.state not in OPEN_LEAVES else [],
        "todo": _steps(steps, key, bound, plan.effect if plan else None),
        **_around(row, request.user),
    }
    return render(request, "staff/exchanges/leave.html", context, status=status)


@right_required(ASK)
@require_POST
def act_on_leave(request: UserRequest, pk: int, action: str) -> HttpResponse:
    """Carry out one of LEAVE_ACTIONS; a refusal shows the page again, with what was typed."""
    row = _leave_of(request, pk)
    step = LEAVE_ACTIONS.get(action)
    if step is None:
        raise Http404
    form = step.form(request.POST, prefix=action)
    if not form.is_valid():
        return _leave_page(request, row, action, form, status=422)
    try:
        more = {"substitutes": _substitutes(request)} if action == "approve" else {}
        step.service(leave_id=row.pk, version=_version(request), by=request.user, **form.cleaned_data, **more)
    except BusinessError as refusal:
        form.add_error(None, refusal.message)
        return _leave_page(request, _leave_of(request, pk), action, form, status=409)
    messages.success(request, _("Done: %(what)s.") % {"what": step.label})
    return redirect("exchanges:leave", row.pk)


def _substitutes(request: UserRequest) -> dict[int, int | None]:
    """What the page had for each shift: duty by id → who takes it; none for nobody."""
    sent = {name[4:]: str(value) for name, value in request.POST.items() if name.startswith("duty")}
    return {int(pk): int(value) or None for pk, value in sent.items() if _is_id(pk) and _is_id(value)}


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18


def _version(request: UserRequest) -> int:
    sent = request.POST.get("version", "")
    return int(sent) if _is_id(sent) and len(sent) < 10 else -1


def _steps(
    steps: dict[str, Action[Any]], key: str, bound: django_forms.Form | None, broken: Effect | None
) -> list[tuple[str, Action[Any], django_forms.Form]]:
    """The steps with their forms; the one that was refused keeps what was typed."""
    found = []
    for name, step in steps.items():
        if name == key and bound is not None:
            form = bound
        elif step.form is ApproveForm:
            form = ApproveForm(prefix=name, breaks=bool(broken and broken.breaches))
        else:
            form = step.form(prefix=name)
        found.append((name, step, form))
    return found


def _around(row: Swap | Leave, user: User) -> dict[str, Any]:
    """What both pages show beside: clocks, course, gaps."""
    topic = topic_of(row)
    return {
        "clocks": [running for running in clocks_of(topic) if running.stopped_at is None],
        "timeline": timeline(topic),
        "gaps": [told(gap) for gap in people.visible_gaps(user).filter(**{type(row).__name__.lower(): row})],
        "now": clock.now(),
    }
