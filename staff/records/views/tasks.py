"""The pages of tasks, the memo book and office material."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.selectors import timeline
from common import clock
from common.exceptions import BusinessError
from common.paging import keyset
from staff.models import Material, Memo, Task, User
from staff.permissions import UserRequest, right_required
from staff.records.forms import MaterialForm, MemoForm, NoForm, ReasonForm, ResultForm, TaskForm, version_of
from staff.records.permissions import KEEP_RECORDS, LEAD_TEAM
from staff.records.services import memos
from staff.records.services import tasks as services
from staff.records.states import TaskState
from staff.selectors import leads, led_people


@dataclass(frozen=True)
class TaskAction:
    """Something to do with a task: its button, its form, its service, and for whom it makes sense."""

    label: str | Promise
    form: type[forms.Form]
    service: Callable[..., Task]
    fits: Callable[[Task, User], bool]


ACTIONS = {
    "receive": TaskAction(
        gettext_lazy("Received"),
        NoForm,
        services.receive_task,
        lambda task, user: task.assignee_id == user.pk and task.state == TaskState.GIVEN,
    ),
    "finish": TaskAction(
        gettext_lazy("Done"),
        ResultForm,
        services.finish_task,
        lambda task, user: task.assignee_id == user.pk and task.state == TaskState.RECEIVED,
    ),
    "cancel": TaskAction(
        gettext_lazy("Take back"),
        ReasonForm,
        services.cancel_task,
        lambda task, user: task.state in services.OPEN and (task.giver_id == user.pk or leads(user, task.assignee)),
    ),
}


def _tasks_of(user: User) -> QuerySet[Task]:
    """One's own, those one gave, those of whom one leads; for a leader's eyes the rest do not exist."""
    mine = Q(assignee=user) | Q(giver=user) | Q(assignee__in=led_people(user))
    return Task.objects.filter(mine).select_related("assignee", "giver")


@right_required(KEEP_RECORDS)
@require_http_methods(["GET", "POST"])
def tasks(request: UserRequest) -> HttpResponse:
    """Open tasks, then those that ended; who leads gives new ones (STF-22)."""
    leading = request.user.has_perm(LEAD_TEAM)
    form = TaskForm(request.POST or None, people=led_people(request.user)) if leading else None
    status = 200
    if request.method == "POST":
        if form is None:
            return right_required(LEAD_TEAM)(tasks)(request)  # type: ignore[return-value]
        status = _give(request, form)
        if status == 200:
            return redirect("records:tasks")
    found = _tasks_of(request.user)
    ended = keyset(
        found.exclude(state__in=services.OPEN),
        order=("-due_at", "-id"),
        cursor=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    context = {"open": found.filter(state__in=services.OPEN)[:200], "ended": ended, "form": form, "now": clock.now()}
    return render(request, "staff/records/tasks.html", context, status=status)


def _give(request: UserRequest, form: TaskForm) -> int:
    """Carries the form out; answers the status of the page."""
    if not form.is_valid():
        return 422
    try:
        task = services.give_task(by=request.user, **form.cleaned_data)
    except BusinessError as refusal:
        form.add_error(None, refusal.message)
        return 409
    messages.success(request, _("Given to %(name)s.") % {"name": task.assignee.name})
    return 200


@right_required(KEEP_RECORDS)
@require_GET
def task(request: UserRequest, pk: int) -> HttpResponse:
    return _task_page(request, get_object_or_404(_tasks_of(request.user), pk=pk))


def _task_page(
    request: UserRequest, found: Task, key: str = "", bound: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    todo = [
        (name, action, bound if name == key and bound is not None else action.form(prefix=name))
        for name, action in ACTIONS.items()
        if action.fits(found, request.user)
    ]
    context = {"task": found, "todo": todo, "timeline": timeline(found), "now": clock.now()}
    return render(request, "staff/records/task.html", context, status=status)


@right_required(KEEP_RECORDS)
@require_POST
def act(request: UserRequest, pk: int, action: str) -> HttpResponse:
    """Receive, finish or take back a task; a refusal shows the page again, with what was typed."""
    found = get_object_or_404(_tasks_of(request.user), pk=pk)
    if action not in ACTIONS:
        raise Http404
    form = ACTIONS[action].form(request.POST, prefix=action)
    if not form.is_valid():
        return _task_page(request, found, action, form, 422)
    try:
        ACTIONS[action].service(task_id=pk, version=version_of(request.POST), by=request.user, **form.cleaned_data)
    except BusinessError as refusal:
        form.add_error(None, refusal.message)
        messages.error(request, refusal.message)
        return _task_page(request, get_object_or_404(_tasks_of(request.user), pk=pk), action, form, 409)
    return redirect("records:task", pk)


@right_required(KEEP_RECORDS)
@require_http_methods(["GET", "POST"])
def memo_book(request: UserRequest) -> HttpResponse:
    """One's own notes; nobody else reads them (STF-25)."""
    form = MemoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        memos.write_memo(by=request.user, **form.cleaned_data)
        return redirect("records:memos")
    page = keyset(
        Memo.objects.filter(user=request.user),
        order=("-at", "-id"),
        cursor=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    things = Material.objects.filter(holder=request.user, returned_on=None, lost_on=None)
    context = {"page": page, "form": form, "things": things, "leads": request.user.has_perm(LEAD_TEAM)}
    return render(request, "staff/records/memos.html", context, status=422 if form.errors else 200)


@right_required(KEEP_RECORDS)
@require_POST
def memo(request: UserRequest, pk: int, action: str) -> HttpResponse:
    """Tick a note off or tear it out."""
    services_by_name: dict[str, Callable[..., Any]] = {"tick": memos.tick_memo, "forget": memos.forget_memo}
    if action not in services_by_name:
        raise Http404
    try:
        services_by_name[action](memo_id=pk, by=request.user)
    except Memo.DoesNotExist:
        raise Http404 from None
    return redirect("records:memos")


@right_required(LEAD_TEAM)
@require_http_methods(["GET", "POST"])
def material(request: UserRequest) -> HttpResponse:
    """Who has what from the office (STF-25), for those whom one leads."""
    people = led_people(request.user)
    form = MaterialForm(request.POST or None, people=people, initial={"given_on": clock.today()})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            memos.give_material(by=request.user, **form.cleaned_data)
        except BusinessError as refusal:
            form.add_error(None, refusal.message)
            status = 409
        else:
            return redirect("records:material")
    elif form.errors:
        status = 422
    rows = (
        Material.objects.filter(holder__in=people).select_related("holder").order_by("returned_on", "lost_on", "name")
    )
    return render(request, "staff/records/material.html", {"form": form, "rows": rows[:300]}, status=status)


@right_required(LEAD_TEAM)
@require_POST
def material_act(request: UserRequest, pk: int, action: str) -> HttpResponse:
    """It is back, or lost."""
    services_by_name = {"returned": memos.take_material_back, "lost": memos.report_material_lost}
    if action not in services_by_name:
        raise Http404
    get_object_or_404(Material.objects.filter(holder__in=led_people(request.user)), pk=pk)
    try:
        services_by_name[action](material_id=pk, by=request.user)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    return redirect("records:material")
