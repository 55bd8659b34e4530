"""Tasks: given by who leads, received expressly, done in time with a result, handed on by who leaves (STF-22)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from common.exceptions import BusinessError, Conflict
from notifications.models import BellItem
from sla import assignables
from sla.assignables import Move
from sla.models import Clock
from sla.states import ClockState, Verdict
from staff.models import Task
from staff.records.services import tasks
from staff.records.states import TaskState
from tests.factories import NOON, UserFactory
from tests.factories_staff import EmploymentFactory, a_team

DUE = NOON + dt.timedelta(hours=30)


@pytest.fixture
def team(ana, sam):
    return a_team(ana, leader=sam)


def give(ana, sam, **more):
    return tasks.give_task(**{"title": "补主图", "text": "三张", "assignee": ana, "due_at": DUE, "by": sam, **more})


def test_stf_22_a_task_starts_its_clock_and_tells_who_has_it(noon, ana, sam, team):
    task = give(ana, sam)
    running = Clock.objects.get(policy="staff.task", subject_id=task.pk)
    assert (running.due_at, running.assignee, running.title) == (DUE, ana, "补主图")
    bell = BellItem.objects.get()
    assert (bell.user, bell.kind, bell.url) == (ana, "staff.task_given", f"/records/tasks/{task.pk}/")


def test_stf_22_only_who_leads_gives_tasks(noon, ana, sam, team):
    other = UserFactory(role="supervisor")
    with pytest.raises(BusinessError) as refusal:
        give(ana, other)
    assert (refusal.value.code, Task.objects.count(), Clock.objects.count()) == ("not_led", 0, 0)


@pytest.mark.parametrize(("change", "code"), [({"due_at": NOON}, "not_future"), ({"title": "  "}, "missing")])
def test_a_task_needs_a_title_and_time(noon, ana, sam, team, change, code):
    with pytest.raises(BusinessError) as refusal:
        give(ana, sam, **change)
    assert (refusal.value.code, Task.objects.count()) == (code, 0)


def test_stf_22_it_is_received_then_done_with_a_result(noon, ana, sam, team):
    task = give(ana, sam)
    task = tasks.receive_task(task_id=task.pk, version=task.version, by=ana)
    assert (task.state, task.received_at) == (TaskState.RECEIVED, NOON)
    task = tasks.finish_task(task_id=task.pk, version=task.version, result="已上传", by=ana)
    assert (task.state, task.done_at, task.result) == (TaskState.DONE, NOON, "已上传")
    assert Clock.objects.get().verdict == Verdict.MET
    assert BellItem.objects.get(kind="staff.task_done").user == sam
    assert list(Entry.objects.filter(topic=f"staff.task:{task.pk}").order_by("pk").values_list("action", flat=True)) == [
        "staff.task_given", "staff.task_received", "staff.task_done",
    ]  # fmt: skip


def test_stf_22_what_was_not_received_is_not_done(noon, ana, sam, team):
    task = give(ana, sam)
    with pytest.raises(BusinessError) as refusal:
        tasks.finish_task(task_id=task.pk, version=task.version, result="好", by=ana)
    assert (refusal.value.code, Task.objects.get().state) == ("wrong_state", TaskState.GIVEN)


def test_nobody_receives_somebody_elses_task(noon, ana, sam, team):
    task = give(ana, sam)
    with pytest.raises(BusinessError) as refusal:
        tasks.receive_task(task_id=task.pk, version=task.version, by=sam)
    assert refusal.value.code == "not_yours"


def test_two_windows_conflict(noon, ana, sam, team):
    task = give(ana, sam)
    tasks.receive_task(task_id=task.pk, version=task.version, by=ana)
    with pytest.raises(Conflict):
        tasks.receive_task(task_id=task.pk, version=task.version, by=ana)


def test_a_result_is_needed(noon, ana, sam, team):
    task = give(ana, sam)
    task = tasks.receive_task(task_id=task.pk, version=task.version, by=ana)
    with pytest.raises(BusinessError) as refusal:
        tasks.finish_task(task_id=task.pk, version=task.version, result=" ", by=ana)
    assert (refusal.value.code, Clock.objects.get().state) == ("missing", ClockState.RUNNING)


def test_a_task_taken_back_gets_no_verdict(noon, ana, sam, team):
    task = give(ana, sam)
    tasks.cancel_task(task_id=task.pk, version=task.version, reason="不用了", by=sam)
    ended = Clock.objects.get()
    assert (ended.state, ended.verdict, Task.objects.get().state) == (ClockState.VOID, "", TaskState.CANCELLED)


def test_an_agent_does_not_take_his_own_task_back(noon, ana, sam, team):
    task = give(ana, sam)
    with pytest.raises(BusinessError) as refusal:
        tasks.cancel_task(task_id=task.pk, version=task.version, reason="难", by=ana)
    assert (refusal.value.code, Task.objects.get().state) == ("not_led", TaskState.GIVEN)


def test_who_leaves_hands_tasks_on_and_the_next_one_receives_them_anew(noon, ana, sam, team):
    bob = EmploymentFactory(team=team).user
    task = give(ana, sam)
    tasks.receive_task(task_id=task.pk, version=task.version, by=ana)
    kind = assignables.get("staff.task")
    assert [(piece.subject_id, piece.holder_id) for piece in kind.held_by([ana.pk])] == [(task.pk, ana.pk)]
    assert kind.move([Move(task.pk, ana.pk, bob.pk)], NOON) == [task.pk]
    task.refresh_from_db()
    assert (task.assignee, task.state, task.received_at) == (bob, TaskState.GIVEN, None)
    assert Clock.objects.get().assignee == bob
    assert BellItem.objects.get(kind="staff.tasks_handed_on").user == bob
    assert kind.loads() == {bob.pk: 1}


def test_a_task_goes_to_nobody_whom_its_giver_does_not_lead(noon, ana, sam, team):
    task, stranger = give(ana, sam), UserFactory()
    kind = assignables.get("staff.task")
    moves = [Move(task.pk, ana.pk, stranger.pk), Move(task.pk, ana.pk, None), Move(task.pk, stranger.pk, sam.pk)]
    assert [kind.move([move], NOON) for move in moves] == [[], [], []]
    assert Task.objects.get().assignee == ana


def test_moving_ten_tasks_takes_as_many_statements_as_one(noon, ana, sam, team):
    bob = EmploymentFactory(team=team).user
    kind = assignables.get("staff.task")

    def cost(count: int) -> int:
        moves = [Move(give(ana, sam, title=f"{n}").pk, ana.pk, bob.pk) for n in range(count)]
        with CaptureQueriesContext(connection) as seen:
            assert len(kind.move(moves, NOON + dt.timedelta(seconds=count))) == count
        return len(seen)

    assert cost(10) == cost(1)


def test_the_pages_of_tasks(noon, ana, sam, olli, team, as_user):
    data = {"title": "盘点", "assignee": ana.pk, "due_at": "2026-11-21T18:00"}
    assert as_user(ana).post("/records/tasks/", data).status_code == 403
    assert as_user(sam).post("/records/tasks/", data).status_code == 302
    task = Task.objects.get()
    assert task.due_at == dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)
    assert [as_user(user).get(f"/records/tasks/{task.pk}/").status_code for user in (ana, sam, olli)] == [200, 200, 404]
    assert as_user(sam).post(f"/records/tasks/{task.pk}/receive/", {"version": "0"}).status_code == 409
    assert as_user(ana).post(f"/records/tasks/{task.pk}/receive/", {"version": "0"}).status_code == 302
    refused = as_user(ana).post(f"/records/tasks/{task.pk}/finish/", {"version": "9", "finish-result": "盘好了"})
    assert (refused.status_code, "盘好了" in refused.content.decode()) == (409, True)
