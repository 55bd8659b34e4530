"""Tables that people send: CSV and XLSX in, as rows of clean text. Whatever is no table is refused in plain words."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from django.utils.translation import gettext as _

from common.exceptions import BusinessError
from common.tabletext import clean_row, mend

MAX_BYTES = 50 * 1024 * 1024
MAX_ROWS = 1_048_576  # as many as a sheet holds
MAX_LINE = 1_000_000  # characters
MAX_CELL = 131_072  # characters
MAX_CELLS = 1_000  # a row
MAX_LINES_A_ROW = 2_000
HEADER_WITHIN = 20  # the header stands in the first rows
DELIMITERS = ",\t;"

csv.field_size_limit(MAX_CELL)


class BadFile(BusinessError):
    """A file that is no table we can read; the message tells a clerk what to do."""

    code = "bad_file"


@dataclass
class Table:
    """One sheet, or one CSV file: its header and its rows as clean text."""

    name: str  # of the sheet; of a CSV file, its file name
    kind: str  # csv, xlsx
    encoding: str
    header: list[str]
    header_row: int
    raw_rows: Callable[[], Iterator[tuple[int, list[str]]]]
    max_rows: int

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Row number as the spreadsheet shows it, and cells; blank rows are left out, short ones are filled up.

        A row with more filled cells than the header keeps them, so that the caller can refuse it. Raises BadFile when
        the file turns out to be broken further down, or longer than allowed.
        """
        width = len(self.header)
        for count, (number, cells) in enumerate(self._filled(), 1):
            if count > self.max_rows:
                raise BadFile(
                    _("“%(name)s” has more than %(rows)d rows. Split it into several files.")
                    % {"name": self.name, "rows": self.max_rows}
                )
            if len(cells) != width:
                cells = mend(cells, width)
                cells = cells + [""] * (width - len(cells))
            yield number, cells

    def _filled(self) -> Iterator[tuple[int, list[str]]]:
        for number, cells in self.raw_rows():
            if number > self.header_row:
                row = clean_row(cells)
                if any(row):
                    yield number, row


def read(file: BinaryIO, *, name: str, max_bytes: int = MAX_BYTES, max_rows: int = MAX_ROWS) -> Table:
    """The first sheet of a file that holds something. Raises BadFile."""
    return sheets(file, name=name, max_bytes=max_bytes, max_rows=max_rows)[0]


def sheets(file: BinaryIO, *, name: str, max_bytes: int = MAX_BYTES, max_rows: int = MAX_ROWS) -> list[Table]:
    """Every sheet with a header; a CSV file is one. What a file is, its content says, never its name. Raises BadFile."""
    shown = PurePath(name).name[-80:] or "?"
    size = file.seek(0, io.SEEK_END)
    if size > max_bytes:
        raise BadFile(
            _("“%(name)s” has %(size)d MB; at most %(limit)d MB are taken. Split it into several files.")
            % {"name": shown, "size": size >> 20, "limit": max_bytes >> 20}
        )
    file.seek(0)
    head = file.read(4096)
    if not head.strip(b"\x00\t\r\n \xef\xbb\xbf"):
        raise BadFile(_("“%(name)s” is empty. Export it again.") % {"name": shown})
    if head.startswith(b"PK"):
        from common import xlsx

        found = xlsx.tables(file, shown, max_rows)
    else:
        refuse_other_kinds(head, shown)
        found = [csv_table(file, shown, size, head, max_rows)]
    if not any(any(True for _row in table._filled()) for table in found):
        raise BadFile(_("“%(name)s” has a header but no rows below it.") % {"name": shown})
    return found


