"""Before the money is there: the one reminder an order gets (ORD-03 to ORD-05), and price changes (ORD-02)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit import services as audit
from audit.models import Entry
from common import clock
from common.exceptions import BusinessError
from common.topics import topic_of
from notifications import services as notifications
from orders.models import Order
from orders.permissions import CHANGE_PRICE_FREELY
from orders.querysets import to_remind
from orders.services.base import keep, require_state, required, take
from orders.states import Flag, OrderState
from sla import services as sla
from staff.models import User
from staff.selectors import active_agents

PRICE_CHANGED = "orders.price_changed"
ROUND_LIMIT = 999  # the notice says «999+» beyond


@dataclass(frozen=True)
class Reminded:
    """What became of one selected order: an empty `refusal` means that it was done."""

    order_id: int
    order_no: str
    refusal: str = ""


@transaction.atomic
def remind_payment(*, order_id: int, version: int | None = None, by: User, now: dt.datetime | None = None) -> Order:
    """Note that the buyer was reminded to pay: blue flag, time and who (ORD-05). Once an order, never twice.

    Raises Conflict; BusinessError when it is paid or closed, or was reminded already.
    """
    now = now or clock.now()
    order = take(order_id, version)
    require_state(order, [OrderState.UNPAID], _("Only an unpaid order is reminded."))
    if order.payment_reminded_at is not None:
        raise BusinessError(_("It was reminded already; a buyer gets one reminder."), code="already")
    before = order.flag
    order.flag = Flag.BLUE
    order.payment_reminded_at = now
    order.payment_reminded_by = by
    keep(order, ["flag", "payment_reminded_at", "payment_reminded_by"], now)
    sla.stop_clocks(
        policies=["orders.unpaid_reminder"],
        subject_type="orders.order",
        subject_ids=[order.pk],
        stopped_at=now,
        now=now,
        reason=_("reminded"),
    )
    audit.record("orders.payment_reminded", about=order, by=by, now=now, flag_before=before, flag=int(Flag.BLUE))
    return order


def remind_payments(*, order_ids: Sequence[int], by: User, now: dt.datetime | None = None) -> list[Reminded]:
    """`remind_payment` for each of the selected orders by itself: a refusal of one does not stop the others."""
    now = now or clock.now()
    numbers = dict(Order.objects.filter(pk__in=order_ids).values_list("pk", "order_no"))
    results = []
    for order_id in sorted(numbers):
        try:
            remind_payment(order_id=order_id, by=by, now=now)
        except BusinessError as refusal:
            results.append(Reminded(order_id, numbers[order_id], refusal.message))
        else:
            results.append(Reminded(order_id, numbers[order_id]))
    return results


@transaction.atomic
def tell_payment_round(*, now: dt.datetime | None = None) -> int:
    """The 16:00 round: tell the agents how many orders wait for their reminder (ORD-05). Reminds nobody itself.

    Returns that number, at most one more than ROUND_LIMIT. Told once a day (Asia/Shanghai), and not at all when
    nothing waits.
    """
    now = now or clock.now()
    count = len(Order.objects.filter(to_remind(now)).values_list("pk")[: ROUND_LIMIT + 1])
    if count:
        notifications.notify(
            kind="orders.payment_round",
            users=active_agents(),
            context={"count": count, "limit": ROUND_LIMIT},
            url=reverse("orders:unpaid"),
            dedupe_key=f"orders.payment_round:{clock.day_of(now)}",
            now=now,
        )
    return count


@transaction.atomic
def change_price(
    *, order_id: int, version: int, total: Decimal, reason: str, by: User, now: dt.datetime | None = None
) -> Order:
    """Note that an unpaid order's price was changed on the platform, with the old one and the reason (ORD-02).

    `total` is in yuan. Raises Conflict; BusinessError when it is paid, `total` is negative or the same, no reason
    is given, or the discount is beyond `PRICE_CHANGE_LIMIT` percent and `by` lacks the right to it.
    """
    now = now or clock.now()
    order = take(order_id, version)
    require_state(order, [OrderState.UNPAID], _("Only the price of an unpaid order can be changed."))
    why = required(reason, _("Say why the price is changed."))
    before = order.total_due
    if total < 0 or total == before:
        raise BusinessError(_("Give another price, not below 0."), code="same_price")
    _require_in_limit(order, total, by)
    order.total_due = total
    keep(order, ["total_due"], now)
    audit.record(PRICE_CHANGED, about=order, by=by, now=now, before=str(before), total=str(total), reason=why)
    return order


def _require_in_limit(order: Order, total: Decimal, by: User) -> None:
    """The discount counts from the price before the first change: many small steps are one large one."""
    if by.has_perm(CHANGE_PRICE_FREELY):
        return
    changes = Entry.objects.filter(topic=topic_of(order), action=PRICE_CHANGED).order_by("pk")
    first = changes.values_list("data__before", flat=True).first()
    price = Decimal(first) if first is not None else order.total_due
    if total < price * (100 - settings.PRICE_CHANGE_LIMIT) / 100:
        raise BusinessError(
            _("More than %(limit)d percent off the price of %(price)s needs a supervisor.")
            % {"limit": settings.PRICE_CHANGE_LIMIT, "price": price},
            code="beyond_limit",
        )
