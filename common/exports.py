"""Tables out: XLSX and CSV, streamed. No cell can become a formula in anybody's spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

from common import clock

ARMED = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
LONGEST_CELL = 32_767
A4 = 9  # as spreadsheets number papers


@dataclass(frozen=True)
class Sheet:
    """A named table. Cells: text, numbers, Decimals (with two places), aware times (on the Shanghai clock), None."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Any]]
    widths: Sequence[int] = field(default=())  # in characters; by the header where there is none


def disarm(text: str) -> str:
    """`text` with an apostrophe before it where a spreadsheet could take it for a formula."""
    text = UNPRINTABLE.sub("", text)
    return f"'{text}" if text.lstrip(" \u3000\ufeff").startswith(ARMED) or text.startswith(ARMED) else text


def workbook(sheets: Iterable[Sheet], stream: IO[bytes], *, mark: str = "") -> None:
    """Write an XLSX workbook; memory stays flat however many rows there are.

    `mark` says who took it and when: in the file's properties, on every printed page, and as a last sheet (SEC-02).
    """
    book = xlsxwriter.Workbook(
        stream,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#F4F6F9"})
    cents = book.add_format({"num_format": "0.00"})
    if mark:
        book.set_properties({"comments": mark})
        sheets = [*sheets, Sheet("※", [mark], [], [80])]
    for sheet in sheets:
        page = book.add_worksheet(FORBIDDEN_IN_NAMES.sub(" ", sheet.name)[:31])
        page.freeze_panes(1, 0)
        page.set_paper(A4)
        page.set_landscape()
        page.fit_to_pages(1, 0)  # all columns on one sheet of paper, the header on each
        page.repeat_rows(0)
        if mark:
            page.set_footer(f"&L{mark.replace('&', '&&')}&R&P")
        for column in range(len(sheet.header)):
            page.set_column(column, column, _width(sheet, column))
        for column, title in enumerate(sheet.header):
            page.write_string(0, column, disarm(str(title)), bold)
        for number, row in enumerate(sheet.rows, start=1):
            for column, value in enumerate(row):
                _write(page, number, column, value, cents)
    book.close()


def csv_file(header: Sequence[str], rows: Iterable[Sequence[Any]], stream: IO[bytes]) -> None:
    """Write a CSV file as Excel opens it: UTF-8 with a byte-order mark."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([disarm(str(title)) for title in header])
    for row in rows:
        writer.writerow([_plain(value) for value in row])
    text.detach()


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return value
    return disarm(_text(value))


def _text(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M:%S")
    return str(value)[:LONGEST_CELL]


def _write(page: Any, row: int, column: int, value: Any, cents: Any) -> None:
    plain = _plain(value)
    if isinstance(plain, str):
        if plain:
            page.write_string(row, column, plain)
    elif isinstance(plain, Decimal):
        page.write_number(row, column, plain, cents)
    else:
        page.write_number(row, column, plain)


def _width(sheet: Sheet, column: int) -> int:
    if column < len(sheet.widths):
        return sheet.widths[column]
    title = str(sheet.header[column])
    letters = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in title)
    return max(12, min(letters + 3, 40)) if column else max(24, letters + 3)