def refuse_other_kinds(head: bytes, name: str) -> None:
    """Says what a file is that is neither text nor a workbook."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in head:
            reason = _("“%(name)s” is locked by a password. Open it, save it as .xlsx without a password, send that.")
        else:
            reason = _(
                "“%(name)s” is an old or locked Excel file (.xls). Open it, save it as .xlsx without a password, send that."
            )
    elif start.startswith(b"%pdf"):
        reason = _("“%(name)s” is a PDF. Export the table as CSV or XLSX and send that.")
    elif start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<meta", b"<script", b"<svg")):
        reason = _(
            "“%(name)s” is a web page, not a table; perhaps the log-in had ended when it was downloaded. Export it again."
        )
    elif not head.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\0" in head:
        reason = _("“%(name)s” is no table. Export it again as CSV or XLSX.")
    else:
        return
    raise BadFile(reason % {"name": name})


# ── CSV ──────────────────────────────────────────────────────────────────────
class Slice(io.RawIOBase):
    """A part of an open file as a stream of its own, which leaves the file open."""

    def __init__(self, read_at: Callable[[int, int], bytes], start: int, end: int) -> None:
        self._read_at, self._position, self._end = read_at, start, end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._read_at(self._position, min(len(buffer), self._end - self._position))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


def reader_of(file: BinaryIO) -> Callable[[int, int], bytes]:
    def read_at(position: int, length: int) -> bytes:
        file.seek(position)
        return file.read(length)

    return read_at


def text_of(read_at: Callable[[int, int], bytes], start: int, end: int, encoding: str) -> io.TextIOWrapper:
    buffered = io.BufferedReader(Slice(read_at, start, end), 1 << 16)
    return io.TextIOWrapper(buffered, encoding=encoding, errors="strict", newline="")


def csv_table(file: BinaryIO, name: str, size: int, head: bytes, max_rows: int) -> Table:
    """A CSV file as a table: BOMs first, then UTF-8, then GB18030, each strictly."""
    read_at = reader_of(file)
    encoding = encoding_of(read_at, size, head)
    first = next((line for line in lines(text_of(read_at, 0, size, encoding), name) if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)

    def raw_rows() -> Iterator[tuple[int, list[str]]]:
        return csv_rows(text_of(read_at, 0, size, encoding), name, delimiter)

    number, header = header_of(raw_rows(), name)
    return Table(name, "csv", encoding, header, number, raw_rows, max_rows)


def encoding_of(read_at: Callable[[int, int], bytes], size: int, head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        with text_of(read_at, 0, size, "utf-8-sig") as text:
            while text.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def lines(text: io.TextIOWrapper, name: str) -> Iterator[str]:
    """The lines of a text, none of them endless. Raises BadFile for bytes that are no text."""
    try:
        while line := text.readline(MAX_LINE):
            if len(line) == MAX_LINE and not line.endswith(("\n", "\r")):
                raise BadFile(
                    _("“%(name)s” has a line of more than a million characters: it is no table.") % {"name": name}
                )
            if "\0" in line:
                raise BadFile(
                    _("“%(name)s” contains characters that no text has. Export it again as CSV or XLSX.")
                    % {"name": name}
                )
            yield line
    except UnicodeError:
        raise BadFile(
            _(
                "“%(name)s” is neither UTF-8 nor GB18030 text. Open it in Excel, save it as “CSV UTF-8” or .xlsx, send that."
            )
            % {"name": name}
        ) from None


def csv_rows(text: io.TextIOWrapper, name: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number a spreadsheet would give them: a cell with a line break in it is still one row."""
    begun = 0  # lines taken for the row at hand

    def counted() -> Iterator[str]:
        nonlocal begun
        for line in lines(text, name):
            begun += 1
            if begun > MAX_LINES_A_ROW:
                raise csv.Error("endless row")
            yield line

    number = 0
    try:
        for number, cells in enumerate(csv.reader(counted(), delimiter=delimiter), 1):
            if len(cells) > MAX_CELLS:
                raise csv.Error("too many cells")
            begun = 0
            yield number, cells
    except csv.Error:
        raise BadFile(
            _("“%(name)s” cannot be read from row %(row)d on: a quotation mark is open, or a cell is far too long.")
            % {"name": name, "row": number + 1}
        ) from None


def header_of(rows: Iterator[tuple[int, list[str]]], name: str) -> tuple[int, list[str]]:
    """The first filled row, cleaned. Raises BadFile when there is none."""
    for number, cells in rows:
        header = clean_row(cells)
        while header and not header[-1]:
            header.pop()
        if header:
            return number, header
        if number >= HEADER_WITHIN:
            break
    raise BadFile(_("“%(name)s” has no header in its first rows. Export it again.") % {"name": name})
