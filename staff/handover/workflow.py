"""The machine of a handover. It reads as its row of the table in docs/architecture.md."""

from __future__ import annotations

from django.db import models
from django_fsm import transition

from common.fields import StateField
from staff.handover.states import HandoverState as H


class HandoverWorkflow(models.Model):
    """open → signed_by_leaver → signed_by_taker (STF-08, STF-10, STF-13)"""

    state = StateField(default=H.OPEN, choices=H.choices, protected=True)

    class Meta:
        abstract = True

    @transition(state, source=H.OPEN, target=H.SIGNED_BY_LEAVER)
    def sign_as_leaver(self) -> None: ...

    @transition(state, source=H.SIGNED_BY_LEAVER, target=H.OPEN)
    def take_back(self) -> None: ...

    @transition(state, source=H.SIGNED_BY_LEAVER, target=H.SIGNED_BY_TAKER)
    def sign_as_taker(self) -> None: ...
