"""The machine of a penalty or reward. It reads as its row of the table in docs/architecture.md."""

from __future__ import annotations

from django.db import models
from django_fsm import transition

from common.fields import StateField
from staff.conduct.states import PenaltyState as P


class PenaltyWorkflow(models.Model):
    """proposed → confirmed / dropped → appealed → upheld / cancelled → booked (STF-19, STF-21, STF-34, FIN-07 to FIN-09)"""

    state = StateField(default=P.PROPOSED, choices=P.choices, protected=True)

    class Meta:
        abstract = True

    @transition(state, source=P.PROPOSED, target=P.CONFIRMED)
    def confirm(self) -> None: ...

    @transition(state, source=P.PROPOSED, target=P.DROPPED)
    def drop(self) -> None: ...

    @transition(state, source=P.CONFIRMED, target=P.APPEALED)
    def file_appeal(self) -> None: ...

    @transition(state, source=P.APPEALED, target=P.UPHELD)
    def uphold(self) -> None: ...

    @transition(state, source=P.APPEALED, target=P.CANCELLED)
    def cancel(self) -> None: ...

    @transition(state, source=[P.CONFIRMED, P.UPHELD], target=P.BOOKED)
    def book(self) -> None: ...
