"""Lines whose merchant code has become known go to the part of their supplier, with clocks and trail. Set-based."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from audit.context import current_gesture
from audit.models import Entry
from audit.services import actor_id, actor_label
from common import bulk
from common.locking import lock_alone, lock_joined
from orders import clocks
from orders.imports.sql import ids
from orders.models import Fulfilment, Order


def route_known_codes(*, by: Any, now: dt.datetime) -> int:
    """Every line without a product whose code the catalogue has by now; answers how many lines that are.

    A part that goes to one supplier as a whole keeps its row and changes hands; else lines move to that supplier's
    part of the order. Shipping clocks start anew with the new party, from the payment as ever (SUP-01).
    """
    with transaction.atomic():
        lock_alone("orders.import")
        moved = bulk.make_temp(
            "tmp_moves",
            """SELECT l.id AS line_id, l.order_id, l.fulfilment_id AS from_id, l.sku, p.id AS product_id, p.supplier_id
               FROM orders_orderline l JOIN suppliers_product p ON p.code = l.sku WHERE l.product_id IS NULL""",
        )
        if moved:
            bulk.index_temp("tmp_moves", "line_id")
            lock_joined(Order, table="tmp_moves", column="order_id")
            bulk.execute(
                "UPDATE orders_orderline SET product_id = m.product_id FROM tmp_moves m"
                " WHERE m.line_id = orders_orderline.id"
            )
            _hand_over()
            _move_lines()
            _run_clocks(now)
            _record(by, now)
        for name in bulk.temp_names():
            bulk.drop_temp(name)
    return moved


def _hand_over() -> None:
    """Parts without supplier all of whose lines go to one that has no part of the order yet."""
    bulk.make_temp(
        "tmp_handed",
        """SELECT f.id, MIN(m.supplier_id) AS supplier_id FROM orders_fulfilment f
           JOIN tmp_moves m ON m.from_id = f.id WHERE f.supplier_id IS NULL
           AND NOT EXISTS (SELECT 1 FROM orders_orderline l WHERE l.fulfilment_id = f.id
                           AND l.id NOT IN (SELECT line_id FROM tmp_moves))
           AND NOT EXISTS (SELECT 1 FROM orders_fulfilment g
                           WHERE g.order_id = f.order_id AND g.supplier_id = m.supplier_id)
           GROUP BY f.id HAVING COUNT(DISTINCT m.supplier_id) = 1""",
    )
    bulk.execute(
        "UPDATE orders_fulfilment SET supplier_id = h.supplier_id, version = orders_fulfilment.version + 1"
        " FROM tmp_handed h WHERE h.id = orders_fulfilment.id"
    )


def _move_lines() -> None:
    """The others: to a part of their supplier, made where there is none; an emptied part goes."""
    bulk.make_temp(
        "tmp_rest",
        """SELECT m.* FROM tmp_moves m JOIN orders_fulfilment f ON f.id = m.from_id
           WHERE f.supplier_id IS DISTINCT FROM m.supplier_id""",
    )
    state = "CASE f.state WHEN 'part_shipped' THEN 'to_ship' ELSE f.state END"
    bulk.insert_select(
        Fulfilment,
        {
            "order_id": "r.order_id",
            "supplier_id": "r.supplier_id",
            "state": f"MIN({state})",
            "paid_at": "MIN(f.paid_at)",
            "shipped_at": "MIN(f.shipped_at)",
        },
        """tmp_rest r JOIN orders_fulfilment f ON f.id = r.from_id WHERE NOT EXISTS (SELECT 1 FROM orders_fulfilment g
           WHERE g.order_id = r.order_id AND g.supplier_id = r.supplier_id) GROUP BY r.order_id, r.supplier_id""",
    )
    bulk.execute(
        "UPDATE orders_orderline SET fulfilment_id = g.id FROM tmp_rest r JOIN orders_fulfilment g"
        " ON g.order_id = r.order_id AND g.supplier_id = r.supplier_id WHERE r.line_id = orders_orderline.id"
    )
    bulk.make_temp(
        "tmp_emptied",
        """SELECT r.from_id AS id, CASE WHEN COUNT(DISTINCT g.id) = 1 THEN MIN(g.id) END AS heir
           FROM tmp_rest r JOIN orders_fulfilment g
           ON g.order_id = r.order_id AND g.supplier_id = r.supplier_id
           WHERE NOT EXISTS (SELECT 1 FROM orders_orderline l WHERE l.fulfilment_id = r.from_id) GROUP BY r.from_id""",
    )
    bulk.execute(
        "UPDATE orders_parcel SET fulfilment_id = e.heir FROM tmp_emptied e WHERE e.id = orders_parcel.fulfilment_id"
    )


def _run_clocks(now: dt.datetime) -> None:
    clocks.void_ship(table=("tmp_emptied", "id"), reason="assigned", now=now)
    bulk.execute("DELETE FROM orders_fulfilment WHERE id IN (SELECT id FROM tmp_emptied)")
    clocks.restart_ship(ids("SELECT id FROM tmp_handed ORDER BY id"), reason="assigned", now=now)
    clocks.start_ship(
        ids(
            "SELECT DISTINCT l.fulfilment_id FROM tmp_rest r JOIN orders_orderline l ON l.id = r.line_id"
            " ORDER BY l.fulfilment_id"
        ),
        now=now,
    )


def _record(by: Any, now: dt.datetime) -> None:
    if bulk.on_postgres():
        data = "jsonb_build_object('code', m.sku, 'supplier', s.code)"
    else:
        data = "json_object('code', m.sku, 'supplier', s.code)"
    bulk.insert_select(
        Entry,
        {
            "topic": "'orders.order:' || m.order_id",
            "action": "'orders.code_assigned'",
            "actor_id": "CAST(%s AS integer)",
            "actor_label": "%s",
            "data": data,
            "gesture": "%s",
            "recorded_at": "%s",
        },
        "(SELECT DISTINCT order_id, sku, supplier_id FROM tmp_moves) m JOIN suppliers_supplier s ON s.id = m.supplier_id"
        " ORDER BY m.order_id",
        [actor_id(by), actor_label(by), current_gesture(), now],
    )
