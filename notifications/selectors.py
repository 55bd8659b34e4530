"""Reading the bell: how many are unread, and the inbox page by page, the unread ones first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from common import clock
from notifications.models import BellItem
from notifications.render import bell_text

MANY = 99
PAGE = 50


def unread_count(user: Any) -> int:
    """How many notices `user` has not opened; counting stops after 100 of them."""
    return BellItem.objects.filter(user=user, read_at__isnull=True)[: MANY + 1].count()


@dataclass(frozen=True)
class Day:
    """The notices of one Asia/Shanghai day; `unread` parts stand before all read ones."""

    day: dt.date
    unread: bool
    items: list[BellItem]


@dataclass(frozen=True)
class Inbox:
    days: list[Day]
    newest_id: int  # «mark all as read» means those up to here: one that comes meanwhile stays unread
    next_cursor: str


def inbox(user: Any, cursor: str = "", size: int = PAGE) -> Inbox:
    """One page of the user's notices: first the unread, then the read, each newest first, with `.text`.

    `cursor` is what the page before gave; an odd one shows the first page.
    """
    part, last_id = _position(cursor)
    mine = BellItem.objects.filter(user=user)
    rows: list[BellItem] = []
    if part == "u":
        rows = _newest(mine.filter(read_at__isnull=True), last_id, size + 1)
        last_id = None
    if len(rows) <= size:
        rows += _newest(mine.filter(read_at__isnull=False), last_id, size + 1 - len(rows))
    shown = rows[:size]
    for row in shown:
        row.text = bell_text(row.kind, row.context)
    more = len(rows) > size
    return Inbox(
        days=_by_day(shown),
        newest_id=max((row.pk for row in shown), default=0),
        next_cursor=f"{'u' if shown[-1].read_at is None else 'r'}{shown[-1].pk}" if more else "",
    )


def _position(cursor: str) -> tuple[str, int | None]:
    if cursor[:1] in {"u", "r"} and cursor[1:].isascii() and cursor[1:].isdecimal() and len(cursor) < 20:
        return cursor[0], int(cursor[1:])
    return "u", None


def _newest(queryset: QuerySet[BellItem], before: int | None, size: int) -> list[BellItem]:
    return list((queryset if before is None else queryset.filter(pk__lt=before)).order_by("-pk")[:size])


def _by_day(rows: list[BellItem]) -> list[Day]:
    grouped = groupby(rows, key=lambda row: (row.read_at is None, clock.day_of(row.created_at)))
    return [Day(day=day, unread=unread, items=list(items)) for (unread, day), items in grouped]
