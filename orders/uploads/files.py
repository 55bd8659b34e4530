"""A supplier's table of tracking numbers: which column is which, by its header in Chinese or English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from common import tablefile
from orders.uploads.rows import ShipmentRow

HEADERS: dict[str, tuple[str, ...]] = {
    "order_no": ("订单编号", "订单号", "主订单编号", "平台订单号", "order_no", "order number", "order"),
    "carrier": ("物流公司", "快递公司", "承运商", "快递", "carrier", "courier", "logistics company"),
    "tracking_no": ("物流单号", "快递单号", "运单号", "运单号码", "tracking_no", "tracking number", "waybill"),
    "shipped_at": ("发货时间", "发货日期", "shipped_at", "shipped at", "shipping time"),
    "sku": ("商家编码", "货号", "sku", "merchant code", "item code"),
    "quantity": ("数量", "发货数量", "购买数量", "quantity", "qty"),
}
REQUIRED = ("order_no", "carrier", "tracking_no")
_FIELD_OF = {re.sub(r"[\s_]+", "", name).lower(): field for field, names in HEADERS.items() for name in names}


def read(file: BinaryIO, name: str) -> Iterator[ShipmentRow]:
    """The rows of a file, streamed; those with neither carrier nor number are not filled in yet and left out.

    Raises BadFile when it is no table, or lacks a column that is needed.
    """
    table = tablefile.read(file, name=name)
    columns = columns_of(table.header)
    sent = (ShipmentRow(row=number, **{f: cells[i] for f, i in columns.items()}) for number, cells in table.rows())
    return (row for row in sent if row.carrier or row.tracking_no)


def columns_of(header: list[str]) -> dict[str, int]:
    """Field → column. The first of two columns with the same meaning counts."""
    columns: dict[str, int] = {}
    for index, title in enumerate(header):
        field = _FIELD_OF.get(re.sub(r"[\s_]+", "", title).lower())
        if field is not None:
            columns.setdefault(field, index)
    missing = [HEADERS[field][0] for field in REQUIRED if field not in columns]
    if missing:
        raise tablefile.BadFile(
            _(
                "The table lacks the column %(missing)s. It needs 订单编号, 物流公司 and 物流单号 "
                "(order_no, carrier, tracking_no); 发货时间, 商家编码 and 数量 may be added."
            )
            % {"missing": "、".join(missing)}
        )
    return columns
