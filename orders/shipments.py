"""Accepting tracking numbers: the one way in for the API, the portal, files, commands and agents (SUP-04)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from common import bulk, clock
from common.locking import lock_alone
from orders.models import Order, ShipmentUpload
from orders.states import UNSHIPPED, OrderState, ParcelSource, ShipMode, Verdict
from orders.uploads import judge, write
from orders.uploads.messages import VERDICT_OF, Note, Why, sentence
from orders.uploads.rows import COLUMNS, SENT, ShipmentRow, cleaned
from suppliers.models import Supplier

__all__ = ["Outcome", "RowResult", "ShipmentRow", "accept_into", "accept_rows", "ship_part"]

TEXTS = "tmp_shipments_texts"  # why and notes → verdict and sentence
WAITING = "tmp_shipments_waiting"  # merchant code → the earliest paid part that still waits


@dataclass(frozen=True, slots=True)
class RowResult:
    """The verdict on one row, and a sentence that says why or what to do; often none is needed."""

    row: int
    order_no: str
    verdict: Verdict
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    rows: list[RowResult]
    counts: dict[str, int]


def accept_rows(
    rows: Iterable[ShipmentRow],
    *,
    supplier: Supplier,
    by: Any,
    source: ParcelSource = ParcelSource.SUPPLIER,
    confirm_odd_numbers: bool = False,
    dry_run: bool = False,
    now: dt.datetime | None = None,
) -> Outcome:
    """Judges each row and carries out those that may be: a verdict a row, in the order of the rows.

    One transaction. Parts, orders and clocks of the accepted rows move (SUP-01, SUP-04), earlier numbers are kept as
    replaced. `dry_run` does the same and takes it back. Times without a zone are Asia/Shanghai.
    """
    with transaction.atomic():
        _carry_out(
            rows,
            supplier=supplier,
            by=by,
            source=source,
            confirm_odd_numbers=confirm_odd_numbers,
            dry_run=dry_run,
            now=now or clock.now(),
        )
        found = bulk.fetch(
            f"""SELECT s.row_no, s.order_text, t.verdict, t.message FROM {SENT} s
                JOIN {judge.JUDGED} j ON j.n = s.n
                JOIN {TEXTS} t ON t.why = j.why AND t.notes = j.notes ORDER BY s.n"""
        )
        counts = _counts()
        _clear()
    return Outcome([RowResult(row, no, Verdict(verdict), text) for row, no, verdict, text in found], counts)


def accept_into(
    upload: ShipmentUpload, rows: Iterable[ShipmentRow], *, by: Any, now: dt.datetime
) -> tuple[int, dict[str, int]]:
    """The same for a staged file: the verdicts become rows of `upload`. Answers the number of rows and the counts.

    Must run in the caller's transaction, which also marks the upload as done.
    """
    _carry_out(
        rows,
        supplier=upload.supplier,
        by=by,
        source=ParcelSource.SUPPLIER,
        confirm_odd_numbers=upload.confirm_odd_numbers,
        dry_run=upload.dry_run,
        now=now,
    )
    stored = bulk.execute(
        f"""INSERT INTO orders_shipmentuploadrow
                (upload_id, "row", order_no, sku, quantity, carrier, tracking_no, shipped_at, verdict, message)
            SELECT %s, s.row_no, s.order_text, s.sku_text, s.quantity_text, s.carrier_text, s.number_text, s.time_text,
                   t.verdict, t.message
            FROM {SENT} s JOIN {judge.JUDGED} j ON j.n = s.n
            JOIN {TEXTS} t ON t.why = j.why AND t.notes = j.notes ORDER BY s.n""",
        [upload.pk],
    )
    counts = _counts()
    _clear()
    return stored, counts


def ship_part(
    *, order: Order, supplier: Supplier, carrier: str, tracking_no: str, by: Any, now: dt.datetime | None = None
) -> RowResult:
    """An agent stores a number that the supplier told by other ways (AFT-01). Odd numbers count as confirmed."""
    sent = ShipmentRow(row=1, order_no=order.order_no, carrier=carrier, tracking_no=tracking_no)
    return accept_rows(
        [sent], supplier=supplier, by=by, source=ParcelSource.AGENT, confirm_odd_numbers=True, now=now
    ).rows[0]


def _carry_out(
    rows: Iterable[ShipmentRow],
    *,
    supplier: Supplier,
    by: Any,
    source: ParcelSource,
    confirm_odd_numbers: bool,
    dry_run: bool,
    now: dt.datetime,
) -> None:
    bulk.load_temp(SENT, COLUMNS, cleaned(rows, now=now))
    lock_alone(f"orders.shipments {supplier.pk}")  # two sendings at once would not see each other's numbers
    judge.judge(supplier.pk, confirm_odd_numbers=confirm_odd_numbers)
    with transaction.atomic():
        write.write(by=by, source=source, supplier_code=supplier.code, now=now)
        waiting = _left_behind(supplier.pk)
        if dry_run:
            transaction.set_rollback(True)
    _note_what_waits(waiting)
    _note_what_stays_open()
    _write_texts()


def _left_behind(supplier_id: int) -> list[tuple[str, dt.datetime | None]]:
    """Merchant code → the earliest payment among what could be shipped and is not, now that everything is written."""
    found = bulk.fetch(
        f"""SELECT l.sku, MIN(f.paid_at)
            FROM orders_fulfilment f
            JOIN orders_order o ON o.id = f.order_id
            JOIN orders_orderline l ON l.fulfilment_id = f.id
            WHERE f.supplier_id = %s AND f.state IN (%s, %s) AND o.state = %s AND o.ship_mode <> %s
              AND l.shipped_quantity < l.quantity AND NOT {judge.BLOCKED}
              AND l.sku IN (SELECT sku FROM {judge.TAKEN} WHERE take > 0)
            GROUP BY l.sku""",
        [supplier_id, *UNSHIPPED, OrderState.PAID, ShipMode.HOLD],
    )
    return [(sku, bulk.moment(paid_at)) for sku, paid_at in found]


def _note_what_waits(waiting: list[tuple[str, dt.datetime | None]]) -> None:
    """First paid, first shipped (SUP-15): says so when an earlier paid order of the same goods is left behind."""
    bulk.load_temp(WAITING, {"sku": "text", "paid_at": "timestamp"}, waiting)
    bulk.execute(
        f"""UPDATE {judge.JUDGED} SET notes = notes + {int(Note.EARLIER_WAITS)}
            WHERE n IN (SELECT t.n FROM {judge.TAKEN} t JOIN {judge.PARTS} p ON p.fulfilment_id = t.fulfilment_id
                        JOIN {WAITING} w ON w.sku = t.sku AND w.paid_at < p.paid_at WHERE t.take > 0)"""
    )


def _note_what_stays_open() -> None:
    """Says so of an order of which some pieces are still to come."""
    bulk.execute(
        f"""UPDATE {judge.JUDGED} SET notes = notes + {int(Note.STAYS_OPEN)}
            WHERE why = '{Why.FINE}' AND take > 0 AND fulfilment_id IN (
                SELECT p.fulfilment_id FROM {judge.PARTS} p
                JOIN (SELECT fulfilment_id, SUM(take) AS take FROM {judge.TAKEN} GROUP BY fulfilment_id) t
                  ON t.fulfilment_id = p.fulfilment_id
                WHERE t.take < p.left_over)"""
    )


def _write_texts() -> None:
    """The few sentences that this sending needs, in the present language."""
    needed = bulk.fetch(f"SELECT DISTINCT why, notes FROM {judge.JUDGED}")
    bulk.load_temp(
        TEXTS,
        {"why": "text", "notes": "integer", "verdict": "text", "message": "text"},
        [(why, notes, VERDICT_OF[Why(why)].value, sentence(why, notes)[:300]) for why, notes in needed],
    )


def _counts() -> dict[str, int]:
    """Verdict → rows; every verdict is there."""
    found = dict(
        bulk.fetch(
            f"""SELECT t.verdict, COUNT(*) FROM {judge.JUDGED} j
                JOIN {TEXTS} t ON t.why = j.why AND t.notes = j.notes GROUP BY t.verdict"""
        )
    )
    return {verdict: int(found.get(verdict, 0)) for verdict in Verdict.values}


def _clear() -> None:
    for table in (*judge.TABLES, *write.TABLES, TEXTS, WAITING):
        bulk.drop_temp(table)
