"""Public holidays: days off as published, statutory days by law and moon, also of years not published yet."""

from __future__ import annotations

import datetime as dt

import pytest

from sla.calendar import WorkCalendar
from staff.rota.holidays import day_of_rota, is_official_holiday, is_statutory, statutory_days

pytestmark = pytest.mark.once

HOUSE = WorkCalendar(workdays_only=True)


@pytest.mark.parametrize("year", [2025, 2026, 2027, 2030])
def test_stf_06_thirteen_statutory_days_a_year(year):
    assert len(statutory_days(year)) == 13


def test_stf_06_statutory_days_of_2026():
    assert sorted(f"{day:%m-%d}" for day in statutory_days(2026)) == [
        *("01-01", "02-16", "02-17", "02-18", "02-19", "04-05", "05-01", "05-02"),
        *("06-19", "09-25", "10-01", "10-02", "10-03"),
    ]


def test_stf_06_the_statutory_days_lie_within_the_published_days_off():
    days = [day for year in (2025, 2026) for day in statutory_days(year)]
    assert [day for day in days if not is_official_holiday(day)] == []


def test_stf_06_a_year_that_is_not_published_has_its_statutory_days_off():
    assert is_statutory(dt.date(2027, 2, 6))
    assert day_of_rota(dt.date(2027, 2, 8), HOUSE).kind == "holiday"
    assert day_of_rota(dt.date(2027, 2, 9), HOUSE).kind == "workday"
    assert day_of_rota(dt.date(2027, 2, 13), HOUSE).kind == "weekend"


def test_stf_07_a_special_workday_on_a_weekend_keeps_what_it_is_besides():
    saturday = day_of_rota(dt.date(2026, 11, 21), HOUSE, special="大促", leans_to="presales")
    assert (saturday.kind, saturday.base, saturday.is_free, saturday.name) == ("special", "weekend", True, "大促")


def test_the_house_may_work_on_a_day_that_is_off_for_others_and_the_reverse():
    day = dt.date(2026, 10, 6)
    assert day_of_rota(day, HOUSE).kind == "holiday"
    assert day_of_rota(day, WorkCalendar(workdays_only=True, work=frozenset({day}))).kind == "workday"
    monday = dt.date(2026, 11, 23)
    assert day_of_rota(monday, WorkCalendar(workdays_only=True, off=frozenset({monday}))).kind == "holiday"
