"""Set-based writing of shops and orders out of `tmp_orders`."""

from __future__ import annotations

import datetime as dt

from common import bulk
from orders.imports.records import ORDER_COLUMNS, PERSONAL, SUMS, TEXTS, TIMES
from orders.imports.sql import SHIPPED_STATES, advanced, rank
from orders.models import Order, Shop

KEY = ("platform", "order_no")


def merge_repeated() -> None:
    """One row an order: a file with a row per item repeats it, and two files may both have it.

    Within a file an order is as far as its least advanced item that is not closed: the status there is the item's.
    Sums of items add up where the layout says so, postage never. Of several files the one that knows most counts.
    """
    repeated = "SELECT platform, order_no FROM tmp_orders GROUP BY platform, order_no HAVING COUNT(*) > 1"
    if not bulk.make_temp("tmp_twice", repeated):
        return
    keep = [name for name in ORDER_COLUMNS if name not in {*KEY, *SUMS, "file_no", "state", "items", "add_up"}]
    inner = ", ".join(f"MAX(t.{name}) AS {name}" for name in (*keep, *SUMS))
    earliest = {"ordered_at", "platform_ship_by", "row_no"}
    outer = ", ".join(f"{'MIN' if name in earliest else 'MAX'}({name}) AS {name}" for name in keep)
    sums = ", ".join(
        f"CASE WHEN MAX(adds) = 1 THEN SUM({name}) ELSE MAX({name}) END AS {name}" for name in SUMS if name != "postage"
    )
    states = " ".join(f"WHEN {number} THEN '{state}'" for state, number in _ranks())
    bulk.make_temp(
        "tmp_merged",
        f"""
        SELECT * FROM (
          SELECT f.*, ROW_NUMBER() OVER (PARTITION BY platform, order_no ORDER BY far DESC, file_no DESC) AS place
          FROM (
            SELECT platform, order_no, file_no, {outer}, {sums}, MAX(postage) AS postage,
                   COALESCE(MIN(CASE WHEN far < 5 THEN far END), 5) AS far
            FROM (
              SELECT t.platform, t.order_no, t.file_no, t.items, {inner}, MAX({rank("t.state")}) AS far,
                     MAX(CASE WHEN t.add_up THEN 1 ELSE 0 END) AS adds
              FROM tmp_orders t JOIN tmp_twice w ON w.platform = t.platform AND w.order_no = t.order_no
              GROUP BY t.platform, t.order_no, t.file_no, t.items
            ) items GROUP BY platform, order_no, file_no
          ) f
        ) files WHERE place = 1
        """,
    )
    bulk.execute(
        "DELETE FROM tmp_orders WHERE EXISTS (SELECT 1 FROM tmp_twice w"
        " WHERE w.platform = tmp_orders.platform AND w.order_no = tmp_orders.order_no)"
    )
    names = ", ".join((*KEY, "file_no", *keep, *SUMS))
    bulk.execute(f"INSERT INTO tmp_orders ({names}, state) SELECT {names}, CASE far {states} END FROM tmp_merged")
    bulk.analyze("tmp_orders")


def _ranks() -> list[tuple[str, int]]:
    from orders.states import RANK

    return list(RANK.items())


def write_shops() -> None:
    """Shops that the file names and nobody knows yet."""
    bulk.insert_select(
        Shop,
        {"platform": "platform", "name": "shop", "platform_shop_id": "COALESCE(MAX(shop_no), '')"},
        "tmp_orders t WHERE NOT EXISTS (SELECT 1 FROM orders_shop s WHERE s.platform = t.platform AND s.name = t.shop)"
        " GROUP BY platform, shop",
    )


