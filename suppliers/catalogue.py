"""The catalogue out of files: who the suppliers are and which merchant code is whose."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, BinaryIO, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock, tablefile
from common.money import parse_money
from common.tablefile import BadFile, Table
from suppliers.models import Category, Product, Supplier
from suppliers.signals import codes_assigned

BATCH = 1_000
FOOD = ("食品", "生鲜", "零食", "粮油", "保健食品")  # QA-06
YES = {"是", "yes", "true", "1", "y"}
SUPPLIERS = {
    "code": ("供应商编码", "SUPPLIER_CODE"),
    "name": ("供应商名称", "SUPPLIER_NAME"),
    "category": ("主营类目", "CATEGORY"),
    "contact": ("联系人", "CONTACT"),
    "phone": ("电话", "PHONE"),
    "email": ("邮箱", "EMAIL"),
    "return_address": ("退货地址", "RETURN_ADDRESS"),
}
PRODUCTS = {
    "code": ("商家编码", "SKU"),
    "title": ("商品标题", "TITLE"),
    "supplier": ("供应商编码", "SUPPLIER_CODE"),
    "category": ("类目", "CATEGORY"),
    "price": ("售价", "PRICE"),
    "free_shipping": ("是否包邮", "FREE_SHIPPING"),
    "custom_made": ("是否定制", "CUSTOM_MADE"),
    "shelf_life_days": ("保质期天数", "SHELF_LIFE_DAYS"),
}


class RowFault(NamedTuple):
    """What is wrong with a row of one of the tables."""

    table: int  # its place among them, from 0
    row: int
    column: str
    message: str


@dataclass
class Tally:
    """What became of the rows of one kind."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    faults: list[RowFault] = field(default_factory=list)

    def numbers(self) -> dict[str, int]:
        return {"created": self.created, "updated": self.updated, "unchanged": self.unchanged}

    def as_json(self) -> dict[str, Any]:
        errors = [{"row": fault.row, "column": fault.column, "message": fault.message} for fault in self.faults]
        return {**self.numbers(), "errors": errors}


@dataclass(frozen=True)
class Report:
    suppliers: Tally = field(default_factory=Tally)
    products: Tally = field(default_factory=Tally)

    def as_json(self) -> dict[str, Any]:
        return {"suppliers": self.suppliers.as_json(), "products": self.products.as_json()}


@dataclass(frozen=True)
class Part:
    """One table of a catalogue: which of those sent, and where our fields stand in it."""

    number: int
    table: Table
    places: dict[str, int]

    def column(self, name: str) -> str:
        return self.table.header[self.places[name]]

    def fault(self, row: int, odd: OddCell) -> RowFault:
        return RowFault(self.number, row, self.column(odd.field), str(odd))

    def rows(self, tally: Tally) -> Iterator[tuple[int, dict[str, str]]]:
        """Row number and our fields' cells; counted in `tally`."""
        for number, cells in self.table.rows():
            tally.rows += 1
            yield number, {name: cells[at] for name, at in self.places.items()}


class OddCell(ValueError):
    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def import_catalogue(
    *, files: Sequence[tuple[str, BinaryIO]], by: Any, dry_run: bool = False, now: dt.datetime | None = None
) -> Report:
    """Takes in suppliers and products, recognised by their headers; suppliers first, whatever the order of the files.

    One transaction; a dry run takes it back. Codes that are new or have another supplier are told to the floors above
    (`codes_assigned`). Raises BadFile for a file that is neither.
    """
    tables: list[Table] = []
    for name, file in files:
        for table in tablefile.sheets(file, name=name):
            if kind_of(table.header) is None:
                raise BadFile(_unknown(name, table))
            tables.append(table)
    with transaction.atomic():
        report = take_tables(tables, by=by, now=now)
        if dry_run:
            transaction.set_rollback(True)
    return report


def kind_of(header: Sequence[str]) -> str | None:
    """«products» or «suppliers»; None when a table with this header is no catalogue."""
    if _places(header, PRODUCTS, ("code", "title", "supplier")) is not None:
        return "products"
    return "suppliers" if _places(header, SUPPLIERS, ("code", "name")) is not None else None


@transaction.atomic
def take_tables(tables: Sequence[Table], *, by: Any, now: dt.datetime | None = None) -> Report:
    """Takes in tables that `kind_of` knows; suppliers first. Faults name their table by its place in `tables`."""
    now = now or clock.now()
    report = Report()
    found = [(kind_of(table.header), number, table) for number, table in enumerate(tables)]
    for kind, number, table in found:
        if kind == "suppliers":
            _take_suppliers(Part(number, table, _places(table.header, SUPPLIERS) or {}), report.suppliers)
    moved: list[str] = []
    for kind, number, table in found:
        if kind == "products":
            moved += _take_products(Part(number, table, _places(table.header, PRODUCTS) or {}), report.products)
    if moved:
        codes_assigned.send(sender=Product, codes=moved, by=by, now=now)
    changed = {"suppliers": _numbers(report.suppliers), "products": _numbers(report.products)}
    audit.record("suppliers.catalogue_imported", about="suppliers.catalogue", by=by, now=now, **changed)
    return report


def _unknown(name: str, table: Table) -> str:
    return _(
        "“%(name)s” is no catalogue; its first columns are %(columns)s. Suppliers need 供应商编码 and 供应商名称, "
        "products need 商家编码, 商品标题 and 供应商编码."
    ) % {"name": name[-80:], "columns": ", ".join(column[:20] for column in table.header[:5])}


