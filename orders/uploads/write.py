"""What the accepted rows of a sending change: parcels, quantities, states, clocks, the trail. By SQL, as `judge` is."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from audit.context import current_gesture
from audit.services import actor_id, actor_label
from common import bulk
from orders import clocks
from orders.models import Fulfilment, Order, Parcel
from orders.signals import orders_shipped
from orders.states import FulfilmentState, OrderState, ParcelSource
from orders.uploads.judge import JUDGED, PARTS, TAKEN, derive, replaceable
from orders.uploads.messages import Why
from orders.uploads.rows import SENT
from orders.workflow import sources

ACTED = "tmp_shipments_acted"  # the rows that are carried out, with their parcels
WINNERS = "tmp_shipments_winners"  # part (and goods) → the parcel that stands in for the earlier ones
TOUCHED = "tmp_shipments_touched"  # the parts that shipped something, complete or not
DONE_PARTS = "tmp_shipments_done_parts"
DONE_ORDERS = "tmp_shipments_done_orders"
TABLES = (ACTED, WINNERS, TOUCHED, DONE_PARTS, DONE_ORDERS)
CARRIED_OUT = f"('{Why.FINE}', '{Why.REPLACES}')"


def write(*, by: Any, source: ParcelSource, supplier_code: str, now: dt.datetime) -> None:
    """Carries out what JUDGED says."""
    last_parcel = bulk.fetch("SELECT COALESCE(MAX(id), 0) FROM orders_parcel")[0][0]
    _add_parcels(source, now)
    _add_items()
    _replace_parcels()
    _ship_lines()
    _ship_parts(now)
    _ship_orders(now)
    _record(by, supplier_code, now)
    _run_clocks(last_parcel, now)
    _tell(now)


def _add_parcels(source: ParcelSource, now: dt.datetime) -> None:
    bulk.execute(
        f"""INSERT INTO orders_parcel (order_id, fulfilment_id, carrier, tracking_no, source, shipped_at, recorded_at)
            SELECT j.order_id, MIN(j.fulfilment_id), j.carrier, j.tracking_no, %s, MIN(s.shipped_at), %s
            FROM {JUDGED} j JOIN {SENT} s ON s.n = j.n
            WHERE j.why IN {CARRIED_OUT} AND j.parcel_id IS NULL
            GROUP BY j.order_id, j.carrier, j.tracking_no ORDER BY MIN(j.n)
            ON CONFLICT (order_id, carrier, tracking_no) DO NOTHING""",
        [source.value, now],
    )
    derive(
        ACTED,
        f"""SELECT j.n, j.why, j.order_id, j.fulfilment_id, j.sku, j.quantity, j.take, j.carrier, j.tracking_no,
                   p.id AS parcel_id, j.parcel_id AS known_id
            FROM {JUDGED} j
            JOIN orders_parcel p
              ON p.order_id = j.order_id AND p.carrier = j.carrier AND p.tracking_no = j.tracking_no
            WHERE j.why IN {CARRIED_OUT}""",
        index=["fulfilment_id"],
    )
    # A number that the platform's export brought first is now known to be this part's.
    bulk.execute(
        f"""UPDATE orders_parcel SET fulfilment_id = a.fulfilment_id FROM {ACTED} a
            WHERE orders_parcel.id = a.known_id AND orders_parcel.fulfilment_id IS NULL"""
    )


def _add_items() -> None:
    """What is inside, where the sender says so."""
    bulk.execute(
        f"""INSERT INTO orders_parcelitem (parcel_id, sku, quantity)
            SELECT a.parcel_id, a.sku, SUM(CASE WHEN a.take > 0 THEN a.take ELSE COALESCE(a.quantity, (
                     SELECT SUM(l.quantity) FROM orders_orderline l
                     WHERE l.fulfilment_id = a.fulfilment_id AND l.sku = a.sku)) END)
            FROM {ACTED} a WHERE a.sku <> ''
            GROUP BY a.parcel_id, a.sku
            ON CONFLICT (parcel_id, sku) DO UPDATE SET quantity = orders_parcelitem.quantity + excluded.quantity"""
    )


def _replace_parcels() -> None:
    """The last new number of a part, or of its goods, stands in for all earlier ones; they are kept (SUP-04)."""
    derive(
        WINNERS,
        f"""SELECT * FROM (
              SELECT a.parcel_id, a.order_id, a.fulfilment_id, a.sku, p.parts, p.kinds, ROW_NUMBER() OVER (
                  PARTITION BY a.fulfilment_id, CASE WHEN p.kinds = 1 THEN '' ELSE a.sku END ORDER BY a.n DESC) AS nth
              FROM {ACTED} a JOIN {PARTS} p ON p.fulfilment_id = a.fulfilment_id
              WHERE a.why = '{Why.REPLACES}') x
            WHERE nth = 1""",
        index=["order_id"],
    )
    bulk.execute(
        f"""UPDATE orders_parcel SET replaced_by_id = w.parcel_id FROM {WINNERS} w
            WHERE orders_parcel.order_id = w.order_id AND orders_parcel.id < w.parcel_id
              AND orders_parcel.replaced_by_id IS NULL AND {replaceable("orders_parcel", "w", "w")}"""
    )


def _ship_lines() -> None:
    """The pieces of a merchant code go to its lines one after the other."""
    bulk.execute(
        f"""UPDATE orders_orderline SET shipped_quantity = shipped_quantity + CASE
              WHEN x.take - x.gone >= x.left_over THEN x.left_over ELSE x.take - x.gone END
            FROM (SELECT l.id, l.quantity - l.shipped_quantity AS left_over, t.take,
                         COALESCE(SUM(l.quantity - l.shipped_quantity) OVER (
                             PARTITION BY l.fulfilment_id, l.sku ORDER BY l.id
                             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS gone
                  FROM (SELECT fulfilment_id, sku, SUM(take) AS take FROM {TAKEN}
                        GROUP BY fulfilment_id, sku HAVING SUM(take) > 0) t
                  JOIN orders_orderline l ON l.fulfilment_id = t.fulfilment_id AND l.sku = t.sku) x
            WHERE orders_orderline.id = x.id AND x.take > x.gone AND x.left_over > 0"""
    )


def _ship_parts(now: dt.datetime) -> None:
    derive(
        TOUCHED,
        f"""SELECT p.fulfilment_id, p.order_id, CASE WHEN p.left_over <= t.take THEN 1 ELSE 0 END AS complete
            FROM {PARTS} p
            JOIN (SELECT fulfilment_id, SUM(take) AS take FROM {TAKEN} GROUP BY fulfilment_id) t
              ON t.fulfilment_id = p.fulfilment_id
            WHERE t.take > 0""",
        index=["fulfilment_id"],
    )
    for target, complete in ((FulfilmentState.SHIPPED, 1), (FulfilmentState.PART_SHIPPED, 0)):
        legal = sources(Fulfilment, target)
        bulk.execute(
            f"""UPDATE orders_fulfilment SET state = %s, shipped_at = {"%s" if complete else "shipped_at"},
                       version = version + 1
                FROM {TOUCHED} t
                WHERE orders_fulfilment.id = t.fulfilment_id AND t.complete = {complete}
                  AND orders_fulfilment.state IN ({", ".join(["%s"] * len(legal))})""",
            [target, *([now] if complete else []), *legal],
        )
    derive(DONE_PARTS, f"SELECT fulfilment_id, order_id FROM {TOUCHED} WHERE complete = 1")


def _ship_orders(now: dt.datetime) -> None:
    """An order ships when every part that is not cancelled has."""
    legal = sources(Order, OrderState.SHIPPED)
    marks = ", ".join(["%s"] * len(legal))
    derive(
        DONE_ORDERS,
        f"""SELECT o.id AS order_id FROM orders_order o
            WHERE o.id IN (SELECT order_id FROM {DONE_PARTS}) AND o.state IN ({marks})
              AND NOT EXISTS (SELECT 1 FROM orders_fulfilment f WHERE f.order_id = o.id AND f.state NOT IN (%s, %s))""",
        [*legal, FulfilmentState.SHIPPED, FulfilmentState.CANCELLED],
        index=["order_id"],
    )
    bulk.execute(
        f"""UPDATE orders_order SET state = %s, shipped_at = %s, updated_at = %s, version = version + 1
            WHERE id IN (SELECT order_id FROM {DONE_ORDERS})""",
        [OrderState.SHIPPED, now, now],
    )


def _record(by: Any, supplier_code: str, now: dt.datetime) -> None:
    """One line of the trail for every number that was stored."""
    cast = "::jsonb" if bulk.on_postgres() else ""
    supplier = json.dumps(supplier_code)
    bulk.execute(
        f"""INSERT INTO audit_entry (topic, action, actor_id, actor_label, data, gesture, recorded_at)
            SELECT 'orders.order:' || order_id,
                   CASE WHEN why = '{Why.REPLACES}' THEN 'orders.tracking_replaced' ELSE 'orders.shipped' END,
                   %s, %s, ('{{"carrier": "' || carrier || '", "number": "' || tracking_no || '", "supplier": ' || %s
                            || ', "pieces": ' || take || '}}'){cast}, %s, %s
            FROM {ACTED} ORDER BY n""",
        [actor_id(by), actor_label(by), supplier, current_gesture(), now],
    )


def _run_clocks(last_parcel: int, now: dt.datetime) -> None:
    """The promise to ship is kept when the number arrives here, whatever time the sender claims (SUP-04)."""
    clocks.stop_ship(table=(DONE_PARTS, "fulfilment_id"), stopped_at=now, now=now)
    replaced = bulk.fetch(f"SELECT id FROM orders_parcel WHERE replaced_by_id IN (SELECT parcel_id FROM {WINNERS})")
    if replaced:
        clocks.void_parcel_stuck([row[0] for row in replaced], reason="replaced", now=now)
    added = bulk.fetch(
        f"""SELECT DISTINCT a.parcel_id FROM {ACTED} a JOIN orders_parcel p ON p.id = a.parcel_id
            WHERE a.known_id IS NULL AND a.parcel_id > %s AND p.replaced_by_id IS NULL""",
        [last_parcel],
    )
    clocks.start_parcel_stuck([row[0] for row in added], now=now)


def _tell(now: dt.datetime) -> None:
    orders = [row[0] for row in bulk.fetch(f"SELECT order_id FROM {DONE_ORDERS} ORDER BY order_id")]
    if orders:
        clocks.start_auto_confirm(orders, now=now)
    parts = [row[0] for row in bulk.fetch(f"SELECT fulfilment_id FROM {DONE_PARTS} ORDER BY fulfilment_id")]
    if parts:
        orders_shipped.send(sender=Parcel, order_ids=orders, fulfilment_ids=parts, now=now)
