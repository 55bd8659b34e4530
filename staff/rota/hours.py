"""From a shift's windows in local time to the hours of one day, over midnight too (STF-01)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Protocol

from common.clock import SHANGHAI


class HasHours(Protocol):
    """A stretch in local time: a `ShiftWindow`, or what a test or a plan uses for one."""

    starts: dt.time
    ends: dt.time


Span = tuple[dt.datetime, dt.datetime]


def spans(windows: Iterable[HasHours], day: dt.date) -> list[Span]:
    """When a shift that begins on the Shanghai day `day` is worked, as aware UTC times.

    An end that is not after its start lies on the next day; so does a window that starts before the one before it
    has ended: 17:30–23:00 and 00:30–02:00 is one evening.
    """
    found: list[Span] = []
    for window in windows:
        start = dt.datetime.combine(day, window.starts, SHANGHAI)
        if found and start < found[-1][1]:
            start += dt.timedelta(days=1)
        end = dt.datetime.combine(start.date(), window.ends, SHANGHAI)
        if end <= start:
            end += dt.timedelta(days=1)
        found.append((start.astimezone(dt.UTC), end.astimezone(dt.UTC)))
    return found


def minutes_of(hours: Iterable[Span], break_minutes: int = 0) -> int:
    """Minutes of work in `hours` less the unpaid break; never below zero."""
    presence = sum(int((end - start).total_seconds() // 60) for start, end in hours)
    return max(0, presence - break_minutes)
