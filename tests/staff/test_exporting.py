"""Files that leave the house: a right, a limit, a line in the trail, a watermark (SEC-02)."""

from __future__ import annotations

import io

import openpyxl
import pytest

from audit.models import Entry
from common.exceptions import BusinessError
from common.exports import Sheet
from staff import exporting
from staff.models import User
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def export(by: User, rows: int = 3) -> openpyxl.Workbook:
    sheets = [Sheet("表", ["a"], ([n] for n in range(rows)))]
    answer = exporting.export_workbook(what="test.table", name="表", sheets=sheets, by=by, now=NOON)
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def test_the_file_says_who_took_it_and_when(sam: User) -> None:
    """SEC-02: in its properties, on every printed page, on a sheet of its own."""
    book = export(sam)
    places = (book.worksheets[-1]["A1"].value, book.properties.description, book.worksheets[0].oddFooter.left.text)
    for words in places:
        assert "sam" in str(words)
        assert "2026-11-20 12:00:00" in str(words)
    assert [row[0].value for row in book.worksheets[0].rows] == ["a", 0, 1, 2]


def test_the_trail_keeps_what_and_how_much(sam: User) -> None:
    export(sam)
    entry = Entry.objects.get(action="staff.exported")
    assert (entry.actor, entry.data) == (sam, {"what": "test.table", "rows": 3})


def test_without_the_right_or_over_the_limit_nothing_leaves(sam: User, ana: User) -> None:
    for by, rows in ((ana, 1), (sam, exporting.MOST_ROWS + 1)):
        with pytest.raises(BusinessError):
            export(by, rows)
    assert not Entry.objects.exists()
