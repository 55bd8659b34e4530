"""The catalogue out of files: who the suppliers are and which merchant code is whose."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, BinaryIO

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


@dataclass
class Tally:
    """What became of the rows of one kind."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    suppliers: Tally
    products: Tally

    def as_json(self) -> dict[str, Any]:
        return {"suppliers": asdict(self.suppliers), "products": asdict(self.products)}


class OddCell(ValueError):
    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


def import_catalogue(
    *, files: Sequence[tuple[str, BinaryIO]], by: Any, dry_run: bool = False, now: dt.datetime | None = None
) -> Report:
    """Takes in suppliers and products, recognised by their headers; suppliers first, whatever the order of the files.

    One transaction; a dry run takes it back. Codes that are new or have another supplier are told to the floors above
    (`codes_assigned`). Raises BadFile for a file that is neither.
    """
    now = now or clock.now()
    report = Report(Tally(), Tally())
    suppliers: list[tuple[Table, dict[str, int]]] = []
    products: list[tuple[Table, dict[str, int]]] = []
    for name, file in files:
        for table in tablefile.sheets(file, name=name):
            if (places := _places(table, PRODUCTS, ("code", "title", "supplier"))) is not None:
                products.append((table, places))
            elif (places := _places(table, SUPPLIERS, ("code", "name"))) is not None:
                suppliers.append((table, places))
            else:
                raise BadFile(_unknown(name, table))
    with transaction.atomic():
        for table, places in suppliers:
            _take_suppliers(table, places, report.suppliers)
        moved: list[str] = []
        for table, places in products:
            moved += _take_products(table, places, report.products)
        if moved:
            codes_assigned.send(sender=Product, codes=moved, by=by, now=now)
        changed = {"suppliers": _numbers(report.suppliers), "products": _numbers(report.products)}
        audit.record("suppliers.catalogue_imported", about="suppliers.catalogue", by=by, now=now, **changed)
        if dry_run:
            transaction.set_rollback(True)
    return report


def _unknown(name: str, table: Table) -> str:
    return _(
        "“%(name)s” is no catalogue; its first columns are %(columns)s. Suppliers need 供应商编码 and 供应商名称, "
        "products need 商家编码, 商品标题 and 供应商编码."
    ) % {"name": name[-80:], "columns": ", ".join(column[:20] for column in table.header[:5])}


def _numbers(tally: Tally) -> list[int]:
    return [tally.created, tally.updated, tally.unchanged, len(tally.errors)]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(" ", "").upper()


def _places(table: Table, columns: dict[str, tuple[str, ...]], needed: Sequence[str]) -> dict[str, int] | None:
    there = {_plain(name): at for at, name in reversed(list(enumerate(table.header)))}
    places = {name: there[choice] for name, choices in columns.items() for choice in choices if choice in there}
    return places if all(name in places for name in needed) else None


# ── suppliers ────────────────────────────────────────────────────────────────
def _take_suppliers(table: Table, places: dict[str, int], tally: Tally) -> None:
    known = {row.code: row for row in Supplier.objects.all()}
    found: dict[str, dict[str, Any]] = {}
    for number, cells in table.rows():
        values = {name: cells[at] for name, at in places.items()}
        try:
            _check_supplier(values, table, places)
        except OddCell as odd:
            tally.errors.append({"row": number, "column": odd.column, "message": str(odd)})
        else:
            found[values.pop("code")] = values
    _save(Supplier, known, found, tally)


def _check_supplier(values: dict[str, str], table: Table, places: dict[str, int]) -> None:
    for name in ("code", "name"):
        if not values[name]:
            raise OddCell(table.header[places[name]], _("this must not be empty"))
    _check_lengths(Supplier, values, table, places)
    if values.get("email"):
        try:
            validate_email(values["email"])
        except ValidationError:
            raise OddCell(table.header[places["email"]], _("expected an e-mail address")) from None


# ── products ─────────────────────────────────────────────────────────────────
def _take_products(table: Table, places: dict[str, int], tally: Tally) -> list[str]:
    """Answers the codes that are new or have another supplier now."""
    suppliers = dict(Supplier.objects.values_list("code", "pk"))
    categories = {category.name: category.pk for category in Category.objects.all()}
    moved: list[str] = []
    batch: dict[str, dict[str, Any]] = {}
    for number, cells in table.rows():
        try:
            values = _product({name: cells[at] for name, at in places.items()}, table, places, suppliers, categories)
        except OddCell as odd:
            tally.errors.append({"row": number, "column": odd.column, "message": str(odd)})
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


def _product(
    cells: dict[str, str], table: Table, places: dict[str, int], suppliers: dict[str, int], categories: dict[str, int]
) -> dict[str, Any]:
    def odd(name: str, message: str) -> OddCell:
        return OddCell(table.header[places[name]], message)

    for name in ("code", "title"):
        if not cells[name]:
            raise odd(name, _("this must not be empty"))
    if cells["supplier"] not in suppliers:
        raise odd(
            "supplier",
            _("there is no supplier %(code)s: send the list of suppliers first") % {"code": cells["supplier"][:40]},
        )
    _check_lengths(Product, {name: cells[name] for name in ("code", "title")}, table, places)
    values: dict[str, Any] = {
        "code": cells["code"],
        "title": cells["title"],
        "supplier_id": suppliers[cells["supplier"]],
    }
    if cells.get("price"):
        try:
            values["price"] = parse_money(cells["price"])
        except ValueError:
            raise odd(
                "price", _("expected a sum such as 201.12, not %(cell)s") % {"cell": cells["price"][:40]}
            ) from None
    if "shelf_life_days" in cells:
        days = unicodedata.normalize("NFKC", cells["shelf_life_days"])
        if days and not (days.isascii() and days.isdigit() and len(days) <= 5):
            raise odd("shelf_life_days", _("expected a whole number of days"))
        values["shelf_life_days"] = int(days) if days else None
    for name in ("free_shipping", "custom_made"):
        if name in cells:
            values[name] = cells[name].lower() in YES
    if "category" in cells:
        values["category_id"] = _category(cells["category"][:40], categories)
    return values


def _category(name: str, known: dict[str, int]) -> int | None:
    """Food needs batch and expiry date (QA-06); people may change it for the category afterwards."""
    if not name:
        return None
    if name not in known:
        known[name] = Category.objects.create(name=name, needs_batch_and_expiry=any(food in name for food in FOOD)).pk
    return known[name]


def _check_lengths(model: type[models.Model], values: dict[str, str], table: Table, places: dict[str, int]) -> None:
    for name, value in values.items():
        longest = model._meta.get_field(name).max_length
        if longest and len(value) > longest:
            raise OddCell(table.header[places[name]], _("expected at most %(count)d characters") % {"count": longest})


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
