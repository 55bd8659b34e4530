"""The verdicts on a sending, by SQL over the table of sent rows: a dozen statements for one row or a million.

Each function makes one temporary table from the one before: SENT → FOUND → PARTS → CHECKED → ROUTED → TAKEN → JUDGED.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from common import bulk
from common.locking import lock_joined
from orders.models import Order
from orders.states import BLOCKS_SHIPPING, UNSHIPPED, FulfilmentState, LineHold, OrderState, ShipMode
from orders.uploads.messages import OK_IF_CONFIRMED, Note, Why
from orders.uploads.rows import SENT

FOUND = "tmp_shipments_found"  # n → the supplier's own part, or some order of others
PARTS = "tmp_shipments_parts"  # the parts in question, with what decides about them
POOLS = "tmp_shipments_pools"  # part and merchant code → how many are left
CHECKED = "tmp_shipments_checked"  # n → why it is refused or changes nothing, or fine so far
ROUTED = "tmp_shipments_routed"  # the rows that are fine so far, held against each other
TAKEN = "tmp_shipments_taken"  # row and pool → how many it ships
JUDGED = "tmp_shipments_judged"  # n → why (the verdict's reason) and notes
TABLES = (SENT, FOUND, PARTS, POOLS, CHECKED, ROUTED, TAKEN, JUDGED)

# One refund that forbids to ship a line of part `f` (issue: needs the buyer's consent). A refund that names no line
# may mean any. A line that ran out and that the buyer cancelled forbids it as well (SUP-11).
BLOCKED = """(EXISTS (
    SELECT 1 FROM orders_refund r LEFT JOIN orders_orderline rl ON rl.id = r.line_id
    WHERE r.order_id = f.order_id AND r.ship_consented_at IS NULL AND r.state IN ({states})
      AND (r.line_id IS NULL OR rl.fulfilment_id = f.id)) OR EXISTS (
    SELECT 1 FROM orders_orderline hl WHERE hl.fulfilment_id = f.id AND hl.hold = '{cancelled}'))""".format(
    states=", ".join(f"'{state.value}'" for state in BLOCKS_SHIPPING), cancelled=LineHold.CANCELLED.value
)
OPEN_PARTS = ", ".join(f"'{state.value}'" for state in UNSHIPPED)


def judge(supplier_id: int, *, confirm_odd_numbers: bool) -> None:
    """Fills JUDGED from SENT. Locks the orders in question first, in order of their keys."""
    _find(supplier_id)
    lock_joined(Order, table=FOUND, column="order_id")
    _describe_parts()
    _check(confirm_odd_numbers=confirm_odd_numbers)
    _route()
    _take()
    _conclude()


def derive(name: str, sql: str, params: Sequence[Any] = (), *, index: Sequence[str] = ()) -> None:
    """Makes the temporary table `name` from a query; it goes with the transaction."""
    bulk.drop_temp(name)
    kept = " ON COMMIT DROP" if bulk.on_postgres() else ""
    bulk.execute(f"CREATE TEMPORARY TABLE {name}{kept} AS {sql}", params)
    if index:
        bulk.index_temp(name, *index)
    else:
        bulk.analyze(name)


def _find(supplier_id: int) -> None:
    """The own part wins over an order of others that has the same number on another platform."""
    own = "tmp_shipments_own"
    derive(
        own,
        f"""SELECT s.n, MIN(o.id) AS any_order_id, MIN(f.id) AS fulfilment_id
            FROM {SENT} s
            LEFT JOIN orders_order o ON o.order_no = s.order_no
            LEFT JOIN orders_fulfilment f ON f.order_id = o.id AND f.supplier_id = %s
            GROUP BY s.n""",
        [supplier_id],
    )
    derive(
        FOUND,
        f"""SELECT own.n, own.any_order_id, own.fulfilment_id, f.order_id
            FROM {own} own LEFT JOIN orders_fulfilment f ON f.id = own.fulfilment_id""",
        index=["n"],
    )
    bulk.drop_temp(own)


def _describe_parts() -> None:
    derive(
        POOLS,
        f"""SELECT l.fulfilment_id, l.sku,
                   SUM(CASE WHEN f.state IN ({OPEN_PARTS}) THEN l.quantity - l.shipped_quantity ELSE 0 END) AS left_over
            FROM orders_orderline l
            JOIN orders_fulfilment f ON f.id = l.fulfilment_id
            WHERE l.fulfilment_id IN (SELECT fulfilment_id FROM {FOUND})
            GROUP BY l.fulfilment_id, l.sku""",
        index=["fulfilment_id"],
    )
    derive(
        PARTS,
        f"""SELECT f.id AS fulfilment_id, f.order_id, f.state, f.paid_at, o.state AS order_state, o.ship_mode,
                   o.shop_id, o.buyer_nick, o.receiver_phone,
                   COALESCE(p.left_over, 0) AS left_over, COALESCE(p.kinds, 0) AS kinds,
                   CASE WHEN {BLOCKED} THEN 1 ELSE 0 END AS blocked,
                   (SELECT COUNT(*) FROM orders_fulfilment other
                    WHERE other.order_id = f.order_id AND other.state <> %s) AS parts
            FROM orders_fulfilment f
            JOIN orders_order o ON o.id = f.order_id
            LEFT JOIN (SELECT fulfilment_id, SUM(left_over) AS left_over, COUNT(*) AS kinds
                       FROM {POOLS} GROUP BY fulfilment_id) p ON p.fulfilment_id = f.id
            WHERE f.id IN (SELECT fulfilment_id FROM {FOUND})""",
        [FulfilmentState.CANCELLED],
        index=["fulfilment_id"],
    )


def _check(*, confirm_odd_numbers: bool) -> None:
    """Every row by itself, held against what is stored. The first reason that applies is the verdict's."""
    derive(
        "tmp_shipments_facts",
        f"""SELECT s.n, found.any_order_id, p.fulfilment_id, p.order_id, s.sku, s.quantity, s.carrier, s.tracking_no,
                   s.damaged, s.fault, s.notes, p.state, p.order_state, p.ship_mode, p.blocked, p.kinds,
                   p.shop_id, p.buyer_nick, p.receiver_phone,
                   CASE WHEN s.sku = '' THEN p.left_over ELSE pool.left_over END AS left_over,
                   known.id AS parcel_id, known.replaced_by_id,
                   CASE WHEN s.quantity IS NOT NULL AND EXISTS (
                       SELECT 1 FROM orders_parcelitem i WHERE i.parcel_id = known.id AND i.sku = s.sku
                   ) THEN 1 ELSE 0 END AS told_before
            FROM {SENT} s
            JOIN {FOUND} found ON found.n = s.n
            LEFT JOIN {PARTS} p ON p.fulfilment_id = found.fulfilment_id
            LEFT JOIN {POOLS} pool ON pool.fulfilment_id = p.fulfilment_id AND pool.sku = s.sku
            LEFT JOIN orders_parcel known
              ON known.order_id = p.order_id AND known.carrier = s.carrier AND known.tracking_no = s.tracking_no
             AND (known.fulfilment_id IS NULL OR known.fulfilment_id = p.fulfilment_id)""",
    )
    confirmed = ", ".join(f"'{why}'" for why in OK_IF_CONFIRMED)
    derive(
        CHECKED,
        f"""SELECT x.*, CASE
              WHEN fulfilment_id IS NULL AND any_order_id IS NOT NULL THEN '{Why.NOT_YOURS}'
              WHEN fulfilment_id IS NULL AND damaged <> '' THEN damaged
              WHEN fulfilment_id IS NULL THEN '{Why.UNKNOWN}'
              WHEN left_over IS NULL THEN '{Why.OTHER_GOODS}'
              WHEN quantity IS NOT NULL AND sku = '' AND kinds > 1 THEN '{Why.WHICH_GOODS}'
              WHEN fault <> '' AND fault NOT IN ({confirmed}) THEN fault
              WHEN replaced_by_id IS NOT NULL THEN '{Why.SUPERSEDED}'
              WHEN parcel_id IS NOT NULL AND (left_over = 0 OR told_before = 1) THEN '{Why.KNOWN}'
              WHEN order_state = '{OrderState.CLOSED.value}' OR state = '{FulfilmentState.CANCELLED.value}'
                THEN '{Why.CLOSED}'
              WHEN order_state = '{OrderState.UNPAID.value}' OR state = '{FulfilmentState.WAITING.value}'
                THEN '{Why.UNPAID}'
              WHEN state IN ({OPEN_PARTS}) AND ship_mode = '{ShipMode.HOLD.value}' THEN '{Why.HELD}'
              WHEN state IN ({OPEN_PARTS}) AND blocked = 1 THEN '{Why.REFUND}'
              WHEN fault <> '' AND parcel_id IS NULL AND %s = 0 THEN fault
              WHEN parcel_id IS NULL AND EXISTS (SELECT 1 {_uses_elsewhere()} AND NOT (
                  used.order_id <> x.order_id AND {_same_buyer("x", "o2")}))
                THEN '{Why.USED}'
              ELSE '{Why.FINE}' END AS why,
            CASE WHEN parcel_id IS NULL AND order_id IS NOT NULL AND EXISTS (SELECT 1 {_uses_elsewhere()})
              THEN {int(Note.COMBINED)} ELSE 0 END AS combined
            FROM tmp_shipments_facts x""",
        [int(confirm_odd_numbers)],
        index=["n"],
    )
    bulk.drop_temp("tmp_shipments_facts")


