"""Set-based writing of lines and suppliers' parts out of `tmp_lines`, and of parcels out of `tmp_parcels`."""

from __future__ import annotations

import datetime as dt

from common import bulk
from orders.imports.sql import may_become, part_state, rank
from orders.imports.values import ORDER_STATES
from orders.models import Fulfilment, OrderLine, Parcel

JOIN_ORDER = "JOIN orders_order o ON o.platform = t.platform AND o.order_no = t.order_no"
UNKNOWN_ORDER = (
    "SELECT t.file_no, t.row_no FROM {table} t LEFT JOIN orders_order o"
    " ON o.platform = t.platform AND o.order_no = t.order_no WHERE o.id IS NULL ORDER BY t.file_no, t.row_no"
)
FIELDS = ("sku", "product_id", "title", "attributes", "quantity", "price", "platform_status")


def resolve_lines() -> int:
    """`tmp_items`: each line once, with its order, product, supplier and the line it already is, if it is one."""
    bulk.make_temp(
        "tmp_placed",
        f"""
        SELECT t.*, o.id AS order_id, o.platform_state AS order_state,
               ROW_NUMBER() OVER (PARTITION BY t.file_no, o.id, t.sku ORDER BY t.row_no) AS n
        FROM tmp_lines t {JOIN_ORDER}
        """,
    )
    bulk.make_temp(
        "tmp_have",
        """
        SELECT l.id, l.order_id, l.line_key, l.sku,
               ROW_NUMBER() OVER (PARTITION BY l.order_id, l.sku ORDER BY l.id) AS n
        FROM orders_orderline l WHERE l.order_id IN (SELECT order_id FROM tmp_placed)
        """,
    )
    bulk.index_temp("tmp_have", "order_id")
    count = bulk.make_temp(
        "tmp_items",
        f"""
        SELECT * FROM (
          SELECT t.order_id, COALESCE(t.line_key, t.sku || '#' || t.n) AS line_key, t.sku, t.title,
                 t.attributes, t.quantity, t.price, t.platform_status, t.state, t.ship_by,
                 COALESCE(k.id, h.id) AS line_id, p.id AS product_id, p.supplier_id,
                 CASE WHEN t.state <> 'closed' AND {rank("t.state")} < {rank("t.order_state")} THEN 1 ELSE 0 END AS old,
                 ROW_NUMBER() OVER (PARTITION BY t.order_id, COALESCE(t.line_key, t.sku || '#' || t.n)
                                    ORDER BY t.file_no DESC, t.row_no DESC) AS place
          FROM tmp_placed t
          LEFT JOIN suppliers_product p ON p.code = t.sku
          LEFT JOIN tmp_have k ON k.order_id = t.order_id AND k.line_key = t.line_key
          LEFT JOIN tmp_have h ON k.id IS NULL AND h.order_id = t.order_id AND h.sku = t.sku AND h.n = t.n
               AND (t.line_key IS NULL OR h.line_key LIKE '%%#%%')
        ) found WHERE place = 1
        """,
        [],
    )
    bulk.index_temp("tmp_items", "order_id")
    return count


def adopt_empty_parts() -> list[int]:
    """Parts that an order had before its lines were known become the part of one of its suppliers; answers them."""
    bulk.make_temp(
        "tmp_adopted",
        """
        SELECT f.id, MIN(i.supplier_id) AS supplier_id FROM orders_fulfilment f
        JOIN tmp_items i ON i.order_id = f.order_id AND i.line_id IS NULL AND i.supplier_id IS NOT NULL
        WHERE f.supplier_id IS NULL AND NOT EXISTS (SELECT 1 FROM orders_orderline l WHERE l.fulfilment_id = f.id)
          AND NOT EXISTS (SELECT 1 FROM tmp_items x WHERE x.order_id = f.order_id AND x.supplier_id IS NULL)
          AND NOT EXISTS (SELECT 1 FROM orders_fulfilment g
                          WHERE g.order_id = f.order_id AND g.supplier_id = i.supplier_id)
        GROUP BY f.id
        """,
    )
    bulk.execute(
        "UPDATE orders_fulfilment SET supplier_id = a.supplier_id, version = orders_fulfilment.version + 1"
        " FROM tmp_adopted a WHERE a.id = orders_fulfilment.id"
    )
    return [row[0] for row in bulk.fetch("SELECT id FROM tmp_adopted ORDER BY id")]


