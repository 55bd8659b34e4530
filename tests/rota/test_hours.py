"""STF-01: the hours of a shift on a day, split and over midnight."""

from __future__ import annotations

import datetime as dt

import pytest

from staff.rota import hours
from tests.factories import at
from tests.factories_staff import ShiftTemplateFactory, UserFactory, give_duty

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("windows", "told", "minutes"),
    [
        ([("09:00", "17:00")], [("2026-11-20 09:00", "2026-11-20 17:00")], 480),
        (
            [("10:00", "14:00"), ("17:30", "23:00")],
            [("2026-11-20 10:00", "2026-11-20 14:00"), ("2026-11-20 17:30", "2026-11-20 23:00")],
            570,
        ),
        ([("17:30", "01:00")], [("2026-11-20 17:30", "2026-11-21 01:00")], 450),
        (
            [("17:30", "23:00"), ("00:30", "02:00")],
            [("2026-11-20 17:30", "2026-11-20 23:00"), ("2026-11-21 00:30", "2026-11-21 02:00")],
            420,
        ),
    ],
)
def test_stf_01_hours_of_a_shift(windows, told, minutes):
    template = ShiftTemplateFactory(windows=windows)
    found = hours.spans(template.windows.all(), DAY)
    assert found == [(at(start), at(end)) for start, end in told]
    assert hours.minutes_of(found) == minutes


def test_the_unpaid_break_is_no_work():
    assert hours.minutes_of([(at("2026-11-20 08:30"), at("2026-11-20 17:30"))], 60) == 480


def test_a_duty_given_in_a_test_stands_with_its_windows():
    duty = give_duty(UserFactory(), "2026-11-20 10:00", "14:00", "17:30", "23:00")
    told = [(window.starts_at, window.ends_at) for window in duty.windows.all()]
    assert told == hours.spans(duty.template.windows.all(), DAY)
    assert (duty.starts_at, duty.ends_at, duty.minutes) == (told[0][0], told[1][1], 570)
