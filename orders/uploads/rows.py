"""One row as a supplier sent it, cleaned of what spreadsheets do to it. No database here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from common import clock
from orders import carriers
from orders.uploads.messages import Note, Why

SENT = "tmp_shipments_sent"
COLUMNS = {
    "n": "integer",  # the place in the sending: the first of two equal rows wins
    "row_no": "integer",
    "order_no": "text",
    "sku": "text",
    "quantity": "integer",
    "carrier": "text",
    "tracking_no": "text",
    "shipped_at": "timestamp",
    "damaged": "text",  # what is wrong with an order number that turns out to be unknown
    "fault": "text",  # what is wrong with the tracking number; OK_IF_CONFIRMED may be confirmed
    "notes": "integer",
    # as written, so that a refused row can be mended and sent again
    "order_text": "text",
    "sku_text": "text",
    "quantity_text": "text",
    "carrier_text": "text",
    "number_text": "text",
    "time_text": "text",
}
STRIPPED = "\ufeff'’`‘\"= \t\r\n\u3000\u00a0"
SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
TIME_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d")
SKEW = dt.timedelta(minutes=5)  # that senders' clocks may differ from ours
LARGEST = 2_000_000_000  # of a quantity: what an integer column holds


@dataclass(frozen=True, slots=True)
class ShipmentRow:
    """One row of a sending, as text. `row` is the number that the sender knows it by."""

    row: int
    order_no: str
    carrier: str
    tracking_no: str
    shipped_at: str = ""
    sku: str = ""
    quantity: str = ""


def cleaned(rows: Iterable[ShipmentRow], *, now: dt.datetime) -> Iterator[tuple[Any, ...]]:
    """The rows as the table SENT holds them."""
    for n, sent in enumerate(rows, start=1):
        order_no = sent.order_no.strip(STRIPPED).translate(FULL_WIDTH)
        number = carriers.clean_number(sent.tracking_no.translate(FULL_WIDTH))
        carrier = carriers.carrier_of(sent.carrier) if sent.carrier.strip() else ""
        quantity = _quantity(sent.quantity)
        moment, notes = _moment(sent.shipped_at.strip(STRIPPED), now)
        yield (
            n,
            sent.row,
            order_no[:60],
            sent.sku.strip(STRIPPED)[:64],
            quantity,
            carrier,
            number[: carriers.LONGEST_NUMBER],
            moment,
            _damage(order_no),
            Why.BAD_QUANTITY if quantity is not None and quantity < 1 else _fault(carrier, number),
            notes,
            _kept(sent.order_no, 60),
            _kept(sent.sku, 64),
            _kept(sent.quantity, 20),
            _kept(sent.carrier, 60),
            _kept(sent.tracking_no, 60),
            _kept(sent.shipped_at, 40),
        )


def _kept(text: str, length: int) -> str:
    return text.replace("\0", "")[:length]


def _damage(order_no: str) -> str:
    """What a spreadsheet did to an order number, if it did: 7.39E+18, or digits rounded to …000."""
    if not order_no:
        return Why.NO_ORDER_NO
    if SCIENTIFIC.fullmatch(order_no):
        return Why.SCIENTIFIC
    if len(order_no) >= 16 and order_no.isdigit() and order_no.endswith("000"):
        return Why.ROUNDED
    return ""


def _fault(carrier: str, number: str) -> str:
    if not number:
        return Why.NO_NUMBER
    if not carriers.plausible(number):
        return Why.UNREADABLE_NUMBER
    if not carrier:
        return Why.NO_CARRIER
    if carrier == carriers.OTHER:
        return Why.UNKNOWN_CARRIER
    return "" if carriers.fits(carrier, number) else Why.ODD_NUMBER


def _quantity(text: str) -> int | None:
    """How many pieces; None when nothing is said, 0 when it is no number of pieces."""
    plain = text.strip(STRIPPED).translate(FULL_WIDTH).removesuffix(".0")
    if not plain:
        return None
    return min(int(plain[:12]), LARGEST) if plain.isascii() and plain.isdigit() else 0


def _moment(text: str, now: dt.datetime) -> tuple[dt.datetime, int]:
    """When the parcel left, as the sender says; `now` when that cannot be."""
    if not text:
        return now, 0
    moment = _parsed(text)
    if moment is None:
        return now, Note.TIME_UNREADABLE
    return (now, Note.TIME_IN_FUTURE) if moment > now + SKEW else (moment, 0)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> dt.datetime | None:
    """An ISO time, or one as Chinese spreadsheets write it; without a zone it is Asia/Shanghai."""
    try:
        return clock.aware(dt.datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        pass
    for pattern in TIME_FORMATS:
        try:
            return clock.aware(dt.datetime.strptime(text, pattern))  # noqa: DTZ007 — aware() names the zone
        except (ValueError, OverflowError):
            continue
    return None
