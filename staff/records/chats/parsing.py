"""A file of chat statistics as rows of figures: each row is somebody's day, or an error that says what is wrong."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from common.tablefile import Table
from sla import facets
from staff.models import User
from staff.records.chats import columns
from staff.records.chats.columns import Odd
from staff.roles import Role

SUB_ACCOUNT = re.compile(r"[:：]")
SUMS = ("汇总", "合计", "总计", "平均", "均值", "total")
MOST_ERRORS = 200


@dataclass(frozen=True)
class Row:
    """One person's chats of a day, as a line of the file has them. Seconds and percent."""

    number: int  # of the line, as the spreadsheet shows it
    user_id: int
    name: str
    day: dt.date
    shop_id: int | None
    night: bool
    chats: int
    answered: int | None
    first_response: Decimal | None
    average_response: Decimal | None
    satisfied_percent: Decimal | None

    @property
    def key(self) -> tuple[int, dt.date, int | None, bool]:
        return self.user_id, self.day, self.shop_id, self.night


@dataclass
class Reading:
    """What a file says: rows that can be kept, and the errors by line."""

    rows: list[Row] = field(default_factory=list)
    errors: list[dict[str, object]] = field(default_factory=list)

    def refuse(self, number: int, column: str, message: str) -> None:
        if len(self.errors) < MOST_ERRORS:
            self.errors.append({"row": number, "column": column, "message": message})


class People:
    """Finds people by staff number, name or sub-account; whoever two could be is nobody."""

    def __init__(self) -> None:
        self._found: dict[str, set[int]] = defaultdict(set)
        self._names: dict[int, str] = {}
        for user in User.objects.exclude(role=Role.SUPPLIER).only("pk", "name", "username", "staff_no"):
            self._names[user.pk] = user.name
            for word in (user.staff_no, user.name, user.username):
                if word:
                    self._found[_key(word)].add(user.pk)

    def find(self, cell: str) -> tuple[int, str]:
        """The id and name of whom `cell` names: «K01», «慧兰» or «旗舰店:慧兰». Raises Odd."""
        tail = SUB_ACCOUNT.split(cell)[-1]
        for word in (cell, tail):
            ids = self._found.get(_key(word), set())
            if len(ids) == 1:
                (pk,) = ids
                return pk, self._names[pk]
            if len(ids) > 1:
                raise Odd(_("%(who)s can be several people: use the staff number") % {"who": cell[:40]})
        raise Odd(_("nobody is called %(who)s here") % {"who": cell[:40] or "—"})


def _key(word: str) -> str:
    return unicodedata.normalize("NFKC", word).strip().casefold()


def read(table: Table, layout: Mapping[str, str], *, day: dt.date | None, today: dt.date) -> Reading:
    """The rows of `table` by the columns of `layout`; `day` for files without a column of days. Three queries at most.

    Lines of sums are left out. A person's second line for the same day, shop and shift is an error.
    """
    people = People()
    shops = {_key(name): pk for pk, name in facets.choices("shop")}
    reading = Reading()
    seen: dict[tuple[int, dt.date, int | None, bool], int] = {}
    for number, cells in table.rows():
        line = dict(zip(table.header, cells, strict=False))
        if _key(columns.cell_of(line, layout, "person")).startswith(SUMS):
            continue
        try:
            row = _row(number, line, layout, people, shops, day, today)
        except _Refused as refused:
            reading.refuse(number, refused.column, str(refused))
            continue
        if row.key in seen:
            reading.refuse(number, layout["person"], _("the same as line %(line)d") % {"line": seen[row.key]})
            continue
        seen[row.key] = number
        reading.rows.append(row)
    return reading


class _Refused(ValueError):
    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


def _row(
    number: int,
    line: Mapping[str, str],
    layout: Mapping[str, str],
    people: People,
    shops: Mapping[str, int],
    day: dt.date | None,
    today: dt.date,
) -> Row:
    found: dict[str, Any] = {}
    readers: dict[str, Callable[[str], Any]] = {
        "person": people.find,
        "day": lambda cell: _day(cell, day, today),
        "shop": lambda cell: _shop(cell, shops),
        "night": columns.is_night,
        "chats": _chats,
        "answered": columns.count,
        "first_response": columns.seconds,
        "average_response": columns.seconds,
        "satisfied_percent": columns.percent,
    }
    for key, reader in readers.items():
        try:
            found[key] = reader(columns.cell_of(line, layout, key))
        except Odd as odd:
            raise _Refused(layout.get(key, key), str(odd)) from None
    user_id, name = found.pop("person")
    shop_id = found.pop("shop")
    return Row(number=number, user_id=user_id, name=name, shop_id=shop_id, **found)


def _day(cell: str, day: dt.date | None, today: dt.date) -> dt.date:
    found = columns.day(cell) or day
    if found is None:
        raise Odd(_("the day is missing"))
    if not today - dt.timedelta(days=400) <= found <= today:
        raise Odd(_("%(day)s lies ahead or too far back") % {"day": found})
    return found


def _shop(cell: str, shops: Mapping[str, int]) -> int | None:
    if not cell.strip():
        return None
    if _key(cell) not in shops:
        raise Odd(_("no shop is called %(name)s") % {"name": cell[:40]})
    return shops[_key(cell)]


def _chats(cell: str) -> int:
    found = columns.count(cell)
    if found is None:
        raise Odd(_("the number of chats is missing"))
    return found
