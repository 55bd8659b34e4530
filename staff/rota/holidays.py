"""Public holidays as the rota needs them: the official days off around a holiday, and the statutory days among them.

The package of the public calendar knows the days off of the years published so far. Work on the statutory days, which it
does not mark, is paid threefold (Labour Law 44): they follow from the law and the moon, so they are known ahead.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import chinese_calendar
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sla.calendar import WorkCalendar
from staff.rota.plan import ONE_DAY, Day
from staff.rota.states import DayKind

FIXED = {(1, 1): _("New Year"), (5, 1): _("Labour Day"), (5, 2): _("Labour Day")} | {
    (10, day): _("National Day") for day in (1, 2, 3)
}
# By year: the first day of the first month, the fifth of the fifth, the fifteenth of the eighth of the moon's calendar.
BY_THE_MOON = {
    2024: ((2, 10), (6, 10), (9, 17)),
    2025: ((1, 29), (5, 31), (10, 6)),
    2026: ((2, 17), (6, 19), (9, 25)),
    2027: ((2, 6), (6, 9), (9, 15)),
    2028: ((1, 26), (5, 28), (10, 3)),
    2029: ((2, 13), (6, 16), (9, 22)),
    2030: ((2, 3), (6, 5), (9, 12)),
    2031: ((1, 23), (6, 24), (10, 1)),
    2032: ((2, 11), (6, 12), (9, 19)),
    2033: ((1, 31), (6, 1), (9, 8)),
    2034: ((2, 19), (6, 20), (9, 27)),
    2035: ((2, 8), (6, 10), (9, 16)),
}


@lru_cache(maxsize=32)
def statutory_days(year: int) -> dict[dt.date, str | Promise]:
    """The statutory holidays of a year with their names: thirteen days since 2025 (Labour Law 40). For years after the
    table of the moon's calendar only those of the sun's."""
    found: dict[dt.date, str | Promise] = {dt.date(year, month, day): name for (month, day), name in FIXED.items()}
    for day, term in chinese_calendar.get_solar_terms(dt.date(year, 4, 1), dt.date(year, 4, 10)):
        if term == "清明":
            found[day] = _("Tomb-sweeping Day")
    if year in BY_THE_MOON:
        spring, dragon, autumn = (dt.date(year, month, day) for month, day in BY_THE_MOON[year])
        found |= {spring + n * ONE_DAY: _("Spring Festival") for n in range(-1, 3)}
        found |= {dragon: _("Dragon Boat Festival"), autumn: _("Mid-Autumn Festival")}
    return found


def is_statutory(day: dt.date) -> bool:
    """Whether work on that Shanghai day is paid threefold."""
    return day in statutory_days(day.year)


def is_official_holiday(day: dt.date) -> bool:
    """Whether `day` is off because of a public holiday; the days moved towards it count, make-up days do not."""
    try:
        is_off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return is_statutory(day)
    return bool(is_off and name) or is_statutory(day)


def day_of_rota(day: dt.date, calendar: WorkCalendar, *, special: str = "", leans_to: str = "") -> Day:
    """What kind of day it is: public calendar with the house's own days off and make-up days, then whether it is a
    special workday (STF-07). A weekday on which nobody works is a holiday."""
    base = DayKind.WORKDAY
    if is_official_holiday(day) and day not in calendar.work:
        base = DayKind.HOLIDAY
    elif not calendar.works_on(day):
        base = DayKind.WEEKEND if day.weekday() >= 5 and day not in calendar.off else DayKind.HOLIDAY
    return Day(
        date=day,
        kind=DayKind.SPECIAL if leans_to else base,
        base=base,
        statutory=is_statutory(day),
        leans_to=leans_to,
        name=special or str(statutory_days(day.year).get(day, "")),
    )
