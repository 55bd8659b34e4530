"""Tasks as work that somebody holds: who leaves hands theirs on to people whom the giver leads (STF-22)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Case, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit import services as audit
from common.locking import lock
from common.topics import topic_of
from notifications import services as notifications
from sla import assignables
from sla.assignables import Move, Piece
from sla.models import Clock
from sla.states import OPEN as OPEN_CLOCKS
from staff.models import Task, Team, User
from staff.records.services.tasks import OPEN, SUBJECT
from staff.records.sla_policies import TASK
from staff.roles import Role


class Tasks:
    """Every open task is in somebody's hands."""

    kind = SUBJECT
    label = _("tasks")

    def held_by(self, user_ids: Sequence[int]) -> list[Piece]:
        """Open tasks of these people, the most urgent first. One query."""
        tasks = Task.objects.filter(assignee_id__in=list(user_ids), state__in=OPEN).order_by("due_at", "pk")
        return [
            Piece(self.kind, task.pk, topic_of(task), task.title, TASK.label, task.due_at, task.assignee_id)
            for task in tasks
        ]

    def unheld(self, limit: int, skills: Collection[str] | None = None) -> list[Piece]:
        """None: a task is given to somebody."""
        return []

    def loads(self) -> dict[int, int]:
        """How many open tasks everybody holds."""
        return dict(Counter(Task.objects.filter(state__in=OPEN).values_list("assignee_id", flat=True)))

    def move(self, moves: Sequence[Move], now: dt.datetime) -> list[int]:
        """Hands tasks on; the new holder has to receive them anew. Left alone: those that would be nobody's, whose
        holder changed, and those whose giver does not lead the new holder. A fixed number of statements."""
        wanted = {move.subject_id: move for move in moves if move.new_holder_id is not None}
        with transaction.atomic():
            tasks = [
                task
                for task in lock(Task.objects.filter(pk__in=wanted, state__in=OPEN))
                if task.assignee_id == wanted[task.pk].holder_id
            ]
            led = _led_by({task.giver_id for task in tasks}, {move.new_holder_id or 0 for move in wanted.values()})
            moved = [task for task in tasks if (task.giver_id, wanted[task.pk].new_holder_id) in led]
            if moved:
                self._write(moved, {task.pk: wanted[task.pk].new_holder_id or 0 for task in moved}, now)
        return [task.pk for task in moved]

    def _write(self, tasks: Sequence[Task], holders: dict[int, int], now: dt.datetime) -> None:
        for task in tasks:
            task.hand_on()
            task.assignee_id = holders[task.pk]
            task.received_at = None
            task.version += 1
        Task.objects.bulk_update(tasks, ["state", "assignee", "received_at", "version"])
        whose = Case(*[When(subject_id=pk, then=Value(holder)) for pk, holder in holders.items()])
        Clock.objects.filter(
            policy=TASK.key, subject_type=SUBJECT, subject_id__in=holders, state__in=OPEN_CLOCKS
        ).update(assignee_id=whose)
        audit.record_many("staff.task_handed_on", about=[f"{SUBJECT}:{pk}" for pk in holders], now=now)
        notifications.notify(
            kind="staff.tasks_handed_on",
            users=User.objects.filter(pk__in=set(holders.values())),
            context={},
            url=reverse("records:tasks"),
            dedupe_key=f"staff.tasks_handed_on:{now.isoformat()}:{min(holders)}",
            now=now,
        )


def _led_by(givers: set[int], holders: set[int]) -> set[tuple[int, int]]:
    """Pairs of giver and holder in which the first leads the second, or is the second. Two queries."""
    managers = set(User.objects.filter(pk__in=givers, role=Role.MANAGER).values_list("pk", flat=True))
    pairs = set(
        Team.objects.filter(leader_id__in=givers, members__user_id__in=holders).values_list(
            "leader_id", "members__user_id"
        )
    )
    pairs |= {(giver, holder) for giver in managers for holder in holders}
    return {(int(a), int(b)) for a, b in pairs} | {(pk, pk) for pk in givers & holders}


def register() -> None:
    assignables.register(Tasks())
