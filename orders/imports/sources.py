"""The files of one import as tables in known layouts, and their rows as records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from common import tablefile
from common.exceptions import BusinessError
from common.tablefile import BadFile, Table
from orders.imports.layouts import CATALOGUE, LAYOUTS, Layout, plain, recognise
from orders.imports.parsing import ERROR_COLUMNS, Parser, RowError
from orders.imports.records import COLUMNS, Spool
from orders.models import Shop
from orders.states import Platform

KINDS = ("suppliers", "products", "orders", "lines", "refunds")
STRIDE = 2_000  # rows between two signs of life
MAX_KEPT_ERRORS = 20_000


@dataclass(frozen=True)
class Source:
    """One table of one file. Its number stands for it in records and errors."""

    number: int
    file: int  # which of the files
    table: Table
    layout: Layout
    added: frozenset[int] = frozenset()  # where our own file of error rows has its column

    @property
    def kind(self) -> str:
        """Under which of the counts its errors are listed."""
        return next(kind for kind in KINDS if kind in self.layout.gives)

    @property
    def of_catalogue(self) -> bool:
        return self.layout.key in CATALOGUE

    def header(self) -> list[str]:
        """Without the column that our own file of error rows adds."""
        return self.own(self.table.header)

    def own(self, cells: list[str]) -> list[str]:
        """The cells of the platform's own columns."""
        return [cell for at, cell in enumerate(cells) if at not in self.added] if self.added else cells


@dataclass
class Parsed:
    sources: list[Source]
    spools: dict[str, Spool]
    errors: list[RowError]
    error_count: int = 0
    rows: int = 0

    def add(self, errors: Sequence[RowError]) -> None:
        self.error_count += len(errors)
        self.errors += errors[: max(0, MAX_KEPT_ERRORS - len(self.errors))]


def recognised(files: Sequence[tuple[str, BinaryIO]]) -> list[Source]:
    """Each table of each file with its layout; sheets that fit none are left out where another one of the file fits.

    Raises BadFile for a file that is no table, or none that we know.
    """
    found: list[Source] = []
    for at, (name, file) in enumerate(files):
        tables = tablefile.sheets(file, name=name, max_bytes=settings.IMPORT_MAX_BYTES)
        fitting = [(table, layout) for table in tables if (layout := recognise(table.header)) is not None]
        if not fitting:
            raise BadFile(unknown(name, tables[0].header))
        found += [
            Source(len(found) + n, at, table, layout, _added(table.header)) for n, (table, layout) in enumerate(fitting)
        ]
    return found


def _added(header: Sequence[str]) -> frozenset[int]:
    return frozenset(at for at, name in enumerate(header) if plain(name) in ERROR_COLUMNS)


def unknown(name: str, header: Sequence[str]) -> str:
    """Names the file, what it begins with, and what is known."""
    return _(
        "“%(name)s” fits no layout we know; its first columns are %(columns)s. Known are: %(layouts)s. Export the file "
        "again and send it as it is, with all its columns."
    ) % {
        "name": name[-80:],
        "columns": ", ".join(column[:20] for column in header[:5]),
        "layouts": ", ".join(str(layout.label) for layout in (*LAYOUTS, *CATALOGUE.values())),
    }


def parse(sources: list[Source], shop: str | Shop | None, beat: Callable[[int], None] = lambda rows: None) -> Parsed:
    """All rows of orders and refunds as records on disk; nothing is written to the database.

    `shop`: whose the rows are that name none; a name counts on the platform of each file. `beat` gets the rows read,
    now and then.
    """
    parsed = Parsed(sources, {kind: Spool() for kind in COLUMNS}, [])

    def sink(kind: str, record: Sequence[object]) -> None:
        parsed.spools[kind].add(record)

    for source in sources:
        if source.of_catalogue:
            continue
        header = source.header()
        parser = Parser(source.layout, header, file_no=source.number, default_shop=_default_shop(source, shop))
        for number, cells in source.table.rows():
            errors = parser.feed(number, source.own(cells), sink)
            if errors:
                parsed.add(errors)
            parsed.rows += 1
            if parsed.rows % STRIDE == 0:
                beat(parsed.rows)
    return parsed


def _default_shop(source: Source, shop: str | Shop | None) -> str:
    """The shop of rows that name none: the chosen one, else the platform's only one, else one named after it."""
    platform = source.layout.platform
    if isinstance(shop, str):
        return shop
    if shop is not None:
        if shop.platform != platform:
            raise BusinessError(
                _("“%(file)s” is a file of %(platform)s, but the shop %(shop)s is on %(other)s. Choose another shop.")
                % {
                    "file": source.table.name,
                    "platform": Platform(platform).label,
                    "shop": shop.name,
                    "other": shop.get_platform_display(),
                },
                code="wrong_shop",
            )
        return shop.name
    names = list(Shop.objects.filter(platform=platform, active=True).values_list("name", flat=True)[:2])
    if len(names) == 1 or "shop" not in source.layout.fields or _names_shop(source):
        return names[0] if len(names) == 1 else str(Platform(platform).label)
    if names and "orders" in source.layout.gives:
        raise BusinessError(
            _("“%(file)s” does not say from which shop it is. Choose the shop and send it again.")
            % {"file": source.table.name},
            code="no_shop",
        )
    return str(Platform(platform).label)


def _names_shop(source: Source) -> bool:
    there = {plain(name) for name in source.table.header}
    return any(plain(name) in there for name in source.layout.fields["shop"])
