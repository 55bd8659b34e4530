"""What follows from an import: clocks start and stop, the trail is written, the floors above are told."""

from __future__ import annotations

import datetime as dt
from typing import Any

from audit.context import current_gesture
from audit.models import Entry
from audit.services import actor_id, actor_label
from common import bulk
from orders import clocks
from orders.imports.sql import SHIPPED_STATES, ids
from orders.models import Order
from orders.signals import orders_imported, orders_shipped, refund_changed
from orders.states import Flag
from orders.workflow import sources


def ship_whole_orders(now: dt.datetime) -> list[int]:
    """Orders all of whose parts are shipped, as the platform says of their lines, are shipped."""
    legal = [state for state in sources(Order, "shipped") if state != "unpaid"]
    bulk.make_temp(
        "tmp_whole",
        f"""SELECT o.id FROM orders_order o WHERE o.id IN (SELECT order_id FROM tmp_moved WHERE new_state = 'shipped')
            AND o.state IN ({", ".join(["%s"] * len(legal))}) AND NOT EXISTS (SELECT 1 FROM orders_fulfilment f
            WHERE f.order_id = o.id AND f.state NOT IN ('shipped', 'cancelled'))""",
        legal,
    )
    bulk.execute(
        "UPDATE orders_order SET state = 'shipped', shipped_at = COALESCE(orders_order.shipped_at, %s),"
        " version = orders_order.version + 1, updated_at = %s FROM tmp_whole w WHERE w.id = orders_order.id",
        [now, now],
    )
    return ids("SELECT id FROM tmp_whole ORDER BY id")


def run_clocks(*, last_part: int, adopted: list[int], whole: list[int], now: dt.datetime) -> None:
    """Every promise that begins or ends with this import. Parts that come in as shipped start none (SUP-01)."""
    bulk.make_temp(
        "tmp_gone",
        "SELECT f.id, f.shipped_at FROM tmp_moved m JOIN orders_fulfilment f ON f.id = m.id"
        " WHERE m.new_state = 'shipped' AND m.old_state <> 'waiting'",
    )
    clocks.stop_ship(table=("tmp_gone", "id"), stopped_at_column="shipped_at", now=now)
    bulk.make_temp("tmp_called_off", "SELECT id FROM tmp_moved WHERE new_state = 'cancelled'")
    clocks.void_ship(table=("tmp_called_off", "id"), reason="closed", now=now)
    if adopted:
        clocks.restart_ship(adopted, reason="assigned", now=now)
    started = ids("SELECT id FROM tmp_moved WHERE new_state = 'to_ship' ORDER BY id")
    started += [
        row[0]
        for row in bulk.fetch("SELECT id FROM orders_fulfilment WHERE id > %s AND state = 'to_ship'", [last_part])
    ]
    clocks.start_ship(started, now=now)
    later = ids(
        "SELECT f.id FROM orders_fulfilment f JOIN tmp_dates d ON d.order_id = f.order_id"
        " WHERE f.state IN ('to_ship', 'part_shipped') ORDER BY f.id"
    )
    if later:
        clocks.sync_platform_ship_by(later, now=now)
    clocks.start_unpaid(ids("SELECT id FROM tmp_created WHERE state = 'unpaid' ORDER BY id"), now=now)
    bulk.make_temp("tmp_settled", "SELECT id FROM tmp_changed WHERE old_state = 'unpaid' AND state <> 'unpaid'")
    clocks.stop_unpaid(table=("tmp_settled", "id"), at=now, now=now)
    clocks.start_auto_confirm([*_under_way(), *whole], now=now)
    bulk.make_temp(
        "tmp_confirmed",
        "SELECT id FROM tmp_changed WHERE old_state IN ('shipped', 'delivered') AND state IN ('finished', 'closed')",
    )
    clocks.stop_auto_confirm(table=("tmp_confirmed", "id"), at=now, now=now)
    clocks.start_parcel_stuck(_just_left(), since=now, now=now)


def _just_left() -> list[int]:
    """The new parcels of orders that we knew as unshipped. Of others nobody knows how long they have been under way."""
    return ids(
        "SELECT p.id FROM tmp_new_parcels n JOIN orders_parcel p ON p.id = n.id JOIN tmp_changed c ON c.id = p.order_id"
        " WHERE c.old_state IN ('unpaid', 'paid') ORDER BY p.id"
    )


def _under_way() -> list[int]:
    return ids(
        "SELECT id FROM tmp_created WHERE state IN ('shipped', 'delivered') UNION "
        "SELECT id FROM tmp_changed WHERE state IN ('shipped', 'delivered') AND old_state IN ('unpaid', 'paid')"
    )


def sync_refunds(now: dt.datetime) -> list[int]:
    """The platform's deadlines of the refunds that are new or changed."""
    found = ids("SELECT id FROM tmp_new_refunds UNION SELECT refund_id FROM tmp_changed_refunds")
    if found:
        clocks.sync_refunds(sorted(found), now=now)
    return sorted(found)


def record(by: Any, batch_id: int, now: dt.datetime) -> None:
    """One entry for each order that is new, moved, or got the green flag."""
    _entries(
        "orders.imported", f"""'{{"state": "' || x.state || '", "batch": {batch_id}}}'""", "tmp_created x", by, now
    )
    _entries(
        "orders.advanced",
        f"""'{{"before": "' || x.old_state || '", "state": "' || x.state || '", "batch": {batch_id}}}'""",
        "tmp_changed x WHERE x.old_state <> x.state",
        by,
        now,
    )
    if bulk.on_postgres():
        data = f"jsonb_build_object('flag', {int(Flag.GREEN)}, 'flag_before', x.flag_before, 'remark', x.remark)"
    else:
        data = f"json_object('flag', {int(Flag.GREEN)}, 'flag_before', x.flag_before, 'remark', x.remark)"
    _entries("orders.remarked", data, "tmp_green x", by, now)


def _entries(action: str, data: str, source: str, by: Any, now: dt.datetime) -> None:
    bulk.insert_select(
        Entry,
        {
            "topic": "'orders.order:' || x.id",
            "action": f"'{action}'",
            "actor_id": "CAST(%s AS integer)",
            "actor_label": "%s",
            "data": f"CAST({data} AS jsonb)" if bulk.on_postgres() else data,
            "gesture": "%s",
            "recorded_at": "%s",
        },
        f"{source}{' AND' if 'WHERE' in source else ' WHERE'} x.id IS NOT NULL ORDER BY x.id",
        [actor_id(by), actor_label(by), current_gesture(), now],
    )


def tell(*, batch_id: int, refunds: list[int], whole: list[int], now: dt.datetime) -> None:
    """Past-tense signals, inside the transaction."""
    placed = bulk.fetch("SELECT COUNT(*) FROM tmp_created WHERE state IN ('unpaid', 'paid')")[0][0]
    paid = bulk.fetch(
        "SELECT (SELECT COUNT(*) FROM tmp_created WHERE state = 'paid') +"
        " (SELECT COUNT(*) FROM tmp_changed WHERE old_state = 'unpaid' AND state = 'paid')"
    )[0][0]
    orders_imported.send(sender=Order, batch_id=batch_id, placed=int(placed), paid=int(paid), now=now)
    parts = ids("SELECT id FROM tmp_gone ORDER BY id")
    if parts:
        shipped = ids(f"SELECT id FROM tmp_changed WHERE state IN {SHIPPED_STATES} AND old_state = 'paid'")
        orders_shipped.send(sender=Order, order_ids=[*shipped, *whole], fulfilment_ids=parts, now=now)
    if refunds:
        refund_changed.send(sender=Order, refund_ids=refunds, now=now)
