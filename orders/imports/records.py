"""What one row of an export becomes: records for the temporary tables, with the columns they have there."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

PLACE = {"file_no": "integer", "row_no": "integer", "platform": "text", "order_no": "text"}
PERSONAL = ("buyer_nick", "receiver_name", "receiver_phone", "receiver_address", "buyer_message")
TEXTS = (*PERSONAL, "close_reason", "delivery_mode")
TIMES = ("ordered_at", "paid_at", "shipped_at", "finished_at", "platform_ship_by")
SUMS = ("goods_total", "postage", "total_due", "paid_total")
ORDER_COLUMNS = {
    **PLACE,
    "shop": "text",
    "shop_no": "text",
    "state": "text",
    "items": "text",  # what tells one item of a repeated order number from another
    "add_up": "boolean",
    "remark": "text",
    **dict.fromkeys(TEXTS, "text"),
    **dict.fromkeys(TIMES, "timestamp"),
    **dict.fromkeys(SUMS, "numeric"),
}
LINE_COLUMNS = {
    **PLACE,
    "line_key": "text",
    "sku": "text",
    "title": "text",
    "attributes": "text",
    "quantity": "integer",
    "price": "numeric",
    "platform_status": "text",
    "state": "text",
    "ship_by": "timestamp",
}
PARCEL_COLUMNS = {
    **PLACE,
    "sku": "text",
    "carrier": "text",
    "tracking_no": "text",
    "shipped_at": "timestamp",
}
REFUND_TEXTS = (
    "kind",
    "reason",
    "explanation",
    "goods_status",
    "phase",
    "intervention",
    "return_carrier",
    "return_tracking_no",
)
REFUND_TIMES = ("applied_at", "deadline_at", "evidence_deadline_at", "finished_at")
REFUND_COLUMNS = {
    **PLACE,
    "refund_no": "text",
    "sku": "text",
    "title": "text",
    "state": "text",
    "needs_return": "boolean",
    "partial": "boolean",
    "amount": "numeric",
    **dict.fromkeys(REFUND_TEXTS, "text"),
    **dict.fromkeys(REFUND_TIMES, "timestamp"),
}
COLUMNS = {
    "orders": ORDER_COLUMNS,
    "lines": LINE_COLUMNS,
    "parcels": PARCEL_COLUMNS,
    "refunds": REFUND_COLUMNS,
}


class Spool:
    """Records on their way from the parser to the database, on disk, so that memory stays flat."""

    BATCH = 1_000

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 lives as long as the spool
        self._batch: list[Sequence[Any]] = []
        self.count = 0

    def add(self, record: Sequence[Any]) -> None:
        self._batch.append(record)
        self.count += 1
        if len(self._batch) >= self.BATCH:
            self._flush()

    def _flush(self) -> None:
        pickle.dump(self._batch, self._file, pickle.HIGHEST_PROTOCOL)
        self._batch = []

    def __iter__(self) -> Iterator[Sequence[Any]]:
        if self._batch:
            self._flush()
        self._file.seek(0)
        while True:
            try:
                yield from pickle.load(self._file)  # noqa: S301 our own nameless file
            except EOFError:
                return
