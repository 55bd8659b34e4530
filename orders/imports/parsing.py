"""Rows of an export → records and row errors. No database here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

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
PDD_DAY = re.compile(r"^(\d{2})(\d{2})(\d{2})-")


@dataclass(frozen=True)
class RowError:
    file_no: int
    row: int
    column: str
    message: str


class Parser:
    """Reads the rows of one table in one layout."""

    def __init__(self, layout: Layout, header: Sequence[str], *, file_no: int, default_shop: str) -> None:
        self.layout, self.file_no, self.default_shop = layout, file_no, default_shop
        self.header = list(header)
        where: dict[str, int] = {}
        for at, name in enumerate(header):
            where.setdefault(plain(name), at)
        self.at = {
            field: [where[plain(name)] for name in choices if plain(name) in where]
            for field, choices in layout.fields.items()
        }
        self.work = [
            (field, READERS.get(field, values.text), places, LONGEST.get(field))
            for field, places in self.at.items()
            if places and field not in {"region", "quantity", "sku", "title", "attributes", "tracking_no", "line_state"}
            and not (field == "line_key" and layout.several_items)
        ]  # fmt: skip

    def column(self, field: str) -> str:
        places = self.at.get(field)
        return self.header[places[0]] if places else (self.layout.fields.get(field) or ("",))[0]

    def feed(self, number: int, cells: list[str], sink: Sink) -> list[RowError]:
        """Gives the row's records to `sink`, or answers what is wrong with it: then nothing of it is taken."""
        errors: list[RowError] = []
        if any(cells[len(self.header) :]):
            return [self.error(number, "", _("the row has more cells than the header"))]
        row: dict[str, Any] = {}
        for field, reader, places, longest in self.work:
            try:
                row[field] = self._cell(field, reader, places, longest, cells)
            except values.Odd as odd:
                errors.append(self.error(number, self.column(field), str(odd)))
        made = self._records(number, cells, row, errors)
        if errors:
            return errors
        for kind, record in made:
            sink(kind, record)
        return []

    def error(self, number: int, column: str, message: str) -> RowError:
        return RowError(self.file_no, number, column[:60], message[:300])

    def _cell(
        self, field: str, reader: Callable[[str], Any], places: list[int], longest: int | None, cells: list[str]
    ) -> Any:
        value = None
        for at in places:
            value = reader(cells[at])
            if value is not None:
                break
        if longest and isinstance(value, str) and len(value) > longest:
            if field not in CUT:
                raise values.Odd(_("expected at most %(count)d characters") % {"count": longest})
            value = value[:longest]
        return value

    def _first(self, field: str, cells: list[str]) -> str:
        found = (values.text(cells[at]) for at in self.at.get(field, ()))
        return next((value for value in found if value), "")

    def _records(
        self, number: int, cells: list[str], row: dict[str, Any], errors: list[RowError]
    ) -> list[tuple[str, Sequence[Any]]]:
        made: list[tuple[str, Sequence[Any]]] = []
        gives = self.layout.gives
        lines = self._lines(number, cells, row, errors) if "lines" in gives else []
        if "orders" in gives:
            self._complete(cells, row)
        for kind in gives:
            for field in NEEDED[kind]:
                if field in {"title", "quantity"} or row.get(field) is not None:
                    continue
                if not any(error.column == self.column(field) for error in errors):
                    errors.append(self.error(number, self.column(field), _("this must not be empty")))
        if errors:
            return made
        place = (self.file_no, number, str(self.layout.platform), row["order_no"])
        if "orders" in gives:
            if row["paid_at"] is None and row["state"] not in {OrderState.UNPAID, OrderState.CLOSED}:
                errors.append(self.error(number, self.column("paid_at"), _("a paid order needs its time of payment")))
            made.append(("orders", (*place, *(row.get(name) for name in list(records.ORDER_COLUMNS)[4:]))))
        made += [("lines", (*place, *line)) for line in lines]
        if "refunds" in gives:
            row["state"] = row["refund_state"]
            row["sku"], row["title"] = self._first("sku", cells)[:64], self._first("title", cells)[:200]
            row["partial"] = (row.get("partial") or "").startswith("部分")
            row["needs_return"] = bool(row.get("needs_return"))
            made.append(("refunds", (*place, *(row.get(name) for name in list(records.REFUND_COLUMNS)[4:]))))
        else:
            made += self._parcels(place, cells, row)
        return made

    def _complete(self, cells: list[str], row: dict[str, Any]) -> None:
        """What an order needs and its export says in another way."""
        row.setdefault("paid_at", None)
        row["shop"] = row.get("shop") or self.default_shop
        row["platform_ship_by"] = row.get("ship_by")
        row["add_up"] = self.layout.sums_per_row
        region = "".join(filter(None, (values.readable(cells[at]) for at in self.at.get("region", ()))))
        if region and not (row.get("receiver_address") or "").startswith(region):
            row["receiver_address"] = (region + (row.get("receiver_address") or ""))[:400]
        if row.get("ordered_at") is None and self.layout.platform == Platform.PDD:
            row["ordered_at"] = _day_in(row.get("order_no"))
        if row["paid_at"] is None and self.layout.pay_time_missing and row.get("state") != OrderState.UNPAID.value:
            row["paid_at"] = row.get("ordered_at")
        if row.get("state") == OrderState.UNPAID.value:
            row["paid_total"] = row["paid_at"] = None

    def _lines(self, number: int, cells: list[str], row: dict[str, Any], errors: list[RowError]) -> list[Sequence[Any]]:
        """The item of the row, or its items, where they are joined by «;»."""
        titles, skus, attributes, counts = (
            self._first(field, cells) for field in ("title", "sku", "attributes", "quantity")
        )
        key = row.get("line_key")
        parts = [(key, titles, skus, attributes, counts)]
        if self.layout.several_items:
            key = self._first("line_key", cells)
            many = len(values.SEVERAL.split(counts))
            columns = [self._split(cell, many) for cell in (key, titles, skus, attributes, counts)]
            parts = list(zip(*columns, strict=True))
        found: list[Sequence[Any]] = []
        for at, (own_key, title, sku, attribute, count) in enumerate(parts, 1):
            try:
                line_key = values.order_no(own_key) if own_key else None
                if line_key and len(parts) > 1 and len({part[0] for part in parts}) == 1:
                    line_key = f"{line_key}/{at}"
                column, quantity = "quantity", values.quantity(count)
            except values.Odd as odd:
                column = "quantity" if own_key is None or not errors else "line_key"
                errors.append(self.error(number, self.column(column), str(odd)))
                continue
            if quantity is None or not title:
                column = "quantity" if quantity is None else "title"
                errors.append(self.error(number, self.column(column), _("this must not be empty")))
                continue
            if len(sku) > LONGEST["sku"]:
                errors.append(self.error(number, self.column("sku"), _("expected at most 64 characters")))
                continue
            found.append(self._line(row, cells, line_key, title, sku, attribute, quantity))
        return found

    def _line(
        self, row: dict[str, Any], cells: list[str], key: str | None, title: str, sku: str, attribute: str, count: int
    ) -> Sequence[Any]:
        price = row.get("price")
        if price is None and row.get("line_total") is not None:
            price = (row["line_total"] / count).quantize(Decimal("0.01"))
        status = values.status(self._first("line_state", cells))
        return (
            key, sku, title[:200], values.narrow(attribute)[:200], count, price or Decimal(0), status[:40],
            values.ORDER_STATES.get(status), row.get("ship_by"),
        )  # fmt: skip

    @staticmethod
    def _split(cell: str, many: int) -> list[str]:
        parts = [part.strip() for part in values.SEVERAL.split(cell)] if many > 1 else [cell]
        return parts if len(parts) == many else [cell] * many

    def _parcels(
        self, place: tuple[Any, ...], cells: list[str], row: dict[str, Any]
    ) -> list[tuple[str, Sequence[Any]]]:
        sku = self._first("sku", cells)[:64] if "lines" in self.layout.gives else None
        return [
            ("parcels", (*place, sku, carrier_of(carrier), number, row.get("shipped_at")))
            for number, carrier in values.tracking(self._first("tracking_no", cells), row.get("carrier") or "")
        ]


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
