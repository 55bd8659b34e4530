"""Set-based writing of platform refunds out of `tmp_refunds`, and the green flag of ORD-16."""

from __future__ import annotations

import datetime as dt

from common import bulk
from orders.imports.records import REFUND_TEXTS, REFUND_TIMES
from orders.imports.sql import quoted
from orders.models import Refund
from orders.states import OPEN_REFUNDS, Flag, RefundState

FINAL = quoted((RefundState.CLOSED.value, RefundState.SUCCESS.value))
STAGES = {  # how far a refund is; it falls back only when the platform gave a new deadline with it
    RefundState.WAIT_SELLER_AGREE: 0,
    RefundState.SELLER_REFUSED: 1,
    RefundState.WAIT_BUYER_RETURN: 2,
    RefundState.WAIT_SELLER_CONFIRM: 3,
    RefundState.CLOSED: 4,
    RefundState.SUCCESS: 4,
}
GREEN_REMARK = "未发货退款"
FIELDS = ("state", "needs_return", "partial", "amount", "line_id", *REFUND_TEXTS, *REFUND_TIMES)


def _stage(column: str) -> str:
    stages = " ".join(f"WHEN '{state.value}' THEN {number}" for state, number in STAGES.items())
    return f"CASE {column} {stages} END"


def resolve_refunds() -> int:
    """`tmp_claims`: each refund once, with its order, its line and the refund it already is, if it is one."""
    fresh = (
        f"(r.id IS NULL OR {_stage('t.state')} >= {_stage('r.state')}"
        f" OR (r.state NOT IN {FINAL} AND t.deadline_at > r.deadline_at))"
    )
    told = {name: f"COALESCE(NULLIF(t.{name}, ''), r.{name}, '')" for name in REFUND_TEXTS}
    told |= {name: f"COALESCE(t.{name}, r.{name})" for name in REFUND_TIMES}
    told |= {"amount": "COALESCE(t.amount, r.amount, 0)"}
    columns = ", ".join(f"{sql} AS {name}" for name, sql in told.items())
    count = bulk.make_temp(
        "tmp_claims",
        f"""
        SELECT * FROM (
          SELECT t.platform, t.refund_no, t.state, t.needs_return, t.partial, o.id AS order_id, r.id AS refund_id,
                 CASE WHEN {fresh} THEN 1 ELSE 0 END AS fresh, {columns},
                 COALESCE(r.line_id,
                   (SELECT MIN(l.id) FROM orders_orderline l WHERE l.order_id = o.id AND l.sku = t.sku AND t.sku <> ''),
                   (SELECT MIN(l.id) FROM orders_orderline l WHERE l.order_id = o.id AND l.title = t.title),
                   (SELECT MIN(l.id) FROM orders_orderline l WHERE l.order_id = o.id HAVING COUNT(*) = 1)) AS line_id,
                 ROW_NUMBER() OVER (PARTITION BY t.platform, t.refund_no
                                    ORDER BY {_stage("t.state")} DESC, t.file_no DESC, t.row_no DESC) AS place
          FROM tmp_refunds t
          JOIN orders_order o ON o.platform = t.platform AND o.order_no = t.order_no
          LEFT JOIN orders_refund r ON r.platform = t.platform AND r.refund_no = t.refund_no
        ) found WHERE place = 1
        """,
    )
    bulk.index_temp("tmp_claims", "refund_id")
    return count


def write_refunds(now: dt.datetime) -> tuple[int, int]:
    """(created, updated) refunds; `tmp_new_refunds` and `tmp_changed_refunds` name them."""
    differs = " OR ".join(f"r.{name} IS DISTINCT FROM c.{name}" for name in FIELDS)
    updated = bulk.make_temp(
        "tmp_changed_refunds",
        f"SELECT c.* FROM tmp_claims c JOIN orders_refund r ON r.id = c.refund_id WHERE c.fresh = 1 AND ({differs})",
    )
    assigned = ", ".join(f"{name} = c.{name}" for name in FIELDS)
    bulk.execute(
        f"UPDATE orders_refund SET {assigned}, version = orders_refund.version + 1, updated_at = %s"
        " FROM tmp_changed_refunds c WHERE c.refund_id = orders_refund.id",
        [now],
    )
    values = {name: f"c.{name}" for name in ("platform", "refund_no", "order_id", *FIELDS)}
    created = bulk.insert_select(
        Refund,
        values | {"created_at": "%s", "updated_at": "%s"},
        "tmp_claims c WHERE c.refund_id IS NULL ORDER BY c.refund_no",
        [now, now],
    )
    bulk.make_temp(
        "tmp_new_refunds",
        "SELECT r.id, r.order_id, r.state FROM tmp_claims c JOIN orders_refund r"
        " ON r.platform = c.platform AND r.refund_no = c.refund_no WHERE c.refund_id IS NULL",
    )
    return created, updated


def flag_green(now: dt.datetime) -> None:
    """ORD-16: a refund asked before shipping turns the flag green; `tmp_green` keeps what it was, for the trail."""
    bulk.make_temp(
        "tmp_green",
        f"""SELECT DISTINCT o.id, o.flag AS flag_before, CASE WHEN o.remark = '' THEN '{GREEN_REMARK}' ELSE o.remark END
            AS remark FROM tmp_new_refunds n JOIN orders_order o ON o.id = n.order_id
            WHERE o.state = 'paid' AND o.flag <> {int(Flag.GREEN)} AND n.state IN {quoted(tuple(map(str, OPEN_REFUNDS)))}""",
    )
    bulk.execute(
        f"UPDATE orders_order SET flag = {int(Flag.GREEN)}, remark = g.remark, version = orders_order.version + 1,"
        " updated_at = %s FROM tmp_green g WHERE g.id = orders_order.id",
        [now],
    )
