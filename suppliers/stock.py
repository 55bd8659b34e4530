"""What a supplier says it has: the level of each merchant code, the last word counts (SUP-05, SUP-09)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from audit import services as audit
from common import clock
from common.locking import lock_one
from suppliers.models import Product, StockLevel, Supplier


class StockVerdict(models.TextChoices):
    STORED = "stored", _("stored")
    UNCHANGED = "unchanged", _("unchanged")
    UNKNOWN_SKU = "unknown_sku", _("no such goods of yours")
    TWICE = "twice", _("named twice: the first one counts")


@dataclass(frozen=True)
class StockRow:
    """A row as it was sent: pieces on hand, and when there will be more (None: not known)."""

    row: int
    sku: str
    quantity: int
    again_on: dt.date | None = None


@dataclass(frozen=True)
class StockResult:
    row: int
    sku: str
    verdict: StockVerdict


def said_of(rows: QuerySet[Any], *, supplier: str = "supplier", sku: str = "sku") -> QuerySet[Any]:
    """`rows` with `.level` and `.level_at`, what their supplier said last of their goods: null where it said nothing."""
    said = StockLevel.objects.filter(supplier=OuterRef(supplier), sku=OuterRef(sku))
    found: QuerySet[Any] = rows.annotate(level=said.values("quantity"), level_at=said.values("at"))
    return found


@transaction.atomic
def put_stock(
    rows: Sequence[StockRow], *, supplier: Supplier, by: Any, now: dt.datetime | None = None
) -> list[StockResult]:
    """Stores the levels of the supplier's own goods; what is not named stays as it was. Sent again, nothing changes.

    The same statements for one row and for thousands.
    """
    now = now or clock.now()
    lock_one(Supplier.objects.filter(pk=supplier.pk))
    codes = {row.sku for row in rows}
    own = set(Product.objects.filter(supplier=supplier, code__in=codes).values_list("code", flat=True))
    known = {level.sku: level for level in StockLevel.objects.filter(supplier=supplier, sku__in=codes)}
    results: list[StockResult] = []
    changed: dict[str, StockRow] = {}
    for row in rows:
        verdict = _judge(row, own, known.get(row.sku), changed)
        results.append(StockResult(row.row, row.sku, verdict))
        if verdict == StockVerdict.STORED:
            changed[row.sku] = row
    StockLevel.objects.bulk_create(
        [StockLevel(supplier=supplier, sku=r.sku, quantity=r.quantity, again_on=r.again_on, at=now)
         for r in changed.values()],
        update_conflicts=True, unique_fields=["supplier", "sku"], update_fields=["quantity", "again_on", "at"],
        batch_size=500,
    )  # fmt: skip
    same = [result.sku for result in results if result.verdict == StockVerdict.UNCHANGED]
    StockLevel.objects.filter(supplier=supplier, sku__in=same).update(at=now)  # said anew: as fresh as the others
    audit.record("suppliers.stock_put", about=supplier, by=by, now=now, stored=len(changed), rows=len(rows))
    return results


def _judge(row: StockRow, own: set[str], level: StockLevel | None, changed: dict[str, StockRow]) -> StockVerdict:
    if row.sku not in own:
        return StockVerdict.UNKNOWN_SKU
    if row.sku in changed:
        return StockVerdict.TWICE
    if level is not None and (level.quantity, level.again_on) == (row.quantity, row.again_on):
        return StockVerdict.UNCHANGED
    return StockVerdict.STORED