def insert_parts() -> None:
    """A part for each supplier of new lines, and one without supplier for unknown codes and orders without lines."""
    values = {
        "order_id": "o.id",
        "supplier_id": "n.supplier_id",
        "paid_at": "o.paid_at",
        "shipped_at": "o.shipped_at",
        "state": part_state("o.state"),
    }
    bulk.insert_select(
        Fulfilment,
        values,
        """(SELECT DISTINCT order_id, supplier_id FROM tmp_items WHERE line_id IS NULL) n
        JOIN orders_order o ON o.id = n.order_id
        WHERE NOT EXISTS (SELECT 1 FROM orders_fulfilment f
                          WHERE f.order_id = n.order_id AND f.supplier_id IS NOT DISTINCT FROM n.supplier_id)""",
    )
    bulk.insert_select(
        Fulfilment,
        values | {"supplier_id": "NULL"},
        "tmp_created n JOIN orders_order o ON o.id = n.id"
        " WHERE NOT EXISTS (SELECT 1 FROM orders_fulfilment f WHERE f.order_id = o.id)",
    )


def write_lines() -> tuple[int, int]:
    """(created, updated) lines. A part that is closed or shipped already takes new lines as they are."""
    differs = " OR ".join(f"l.{name} IS DISTINCT FROM i.{name}" for name in FIELDS)
    updated = bulk.make_temp(
        "tmp_line_changes",
        f"""
        SELECT i.*, CASE WHEN i.quantity < l.shipped_quantity THEN l.shipped_quantity ELSE i.quantity END AS amount,
               l.fulfilment_id AS from_id, f.supplier_id AS from_supplier
        FROM tmp_items i JOIN orders_orderline l ON l.id = i.line_id JOIN orders_fulfilment f ON f.id = l.fulfilment_id
        WHERE i.old = 0 AND ({differs}) AND NOT (i.product_id IS NULL AND l.sku = i.sku AND l.product_id IS NOT NULL)
        """,
    )
    bulk.execute(
        """
        UPDATE orders_orderline SET sku = c.sku, product_id = c.product_id, title = c.title, attributes = c.attributes,
               quantity = c.amount, price = c.price, platform_status = c.platform_status
        FROM tmp_line_changes c WHERE c.line_id = orders_orderline.id
        """
    )
    values = {name: f"i.{name}" for name in ("order_id", "line_key", *FIELDS)}
    values |= {
        "fulfilment_id": "f.id",
        "shipped_quantity": "CASE WHEN f.state = 'shipped' THEN i.quantity ELSE 0 END",
    }
    created = bulk.insert_select(
        OrderLine,
        values,
        """tmp_items i JOIN orders_fulfilment f
        ON f.order_id = i.order_id AND f.supplier_id IS NOT DISTINCT FROM i.supplier_id
        WHERE i.line_id IS NULL ORDER BY i.order_id, i.line_key""",
    )
    return created, updated


def move_parts(now: dt.datetime) -> None:
    """Parts follow what the platform says of their order and lines; `tmp_moved` names those that moved.

    A part ships when the platform says so of its order or of all its lines, and is cancelled when all are closed.
    """
    closed = [status for status, state in ORDER_STATES.items() if state == "closed"]
    gone = [status for status, state in ORDER_STATES.items() if state in {"shipped", "delivered", "finished"}]
    marks = ", ".join(["%s"] * len(closed)), ", ".join(["%s"] * len(gone))
    bulk.make_temp(
        "tmp_moved",
        f"""
        SELECT * FROM (
          SELECT f.id, f.order_id, f.state AS old_state, o.paid_at, o.shipped_at, CASE
            WHEN o.state = 'closed' AND {may_become("f.state", "cancelled")} THEN 'cancelled'
            WHEN o.state IN ('shipped', 'delivered', 'finished') AND o.platform_state <> 'paid'
                 AND {may_become("f.state", "shipped")} THEN 'shipped'
            WHEN o.state = 'paid' AND b.lines = b.closed AND {may_become("f.state", "cancelled")} THEN 'cancelled'
            WHEN o.state = 'paid' AND b.lines = b.closed + b.gone AND f.state <> 'waiting'
                 AND {may_become("f.state", "shipped")} THEN 'shipped'
            WHEN o.state = 'paid' AND {may_become("f.state", "to_ship")} THEN 'to_ship'
            END AS new_state
          FROM orders_fulfilment f JOIN orders_order o ON o.id = f.order_id
          LEFT JOIN (SELECT l.fulfilment_id, COUNT(*) AS lines,
                            SUM(CASE WHEN l.platform_status IN ({marks[0]}) THEN 1 ELSE 0 END) AS closed,
                            SUM(CASE WHEN l.platform_status IN ({marks[1]}) THEN 1 ELSE 0 END) AS gone
                     FROM orders_orderline l WHERE l.order_id IN (SELECT id FROM tmp_touched)
                     GROUP BY l.fulfilment_id) b ON b.fulfilment_id = f.id
          WHERE f.order_id IN (SELECT id FROM tmp_touched)
        ) found WHERE new_state IS NOT NULL
        """,
        [*closed, *gone],
    )
    bulk.index_temp("tmp_moved", "id")
    bulk.execute(
        """
        UPDATE orders_fulfilment SET state = m.new_state, version = orders_fulfilment.version + 1,
               shipped_at = CASE WHEN m.new_state = 'shipped' THEN COALESCE(m.shipped_at, %s)
                            ELSE orders_fulfilment.shipped_at END
        FROM tmp_moved m WHERE m.id = orders_fulfilment.id
        """,
        [now],
    )
    bulk.execute(
        "UPDATE orders_orderline SET shipped_quantity = quantity WHERE shipped_quantity < quantity"
        " AND fulfilment_id IN (SELECT id FROM tmp_moved WHERE new_state = 'shipped')"
    )
    bulk.execute(
        "UPDATE orders_fulfilment SET paid_at = o.paid_at FROM orders_order o WHERE o.id = orders_fulfilment.order_id"
        " AND o.id IN (SELECT id FROM tmp_touched) AND orders_fulfilment.paid_at IS DISTINCT FROM o.paid_at"
    )


