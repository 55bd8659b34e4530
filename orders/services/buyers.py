"""The buyer's data: shown one field at a time with a trace, checked, and forgotten in time (SEC-07, ORD-12)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock
from orders.models import BuyerNote, Order, Refund
from orders.services.base import keep, require_state, required, take
from orders.states import OrderState
from staff.models import User

BUYER_FIELDS = ("buyer_nick", "receiver_name", "receiver_phone", "receiver_address")
BATCH = 1000


@transaction.atomic
def reveal_buyer(*, order_id: int, field: str, reason: str, by: User, now: dt.datetime | None = None) -> str:
    """One field of the buyer in full, with a line in the trail of who wanted it and why (SEC-07).

    Raises BusinessError for a field that is none of the buyer's, or without a reason.
    """
    if field not in BUYER_FIELDS:
        raise BusinessError(_("There is no such field."), code="unknown_field")
    why = required(reason, _("Say what you need it for."))
    order = Order.objects.only("pk", field).get(pk=order_id)
    audit.record("orders.buyer_revealed", about=order, by=by, now=now or clock.now(), field=field, reason=why)
    return str(getattr(order, field))


@transaction.atomic
def check_address(*, order_id: int, version: int, by: User, now: dt.datetime | None = None) -> Order:
    """Note that address and remarks were checked with the buyer (ORD-12). Refused once it is shipped or closed."""
    now = now or clock.now()
    order = take(order_id, version)
    in_work = [OrderState.UNPAID, OrderState.PAID]
    require_state(order, in_work, _("The address is checked before the order is shipped."))
    order.address_checked_at = now
    order.address_checked_by = by
    keep(order, ["address_checked_at", "address_checked_by"], now)
    audit.record("orders.address_checked", about=order, by=by, now=now)
    return order


def forget_old_buyers(*, now: dt.datetime | None = None) -> int:
    """Remove the buyers' data of orders that ended more than `BUYER_DATA_YEARS` ago (SEC-07). Returns their number.

    What the service noted of a buyer goes with the last order that names him.

    In batches, each its own transaction, so that a kill costs nothing; what is left of an order stays for the figures.
    """
    now = now or clock.now()
    years = settings.BUYER_DATA_YEARS
    limit = now - dt.timedelta(days=years * 365 + years // 4 + 1)
    ended = Q(state=OrderState.FINISHED, finished_at__lt=limit) | Q(state=OrderState.CLOSED, closed_at__lt=limit)
    old = Order.objects.filter(ended, forgotten_at__isnull=True, ordered_at__lt=limit)
    forgotten = 0
    while ids := list(old.order_by("ordered_at", "id").values_list("pk", flat=True)[:BATCH]):
        forgotten += _forget(ids, now)
    _forget_notes()
    return forgotten


def _forget_notes() -> int:
    """Remove the notes of buyers whom no order of that shop names any more (SEC-07); answers their number."""
    named = Order.objects.filter(shop=OuterRef("shop"), buyer_nick=OuterRef("buyer_nick"))
    return BuyerNote.objects.filter(~Exists(named)).delete()[0]


@transaction.atomic
def _forget(order_ids: list[int], now: dt.datetime) -> int:
    found = [order.pk for order in lock(Order.objects.filter(pk__in=order_ids, forgotten_at__isnull=True).only("pk"))]
    blank = dict.fromkeys((*BUYER_FIELDS, "buyer_message", "remark", "remark_for_supplier"), "")
    Order.objects.filter(pk__in=found).update(**blank, forgotten_at=now, updated_at=now)
    Refund.objects.filter(order__in=found).update(explanation="", return_tracking_no="", updated_at=now)
    audit.record_many("orders.buyer_forgotten", about=[f"orders.order:{pk}" for pk in found], now=now)
    return len(found)
