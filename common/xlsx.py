"""XLSX in: everything that can be said without unpacking is checked first, then a child process with limits parses."""

from __future__ import annotations

import csv
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from common.tablefile import BadFile, Table, header_of, text_of

# A platform's workbook of 100,000 orders in 60 columns is 190 to 360 MiB of XML, packed 10 to 20 times smaller: the
# usual 50 MiB would refuse it. So the limits here only tell a bomb from a table, and what is let through is parsed
# where its time, memory and output end, never in the process that serves others.
MAX_ENTRIES = 200
MAX_RATIO = 100  # unpacked to packed, of one entry
MAX_UNPACKED = 400 * 1024 * 1024
MAX_SHEET_CELLS = 60_000_000  # rows × columns that a sheet claims
SECONDS = 60  # of work for the child
MEMORY = 2 * 1024**3  # address space of the child
SPOOL = 512 * 1024 * 1024  # bytes of text the child may write
HEAD = 8192
DIMENSION = re.compile(rb'<(?:\w+:)?dimension\s[^>]*ref="(?:[A-Z]{1,3}\d+:)?([A-Z]{1,3})(\d+)"')
CHILD = Path(__file__).with_name("xlsx_child.py")


def tables(file: BinaryIO, name: str, max_rows: int) -> list[Table]:
    """The sheets of a workbook that have a header. Raises BadFile."""
    check(file, name)
    return spooled(file, name, max_rows)


# ── before unpacking ─────────────────────────────────────────────────────────
def check(file: BinaryIO, name: str) -> None:
    """Refuses bombs, locked workbooks and zips that are no workbook by their table of contents. Raises BadFile."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check_kind(entries, name)
            _check_sizes(archive, entries, name)
            for entry in entries:
                if entry.filename.endswith((".xml", ".rels")):
                    _check_xml(archive, entry, name)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, zipfile.zlib.error):  # type: ignore[attr-defined]
        raise BadFile(
            _("“%(name)s” is damaged. Open it in Excel, save it as a new .xlsx, send that.") % {"name": name}
        ) from None


def _check_kind(entries: list[zipfile.ZipInfo], name: str) -> None:
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        reason = _("“%(name)s” is locked by a password. Save it without one and send that.")
    elif "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        reason = _("“%(name)s” is a zip, not a workbook. Unpack it and send the CSV or XLSX file that is in it.")
    elif any(part.endswith("vbaProject.bin") for part in names):
        reason = _("“%(name)s” contains macros. Save it as “Excel workbook (.xlsx)”, without macros, and send that.")
    elif any("/externalLinks/" in part or part.endswith((".zip", ".xlsx")) for part in names):
        reason = _("“%(name)s” has links to other files. Copy the cells as values into a new workbook and send that.")
    else:
        return
    raise BadFile(reason % {"name": name})


def _check_sizes(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], name: str) -> None:
    spans = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    overlap = any(start + size > after for (start, size), (after, _size) in itertools.pairwise(spans))
    beyond = bool(spans) and spans[-1][0] + spans[-1][1] > archive.start_dir
    unpacked = sum(entry.file_size for entry in entries)
    ratio = max(
        (entry.file_size / max(1, entry.compress_size) for entry in entries if entry.file_size > 1 << 20), default=0
    )
    if overlap or beyond or len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or ratio > MAX_RATIO:
        raise BadFile(
            _("“%(name)s” would unpack to far more than a table holds. Copy its filled rows into a new workbook.")
            % {"name": name}
        )


def _check_xml(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> None:
    with archive.open(entry) as part:
        head = part.read(HEAD)
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"\0" in head:
        raise BadFile(_("“%(name)s” contains parts that no workbook has. Save it anew from Excel.") % {"name": name})
    claimed = DIMENSION.search(head) if entry.filename.startswith("xl/worksheets/") else None
    if claimed and int(claimed[2]) * column_number(claimed[1].decode()) > MAX_SHEET_CELLS:
        raise BadFile(
            _("“%(name)s” claims to be filled to cell %(cell)s. Copy the filled rows into a new workbook, send that.")
            % {"name": name, "cell": (claimed[1] + claimed[2]).decode()}
        )


def column_number(letters: str) -> int:
    """A → 1, Z → 26, AA → 27"""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


# ── in a child ───────────────────────────────────────────────────────────────
def spooled(file: BinaryIO, name: str, max_rows: int) -> list[Table]:
    """Has the child write all sheets as text into one nameless file, and gives tables that read from it."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
        file.seek(0)
        shutil.copyfileobj(file, copy, 1 << 20)
        copy.flush()
        spool = tempfile.TemporaryFile()  # noqa: SIM115 the tables close it when they go
        index = _run_child(copy.name, spool, name)

    def read_at(position: int, length: int) -> bytes:
        return os.pread(spool.fileno(), length, position)

    found = []
    for sheet in index:
        raw = _Rows(read_at, sheet["start"], sheet["end"])
        try:
            number, header = header_of(raw(), sheet["name"])
        except BadFile:
            continue
        found.append(Table(sheet["name"], "xlsx", "utf-8", header, number, raw, max_rows))
    if not found:
        raise BadFile(_("“%(name)s” has no header in its first rows. Export it again.") % {"name": name})
    return found


def _run_child(path: str, spool: BinaryIO, name: str) -> list[dict[str, Any]]:
    limits = json.dumps({"memory": MEMORY, "seconds": SECONDS, "bytes": SPOOL})
    try:
        done = subprocess.run(  # noqa: S603 our own script; the path is a random one
            [sys.executable, str(CHILD), path, limits],
            stdin=subprocess.DEVNULL,
            stdout=spool,
            stderr=subprocess.PIPE,
            timeout=SECONDS + 20,
            check=True,
        )
        index = json.loads(done.stderr.splitlines()[-1])
    except (subprocess.SubprocessError, ValueError, IndexError):
        raise BadFile(
            _(
                "“%(name)s” cannot be read as a workbook. Copy its filled rows into a new one, save it as .xlsx, send that."
            )
            % {"name": name}
        ) from None
    return list(index)


class _Rows:
    """The rows of one sheet, from the spool, as often as they are asked for."""

    def __init__(self, read_at: Callable[[int, int], bytes], start: int, end: int) -> None:
        self._part = (read_at, start, end)

    def __call__(self) -> Iterator[tuple[int, list[str]]]:
        text = text_of(*self._part, "utf-8")
        return enumerate(csv.reader(text), 1)
