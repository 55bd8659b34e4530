"""Re-ship 补发 (SUP-09, SUP-10, AFT-19).

reported → checking (chat, order, split parcels, staff error) → stock_asked → resend_due → resent → closed /
refund_approved → refunded → closed
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aftersales import advice, guards
from aftersales.machine import FINANCE, SERVICE, SUPPLIER, SYSTEM, WAREHOUSE, Place, step
from aftersales.models import Case
from aftersales.states import Kind
from aftersales.states import ReshipState as S
from sla.states import Party


class Reship(Case):
    """Something was missing: it is sent after, or paid back."""

    KIND = Kind.RESHIP
    START = S.REPORTED
    STATES = S
    PLACES = {
        S.REPORTED: Place(Party.AGENT, ("aftersales.platform", "aftersales.response")),
        S.CHECKING: Place(Party.AGENT, ("aftersales.platform", "aftersales.handling")),
        S.STOCK_ASKED: Place(Party.SUPPLIER, ("aftersales.platform", "aftersales.stock_answer")),
        S.RESEND_DUE: Place(Party.SUPPLIER, ("aftersales.platform", "aftersales.reship")),
        S.RESENT: Place(Party.AGENT, ("aftersales.platform",)),
        S.REFUND_APPROVED: Place(Party.FINANCE, ("aftersales.platform", "aftersales.finance_refund")),
        S.REFUNDED: Place(Party.AGENT),
        S.CLOSED: Place(final=True),
    }

    class Meta:
        proxy = True
        default_permissions = ()

    @step(
        S.REPORTED,
        S.CHECKING,
        label=_("Check chat, order, split parcels"),
        by=SERVICE,
        asks=("missing_check",),
        rule="AFT-19, AFT-23, LOG-20",
        main=True,
    )
    def look_into(self) -> None: ...

    @step(S.CHECKING, S.STOCK_ASKED, label=_("Ask the supplier for stock"), by=SERVICE, rule="SUP-09", main=True)
    def ask_stock(self) -> None: ...

    @step(
        [S.CHECKING, S.STOCK_ASKED],
        S.RESEND_DUE,
        label=_("In stock: send it after"),
        by=(*SERVICE, *SUPPLIER),
        rule="SUP-09, SUP-28, AFT-19",
        conditions=[guards.proof_is_there],
        unless=advice.supplier_has_none,
        main=True,
    )
    def order_resend(self) -> None: ...

    @step(
        [S.RESEND_DUE, S.STOCK_ASKED],
        S.RESENT,
        label=_("Sent: enter the number"),
        by=(*SERVICE, *WAREHOUSE, *SUPPLIER),
        asks=("resend",),
        rule="SUP-09, SUP-28",
        conditions=[guards.proof_is_there],
        unless=advice.supplier_has_none,
        main=True,
    )
    def resend(self) -> None: ...

    @step(
        [S.CHECKING, S.STOCK_ASKED, S.RESEND_DUE],
        S.REFUND_APPROVED,
        label=_("Pay it back instead"),
        by=SERVICE,
        asks=("amount",),
        rule="SUP-10",
        conditions=[guards.amount_is_left],
        unless=advice.supplier_may_have_it,
        main=True,
    )
    def approve_refund(self) -> None: ...

    @step(
        S.REFUND_APPROVED,
        S.REFUNDED,
        label=_("Refunded"),
        by=(*FINANCE, *SYSTEM),
        rule="SUP-10, FIN-01",
        conditions=[guards.money_is_paid],
        main=True,
    )
    def refund_paid(self) -> None: ...

    @step(
        [S.REPORTED, S.CHECKING, S.STOCK_ASKED, S.RESEND_DUE, S.RESENT],
        S.REFUNDED,
        label=_("The platform has paid it back"),
        by=SYSTEM,
        rule="FIN-01",
    )
    def platform_refunded(self) -> None: ...

    @step(
        S.REFUND_APPROVED,
        S.CHECKING,
        label=_("Finance does not pay"),
        by=SYSTEM,
        asks=("declined",),
        rule="FIN-02",
    )
    def payment_declined(self) -> None: ...

    @step(
        [S.REPORTED, S.CHECKING, S.STOCK_ASKED, S.RESEND_DUE],
        S.RESENT,
        label=_("Done on the platform"),
        by=SYSTEM,
        rule="SUP-09",
    )
    def platform_resent(self) -> None: ...

    @step(
        [S.RESENT, S.REFUNDED],
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
        [S.REPORTED, S.CHECKING, S.STOCK_ASKED],
        S.CLOSED,
        label=_("Nothing was missing"),
        by=(*SERVICE, *SYSTEM),
        asks=("result",),
        rule="AFT-19",
    )
    def withdraw(self) -> None: ...

    @step(S.CLOSED, S.CHECKING, label=_("Reopen"), by=SERVICE, asks=("why",))
    def reopen(self) -> None: ...
