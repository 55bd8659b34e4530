"""Tables out: what was text stays text in every spreadsheet."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import openpyxl
import pytest

from common.exports import Sheet, csv_file, disarm, workbook
from tests.factories import NOON

ARMED = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\u3000=1", '=HYPERLINK("http://x")', "|calc", "%0A=1"]


@pytest.mark.parametrize("text", ARMED)
def test_a_text_that_could_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert disarm(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "正常", "a=b", "6113448474333640000", "1-2"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert disarm(text) == text


def test_a_workbook_holds_texts_numbers_and_local_times() -> None:
    stream = io.BytesIO()
    row = ("6113448474333640000", 3, Decimal("59.90"), None, NOON, "=1")
    workbook([Sheet("表[1]:*?/\\" + "长" * 40, list("abcdef"), [row])], stream)
    sheet = openpyxl.load_workbook(io.BytesIO(stream.getvalue())).worksheets[0]
    cells = [cell.value for cell in list(sheet.rows)[1]]
    assert cells == ["6113448474333640000", 3, 59.9, None, "2026-11-20 12:00:00", "'=1"]
    assert [sheet["B2"].number_format, sheet["C2"].number_format] == ["General", "0.00"]


def test_a_printed_workbook_has_all_columns_on_a_page_and_its_header_on_each() -> None:
    stream = io.BytesIO()
    workbook([Sheet("表", [str(n) for n in range(40)], [])], stream)
    sheet = openpyxl.load_workbook(io.BytesIO(stream.getvalue())).worksheets[0]
    printed = sheet.page_setup
    assert (printed.orientation, printed.fitToWidth or 1, printed.fitToHeight) == (
        "landscape",
        1,
        0,
    )  # 1 is not written
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$1"


def test_a_csv_file_opens_in_excel_with_chinese_and_without_formulas() -> None:
    stream = io.BytesIO()
    csv_file(["订单编号", "=x"], [("1", -2), ("+3", None)], stream)
    assert stream.getvalue().startswith(b"\xef\xbb\xbf")
    text = stream.getvalue().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [["订单编号", "'=x"], ["1", "-2"], ["'+3", ""]]
