"""One import from parsed records to the database: one transaction, a few dozen statements however many rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common import bulk
from common.locking import lock_alone, lock_joined
from orders.imports import effects, write_lines, write_orders, write_refunds
from orders.imports.parsing import RowError
from orders.imports.records import COLUMNS, Spool
from orders.models import Order

KINDS = ("orders", "lines", "refunds")


@dataclass
class Counts:
    created: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class Result:
    counts: dict[str, Counts]
    errors: list[RowError]  # what only the database could find: unknown orders

    def as_json(self) -> dict[str, dict[str, int]]:
        return {kind: asdict(self.counts[kind]) for kind in KINDS}


def carry_out(
    spools: dict[str, Spool],
    *,
    batch_id: int,
    by: Any,
    now: dt.datetime,
    beat: Callable[[], None] = lambda: None,
) -> Result:
    """Writes the records. `beat` is called between the phases.

    Counts are exact: the same records again create and update nothing. States of orders only move forwards (the
    legal ways are `orders.workflow`'s), a file that knows less than we do changes nothing.
    """
    with transaction.atomic():
        lock_alone("orders.import")
        for kind, spool in spools.items():
            bulk.load_temp(f"tmp_{kind}", COLUMNS[kind], spool)
            beat()
        result = _write(batch_id, by, now, beat)
        for name in bulk.temp_names():
            bulk.drop_temp(name)
    return result


def _write(batch_id: int, by: Any, now: dt.datetime, beat: Callable[[], None]) -> Result:
    last_part = bulk.fetch("SELECT COALESCE(MAX(id), 0) FROM orders_fulfilment")[0][0]
    orders = _orders(now)
    beat()
    errors = _unknown("tmp_lines", _("the order of this item is unknown: send the order list with it"))
    errors += _unknown("tmp_refunds", _("the order of this refund is unknown: send the order list with it"))
    lines = _lines(orders)
    beat()
    bulk.make_temp(
        "tmp_touched",
        "SELECT id FROM tmp_created UNION SELECT id FROM tmp_changed"
        " UNION SELECT order_id FROM tmp_items WHERE line_id IS NULL UNION SELECT order_id FROM tmp_line_changes",
    )
    bulk.index_temp("tmp_touched", "id")
    write_lines.move_parts(now)
    write_lines.insert_parcels(now)
    whole = effects.ship_whole_orders(now)
    total = write_refunds.resolve_refunds()
    created, updated = write_refunds.write_refunds(now)
    write_refunds.flag_green(now)
    beat()
    effects.run_clocks(last_part=last_part, adopted=lines[1], whole=whole, now=now)
    refunds = effects.sync_refunds(now)
    effects.record(by, batch_id, now)
    effects.tell(batch_id=batch_id, refunds=refunds, whole=whole, now=now)
    counts = {"orders": orders, "lines": lines[0], "refunds": Counts(created, updated, total - created - updated)}
    return Result(counts, errors)


def _orders(now: dt.datetime) -> Counts:
    write_orders.merge_repeated()
    bulk.index_temp("tmp_orders", "platform", "order_no")
    total = bulk.fetch("SELECT COUNT(*) FROM tmp_orders")[0][0]
    write_orders.write_shops()
    write_orders.find_known()
    lock_joined(Order, table="tmp_known", column="id")
    updated = write_orders.update_orders(now)
    created = write_orders.insert_orders(now)
    return Counts(created, updated, total - created - updated)


def _lines(orders: Counts) -> tuple[Counts, list[int]]:
    total = write_lines.resolve_lines()
    later = write_lines.take_ship_by()
    orders.updated += later[0]
    orders.unchanged -= later[1]
    adopted = write_lines.adopt_empty_parts()
    write_lines.insert_parts()
    created, updated = write_lines.write_lines()
    return Counts(created, updated, total - created - updated), adopted


def _unknown(table: str, message: str) -> list[RowError]:
    found = bulk.fetch(write_lines.UNKNOWN_ORDER.format(table=table))
    return [RowError(file_no, row_no, "order_no", message) for file_no, row_no in found]
