"""Keyset paging: the next page starts after the last row seen, so page 10,000 costs what page 1 costs."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

PAGE_SIZE = 100
T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """The rows of one page, and the cursors of its neighbours; an empty cursor means that there is none."""

    rows: list[T] = field(default_factory=list)
    next_cursor: str = ""
    previous_cursor: str = ""

    @property
    def is_only(self) -> bool:
        """Whether these rows are all there are, so that their number may be shown as the total."""
        return not self.next_cursor and not self.previous_cursor


def encode(values: Sequence[Any]) -> str:
    """The sort values of a row as an opaque text for a URL."""
    plain = [{"t": value.isoformat()} if isinstance(value, dt.datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(cursor: str, width: int) -> list[Any] | None:
    """The sort values in `cursor`, or None when it is no cursor of ours: then people get the first page."""
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(plain, list) or len(plain) != width:
            return None
        values = [dt.datetime.fromisoformat(v["t"]) if isinstance(v, dict) else v for v in plain]
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError):
        return None
    known = all(
        (isinstance(v, int) and not isinstance(v, bool) and abs(v) < 2**63)
        or isinstance(v, str)
        or (isinstance(v, dt.datetime) and v.tzinfo is not None)
        for v in values
    )
    return values if known else None


def beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """The rows after `values` in `order`. The first column stands alone too, for an index to start from."""
    condition = Q()
    for name, value in reversed(list(zip(order, values, strict=True))):
        column, way = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        further = Q(**{f"{column}__{way}": value})
        condition = further | (Q(**{column: value}) & condition) if condition else further
    column, way = (order[0][1:], "lte") if order[0].startswith("-") else (order[0], "gte")
    return Q(**{f"{column}__{way}": values[0]}) & condition


def flipped(order: Sequence[str]) -> list[str]:
    return [name[1:] if name.startswith("-") else f"-{name}" for name in order]


def sort_values(row: Any, order: Sequence[str]) -> list[Any]:
    names = [name.lstrip("-") for name in order]
    return [row[name] for name in names] if isinstance(row, dict) else [getattr(row, name) for name in names]


def keyset(
    queryset: QuerySet[Any, T],
    *,
    order: Sequence[str],
    cursor: str | None = None,
    before: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[T]:
    """One page of `queryset`, after `cursor` or before `before`: one query, and never a count.

    `order` names columns without nulls, the last one unique. A cursor that is damaged or of another list
    gives the first page.
    """
    start = decode(cursor, len(order)) if cursor else None
    end = decode(before, len(order)) if before and start is None else None
    try:
        if end is not None:
            back = flipped(order)
            found = list(queryset.order_by(*back).filter(beyond(back, end))[: size + 1])
            rows, more_before, more_after = found[:size][::-1], len(found) > size, True
        else:
            part = queryset.filter(beyond(order, start)) if start is not None else queryset
            found = list(part.order_by(*order)[: size + 1])
            rows, more_before, more_after = found[:size], start is not None, len(found) > size
    except (ValueError, TypeError, ValidationError):  # a cursor with values of other kinds than these columns
        return keyset(queryset, order=order, size=size)
    if not rows:
        return Page()
    return Page(
        rows=rows,
        next_cursor=encode(sort_values(rows[-1], order)) if more_after else "",
        previous_cursor=encode(sort_values(rows[0], order)) if more_before else "",
    )
