"""Tasks: given by who leads, received expressly, done in time with a result (STF-22)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_one
from common.topics import topic_of
from notifications import services as notifications
from sla import services as sla
from staff.models import Task, User
from staff.records.services.base import must_lead, required
from staff.records.sla_policies import TASK
from staff.records.states import TaskState

SUBJECT = "staff.task"
OPEN = (TaskState.GIVEN, TaskState.RECEIVED)


@transaction.atomic
def give_task(
    *,
    title: str,
    text: str,
    assignee: User,
    due_at: dt.datetime,
    by: User,
    topic: str = "",
    now: dt.datetime | None = None,
) -> Task:
    """Give a task to somebody whom `by` leads; its clock is due at `due_at` (STF-22).

    Raises BusinessError when `by` does not lead them, the title is empty or the time does not lie ahead.
    """
    must_lead(by, assignee)
    return make_task(title=title, text=text, assignee=assignee, due_at=due_at, by=by, topic=topic, now=now)


@transaction.atomic
def make_task(
    *,
    title: str,
    text: str,
    assignee: User,
    due_at: dt.datetime,
    by: User,
    topic: str = "",
    now: dt.datetime | None = None,
) -> Task:
    """A task that follows from a rule of the house, whoever leads whom; else as `give_task`."""
    now = now or clock.now()
    name = required(title, _("Say in a few words what is to be done."), longest=120)
    if due_at <= now:
        raise BusinessError(_("The time must lie in the future."), code="not_future")
    task = Task.objects.create(
        title=name, text=text.strip()[:2000], topic=topic, giver=by, assignee=assignee, given_at=now, due_at=due_at
    )
    spec = sla.ClockSpec(
        policy=TASK.key,
        subject_type=SUBJECT,
        subject_id=task.pk,
        topic=topic_of(task),
        title=task.title,
        started_at=now,
        assignee_id=assignee.pk,
        own_due_at=due_at,
    )
    sla.start_clocks([spec], now=now)
    audit.record("staff.task_given", about=task, by=by, now=now, to=assignee.name, due_at=due_at.isoformat())
    _tell("staff.task_given", [assignee], task, now)
    return task


@transaction.atomic
def receive_task(*, task_id: int, version: int, by: User, now: dt.datetime | None = None) -> Task:
    """«Received»: from here on it is to be done in time and in full (STF-22). Raises Conflict; BusinessError."""
    now = now or clock.now()
    task = _own(task_id, version, by, TaskState.GIVEN)
    task.receive()
    task.received_at = now
    _keep(task, ["received_at"])
    audit.record("staff.task_received", about=task, by=by, now=now)
    return task


@transaction.atomic
def finish_task(*, task_id: int, version: int, result: str, by: User, now: dt.datetime | None = None) -> Task:
    """Done, with its result; ends the clock and tells who gave it. Raises Conflict; BusinessError when it was not
    received first or no result is given."""
    now = now or clock.now()
    task = _own(task_id, version, by, TaskState.RECEIVED)
    required(result, _("Say what came of it."))
    task.finish()
    task.result, task.done_at = result.strip()[:2000], now
    _keep(task, ["result", "done_at"])
    sla.stop_clocks(policies=[TASK.key], subject_type=SUBJECT, subject_ids=[task.pk], now=now)
    audit.record("staff.task_done", about=task, by=by, now=now)
    if task.giver_id != by.pk:
        _tell("staff.task_done", [task.giver], task, now)
    return task


@transaction.atomic
def cancel_task(*, task_id: int, version: int, reason: str, by: User, now: dt.datetime | None = None) -> Task:
    """Take a task back; its clock gets no verdict. Raises Conflict; BusinessError unless `by` gave it or leads who has
    it, when it has ended, and without a reason."""
    now = now or clock.now()
    task = lock_one(Task.objects.select_related("assignee").filter(pk=task_id), version=version)
    if task.giver_id != by.pk:
        must_lead(by, task.assignee)
    _require(task, *OPEN)
    why = required(reason, _("Say why."))
    task.cancel()
    task.result = why
    _keep(task, ["result"])
    sla.void_clocks(policies=[TASK.key], subject_type=SUBJECT, subject_ids=[task.pk], reason=why, now=now)
    audit.record("staff.task_cancelled", about=task, by=by, now=now, reason=why)
    if task.assignee_id != by.pk:
        _tell("staff.task_cancelled", [task.assignee], task, now)
    return task


def _own(task_id: int, version: int, by: User, state: str) -> Task:
    task = lock_one(Task.objects.select_related("giver").filter(pk=task_id), version=version)
    if task.assignee_id != by.pk:
        raise BusinessError(_("This is not your task."), code="not_yours")
    _require(task, state)
    return task


def _require(task: Task, *states: str) -> None:
    if task.state not in states:
        raise BusinessError(
            _("This task is %(state)s: that cannot be done with it now.") % {"state": task.get_state_display()},
            code="wrong_state",
        )


def _keep(task: Task, fields: list[str]) -> None:
    task.version += 1
    task.save(update_fields=[*fields, "state", "version"])


def _tell(kind: str, users: list[User], task: Task, now: dt.datetime) -> None:
    notifications.notify(
        kind=kind,
        users=users,
        context={"title": task.title, "due_at": task.due_at.isoformat()},
        url=task.get_absolute_url(),
        dedupe_key=f"{kind}:{task.pk}:{task.version}",
        now=now,
    )