def _numbers(tally: Tally) -> list[int]:
    return [tally.created, tally.updated, tally.unchanged, len(tally.faults)]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(" ", "").upper()


def _places(
    header: Sequence[str], columns: Mapping[str, tuple[str, ...]], needed: Sequence[str] = ()
) -> dict[str, int] | None:
    there = {_plain(name): at for at, name in reversed(list(enumerate(header)))}
    places = {name: there[choice] for name, choices in columns.items() for choice in choices if choice in there}
    return places if all(name in places for name in needed) else None


# ── suppliers ────────────────────────────────────────────────────────────────
def _take_suppliers(part: Part, tally: Tally) -> None:
    known = {row.code: row for row in Supplier.objects.all()}
    found: dict[str, dict[str, Any]] = {}
    for number, cells in part.rows(tally):
        try:
            _check_supplier(cells)
        except OddCell as odd:
            tally.faults.append(part.fault(number, odd))
        else:
            found[cells.pop("code")] = cells
    _save(Supplier, known, found, tally)


def _check_supplier(cells: dict[str, str]) -> None:
    for name in ("code", "name"):
        if not cells[name]:
            raise OddCell(name, _("this must not be empty"))
    _check_lengths(Supplier, cells)
    if cells.get("email"):
        try:
            validate_email(cells["email"])
        except ValidationError:
            raise OddCell("email", _("expected an e-mail address")) from None


# ── products ─────────────────────────────────────────────────────────────────
def _take_products(part: Part, tally: Tally) -> list[str]:
    """Answers the codes that are new or have another supplier now."""
    suppliers = dict(Supplier.objects.values_list("code", "pk"))
    categories = {category.name: category.pk for category in Category.objects.all()}
    moved: list[str] = []
    batch: dict[str, dict[str, Any]] = {}
    for number, cells in part.rows(tally):
        try:
            values = _product(cells, suppliers, categories)
        except OddCell as odd:
            tally.faults.append(part.fault(number, odd))
            continue
        batch[values.pop("code")] = values
        if len(batch) >= BATCH:
            moved += _save_products(batch, tally)
            batch = {}
    return moved + _save_products(batch, tally)


def _save_products(batch: dict[str, dict[str, Any]], tally: Tally) -> list[str]:
    known = Product.objects.in_bulk(list(batch), field_name="code")
    moved = [code for code, new in batch.items() if code not in known or known[code].supplier_id != new["supplier_id"]]
    _save(Product, known, batch, tally)
    return moved


def _product(cells: dict[str, str], suppliers: dict[str, int], categories: dict[str, int]) -> dict[str, Any]:
    for name in ("code", "title"):
        if not cells[name]:
            raise OddCell(name, _("this must not be empty"))
    if cells["supplier"] not in suppliers:
        message = _("there is no supplier %(code)s: send the list of suppliers first")
        raise OddCell("supplier", message % {"code": cells["supplier"][:40]})
    values: dict[str, Any] = {"code": cells["code"], "title": cells["title"]}
    _check_lengths(Product, values)
    values["supplier_id"] = suppliers[cells["supplier"]]
    if cells.get("price"):
        values["price"] = _price(cells["price"])
    if "shelf_life_days" in cells:
        values["shelf_life_days"] = _days(cells["shelf_life_days"])
    for name in ("free_shipping", "custom_made"):
        if name in cells:
            values[name] = cells[name].lower() in YES
    if "category" in cells:
        values["category_id"] = _category(cells["category"][:40], categories)
    return values


def _price(cell: str) -> Decimal:
    try:
        return parse_money(cell)
    except ValueError:
        message = _("expected a sum such as 201.12, not %(cell)s")
        raise OddCell("price", message % {"cell": cell[:40]}) from None


def _days(cell: str) -> int | None:
    days = unicodedata.normalize("NFKC", cell)
    if days and not (days.isascii() and days.isdigit() and len(days) <= 5):
        raise OddCell("shelf_life_days", _("expected a whole number of days"))
    return int(days) if days else None


def _category(name: str, known: dict[str, int]) -> int | None:
    """Food needs batch and expiry date (QA-06); people may change it for the category afterwards."""
    if not name:
        return None
    if name not in known:
        known[name] = Category.objects.create(name=name, needs_batch_and_expiry=any(food in name for food in FOOD)).pk
    return known[name]


def _check_lengths(model: type[models.Model], values: Mapping[str, str]) -> None:
    for name, value in values.items():
        longest = getattr(model._meta.get_field(name), "max_length", None)
        if longest and len(value) > longest:
            raise OddCell(name, _("expected at most %(count)d characters") % {"count": longest})


def _save(model: type[Any], known: dict[str, Any], found: dict[str, dict[str, Any]], tally: Tally) -> None:
    """Creates and updates by code; what is the same already is left alone."""
    new = [model(code=code, **values) for code, values in found.items() if code not in known]
    changed = []
    for code, values in found.items():
        row = known.get(code)
        if row is None:
            continue
        if any(_differs(getattr(row, name), value) for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.version += 1
            changed.append(row)
        else:
            tally.unchanged += 1
    model.objects.bulk_create(new, batch_size=BATCH)
    if changed:
        names: Iterable[str] = {name.removesuffix("_id") for values in found.values() for name in values}
        model.objects.bulk_update(changed, [*sorted(names), "version"], batch_size=BATCH)
    tally.created += len(new)
    tally.updated += len(changed)


def _differs(old: Any, new: Any) -> bool:
    return Decimal(old) != new if isinstance(new, Decimal) else bool(old != new)
