"""The machine of a task from a supervisor."""

from __future__ import annotations

from django.db import models
from django_fsm import FSMField, transition

from staff.records.states import TaskState as T


class TaskWorkflow(models.Model):
    """given → received → done / cancelled (STF-22)"""

    state = FSMField(default=T.GIVEN, choices=T.choices, protected=True)

    class Meta:
        abstract = True

    @transition(state, source=T.GIVEN, target=T.RECEIVED)
    def receive(self) -> None: ...

    @transition(state, source=T.RECEIVED, target=T.DONE)
    def finish(self) -> None: ...

    @transition(state, source=[T.GIVEN, T.RECEIVED], target=T.CANCELLED)
    def cancel(self) -> None: ...
