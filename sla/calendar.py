"""Pure arithmetic of working time: windows a weekday, holidays and make-up days (调休). All days are Asia/Shanghai."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import chinese_calendar

from common import clock

MINUTES_OF_DAY = 24 * 60
DAY = dt.timedelta(days=1)
FARTHEST = 5 * 366  # days: a calendar without working time for five years is a mistake, not a calendar
Windows = tuple[tuple[tuple[int, int], ...], ...]  # by weekday, Monday first: (from, to) in minutes of the day


class NoWorkingTime(ValueError):
    """The calendar never works: no due time can be computed from it."""


@dataclass(frozen=True)
class WorkCalendar:
    """When time counts. `windows` empty: the whole day. `off` and `work` override the public calendar."""

    key: str = ""
    windows: Windows = ()
    workdays_only: bool = False
    off: frozenset[dt.date] = field(default=frozenset())
    work: frozenset[dt.date] = field(default=frozenset())

    @property
    def always(self) -> bool:
        """Whether every second counts, so that plain addition is right."""
        return not self.windows and not self.workdays_only

    def works_on(self, day: dt.date) -> bool:
        """Whether windows that begin on `day` count."""
        if not self.workdays_only:
            return True
        if day in self.off:
            return False
        return day in self.work or is_public_workday(day)

    def windows_of(self, day: dt.date) -> tuple[tuple[int, int], ...]:
        """The windows that begin on `day`. A make-up day on a weekend without windows works as a Monday does."""
        if not self.works_on(day):
            return ()
        if not self.windows:
            return ((0, MINUTES_OF_DAY),)
        own = self.windows[day.weekday()]
        return own if own or not self.workdays_only or day.weekday() < 5 else self.windows[0]

    def spans(self, first: dt.date) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """Working spans from `first` on (naive local time), in order, merged where they touch or overlap."""
        start = end = None
        for number in range(-1, FARTHEST):
            day = first + number * DAY
            midnight = dt.datetime.combine(day, dt.time())
            for opens, closes in sorted(self.windows_of(day)):
                closes = closes if closes > opens else closes + MINUTES_OF_DAY
                a, b = midnight + dt.timedelta(minutes=opens), midnight + dt.timedelta(minutes=closes)
                if end is not None and a <= end:
                    end = max(end, b)
                    continue
                if start is not None and end is not None:
                    yield start, end
                start, end = a, b
            if end is not None and start is not None and end < midnight:
                yield start, end
                start = end = None
        if start is not None and end is not None:
            yield start, end


def windows_from(data: Mapping[str, list[list[int]]]) -> Windows:
    """The windows as a calendar's row keeps them («0»–«6» → [[from, to], …]), frozen."""
    if not any(data.values()):
        return ()
    return tuple(tuple((int(a), int(b)) for a, b in data.get(str(n), [])) for n in range(7))


@lru_cache(maxsize=4096)
def is_public_workday(day: dt.date) -> bool:
    """Whether mainland China works on `day`. A year that is not published yet: Monday to Friday (see calendar_warnings)."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def year_is_published(year: int) -> bool:
    """Whether the public holidays of `year` are known."""
    try:
        chinese_calendar.is_workday(dt.date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def add_working(start: dt.datetime, seconds: float, calendar: WorkCalendar | None) -> dt.datetime:
    """The earliest instant (UTC) at which `seconds` of working time have passed since `start`.

    Without a calendar every second counts. Raises NoWorkingTime when the calendar never works.
    """
    if calendar is None or calendar.always or seconds <= 0:
        return start + dt.timedelta(seconds=seconds)
    left = dt.timedelta(seconds=seconds)
    at = clock.local(start).replace(tzinfo=None)
    for opens, closes in calendar.spans(at.date()):
        if closes <= at:
            continue
        begin = max(opens, at)
        if closes - begin >= left:
            return clock.aware(begin + left)
        left -= closes - begin
    raise NoWorkingTime(calendar.key)


def working_between(start: dt.datetime, end: dt.datetime, calendar: WorkCalendar | None) -> float:
    """The seconds of working time between two instants; 0 when `end` is not after `start`."""
    if end <= start:
        return 0.0
    if calendar is None or calendar.always:
        return (end - start).total_seconds()
    a, b = (clock.local(moment).replace(tzinfo=None) for moment in (start, end))
    total = dt.timedelta()
    for opens, closes in calendar.spans(a.date()):
        if opens >= b:
            break
        total += max(dt.timedelta(), min(closes, b) - max(opens, a))
    return total.total_seconds()
