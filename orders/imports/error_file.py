"""The rows of an import that had errors, as a workbook: mend them there and send it again as it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import groupby, islice

from django.http import HttpResponse

from common.exports import Sheet
from orders.imports.sources import recognised
from orders.models import ImportBatch, ImportFile, ImportRowError
from staff.exporting import MOST_ROWS, export_workbook
from staff.models import User

COLUMN = "错误"  # ignored when the file comes back (orders.imports.parsing.ERROR_COLUMNS)


def export_errors(*, batch: ImportBatch, by: User, now: dt.datetime | None = None) -> HttpResponse:
    """A sheet for each table with errors, with its own columns and one that says what is wrong (SEC-02).

    Of more errors than may leave the house at once it holds the first: those left over are told of again when it
    comes back. Raises BusinessError when `by` may not export.
    """
    return export_workbook(
        what="orders.import_errors", name=f"import-{batch.pk}-errors", sheets=list(_sheets(batch)), by=by, now=now
    )


def _sheets(batch: ImportBatch) -> Iterator[Sheet]:
    found = islice(
        batch.row_errors.select_related("file").order_by("file_id", "sheet", "row", "id").iterator(), MOST_ROWS
    )
    for at, ((file, sheet), errors) in enumerate(groupby(found, key=lambda e: (e.file, e.sheet)), 1):
        yield Sheet(f"{at} {sheet}", [*_header(file, sheet), COLUMN], list(_rows(errors)))


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