def find_known() -> None:
    """`tmp_known`: the orders of the file that are in the database already, with what the file makes of them."""
    platform_state = advanced("o.platform_state", "t.state")
    fresh = f"({platform_state}) = t.state"  # an older file knows nothing that counts
    told = {}
    for name in TEXTS:
        new = f"NULLIF(t.{name}, '')"
        if name in PERSONAL:  # a masked name never replaces a clear one, and nothing comes back that was removed
            new = f"CASE WHEN o.forgotten_at IS NULL AND (o.{name} = '' OR t.{name} NOT LIKE '%%*%%') THEN {new} END"
        told[name] = f"CASE WHEN {fresh} THEN COALESCE({new}, o.{name}) ELSE o.{name} END"
    for name in (*TIMES, *SUMS):
        told[name] = f"CASE WHEN {fresh} THEN COALESCE(t.{name}, o.{name}) ELSE o.{name} END"
    told["shipped_at"] = f"CASE WHEN {fresh} THEN COALESCE(o.shipped_at, t.shipped_at) ELSE o.shipped_at END"
    told["remark"] = "CASE WHEN o.remark = '' THEN COALESCE(t.remark, '') ELSE o.remark END"
    columns = ", ".join(f"{sql} AS {name}" for name, sql in told.items())
    bulk.make_temp(
        "tmp_known",
        f"""
        SELECT o.id, o.state AS old_state, ({advanced("o.state", "t.state")}) AS state,
               o.platform_state AS old_platform_state, ({platform_state}) AS platform_state,
               o.platform_ship_by AS old_ship_by, o.paid_at AS old_paid_at, t.file_no, t.row_no, {columns}
        FROM tmp_orders t JOIN orders_order o ON o.platform = t.platform AND o.order_no = t.order_no
        """,
        [],
    )
    bulk.index_temp("tmp_known", "id")


def update_orders(now: dt.datetime) -> int:
    """Writes what differs; answers how many orders that are. Times that no file gives are those of this import."""
    for name, when in (("shipped_at", SHIPPED_STATES), ("finished_at", "('finished')")):
        bulk.execute(
            f"UPDATE tmp_known SET {name} = %s WHERE {name} IS NULL AND state <> old_state AND state IN {when}", [now]
        )
    fields = ("state", "platform_state", "remark", *TEXTS, *TIMES, *SUMS)
    differs = " OR ".join(f"o.{name} IS DISTINCT FROM k.{name}" for name in fields)
    count = bulk.make_temp(
        "tmp_changed", f"SELECT k.* FROM tmp_known k JOIN orders_order o ON o.id = k.id WHERE {differs}"
    )
    bulk.index_temp("tmp_changed", "id")
    assigned = ", ".join(f"{name} = c.{name}" for name in fields)
    bulk.execute(
        f"UPDATE orders_order SET {assigned}, version = orders_order.version + 1, updated_at = %s,"
        " closed_at = CASE WHEN c.state = 'closed' AND c.old_state <> 'closed' THEN %s ELSE orders_order.closed_at END"
        " FROM tmp_changed c WHERE orders_order.id = c.id",
        [now, now],
    )
    return count


def insert_orders(now: dt.datetime) -> int:
    """Writes the orders nobody knew; `tmp_created` names them."""
    values = {name: f"t.{name}" for name in (*KEY, *TIMES)}
    values |= {name: f"COALESCE(t.{name}, '')" for name in (*TEXTS, "remark")}
    values |= {name: f"COALESCE(t.{name}, 0)" for name in SUMS}
    values |= {"shop_id": "s.id", "state": "t.state", "platform_state": "t.state"}
    values |= {"created_at": "%s", "updated_at": "%s"}
    bulk.execute(
        "DELETE FROM tmp_orders WHERE EXISTS (SELECT 1 FROM orders_order o"
        " WHERE o.platform = tmp_orders.platform AND o.order_no = tmp_orders.order_no)"
    )
    count = bulk.insert_select(
        Order, values, "tmp_orders t JOIN orders_shop s ON s.platform = t.platform AND s.name = t.shop", [now, now]
    )
    bulk.make_temp(
        "tmp_created",
        "SELECT o.id, o.state FROM tmp_orders t JOIN orders_order o"
        " ON o.platform = t.platform AND o.order_no = t.order_no",
    )
    bulk.index_temp("tmp_created", "id")
    return count
