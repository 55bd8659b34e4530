"""Calendar arithmetic against an oracle that walks every minute and is obviously right."""

from __future__ import annotations

import datetime as dt

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common import clock
from sla.calendar import NoWorkingTime, WorkCalendar, add_working, windows_from, working_between
from sla.models import Calendar, CalendarDay
from sla.numbers import work_calendar
from sla.selectors import calendar_warnings
from tests.factories import at

MINUTE = dt.timedelta(minutes=1)
OFFICE = windows_from({str(day): [[540, 720], [810, 1080]] for day in range(5)})
OFFICE_CALENDAR = WorkCalendar("office", OFFICE, workdays_only=True)


def oracle_day_works(calendar: WorkCalendar, day: dt.date) -> bool:
    if not calendar.workdays_only:
        return True
    if day in calendar.off:
        return False
    return day in calendar.work or chinese_calendar.is_workday(day)


def oracle_works(calendar: WorkCalendar, local: dt.datetime) -> bool:
    """Whether the minute that begins at `local` is worked: today's windows, or yesterday's that run over midnight."""
    minute = local.hour * 60 + local.minute
    for back in (0, 1):
        day = local.date() - dt.timedelta(days=back)
        if not oracle_day_works(calendar, day):
            continue
        windows = calendar.windows[day.weekday()] if calendar.windows else ((0, 1440),)
        if not windows and calendar.workdays_only and day.weekday() >= 5:
            windows = calendar.windows[0]
        for opens, closes in windows:
            end = closes if closes > opens else closes + 1440
            if opens <= minute + back * 1440 < end:
                return True
    return False


def oracle_add(start: dt.datetime, minutes: int, calendar: WorkCalendar) -> dt.datetime:
    at_minute = clock.local(start).replace(tzinfo=None)
    while minutes:
        minutes -= oracle_works(calendar, at_minute)
        at_minute += MINUTE
    return clock.aware(at_minute)


window = st.tuples(st.integers(0, 1439), st.integers(0, 1439))
calendars = st.builds(
    WorkCalendar,
    key=st.just("any"),
    windows=st.tuples(window.map(lambda one: (one,)), *[st.lists(window, max_size=3).map(tuple)] * 6),
    workdays_only=st.booleans(),
    off=st.frozensets(st.dates(dt.date(2026, 9, 25), dt.date(2026, 10, 12)), max_size=3),
    work=st.frozensets(st.dates(dt.date(2026, 9, 25), dt.date(2026, 10, 12)), max_size=3),
)
starts = st.integers(0, 12 * 1440).map(lambda minutes: at("2026-09-24 00:00:00") + minutes * MINUTE)


@settings(max_examples=60, deadline=None)
@given(calendar=calendars, start=starts, minutes=st.integers(1, 700))
def test_adding_working_time_is_walking_minute_by_minute(calendar, start, minutes):
    assert add_working(start, minutes * 60, calendar) == oracle_add(start, minutes, calendar)


@settings(max_examples=60, deadline=None)
@given(calendar=calendars, start=starts, length=st.integers(0, 3 * 1440))
def test_working_time_between_is_counting_minutes(calendar, start, length):
    local = clock.local(start).replace(tzinfo=None)
    counted = sum(oracle_works(calendar, local + n * MINUTE) for n in range(length))
    assert working_between(start, start + length * MINUTE, calendar) == counted * 60


@settings(max_examples=60, deadline=None)
@given(calendar=calendars, start=starts, seconds=st.integers(1, 100_000))
def test_between_undoes_add_to_the_second(calendar, start, seconds):
    assert working_between(start, add_working(start, seconds, calendar), calendar) == seconds


def test_without_a_calendar_every_second_counts():
    assert add_working(at("2026-10-01 23:00:00"), 7200, None) == at("2026-10-02 01:00:00")
    assert add_working(at("2026-10-01 23:00:00"), 7200, WorkCalendar()) == at("2026-10-02 01:00:00")


def test_holidays_are_skipped_and_make_up_days_are_worked():
    # National Day 2026: off from 1 to 7 October; Saturday 10 October is worked.
    assert add_working(at("2026-09-30 17:00:00"), 2 * 3600, OFFICE_CALENDAR) == at("2026-10-08 10:00:00")
    assert add_working(at("2026-10-09 18:00:00"), 3600, OFFICE_CALENDAR) == at("2026-10-10 10:00:00")


def test_typed_in_days_override_the_public_calendar(db):
    row = Calendar.objects.create(
        key="office", name="office", windows={str(n): [[540, 1080]] for n in range(5)}, workdays_only=True
    )
    CalendarDay.objects.create(day=dt.date(2026, 11, 23), kind="off")
    CalendarDay.objects.create(day=dt.date(2026, 11, 22), kind="work")
    calendar = work_calendar(row)
    assert add_working(at("2026-11-20 18:00:00"), 3600, calendar) == at("2026-11-22 10:00:00")
    assert add_working(at("2026-11-22 18:00:00"), 3600, calendar) == at("2026-11-24 10:00:00")


def test_a_window_over_midnight_belongs_to_the_day_it_begins_on():
    night = WorkCalendar("night", windows_from({"4": [[1320, 360]]}))  # Friday 22:00 to Saturday 6:00
    assert add_working(at("2026-11-21 05:00:00"), 2 * 3600, night) == at("2026-11-27 23:00:00")


def test_an_unpublished_year_counts_monday_to_friday_and_warns(db):
    assert add_working(at("2035-01-05 18:00:00"), 3600, OFFICE_CALENDAR) == at("2035-01-08 10:00:00")
    assert calendar_warnings(dt.date(2035, 1, 1)) == []  # nobody uses working days
    Calendar.objects.create(key="office", name="office", workdays_only=True)
    assert len(calendar_warnings(dt.date(2035, 1, 1))) == 1
    CalendarDay.objects.create(day=dt.date(2035, 1, 1), kind="off")
    assert calendar_warnings(dt.date(2035, 1, 1)) == []


def test_a_calendar_that_never_works_is_refused():
    days = frozenset(dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(6 * 366))
    with pytest.raises(NoWorkingTime):
        add_working(at("2026-11-20 12:00:00"), 1, WorkCalendar("never", OFFICE, True, days))
