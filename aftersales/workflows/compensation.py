"""Compensation 补偿 (FIN-06, AFT-20, RET-27).

proposed → approved / declined → paid → closed
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aftersales import guards
from aftersales.machine import FINANCE, SERVICE, SYSTEM, Place, step
from aftersales.models import Case
from aftersales.states import CompensationState as S
from aftersales.states import Kind
from sla.states import Party


class Compensation(Case):
    """Money or a coupon for the trouble. Never for a review (REV-15)."""

    KIND = Kind.COMPENSATION
    START = S.PROPOSED
    STATES = S
    PLACES = {
        S.PROPOSED: Place(Party.AGENT, ("aftersales.handling",)),
        S.APPROVED: Place(Party.FINANCE, ("aftersales.finance_refund",)),
        S.DECLINED: Place(final=True),
        S.PAID: Place(Party.AGENT),
        S.CLOSED: Place(final=True),
    }

    class Meta:
        proxy = True
        default_permissions = ()

    @step(
        S.PROPOSED,
        S.APPROVED,
        label=_("Approve"),
        by=SERVICE,
        asks=("amount", "not_for_a_review"),
        rule="FIN-06, AFT-20, SUP-28",
        conditions=[guards.proof_is_there, guards.amount_is_left],
        main=True,
    )
    def approve(self) -> None: ...

    @step(S.PROPOSED, S.DECLINED, label=_("Decline"), by=SERVICE, asks=("result",))
    def decline(self) -> None: ...

    @step(
        S.APPROVED,
        S.PAID,
        label=_("Paid out"),
        by=(*FINANCE, *SYSTEM),
        rule="FIN-01",
        conditions=[guards.money_is_paid],
        main=True,
    )
    def refund_paid(self) -> None: ...

    @step(S.APPROVED, S.DECLINED, label=_("Finance does not pay"), by=SYSTEM, asks=("declined",), rule="FIN-02")
    def payment_declined(self) -> None: ...

    @step(
        S.PAID,
        S.CLOSED,
        label=_("Close"),
        by=(*SERVICE, *SYSTEM),
        asks=("responsibility",),
        rule="AFT-14",
        conditions=[guards.responsibility_is_shared_out],
        main=True,
    )
    def close(self) -> None: ...

    @step([S.DECLINED, S.CLOSED], S.PROPOSED, label=_("Reopen"), by=SERVICE, asks=("why",))
    def reopen(self) -> None: ...
