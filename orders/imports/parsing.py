"""Rows of an export → records and row errors. No database here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from common import clock
from orders.carriers import carrier_of
from orders.imports import records, values
from orders.imports.layouts import Layout, plain
from orders.states import OrderState, Platform

Sink = Callable[[str, Sequence[Any]], None]
READERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("order_no", "line_key", "refund_no"), values.order_no),
    **dict.fromkeys((*records.TIMES, *records.REFUND_TIMES, "ship_by"), values.moment),
    **dict.fromkeys((*records.SUMS, "amount", "price", "line_total"), values.money),
    **dict.fromkeys(("receiver_name", "receiver_phone", "buyer_nick"), values.readable),
    "receiver_address": values.address,
    "close_reason": values.close_reason,
    "state": values.order_state,
    "refund_state": values.refund_state,
    "needs_return": values.yes,
}
LONGEST = {
    "shop": 60, "shop_no": 40, "buyer_nick": 80, "receiver_name": 80, "receiver_phone": 40, "receiver_address": 400,
    "buyer_message": 2000, "close_reason": 100, "delivery_mode": 20, "remark": 500, "sku": 64, "title": 200,
    "attributes": 200, "kind": 20, "reason": 100, "explanation": 2000, "goods_status": 40, "phase": 10,
    "intervention": 40, "return_carrier": 40, "return_tracking_no": 40, "line_key": 80,
}  # fmt: skip
CUT = frozenset({"title", "attributes", "buyer_message", "explanation", "receiver_address", "remark", "reason"})
NEEDED = {
    "orders": ("order_no", "state", "ordered_at"),
    "lines": ("order_no", "title", "quantity"),
    "refunds": ("order_no", "refund_no", "refund_state"),
}
ERROR_COLUMNS = frozenset({"错误", "ERROR", "ERRORS"})  # of our own file of error rows
UNPAID = OrderState.UNPAID.value
UNPAID_STATES = frozenset({UNPAID, OrderState.CLOSED.value})
PDD_DAY = re.compile(r"^(\d{2})(\d{2})(\d{2})-")


SPLIT_BELOW = frozenset({"region", "quantity", "sku", "title", "attributes", "tracking_no", "line_state"})
ORDER_FIELDS = tuple(records.ORDER_COLUMNS)[len(records.PLACE) :]
REFUND_FIELDS = tuple(records.REFUND_COLUMNS)[len(records.PLACE) :]
order_cells, refund_cells = itemgetter(*ORDER_FIELDS), itemgetter(*REFUND_FIELDS)
CENT = Decimal("0.01")
FREE = Decimal(0)
Row = dict[str, Any]
Line = tuple[Any, ...]


class RowError(NamedTuple):
    file_no: int
    row: int
    column: str
    message: str


class Column(NamedTuple):
    """How one of our fields is read: by what, and from which cell, or from which others when that one is empty."""

    field: str
    read: Callable[[str], Any]
    at: int
    others: tuple[int, ...]
    longest: int | None


class Parser:
    """Reads the rows of one table in one layout. What the header tells is worked out once, not for every row."""

    def __init__(self, layout: Layout, header: Sequence[str], *, file_no: int, default_shop: str) -> None:
        self.layout, self.file_no, self.default_shop = layout, file_no, default_shop
        self.header, self.width = list(header), len(header)
        where: dict[str, int] = {}
        for at, name in enumerate(header):
            where.setdefault(plain(name), at)
        self.at = {
            field: tuple(where[plain(name)] for name in choices if plain(name) in where)
            for field, choices in layout.fields.items()
        }
        self.columns = [
            Column(field, READERS.get(field, values.text), places[0], places[1:], LONGEST.get(field))
            for field, places in self.at.items()
            if places and field not in SPLIT_BELOW and not (field == "line_key" and layout.several_items)
        ]
        self.blank: Row = dict.fromkeys([*layout.fields, *ORDER_FIELDS, *REFUND_FIELDS, "line_key", "price", "carrier"])
        self.gives_orders, self.gives_lines = "orders" in layout.gives, "lines" in layout.gives
        self.gives_refunds = "refunds" in layout.gives
        self.needed = list(
            dict.fromkeys(
                field for kind in NEEDED if kind in layout.gives for field in NEEDED[kind] if field not in SPLIT_BELOW
            )
        )

    def column(self, field: str) -> str:
        places = self.at.get(field)
        return self.header[places[0]] if places else (self.layout.fields.get(field) or ("",))[0]

    def feed(self, number: int, cells: list[str], sink: Sink) -> list[RowError]:
        """Gives the row's records to `sink`, or answers what is wrong with it: then nothing of it is taken."""
        if len(cells) > self.width and any(cells[self.width :]):
            return [self.error(number, "", _("the row has more cells than the header"))]
        errors: list[RowError] = []
        row = self._read(number, cells, errors)
        lines = self._lines(number, cells, row, errors) if self.gives_lines else []
        if self.gives_orders:
            self._complete(cells, row)
        self._check(number, row, errors)
        if errors:
            return errors
        place = (self.file_no, number, str(self.layout.platform), row["order_no"])
        if self.gives_orders:
            sink("orders", place + order_cells(row))
        for line in lines:
            sink("lines", place + line)
        if self.gives_refunds:
            sink("refunds", place + self._refund(cells, row))
        else:
            for parcel in self._parcels(cells, row):
                sink("parcels", place + parcel)
        return errors

    def error(self, number: int, column: str, message: str) -> RowError:
        return RowError(self.file_no, number, column[:60], message[:300])

    def _read(self, number: int, cells: list[str], errors: list[RowError]) -> Row:
        """The fields that stand in cells of their own."""
        row = self.blank.copy()
        for field, read, at, others, longest in self.columns:
            try:
                value = read(cells[at]) if cells[at] else None
                if value is None and others:
                    value = next((found for other in others if (found := read(cells[other])) is not None), None)
            except values.Odd as odd:
                errors.append(self.error(number, self.column(field), str(odd)))
                continue
            if longest and value is not None and len(value) > longest:
                if field not in CUT:
                    message = _("expected at most %(count)d characters") % {"count": longest}
                    errors.append(self.error(number, self.column(field), message))
                value = value[:longest]
            row[field] = value
        return row

    def _first(self, field: str, cells: list[str]) -> str:
        for at in self.at.get(field, ()):
            if cells[at] and (found := values.text(cells[at])):
                return found
        return ""

    def _check(self, number: int, row: Row, errors: list[RowError]) -> None:
        """What must not be empty."""
        for field in self.needed:
            if row[field] is None and all(error.column != self.column(field) for error in errors):
                errors.append(self.error(number, self.column(field), _("this must not be empty")))
        if self.gives_orders and not errors and row["paid_at"] is None and row["state"] not in UNPAID_STATES:
            errors.append(self.error(number, self.column("paid_at"), _("a paid order needs its time of payment")))

    def _complete(self, cells: list[str], row: Row) -> None:
        """What an order needs and its export says in another way."""
        row["shop"] = row["shop"] or self.default_shop
        row["platform_ship_by"] = row.get("ship_by")
        row["add_up"] = self.layout.sums_per_row
        if self.at.get("region"):
            region = "".join(filter(None, (values.readable(cells[at]) for at in self.at["region"])))
            if region and not (row["receiver_address"] or "").startswith(region):
                row["receiver_address"] = (region + (row["receiver_address"] or ""))[:400]
        if row["ordered_at"] is None and self.layout.platform == Platform.PDD:
            row["ordered_at"] = _day_in(row["order_no"])
        if row["state"] == UNPAID:
            row["paid_total"] = row["paid_at"] = None
        elif row["paid_at"] is None and self.layout.pay_time_missing:
            row["paid_at"] = row["ordered_at"]

    def _lines(self, number: int, cells: list[str], row: Row, errors: list[RowError]) -> list[Line]:
        """The item of the row, or its items, where they are joined by «;»."""
        first = self._first
        item = (first("title", cells), first("sku", cells), first("attributes", cells), first("quantity", cells))
        if not self.layout.several_items:
            line = self._line(number, cells, row, errors, row["line_key"], item)
            return [line] if line else []
        key = first("line_key", cells)
        many = len(values.SEVERAL.split(item[3]))
        columns = [_split(cell, many) for cell in (key, *item)]
        found = []
        for at, (own_key, *own_item) in enumerate(zip(*columns, strict=True), 1):
            try:
                line_key = values.order_no(own_key) if own_key else None
            except values.Odd as odd:
                errors.append(self.error(number, self.column("line_key"), str(odd)))
                continue
            if line_key and many > 1 and len(set(columns[0])) == 1:
                line_key = f"{line_key}/{at}"
            if line := self._line(number, cells, row, errors, line_key, own_item):
                found.append(line)
        return found

    def _line(
        self,
        number: int,
        cells: list[str],
        row: Row,
        errors: list[RowError],
        key: str | None,
        item: Sequence[str],
    ) -> Line | None:
        title, sku, attributes, count = item
        try:
            quantity = values.quantity(count)
        except values.Odd as odd:
            errors.append(self.error(number, self.column("quantity"), str(odd)))
            return None
        if quantity is None or not title:
            column = "quantity" if quantity is None else "title"
            errors.append(self.error(number, self.column(column), _("this must not be empty")))
            return None
        if len(sku) > LONGEST["sku"]:
            errors.append(self.error(number, self.column("sku"), _("expected at most 64 characters")))
            return None
        price = row["price"]
        if price is None and row.get("line_total") is not None:
            price = (row["line_total"] / quantity).quantize(CENT)
        status = values.status(self._first("line_state", cells))
        return (
            key, sku, title[:200], values.narrow_often(attributes)[:200], quantity, price or FREE, status[:40],
            values.ORDER_STATES.get(status), row.get("ship_by"),
        )  # fmt: skip

    def _refund(self, cells: list[str], row: Row) -> Line:
        row["state"] = row["refund_state"]
        row["sku"], row["title"] = self._first("sku", cells)[:64], self._first("title", cells)[:200]
        row["partial"] = (row["partial"] or "").startswith("部分")
        row["needs_return"] = bool(row["needs_return"])
        cells_of: Line = refund_cells(row)
        return cells_of

    def _parcels(self, cells: list[str], row: Row) -> list[Line]:
        tracking = self._first("tracking_no", cells)
        if not tracking:
            return []
        sku = self._first("sku", cells)[:64] if self.gives_lines else None
        return [
            (sku, carrier_of(carrier), number, row.get("shipped_at"))
            for number, carrier in values.tracking(tracking, row["carrier"] or "")
        ]


def _split(cell: str, many: int) -> list[str]:
    parts = [part.strip() for part in values.SEVERAL.split(cell)] if many > 1 else [cell]
    return parts if len(parts) == many else [cell] * many


def _day_in(order_no: str | None) -> dt.datetime | None:
    """The day in a Pinduoduo order number, 260914-…: some of its exports give unpaid orders no time at all."""
    found = PDD_DAY.match(order_no or "")
    if not found:
        return None
    year, month, day = map(int, found.groups())
    try:
        return clock.day_start(dt.date(2000 + year, month, day))
    except ValueError:
        return None
