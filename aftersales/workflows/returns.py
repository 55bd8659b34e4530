"""Return and refund 退货退款 (RET-01 to RET-38).

requested → evidence_wanted ⇄ reviewing → rejected / approved (address sent, never typed) → coming_back → received →
inspected / mismatched → called_back → refund_approved → refunded → closed
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aftersales import advice, guards
from aftersales.machine import FINANCE, QUALITY, SERVICE, SUPPLIER, SYSTEM, WAREHOUSE, Place, step
from aftersales.models import Case
from aftersales.states import Goods, Kind
from aftersales.states import ReturnState as S
from sla.states import Party

PLATFORM = "aftersales.platform"


class Return(Case):
    """The buyer sends the goods back and wants the money back."""

    KIND = Kind.RETURN
    START = S.REQUESTED
    STATES = S
    PLACES = {
        S.REQUESTED: Place(Party.AGENT, (PLATFORM, "aftersales.response")),
        S.EVIDENCE_WANTED: Place(Party.BUYER, (PLATFORM,)),
        S.REVIEWING: Place(Party.AGENT, (PLATFORM, "aftersales.handling")),
        S.REJECTED: Place(Party.BUYER, (PLATFORM, "aftersales.rejected")),
        S.APPROVED: Place(Party.BUYER, (PLATFORM,)),
        S.COMING_BACK: Place(Party.CARRIER, (PLATFORM, "aftersales.awaiting_goods"), Goods.COMING_BACK),
        S.RECEIVED: Place(
            Party.WAREHOUSE, (PLATFORM, "aftersales.supplier_feedback"), Goods.BACK, at_supplier=Party.SUPPLIER
        ),
        S.INSPECTED: Place(Party.AGENT, (PLATFORM,)),
        S.MISMATCHED: Place(Party.AGENT, (PLATFORM, "aftersales.call_back_mismatch")),
        S.CALLED_BACK: Place(Party.AGENT, (PLATFORM,)),
        S.REFUND_APPROVED: Place(Party.FINANCE, (PLATFORM, "aftersales.finance_refund")),
        S.REFUNDED: Place(Party.AGENT),
        S.CLOSED: Place(final=True),
    }

    class Meta:
        proxy = True
        default_permissions = ()

    @step(
        [S.REQUESTED, S.REVIEWING],
        S.EVIDENCE_WANTED,
        label=_("Ask for photos"),
        by=SERVICE,
        asks=("evidence_wanted",),
        rule="RET-06",
        detour=True,
    )
    def ask_evidence(self) -> None: ...

    @step(
        [S.REQUESTED, S.EVIDENCE_WANTED],
        S.REVIEWING,
        label=_("Evidence is there: review"),
        by=(*SERVICE, *SYSTEM),
        rule="RET-06, RET-07, AFT-23, LOG-21",
        unless=advice.nothing_to_look_at,
        main=True,
    )
    def review(self) -> None: ...

    @step(
        [S.REQUESTED, S.EVIDENCE_WANTED, S.REVIEWING],
        S.REJECTED,
        label=_("Reject"),
        by=(*SERVICE, *SYSTEM),
        asks=("result",),
        rule="RET-01, RET-36, LOG-09",
        conditions=[guards.may_be_refused],
    )
    def reject(self) -> None: ...

    @step(S.REJECTED, S.REVIEWING, label=_("The buyer asks again"), by=(*SERVICE, *SYSTEM), rule="RET-36")
    def ask_again(self) -> None: ...

    @step(
        [S.REQUESTED, S.REVIEWING, S.REJECTED],
        S.APPROVED,
        label=_("Approve and send the address"),
        by=(*SERVICE, *SYSTEM),
        asks=("judgement", "return_address", "freight"),
        rule="RET-08, RET-21, RET-22, RET-25",
        conditions=[guards.evidence_is_enough],
        main=True,
    )
    def approve(self) -> None: ...

    @step(
        [S.APPROVED],
        S.COMING_BACK,
        label=_("The buyer sent it"),
        by=(*SERVICE, *SYSTEM),
        asks=("return_tracking",),
        rule="RET-18",
        main=True,
    )
    def send_back(self) -> None: ...

    @step(
        [S.APPROVED, S.COMING_BACK],
        S.RECEIVED,
        label=_("It has arrived"),
        by=(*WAREHOUSE, *SUPPLIER, *SYSTEM),
        rule="RET-03, RET-09",
        main=True,
    )
    def receive(self) -> None: ...

    @step(
        S.RECEIVED,
        S.INSPECTED,
        label=_("Counted and in order"),
        by=(*WAREHOUSE, *QUALITY, *SUPPLIER),
        asks=("inspection",),
        rule="RET-03, RET-09, QA-08",
        main=True,
        conditions=[guards.goods_are_judged],
    )
    def inspect(self) -> None: ...

    @step(
        S.RECEIVED,
        S.MISMATCHED,
        label=_("Not as agreed"),
        by=(*WAREHOUSE, *QUALITY, *SUPPLIER),
        asks=("inspection",),
        rule="RET-04",
    )
    def find_mismatch(self) -> None: ...

    @step(
        S.MISMATCHED,
        S.CALLED_BACK,
        label=_("Buyer called back"),
        by=SERVICE,
        asks=("contact", "result"),
        rule="RET-05",
        main=True,
    )
    def call_back(self) -> None: ...

    @step(
        [S.INSPECTED, S.CALLED_BACK],
        S.REFUND_APPROVED,
        label=_("Approve the refund"),
        by=SERVICE,
        asks=("amount",),
        rule="RET-03, RET-19, FIN-01",
        main=True,
        conditions=[guards.amount_is_left],
    )
    def approve_refund(self) -> None: ...

    @step(
        [S.REVIEWING, S.APPROVED, S.COMING_BACK],
        S.REFUND_APPROVED,
        label=_("Refund without the goods"),
        by=SERVICE,
        asks=("judgement", "amount"),
        rule="RET-28, RET-29, LOG-17",
        conditions=[guards.evidence_is_enough, guards.amount_is_left],
    )
    def refund_without_goods(self) -> None: ...

    @step(
        S.REFUND_APPROVED,
        S.REFUNDED,
        label=_("Refunded"),
        by=(*FINANCE, *SYSTEM),
        rule="FIN-01, RET-17",
        conditions=[guards.money_is_paid],
        main=True,
    )
    def refund_paid(self) -> None: ...

    @step(
        [s for s in S.values if s not in (S.REFUND_APPROVED, S.REFUNDED, S.CLOSED)],
        S.REFUNDED,
        label=_("The platform has paid it back"),
        by=SYSTEM,
        rule="FIN-01",
    )
    def platform_refunded(self) -> None: ...

    @step(
        S.REFUND_APPROVED,
        S.REVIEWING,
        label=_("Finance does not pay"),
        by=SYSTEM,
        asks=("declined",),
        rule="FIN-02",
    )
    def payment_declined(self) -> None: ...

    @step(
        [S.REJECTED, S.CALLED_BACK, S.REFUNDED],
        S.CLOSED,
        label=_("Close"),
        by=(*SERVICE, *SYSTEM),
        asks=("responsibility",),
        rule="AFT-14",
        conditions=[guards.responsibility_is_shared_out],
        main=True,
    )
    def close(self) -> None: ...

    @step(
        [S.REQUESTED, S.EVIDENCE_WANTED, S.REVIEWING, S.REJECTED, S.APPROVED, S.COMING_BACK],
        S.CLOSED,
        label=_("The buyer keeps it"),
        by=(*SERVICE, *SYSTEM),
        asks=("result",),
        rule="RET-27, RET-35",
    )
    def withdraw(self) -> None: ...

    @step(S.CLOSED, S.REVIEWING, label=_("Reopen"), by=SERVICE, asks=("why",))
    def reopen(self) -> None: ...