def insert_parcels(now: dt.datetime) -> None:
    """Tracking numbers of the export that nobody knows yet; `tmp_new_parcels` names them.

    A number belongs to the part of its item, else to the order's only part, or the only one that had not been shipped;
    where that leaves several it belongs to the order alone.
    """
    bulk.make_temp(
        "tmp_known_parcels",
        f"SELECT p.id FROM tmp_parcels t {JOIN_ORDER} JOIN orders_parcel p ON p.order_id = o.id",
    )
    still_open = "CASE WHEN m.new_state = 'shipped' OR f.state IN ('waiting', 'to_ship', 'part_shipped') THEN f.id END"
    bulk.make_temp(
        "tmp_single",
        f"""
        SELECT f.order_id, CASE WHEN COUNT(*) = 1 THEN MIN(f.id) ELSE MIN({still_open}) END AS id
        FROM orders_fulfilment f LEFT JOIN tmp_moved m ON m.id = f.id
        WHERE f.order_id IN (SELECT o.id FROM tmp_parcels t {JOIN_ORDER})
        GROUP BY f.order_id HAVING COUNT(*) = 1 OR COUNT({still_open}) = 1
        """,
    )
    bulk.index_temp("tmp_single", "order_id")
    bulk.insert_select(
        Parcel,
        {
            "order_id": "o.id",
            "fulfilment_id": "MIN(COALESCE(l.fulfilment_id, s.id))",
            "carrier": "MIN(t.carrier)",
            "tracking_no": "t.tracking_no",
            "source": "'platform'",
            "shipped_at": "COALESCE(MIN(t.shipped_at), MIN(o.shipped_at), MIN(o.paid_at), %s)",
            "recorded_at": "%s",
        },
        f"""tmp_parcels t {JOIN_ORDER}
        LEFT JOIN tmp_single s ON s.order_id = o.id
        LEFT JOIN orders_orderline l ON l.order_id = o.id AND l.sku = t.sku
        WHERE NOT EXISTS (SELECT 1 FROM orders_parcel p WHERE p.order_id = o.id AND p.tracking_no = t.tracking_no)
        GROUP BY o.id, t.tracking_no""",
        [now, now],
    )
    bulk.make_temp(
        "tmp_new_parcels",
        f"""SELECT DISTINCT p.id FROM tmp_parcels t {JOIN_ORDER} JOIN orders_parcel p
        ON p.order_id = o.id AND p.tracking_no = t.tracking_no
        WHERE o.state = 'shipped' AND p.id NOT IN (SELECT id FROM tmp_known_parcels)""",
    )


def take_ship_by() -> tuple[int, int]:
    """The platform's ship-by time, where an item report brings it; `tmp_dates` names the orders whose time is new.

    Answers how many orders changed by it alone, and how many of those the order list had called unchanged.
    """
    bulk.make_temp(
        "tmp_item_dates",
        """SELECT o.id, MIN(i.ship_by) AS ship_by FROM tmp_items i JOIN orders_order o ON o.id = i.order_id
           WHERE i.ship_by IS NOT NULL AND i.old = 0 GROUP BY o.id, o.platform_ship_by
           HAVING MIN(i.ship_by) IS DISTINCT FROM o.platform_ship_by""",
    )
    alone = "tmp_item_dates d WHERE d.id NOT IN (SELECT id FROM tmp_created UNION SELECT id FROM tmp_changed)"
    changed = bulk.fetch(f"SELECT COUNT(*) FROM {alone}")[0][0]
    listed = bulk.fetch(f"SELECT COUNT(*) FROM {alone} AND d.id IN (SELECT id FROM tmp_known)")[0][0]
    bulk.execute(
        "UPDATE orders_order SET platform_ship_by = d.ship_by, version = orders_order.version + 1"
        " FROM tmp_item_dates d WHERE d.id = orders_order.id"
    )
    bulk.make_temp(
        "tmp_dates",
        "SELECT id AS order_id FROM tmp_item_dates UNION SELECT id FROM tmp_changed"
        " WHERE old_ship_by IS DISTINCT FROM platform_ship_by",
    )
    return int(changed), int(listed)
