"""The machines of a swap and of leave. Each reads as its row of the table in docs/architecture.md."""

from __future__ import annotations

from django.db import models
from django_fsm import transition

from common.fields import StateField
from staff.exchanges.states import LeaveState as L
from staff.exchanges.states import SwapState as S


class SwapWorkflow(models.Model):
    """asked → counterpart_agreed → approved / declined → done / gap (STF-09, STF-15, STF-16)"""

    state = StateField(default=S.ASKED, choices=S.choices, protected=True)

    class Meta:
        abstract = True

    @transition(state, source=S.ASKED, target=S.COUNTERPART_AGREED)
    def agree(self) -> None: ...

    @transition(state, source=S.COUNTERPART_AGREED, target=S.APPROVED)
    def approve(self) -> None: ...

    @transition(state, source=[S.ASKED, S.COUNTERPART_AGREED], target=S.DECLINED)
    def decline(self) -> None: ...

    @transition(state, source=[S.ASKED, S.COUNTERPART_AGREED], target=S.WITHDRAWN)
    def withdraw(self) -> None: ...

    @transition(state, source=S.APPROVED, target=S.DONE)
    def finish(self) -> None: ...

    @transition(state, source=S.APPROVED, target=S.GAP)
    def leave_gap(self) -> None: ...


class LeaveWorkflow(models.Model):
    """asked → substitute_agreed → approved / declined (STF-09)"""

    state = StateField(default=L.ASKED, choices=L.choices, protected=True)

    class Meta:
        abstract = True

    @transition(state, source=L.ASKED, target=L.SUBSTITUTE_AGREED)
    def agree(self) -> None: ...

    @transition(state, source=[L.ASKED, L.SUBSTITUTE_AGREED], target=L.APPROVED)
    def approve(self) -> None: ...

    @transition(state, source=[L.ASKED, L.SUBSTITUTE_AGREED], target=L.DECLINED)
    def decline(self) -> None: ...

    @transition(state, source=[L.ASKED, L.SUBSTITUTE_AGREED, L.APPROVED], target=L.WITHDRAWN)
    def withdraw(self) -> None: ...
