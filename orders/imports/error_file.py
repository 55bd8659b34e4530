"""The rows of an import that had errors, as a workbook: mend them there and send it again as it is."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import groupby

from common import exports
from orders.imports.sources import recognised
from orders.models import ImportBatch, ImportFile, ImportRowError

COLUMN = "错误"  # ignored when the file comes back (orders.imports.parsing.ERROR_COLUMNS)


def error_workbook(batch: ImportBatch) -> bytes:
    """A sheet for each table with errors, with its own columns and one that says what is wrong."""
    stream = io.BytesIO()
    exports.workbook(_sheets(batch), stream)
    return stream.getvalue()


def _sheets(batch: ImportBatch) -> Iterator[exports.Sheet]:
    found = batch.row_errors.select_related("file").order_by("file_id", "sheet", "row", "id")
    for at, ((file, sheet), errors) in enumerate(groupby(found.iterator(), key=lambda e: (e.file, e.sheet)), 1):
        yield exports.Sheet(f"{at} {sheet}", [*_header(file, sheet), COLUMN], _rows(errors))


def _header(file: ImportFile, sheet: str) -> list[str]:
    with file.file.open("rb") as kept:
        for source in recognised([(file.name, kept.file)]):
            if source.table.name[:100] == sheet:
                return source.header()
    return []


def _rows(errors: Iterator[ImportRowError]) -> Iterator[list[str]]:
    for _row, found in groupby(errors, key=lambda error: error.row):
        group = list(found)
        words = "; ".join(f"{error.column}: {error.message}" for error in group)
        yield [*group[0].cells, words]