def _uses_elsewhere() -> str:
    """The number of row `x` in force on something else: another order, or another supplier's part of this one."""
    return """FROM orders_parcel used JOIN orders_order o2 ON o2.id = used.order_id
              WHERE used.tracking_no = x.tracking_no AND used.carrier = x.carrier AND used.replaced_by_id IS NULL
                AND (used.order_id <> x.order_id OR used.fulfilment_id <> x.fulfilment_id)"""


def _same_buyer(one: str, other: str) -> str:
    """Two orders that may go in one parcel: one shop, one buyer, one phone."""
    return f"""({one}.shop_id = {other}.shop_id AND {one}.buyer_nick = {other}.buyer_nick
                AND {one}.receiver_phone = {other}.receiver_phone AND {one}.receiver_phone <> '')"""


def replaceable(old: str, row: str, part: str) -> str:
    """A parcel that a new number stands in for: one of the same part that holds the goods the row speaks of."""
    return f"""(({old}.fulfilment_id = {row}.fulfilment_id OR ({old}.fulfilment_id IS NULL AND {part}.parts = 1))
                AND ({row}.sku = '' OR {part}.kinds = 1 OR EXISTS (
                    SELECT 1 FROM orders_parcelitem i WHERE i.parcel_id = {old}.id AND i.sku = {row}.sku)))"""


