"""The machines of tasks, meetings and action items."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from common.fields import StateField
from staff.records.states import ActionState as A
from staff.records.states import MeetingState as M
from staff.records.states import TaskState as T


class TaskWorkflow(models.Model):
    """given → received → done / cancelled (STF-22); handed on, it is given anew"""

    state = StateField(default=T.GIVEN, choices=T.choices, protected=True)

    class Meta:
        abstract = True

    @transition(state, source=T.GIVEN, target=T.RECEIVED)
    def receive(self) -> None: ...

    @transition(state, source=T.RECEIVED, target=T.DONE)
    def finish(self) -> None: ...

    @transition(state, source=[T.GIVEN, T.RECEIVED], target=T.GIVEN)
    def hand_on(self) -> None:
        """Somebody else has it now, and has to receive it too."""

    @transition(state, source=[T.GIVEN, T.RECEIVED], target=T.CANCELLED)
    def cancel(self) -> None: ...


class MeetingWorkflow(models.Model):
    """planned → held (STF-24)"""

    state = StateField(_("state"), max_length=8, default=M.PLANNED, choices=M.choices, protected=True)

    class Meta:
        abstract = True

    @transition(state, source=M.PLANNED, target=M.HELD)
    def close(self) -> None: ...


class ActionWorkflow(models.Model):
    """open → done / dropped (QA-11)"""

    state = StateField(_("state"), max_length=8, default=A.OPEN, choices=A.choices, protected=True)

    class Meta:
        abstract = True

    @transition(state, source=A.OPEN, target=A.DONE)
    def finish(self) -> None: ...

    @transition(state, source=A.OPEN, target=A.DROPPED)
    def drop(self) -> None: ...
