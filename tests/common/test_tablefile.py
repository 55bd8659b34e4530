"""Tables out of files: encodings, quirks, and everything hostile refused in plain words (T15 to T22)."""

from __future__ import annotations

import io
import resource
import struct
import zipfile
from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from common import tablefile
from common import xlsx as xlsx_guards
from common.tablefile import BadFile

HEADER = "订单编号,标题,数量\r\n"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def read(content: bytes, name: str = "a.csv", **limits: int) -> list[list[str]]:
    return [cells for _row, cells in tablefile.read(io.BytesIO(content), name=name, **limits).rows()]


def refusal(content: bytes, name: str = "a.csv", **limits: int) -> str:
    """The sentence, without the process growing by 100 MiB."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(BadFile) as refused:
        read(content, name, **limits)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024
    return refused.value.message


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def xlsx(rows: list[list[object]]) -> bytes:
    book, stream = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def sheet(xml: bytes, **more: bytes) -> bytes:
    """A workbook whose first sheet is `xml`."""
    with zipfile.ZipFile(io.BytesIO(xlsx([["a"], ["b"]]))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped(
        parts | {"xl/worksheets/sheet1.xml": xml} | {name.replace("__", "/"): part for name, part in more.items()}
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_each_encoding_gives_the_same_text(encoding):
    content = (HEADER + "1,龙井茶叶，圳,2\r\n").encode(encoding)
    table = tablefile.read(io.BytesIO(content), name="a.csv")
    assert (table.header, list(table.rows())) == (["订单编号", "标题", "数量"], [(2, ["1", "龙井茶叶，圳", "2"])])


def test_the_quirks_of_exports_are_undone():
    header = "收货地址 ,\ufeff电话\t,编号,备注\r\n"
    row = '杭州,\'138,="6113",x,\r\n"\t69 ",  ,="1,2",y\r\n\r\n短\r\n'
    content = (header + row).encode("gb18030")
    table = tablefile.read(io.BytesIO(content), name="a.csv")
    assert table.header == ["收货地址", "电话", "编号", "备注"]
    assert list(table.rows()) == [
        (2, ["杭州", "138", "6113", "x"]),
        (3, ["69", "", "1,2", "y"]),
        (5, ["短", "", "", ""]),
    ]


def test_workbook_numbers_keep_their_digits_or_show_that_they_lost_them():
    rows = read(xlsx([["编号", "数"], [123456789012345, 201.12], [5113837045333047045, 1.0], ["0123", None]]), "a.xlsx")
    assert rows == [["123456789012345", "201.12"], ["5.113837045333047e+18", "1"], ["0123", ""]]


def test_all_sheets_of_a_workbook_are_read():
    book, stream = Workbook(), io.BytesIO()
    book.active.append(["甲"])
    book.active.append(["1"])
    book.create_sheet("空")
    book.create_sheet("乙").append(["乙"])
    book["乙"].append([2])
    book.save(stream)
    tables = tablefile.sheets(stream, name="a.xlsx")
    assert [(table.name, list(table.rows())) for table in tables] == [("Sheet", [(2, ["1"])]), ("乙", [(2, ["2"])])]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "empty"),
        (HEADER.encode(), "no rows"),
        (b"%PDF-1.7 \x00", "PDF"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\xd0\xcf\x11\xe0" + bytes(512), ".xls"),
        (b"\xd0\xcf\x11\xe0" + bytes(60) + "EncryptedPackage".encode("utf-16-le"), "password"),
        (HEADER.encode() + b"1,\0,2\r\n", "no table"),
        (HEADER.encode("gb18030") + b"\xff\xfe\xff,1,2\r\n", "UTF-8"),
        (HEADER.encode() + b'1,"' + b"x" * 200_000, "quotation mark"),
        (HEADER.encode() + b"x" * 3_000_000, "a million"),
        (HEADER.encode() + b"1,2,3\r\n" + b'"\n",' * 50_000, "quotation mark"),
        (zipped({"a.csv": b"1"}), "zip, not a workbook"),
        (xlsx([["a"], ["b"]])[:900], "damaged"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(content, word):
    assert word in refusal(content)


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        ({"xl__vbaProject.bin": b"x"}, "macros"),
        ({"xl__externalLinks__externalLink1.xml": b"<a/>"}, "links"),
        ({"xl__embeddings__x.xlsx": b"x"}, "links"),
        ({f"xl__media__{n}": b"x" for n in range(300)}, "unpack"),
        ({"xl__sharedStrings.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><sst/>"}, "no workbook has"),
        ({"xl__sharedStrings.xml": b"<sst>" + b" " * 60_000_000}, "unpack"),
    ],
)
def test_hostile_workbooks_are_refused_unread(parts, word):
    """By the table of contents and the first bytes of each part: nothing is parsed, no child is started."""
    content = sheet(b"<worksheet/>", **parts)
    with pytest.raises(BadFile, match=word):
        xlsx_guards.check(io.BytesIO(content), "a.xlsx")
    assert word in refusal(content, "a.xlsx")


@pytest.mark.parametrize("limit", ["MAX_ENTRIES", "MAX_UNPACKED"])
def test_a_workbook_beyond_one_limit_alone_is_refused_unread(monkeypatch, limit):
    content = xlsx([["a"], ["b"]])
    xlsx_guards.check(io.BytesIO(content), "a.xlsx")
    monkeypatch.setattr(xlsx_guards, limit, 1)
    with pytest.raises(BadFile, match="unpack"):
        xlsx_guards.check(io.BytesIO(content), "a.xlsx")


@pytest.mark.parametrize(("limit", "value"), [("MEMORY", 1 << 20), ("SPOOL", 10_000)])
def test_the_child_that_parses_a_workbook_ends_at_its_limits(monkeypatch, limit, value):
    content = xlsx([["编号", "标题"], *([str(n), "商品" * 10] for n in range(2_000))])
    assert len(read(content, "a.xlsx")) == 2_000
    monkeypatch.setattr(xlsx_guards, limit, value)
    assert "cannot be read" in refusal(content, "a.xlsx")


def test_a_workbook_of_many_orders_is_within_the_limits():
    """A hundred bytes of XML a cell, sixty columns, packed as a platform packs them."""
    row = (
        b"<row>"
        + b"".join(b'<c r="AA1" t="inlineStr"><is><t>%d</t></is></c>' % (n * 7919) for n in range(60))
        + b"</row>"
    )
    xml = b"<worksheet>" + row * 20 + b"</worksheet>"
    xlsx_guards.check(io.BytesIO(sheet(xml)), "a.xlsx")
    assert 100_000 * len(row) < xlsx_guards.MAX_UNPACKED


def test_a_sheet_that_claims_the_whole_grid_is_refused():
    assert "XFD1048576" in refusal(
        sheet(b'<worksheet><dimension ref="A1:XFD1048576"/><sheetData/></worksheet>'), "a.xlsx"
    )


def test_a_sheet_whose_cells_lie_far_apart_is_refused():
    xml = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    )
    assert "cannot be read" in refusal(sheet(xml), "a.xlsx")


def test_overlapping_entries_are_refused():
    content = bytearray(xlsx([["a"], ["b"]]))
    first = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", first + 4)
    content[second + 42 : second + 46] = struct.pack("<I", 0)  # the second entry claims the place of the first
    assert "unpack" in refusal(bytes(content), "a.xlsx")


def test_an_entry_that_claims_more_than_the_file_holds_is_refused():
    content = bytearray(xlsx([["a"], ["b"]]))
    last = content.rindex(b"PK\x01\x02")
    content[last + 20 : last + 24] = struct.pack("<I", 100_000)  # packed bytes, far into the table of contents
    assert "unpack" in refusal(bytes(content), "a.xlsx")


def test_limits_on_size_and_rows():
    content = (HEADER + "1,2,3\r\n" * 11).encode()
    assert "0 MB" in refusal(content, max_bytes=50)
    assert "more than 10 rows" in refusal(content, max_rows=10)


CELL = st.text(
    st.characters(codec="gb18030", exclude_characters="='\"", exclude_categories=["C", "Z"]),
    min_size=1,
    max_size=20,
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=5), st.sampled_from(["utf-8-sig", "gb18030"]))
def test_what_is_written_is_read(rows, encoding):
    text = HEADER + "".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)
    assert read(text.encode(encoding)) == [list(row) for row in rows]


@settings(deadline=None, max_examples=150)
@given(st.one_of(st.binary(max_size=400), st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail)))
def test_no_bytes_break_the_reader(content):
    try:
        read(content)
    except BadFile as refused:
        assert refused.message  # noqa: PT017
