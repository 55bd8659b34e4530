"""The clocks of an order before it is paid and after it is shipped: ORD-03 to ORD-06, LOG-03, LOG-04."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from orders import sla_policies as keys
from orders.clocks.common import CHUNK, Row, Table, chunked, order_topic
from orders.models import Order
from orders.states import OrderState
from sla.services import ClockSpec, start_clocks, stop_clocks, void_clocks

ORDER_FACTS = (
    "id",
    "order_no",
    "shop_id",
    "owner_id",
    "platform",
    "ordered_at",
    "shipped_at",
    "delivery_mode",
    "payment_reminded_at",
    "confirm_extended_until",
)
POST = ("平邮", "邮政", "post")  # ways of delivery that have the longer time to confirm


def _order_rows(order_ids: Sequence[int], *states: str) -> Iterator[Row]:
    for ids in chunked(order_ids):
        yield from Order.objects.filter(pk__in=ids, state__in=states).values(*ORDER_FACTS).iterator(chunk_size=CHUNK)


def _order_spec(row: Row, policy: str, started_at: dt.datetime, **more: Any) -> ClockSpec:
    return ClockSpec(
        policy=policy,
        subject_type=keys.ORDER,
        subject_id=row["id"],
        topic=order_topic(row["id"]),
        title=row["order_no"],
        started_at=started_at,
        shop_id=row["shop_id"],
        assignee_id=row["owner_id"],
        **more,
    )


def start_unpaid(order_ids: Sequence[int], *, now: dt.datetime) -> int:
    """ORD-03 to ORD-06: unpaid orders are to be reminded once (not those that were) and close by themselves."""
    return start_clocks(_unpaid_specs(order_ids), now=now)


def _unpaid_specs(order_ids: Sequence[int]) -> Iterator[ClockSpec]:
    for row in _order_rows(order_ids, OrderState.UNPAID):
        if row["payment_reminded_at"] is None:
            yield _order_spec(row, keys.UNPAID_REMINDER.key, row["ordered_at"])
        yield _order_spec(row, keys.UNPAID_CLOSE.key, row["ordered_at"])


def stop_reminder(order_ids: Sequence[int], at: dt.datetime, *, now: dt.datetime | None = None) -> int:
    """ORD-05: these orders were reminded."""
    return stop_clocks(
        policies=[keys.UNPAID_REMINDER.key],
        subject_type=keys.ORDER,
        subject_ids=order_ids,
        stopped_at=at,
        now=now or at,
    )


def stop_unpaid(
    order_ids: Sequence[int] | None = None,
    at: dt.datetime | None = None,
    *,
    table: Table | None = None,
    now: dt.datetime,
) -> int:
    """The orders are paid or closed: no reminder is owed (that clock is void), and the closing clock ends."""
    void_clocks(
        policies=[keys.UNPAID_REMINDER.key],
        subject_type=keys.ORDER,
        subject_ids=order_ids,
        subject_table=table,
        reason=_("paid or closed before the reminder"),
        now=now,
    )
    return stop_clocks(
        policies=[keys.UNPAID_CLOSE.key],
        subject_type=keys.ORDER,
        subject_ids=order_ids,
        subject_table=table,
        stopped_at=at or now,
        now=now,
    )


def start_auto_confirm(order_ids: Sequence[int], *, now: dt.datetime) -> int:
    """LOG-03: shipped orders are confirmed by the platform after so many days; LOG-04: or at the extended date."""
    return start_clocks(_confirm_specs(order_ids), now=now)


def _confirm_specs(order_ids: Sequence[int]) -> Iterator[ClockSpec]:
    for row in _order_rows(order_ids, OrderState.SHIPPED, OrderState.DELIVERED):
        if row["shipped_at"] is None:
            continue
        post = any(word in row["delivery_mode"] for word in POST)
        facts = {"platform": row["platform"], **({"post": True} if post else {})}
        yield _order_spec(
            row, keys.AUTO_CONFIRM.key, row["shipped_at"], own_due_at=row["confirm_extended_until"], facts=facts
        )


def stop_auto_confirm(
    order_ids: Sequence[int] | None = None,
    at: dt.datetime | None = None,
    *,
    table: Table | None = None,
    now: dt.datetime,
) -> int:
    """The orders are finished or closed."""
    return stop_clocks(
        policies=[keys.AUTO_CONFIRM.key],
        subject_type=keys.ORDER,
        subject_ids=order_ids,
        subject_table=table,
        stopped_at=at or now,
        now=now,
    )
