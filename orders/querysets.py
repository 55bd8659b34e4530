"""Named sets of orders. Each is a condition that an index answers (docs/architecture.md)."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from orders.models import Fulfilment, Order, OrderLine, Refund
from orders.states import BLOCKS_SHIPPING, LEFT, UNSHIPPED, OrderState, ShipMode


def unmarked() -> Q:
    """Has a tracking number, but the platform has not been told that it is shipped (AFT-01, ORD-11)."""
    return Q(state__in=LEFT, platform_state=OrderState.PAID)


def unverified() -> Q:
    """To ship, and nobody has checked the address with the buyer (ORD-12)."""
    return Q(state=OrderState.PAID, address_checked_at__isnull=True)


def ownerless() -> Q:
    """To ship, and nobody's deal: no commission can be counted for it (ORD-15)."""
    return Q(state=OrderState.PAID, owner__isnull=True)


def held() -> Q:
    """The buyer wants it to wait for notice (SUP-26)."""
    return Q(state=OrderState.PAID, ship_mode=ShipMode.HOLD)


def remarked() -> Q:
    """To ship, and somebody wrote a remark that has to be read before printing (ORD-19)."""
    return Q(state=OrderState.PAID) & ~Q(remark="")


def later() -> Q:
    """To ship, and a later date was agreed with the buyer (ORD-19, SUP-12)."""
    return Q(state=OrderState.PAID, promised_ship_at__isnull=False)


def code_unknown() -> Q:
    """To ship, and a part of it is nobody's: its merchant code is unknown."""
    return Q(state=OrderState.PAID) & Q(Exists(Fulfilment.objects.filter(order=OuterRef("pk"), supplier=None)))


def refund_blocks() -> Q:
    """To ship, but the buyer asked for a refund and has not agreed to shipping (ORD-19, ORD-16)."""
    blocking = Refund.objects.filter(order=OuterRef("pk"), state__in=BLOCKS_SHIPPING, ship_consented_at__isnull=True)
    return Q(state=OrderState.PAID) & Q(Exists(blocking))


def to_remind(now: dt.datetime, *, hours: int = 12) -> Q:
    """Unpaid for `hours` or longer and never reminded (ORD-03 to ORD-05)."""
    return Q(
        state=OrderState.UNPAID,
        payment_reminded_at__isnull=True,
        ordered_at__lte=now - dt.timedelta(hours=hours),
    )


def of_supplier(orders: QuerySet[Order], supplier_id: int) -> QuerySet[Order]:
    """Orders of which this supplier ships a part."""
    part = Fulfilment.objects.filter(order=OuterRef("pk"), supplier_id=supplier_id)
    return orders.filter(Exists(part))


def with_code(orders: QuerySet[Order], sku: str) -> QuerySet[Order]:
    """Orders that hold a line of this merchant code."""
    return orders.filter(Exists(OrderLine.objects.filter(order=OuterRef("pk"), sku=sku)))


def unshipped_parts(order_id: int) -> QuerySet[Fulfilment]:
    """The suppliers' parts of an order that still have to be shipped."""
    return Fulfilment.objects.filter(order_id=order_id, state__in=UNSHIPPED)
