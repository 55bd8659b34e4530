"""The machines of a pay slip and of a loss claim. Each reads as its row of the table in docs/architecture.md."""

from __future__ import annotations

from django.db import models
from django_fsm import transition

from common.fields import StateField
from ledger.states import ClaimState as C
from ledger.states import SlipState as S


class SlipWorkflow(models.Model):
    """draft → submitted → approved / declined → paid → reconciled / mismatched (FIN-01 to FIN-06)"""

    state = StateField(max_length=10, default=S.DRAFT, choices=S.choices, protected=True)

    class Meta:
        abstract = True

    @transition(state, source=[S.DRAFT, S.DECLINED], target=S.SUBMITTED)
    def submit(self) -> None: ...

    @transition(state, source=S.SUBMITTED, target=S.APPROVED)
    def approve(self) -> None: ...

    @transition(state, source=[S.SUBMITTED, S.APPROVED], target=S.DECLINED)
    def decline(self) -> None: ...

    @transition(state, source=S.APPROVED, target=S.PAID)
    def pay(self) -> None: ...

    @transition(state, source=[S.PAID, S.MISMATCHED], target=S.RECONCILED)
    def reconcile(self) -> None: ...

    @transition(state, source=S.PAID, target=S.MISMATCHED)
    def mismatch(self) -> None: ...


class ClaimWorkflow(models.Model):
    """drafted → evidenced → sent → accepted / disputed → settled / written_off (SUP-27, SUP-28, FIN-11, AFT-22)"""

    state = StateField(max_length=11, default=C.DRAFTED, choices=C.choices, protected=True)

    class Meta:
        abstract = True

    @transition(state, source=C.DRAFTED, target=C.EVIDENCED)
    def prove(self) -> None: ...

    @transition(state, source=[C.EVIDENCED, C.DISPUTED], target=C.SENT)
    def send(self) -> None: ...

    @transition(state, source=[C.SENT, C.DISPUTED], target=C.ACCEPTED)
    def accept(self) -> None: ...

    @transition(state, source=C.SENT, target=C.DISPUTED)
    def dispute(self) -> None: ...

    @transition(state, source=C.ACCEPTED, target=C.SETTLED)
    def settle(self) -> None: ...

    @transition(state, source=[C.DRAFTED, C.EVIDENCED, C.SENT, C.DISPUTED], target=C.WRITTEN_OFF)
    def write_off(self) -> None: ...