def _route() -> None:
    """The rows that are fine so far, held against the earlier ones of the same sending."""
    derive(
        ROUTED,
        f"""SELECT w.*, CASE
              WHEN w.twin > 1 THEN '{Why.KNOWN}'
              WHEN w.first_part_id <> w.fulfilment_id AND NOT {_same_buyer("w", "leader")} THEN '{Why.USED}'
              WHEN w.first_part_id <> w.fulfilment_id AND w.order_id = leader.order_id THEN '{Why.USED}'
              ELSE '{Why.FINE}' END AS why,
            CASE WHEN w.first_part_id <> w.fulfilment_id THEN {int(Note.COMBINED)} ELSE w.combined END AS joined
            FROM (SELECT n, fulfilment_id, order_id, shop_id, buyer_nick, receiver_phone, sku, quantity, carrier,
                         tracking_no, parcel_id, left_over, notes, combined,
                         ROW_NUMBER() OVER (PARTITION BY fulfilment_id, sku, carrier, tracking_no ORDER BY n) AS twin,
                         ROW_NUMBER() OVER (PARTITION BY fulfilment_id, carrier, tracking_no ORDER BY n) AS nth_use,
                         FIRST_VALUE(fulfilment_id) OVER (PARTITION BY carrier, tracking_no ORDER BY n) AS first_part_id
                  FROM {CHECKED} WHERE why = '{Why.FINE}') w
            JOIN {PARTS} leader ON leader.fulfilment_id = w.first_part_id""",
        index=["n"],
    )


def _take() -> None:
    """How many pieces each row ships of each merchant code: in order of the rows, until none is left."""
    derive(
        TAKEN,
        f"""SELECT n, fulfilment_id, sku, CASE WHEN pool_left - gone <= 0 THEN 0
                   WHEN pool_left - gone < want THEN pool_left - gone ELSE want END AS take
            FROM (SELECT r.n, r.fulfilment_id, pool.sku, pool.left_over AS pool_left,
                         COALESCE(r.quantity, pool.left_over) AS want,
                         COALESCE(SUM(COALESCE(r.quantity, pool.left_over)) OVER (
                             PARTITION BY pool.fulfilment_id, pool.sku ORDER BY r.n
                             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS gone
                  FROM {ROUTED} r
                  JOIN {POOLS} pool ON pool.fulfilment_id = r.fulfilment_id AND (r.sku = '' OR r.sku = pool.sku)
                  WHERE r.why = '{Why.FINE}') x""",
        index=["n"],
    )


def _conclude() -> None:
    """A row that ships something is accepted; one for goods that are all shipped replaces the number, if there is one."""
    derive(
        JUDGED,
        f"""SELECT c.n, c.fulfilment_id, c.order_id, c.sku, c.quantity, c.carrier, c.tracking_no, c.parcel_id,
                   COALESCE(t.take, 0) AS take,
              CASE WHEN c.why <> '{Why.FINE}' THEN c.why
                   WHEN r.why <> '{Why.FINE}' THEN r.why
                   WHEN COALESCE(t.take, 0) > 0 THEN '{Why.FINE}'
                   WHEN r.nth_use > 1 OR c.parcel_id IS NOT NULL THEN '{Why.KNOWN}'
                   WHEN c.left_over > 0 OR EXISTS (
                       SELECT 1 FROM orders_parcel old WHERE old.replaced_by_id IS NULL AND old.order_id = c.order_id
                       AND {replaceable("old", "c", "p")})
                     THEN '{Why.REPLACES}'
                   ELSE '{Why.FINE}' END AS why,
              c.notes + COALESCE(r.joined, 0)
                + CASE WHEN COALESCE(t.take, 0) > 0 AND t.take < c.quantity THEN {int(Note.FEWER_LEFT)} ELSE 0 END AS notes
            FROM {CHECKED} c
            LEFT JOIN {ROUTED} r ON r.n = c.n
            LEFT JOIN {PARTS} p ON p.fulfilment_id = c.fulfilment_id
            LEFT JOIN (SELECT n, SUM(take) AS take FROM {TAKEN} GROUP BY n) t ON t.n = c.n""",
        index=["n"],
    )
