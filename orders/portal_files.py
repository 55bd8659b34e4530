"""Workbooks for suppliers: what is to ship, ready to be filled in and sent back, and the rows that were refused."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import FileResponse

from common import exports
from common.clock import local
from orders.models import ShipmentUpload
from orders.states import ShipMode, Verdict
from orders.supplier_work import lines_of
from suppliers.models import Supplier

TO_SHIP = ("订单编号", "商家编码", "商品", "数量", "付款时间", "物流公司", "物流单号", "发货时间")
REFUSED = ("订单编号", "商家编码", "数量", "物流公司", "物流单号", "发货时间", "结果", "说明", "行")
FINE = (Verdict.ACCEPTED, Verdict.UNCHANGED, Verdict.REPLACED)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def to_ship_file(supplier: Supplier, name: str) -> FileResponse:
    """Everything the supplier may ship now, first paid first (SUP-15); orders on hold and lines that are short and not
    decided stay out (SUP-26, SUP-11)."""
    return _file(name, "发货", TO_SHIP, _to_ship_rows(supplier), (22, 16, 36, 8, 18, 14, 20, 20))


def refused_file(upload: ShipmentUpload, name: str) -> FileResponse:
    """The rows of an upload that were not taken over, as they were sent and with the reason."""
    rows = upload.rows.exclude(verdict__in=FINE).order_by("row").iterator(chunk_size=2_000)
    cells = (
        (
            r.order_no,
            r.sku,
            r.quantity,
            r.carrier,
            r.tracking_no,
            r.shipped_at,
            r.get_verdict_display(),
            r.message,
            r.row,
        )
        for r in rows
    )
    return _file(name, "退回", REFUSED, cells, (22, 16, 8, 14, 20, 20, 14, 60, 6))


def _to_ship_rows(supplier: Supplier) -> Iterator[tuple[Any, ...]]:
    lines = lines_of(supplier).filter(hold="").exclude(order__ship_mode=ShipMode.HOLD)
    rows = lines.order_by("fulfilment__paid_at", "fulfilment_id", "id").values_list(
        "order__order_no", "sku", "title", "quantity", "shipped_quantity", "fulfilment__paid_at"
    )
    for order_no, sku, title, quantity, shipped, paid_at in rows.iterator(chunk_size=2_000):
        if quantity > shipped:
            paid = local(paid_at).strftime("%Y-%m-%d %H:%M:%S") if paid_at else ""
            yield order_no, sku, title, quantity - shipped, paid, "", "", ""


def _file(
    name: str, sheet: str, header: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[int]
) -> FileResponse:
    stream = tempfile.TemporaryFile()  # noqa: SIM115 — FileResponse closes it
    exports.workbook([exports.Sheet(sheet, header, rows, widths)], stream)
    stream.seek(0)
    return FileResponse(stream, as_attachment=True, filename=name, content_type=XLSX)
