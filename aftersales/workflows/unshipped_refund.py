"""Refund before shipping 未发货退款 (RET-32, RET-33, ORD-16, ORD-25).

requested → retaining → withdrawn / stopping (cancel at supplier, or intercept at carrier) → stopped / too_late (opens a
return) → refund_approved → refunded → closed
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aftersales import advice, guards
from aftersales.machine import FINANCE, SERVICE, SUPPLIER, SYSTEM, WAREHOUSE, Place, step
from aftersales.models import Case
from aftersales.states import Goods, Kind
from aftersales.states import UnshippedRefundState as S
from sla.states import Party


class UnshippedRefund(Case):
    """The buyer wants the money back before anything was shipped."""

    KIND = Kind.UNSHIPPED_REFUND
    START = S.REQUESTED
    STATES = S
    PLACES = {
        S.REQUESTED: Place(Party.AGENT, ("aftersales.platform", "aftersales.response")),
        S.RETAINING: Place(Party.BUYER, ("aftersales.platform",)),
        S.WITHDRAWN: Place(final=True),
        S.STOPPING: Place(Party.SUPPLIER, ("aftersales.platform", "aftersales.stop_goods")),
        S.STOPPED: Place(Party.AGENT, ("aftersales.platform", "aftersales.awaiting_goods")),
        S.TOO_LATE: Place(Party.AGENT, ("aftersales.platform",), Goods.IN_TRANSIT),
        S.REFUND_APPROVED: Place(Party.FINANCE, ("aftersales.platform", "aftersales.finance_refund")),
        S.REFUNDED: Place(Party.AGENT),
        S.CLOSED: Place(final=True),
    }

    class Meta:
        proxy = True
        default_permissions = ()

    @step(
        S.REQUESTED,
        S.RETAINING,
        label=_("Talk to the buyer first"),
        by=(*SERVICE, *SYSTEM),
        asks=("contact",),
        rule="ORD-25",
    )
    def retain(self) -> None: ...

    @step(
        [S.REQUESTED, S.RETAINING, S.STOPPED],
        S.STOPPING,
        label=_("Stop the goods"),
        by=(*SERVICE, *SYSTEM),
        asks=("stop_how",),
        rule="RET-32, RET-33, SUP-25, LOG-17",
        unless=advice.goods_are_stopped,
        main=True,
    )
    def stop_goods(self) -> None: ...

    @step(
        S.STOPPING,
        S.STOPPED,
        label=_("The goods are stopped"),
        by=(*SERVICE, *SUPPLIER),
        asks=("goods",),
        rule="SUP-25",
        detour=True,
    )
    def confirm_stopped(self) -> None: ...

    @step(
        S.STOPPING,
        S.TOO_LATE,
        label=_("Too late: they are under way"),
        by=(*SERVICE, *SUPPLIER),
        rule="LOG-17",
        opens=Kind.RETURN,
    )
    def miss(self) -> None: ...

    @step(
        [S.STOPPING, S.STOPPED],
        S.STOPPED,
        label=_("It has arrived"),
        by=(*SERVICE, *WAREHOUSE, *SUPPLIER, *SYSTEM),
        rule="SUP-25, LOG-18",
        goods=Goods.BACK,
        unless=advice.nothing_comes_back,
        main=True,
    )
    def receive(self) -> None: ...

    @step(
        [S.REQUESTED, S.RETAINING, S.STOPPING, S.STOPPED],
        S.REFUND_APPROVED,
        label=_("Approve the refund"),
        by=SERVICE,
        asks=("amount",),
        rule="SUP-25, FIN-01",
        conditions=[guards.goods_are_found],
        main=True,
    )
    def approve_refund(self) -> None: ...

    @step(
        [S.REQUESTED, S.RETAINING, S.STOPPING, S.STOPPED],
        S.WITHDRAWN,
        label=_("The buyer keeps the order"),
        by=(*SERVICE, *SYSTEM),
        asks=("result",),
        rule="ORD-25",
    )
    def withdraw(self) -> None: ...

    @step(
        S.REFUND_APPROVED,
        S.REFUNDED,
        label=_("Refunded"),
        by=(*FINANCE, *SYSTEM),
        rule="FIN-01",
        conditions=[guards.money_is_paid],
        main=True,
    )
    def refund_paid(self) -> None: ...

    @step(
        [S.REQUESTED, S.RETAINING, S.STOPPING, S.STOPPED, S.TOO_LATE],
        S.REFUNDED,
        label=_("The platform has paid it back"),
        by=SYSTEM,
        rule="FIN-01",
    )
    def platform_refunded(self) -> None: ...

    @step(
        S.REFUND_APPROVED,
        S.STOPPED,
        label=_("Finance does not pay"),
        by=SYSTEM,
        asks=("declined",),
        rule="FIN-02",
    )
    def payment_declined(self) -> None: ...

    @step(
        [S.REFUNDED, S.TOO_LATE],
        S.CLOSED,
        label=_("Close"),
        by=(*SERVICE, *SYSTEM),
        asks=("responsibility",),
        rule="AFT-14",
        conditions=[guards.responsibility_is_shared_out],
        main=True,
    )
    def close(self) -> None: ...

    @step([S.WITHDRAWN, S.CLOSED], S.REQUESTED, label=_("Reopen"), by=SERVICE, asks=("why",))
    def reopen(self) -> None: ...
