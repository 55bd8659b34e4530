"""One supplier's part of a day's figures, built from its rows alone: nothing of anybody else can be in it."""

from __future__ import annotations

from typing import Any

from reports.figures import COUNTS

NOTHING: dict[str, Any] = {
    **dict.fromkeys(COUNTS, 0),
    "share": None,
    "taken_median": None,
    "taken_p90": None,
    "late_median": None,
}


def supplier_part(figures: dict[str, Any], supplier_id: int) -> dict[str, Any]:
    """The same shape as a day's figures, of one supplier; no shops, no other supplier, no trend but its own."""

    def mine(part: str) -> list[dict[str, Any]]:
        return [row for row in figures[part] if row["supplier_id"] == supplier_id]

    breaches = mine("open_breaches")
    total = next(iter(mine("suppliers")), {"supplier_id": supplier_id, **NOTHING})
    name = figures["names"]["suppliers"].get(str(supplier_id), "")
    return {
        "day": figures["day"],
        "as_of": figures["as_of"],
        "supplier_id": supplier_id,
        "total": total,
        "policies": mine("supplier_policies"),
        "shops": [],
        "suppliers": [],
        "trend": figures["supplier_trends"].get(str(supplier_id), []),
        "refund_weeks": mine("refund_weeks"),
        "open_breaches": [{**row, "shop_id": None} for row in breaches],
        "open_breach_count": max(len(breaches), total["open_late"]),
        "tomorrow": mine("tomorrow"),
        "names": {"shops": {}, "suppliers": {str(supplier_id): name}},
    }
