"""What the columns of a platform's service statistics may mean, and how their cells are read (PHR-03, AFT-08)."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NOTHING = {"", "-", "--", "—", "null", "n/a", "nan", "无", "暂无"}
CLOCK = re.compile(r"^(?:(\d{1,3}):)?(\d{1,3}):([0-5]?\d(?:\.\d+)?)$")  # 1:02:03, 1:23
SPOKEN = re.compile(r"^(?:(\d+)(?:小时|时|h))?(?:(\d+)(?:分钟|分|min|m))?(?:(\d+(?:\.\d+)?)(?:秒|s))?$", re.I)
DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
SERIAL = re.compile(r"^[3-6]\d{4}(?:\.0+)?$")  # a spreadsheet's number of a day
NIGHT = re.compile(r"夜|晚|night", re.I)


class Odd(ValueError):
    """A cell that is not what its column holds; the text says what was expected."""


@dataclass(frozen=True)
class Field:
    """Something that a column can mean, with the words by which platforms head it."""

    key: str
    label: str | Promise
    words: tuple[str, ...]
    needed: bool = False


FIELDS = (
    Field("person", gettext_lazy("person (staff number, name or sub-account)"),
          ("子账号", "客服账号", "客服昵称", "客服名称", "旺旺", "工号", "姓名", "客服", "员工"), True),
    Field("day", gettext_lazy("day"), ("日期", "统计日期", "时间")),
    Field("shop", gettext_lazy("shop"), ("店铺", "店名")),
    Field("night", gettext_lazy("shift (a word for night marks the night)"), ("班次", "时段")),
    Field("chats", gettext_lazy("chats"), ("接待人数", "咨询人数", "接待量", "会话量", "咨询量"), True),
    Field("answered", gettext_lazy("answered"), ("回复人数", "有效接待", "应答人数", "回复量")),
    Field("first_response", gettext_lazy("first response"), ("首次响应", "首响", "首次回复")),
    Field("average_response", gettext_lazy("average response"), ("平均响应", "平响", "平均回复")),
    Field("satisfied_percent", gettext_lazy("satisfied, %"), ("满意率", "满意度", "满意比", "好评率")),
)  # fmt: skip
BY_KEY = {field.key: field for field in FIELDS}


def fingerprint(header: Sequence[str]) -> str:
    """What makes two files the same layout: the same headers in the same order."""
    plain = "\x1f".join(unicodedata.normalize("NFKC", title).strip() for title in header)
    return hashlib.sha256(plain.encode()).hexdigest()


def guess(header: Sequence[str]) -> dict[str, str]:
    """For each field the first header that holds one of its words and no earlier field has taken."""
    found: dict[str, str] = {}
    for field in FIELDS:
        for word in field.words:
            title = next((title for title in header if word in title and title not in found.values()), None)
            if title:
                found[field.key] = title
                break
    return found


def _plain(cell: str) -> str:
    value = unicodedata.normalize("NFKC", cell).strip()
    return "" if value.lower() in NOTHING else value


def day(cell: str) -> dt.date | None:
    """A day as platforms write it, with or without a time, or as a spreadsheet's number."""
    value = _plain(cell)
    if not value:
        return None
    if SERIAL.match(value):
        return dt.date(1899, 12, 30) + dt.timedelta(days=int(float(value)))
    head = value if re.match(r"^\d{8}$", value) else re.split(r"[ T]", value)[0]
    for pattern in DAYS:
        try:
            return dt.datetime.strptime(head, pattern).date()  # noqa: DTZ007 a day, no instant
        except ValueError:
            continue
    raise Odd(_("expected a day such as 2026-11-20, not %(cell)s") % {"cell": value[:40]})


def seconds(cell: str) -> Decimal | None:
    """«32.5», «32秒», «1:05», «00:01:05», «1分5秒» as seconds; nothing where the platform has no figure."""
    value = _plain(cell).replace(" ", "")
    if not value:
        return None
    if found := CLOCK.match(value):
        hours, minutes, rest = found.groups()
        return _known(Decimal(int(hours or 0) * 3600 + int(minutes) * 60) + Decimal(rest), value)
    if (spoken := SPOKEN.match(value)) and any(spoken.groups()):
        hours, minutes, rest = spoken.groups()
        return _known(Decimal(int(hours or 0) * 3600 + int(minutes or 0) * 60) + Decimal(rest or 0), value)
    try:
        return _known(Decimal(value), value)
    except InvalidOperation:
        raise Odd(_("expected seconds or minutes:seconds, not %(cell)s") % {"cell": value[:40]}) from None


def _known(found: Decimal, cell: str) -> Decimal:
    if not found.is_finite() or not 0 <= found < 100_000:
        raise Odd(_("expected seconds or minutes:seconds, not %(cell)s") % {"cell": cell[:40]})
    return found.quantize(Decimal("0.01"))


def percent(cell: str) -> Decimal | None:
    """«98.5%», «98.5» or the fraction «0.985», as percent; 1 without a sign is one hundred percent."""
    value = _plain(cell)
    if not value:
        return None
    try:
        number = Decimal(value.rstrip("%").strip())
    except InvalidOperation:
        number = Decimal(-1)
    if not value.endswith("%") and 0 <= number <= 1:
        number *= 100
    if not number.is_finite() or not 0 <= number <= 100:
        raise Odd(_("expected a share up to 100%%, not %(cell)s") % {"cell": value[:40]})
    return number.quantize(Decimal("0.01"))


def count(cell: str) -> int | None:
    """A whole number, with or without thousands separators."""
    value = _plain(cell).replace(",", "")
    if not value:
        return None
    if not re.match(r"^\d{1,7}(?:\.0+)?$", value):
        raise Odd(_("expected a whole number, not %(cell)s") % {"cell": value[:40]})
    return int(value.split(".")[0])


def is_night(cell: str) -> bool:
    return bool(NIGHT.search(cell))


def cell_of(row: Mapping[str, str], columns: Mapping[str, str], key: str) -> str:
    """The cell that holds the field `key` in a row read by its headers; empty where the layout has no such column."""
    return row.get(columns.get(key, ""), "")
