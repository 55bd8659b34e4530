"""Exchange 换货 (SUP-05, SUP-06, RET-12 to RET-14).

requested → rejected / stock_asked → out_of_stock (opens compensation or return) / approved → coming_back → received →
inspected / mismatched → called_back → resend_due → resent → delivered → closed / unsatisfied (second time: opens a
return)
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aftersales import guards
from aftersales.machine import QUALITY, SERVICE, SUPPLIER, SYSTEM, WAREHOUSE, Place, step
from aftersales.models import Case
from aftersales.states import ExchangeState as S
from aftersales.states import Goods, Kind
from sla.states import Party


class Exchange(Case):
    """The buyer sends the goods back and gets others."""

    KIND = Kind.EXCHANGE
    START = S.REQUESTED
    STATES = S
    PLACES = {
        S.REQUESTED: Place(Party.AGENT, ("aftersales.platform", "aftersales.response")),
        S.REJECTED: Place(Party.BUYER, ("aftersales.platform", "aftersales.rejected")),
        S.STOCK_ASKED: Place(Party.SUPPLIER, ("aftersales.platform", "aftersales.stock_answer")),
        S.OUT_OF_STOCK: Place(Party.AGENT, ("aftersales.platform", "aftersales.handling")),
        S.APPROVED: Place(Party.BUYER, ("aftersales.platform",)),
        S.COMING_BACK: Place(Party.CARRIER, ("aftersales.platform", "aftersales.awaiting_goods"), Goods.COMING_BACK),
        S.RECEIVED: Place(
            Party.WAREHOUSE, ("aftersales.platform", "aftersales.resend"), Goods.BACK, at_supplier=Party.SUPPLIER
        ),
        S.INSPECTED: Place(Party.AGENT, ("aftersales.platform", "aftersales.resend")),
        S.MISMATCHED: Place(Party.AGENT, ("aftersales.platform", "aftersales.call_back_mismatch")),
        S.CALLED_BACK: Place(Party.AGENT, ("aftersales.platform", "aftersales.handling")),
        S.RESEND_DUE: Place(Party.WAREHOUSE, ("aftersales.platform", "aftersales.resend"), at_supplier=Party.SUPPLIER),
        S.RESENT: Place(Party.CARRIER, ("aftersales.platform",)),
        S.DELIVERED: Place(Party.AGENT, ("aftersales.handling",), Goods.WITH_BUYER),
        S.UNSATISFIED: Place(final=True),
        S.CLOSED: Place(final=True),
    }

    class Meta:
        proxy = True
        default_permissions = ()

    @step(
        [S.REQUESTED, S.STOCK_ASKED],
        S.REJECTED,
        label=_("Reject"),
        by=(*SERVICE, *SYSTEM),
        asks=("result",),
        rule="RET-02, RET-36, LOG-09",
        conditions=[guards.may_be_refused],
    )
    def reject(self) -> None: ...

    @step(S.REJECTED, S.REQUESTED, label=_("The buyer asks again"), by=(*SERVICE, *SYSTEM), rule="RET-36")
    def ask_again(self) -> None: ...

    @step(
        S.REQUESTED,
        S.STOCK_ASKED,
        label=_("Ask the supplier for stock"),
        by=SERVICE,
        rule="SUP-05, AFT-23, LOG-20",
        main=True,
        conditions=[guards.evidence_is_enough],
    )
    def ask_stock(self) -> None: ...

    @step(
        [S.STOCK_ASKED, S.REQUESTED], S.OUT_OF_STOCK, label=_("Out of stock"), by=(*SERVICE, *SUPPLIER), rule="SUP-07"
    )
    def answer_no_stock(self) -> None: ...

    @step(
        [S.REQUESTED, S.STOCK_ASKED],
        S.APPROVED,
        label=_("In stock: approve and send the address"),
        by=(*SERVICE, *SYSTEM),
        asks=("judgement", "return_address", "freight"),
        rule="SUP-05, RET-21, RET-22",
        main=True,
        conditions=[guards.evidence_is_enough],
    )
    def approve(self) -> None: ...

    @step(
        S.APPROVED,
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
        rule="RET-12, SUP-06",
        main=True,
    )
    def receive(self) -> None: ...

    @step(
        S.RECEIVED,
        S.INSPECTED,
        label=_("Counted and in order"),
        by=(*WAREHOUSE, *QUALITY, *SUPPLIER),
        asks=("inspection",),
        rule="RET-09, QA-08",
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
        S.RESEND_DUE,
        label=_("Send the other one"),
        by=SERVICE,
        rule="SUP-06, RET-12",
        main=True,
    )
    def order_resend(self) -> None: ...

    @step(
        [S.RECEIVED, S.INSPECTED, S.RESEND_DUE],
        S.RESENT,
        label=_("Sent again: enter the number"),
        by=(*SERVICE, *WAREHOUSE, *SUPPLIER),
        asks=("resend",),
        rule="SUP-06",
        main=True,
    )
    def resend(self) -> None: ...

    @step(S.RESENT, S.DELIVERED, label=_("The buyer has it"), by=(*SERVICE, *SYSTEM), rule="RET-14", main=True)
    def deliver(self) -> None: ...

    @step(
        [s for s in S.values if s not in (S.DELIVERED, S.UNSATISFIED, S.CLOSED)],
        S.DELIVERED,
        label=_("Done on the platform"),
        by=SYSTEM,
        rule="RET-14",
    )
    def platform_exchanged(self) -> None: ...

    @step(
        S.DELIVERED,
        S.UNSATISFIED,
        label=_("Still not satisfied: return"),
        by=SERVICE,
        asks=("result",),
        rule="RET-14",
        opens=Kind.RETURN,
    )
    def dissatisfy(self) -> None: ...

    @step(
        S.OUT_OF_STOCK,
        S.CLOSED,
        label=_("Compensate instead"),
        by=SERVICE,
        asks=("result",),
        rule="SUP-07",
        opens=Kind.COMPENSATION,
        main=True,
    )
    def compensate(self) -> None: ...

    @step(
        [S.OUT_OF_STOCK, S.CALLED_BACK],
        S.CLOSED,
        label=_("Return instead"),
        by=SERVICE,
        asks=("result",),
        rule="SUP-07, RET-15",
        opens=Kind.RETURN,
    )
    def take_back(self) -> None: ...

    @step(
        [S.REJECTED, S.CALLED_BACK, S.DELIVERED],
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
        [S.REQUESTED, S.REJECTED, S.STOCK_ASKED, S.OUT_OF_STOCK, S.APPROVED, S.COMING_BACK],
        S.CLOSED,
        label=_("The buyer keeps it"),
        by=(*SERVICE, *SYSTEM),
        asks=("result",),
        rule="RET-27",
    )
    def withdraw(self) -> None: ...

    @step(S.CLOSED, S.REQUESTED, label=_("Reopen"), by=SERVICE, asks=("why",))
    def reopen(self) -> None: ...
