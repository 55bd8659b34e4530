"""The weeks of the records: a record's week runs from Saturday to Friday, a meeting's from Monday to Sunday."""

from __future__ import annotations

import datetime as dt

FRIDAY = 4
DAY = dt.timedelta(days=1)


def week_of(day: dt.date) -> dt.date:
    """The Friday on which the record of the week of `day` is due (STF-29)."""
    return day + DAY * ((FRIDAY - day.weekday()) % 7)


def days_of(week: dt.date) -> list[dt.date]:
    """The seven days of a record's week, Saturday first."""
    return [week - DAY * back for back in range(6, -1, -1)]


def monday_of(week: dt.date) -> dt.date:
    """The Monday inside a record's week: from then on the record is asked for."""
    return week - 4 * DAY


def meeting_day(day: dt.date) -> dt.date:
    """The Monday whose meeting comes next, `day` itself included (STF-24)."""
    return day + DAY * (-day.weekday() % 7)


def record_week(monday: dt.date) -> dt.date:
    """The Friday whose weekly records the meeting of `monday` talks about."""
    return monday - 3 * DAY


def reviewed(monday: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day that the meeting of `monday` looks back on: the seven days before it."""
    return monday - 7 * DAY, monday - DAY
