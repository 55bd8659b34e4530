"""What follows here from what happened to clocks: the history of who had what and why."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.dispatch import receiver

from sla.holding import KIND
from sla.models import Clock
from sla.signals import clock_changed_hands
from staff.duty.causes import Cause
from staff.models import Assignment


@receiver(clock_changed_hands)
def note_change_of_hands(sender: Any, *, clock: Clock, by: Any, reason: str, now: dt.datetime, **more: Any) -> None:
    """A line of history when somebody took a clock, or passed it on with a reason (STF-42)."""
    if clock.assignee_id is None:
        return
    taken = clock.assignee_id == by.pk
    Assignment.objects.create(
        kind=KIND,
        subject_id=clock.pk,
        topic=clock.topic,
        user_id=clock.assignee_id,
        at=now,
        cause=Cause.TAKEN if taken else Cause.HAND,
        why={"by": by.name, "reason": reason} if reason else {},
    )
