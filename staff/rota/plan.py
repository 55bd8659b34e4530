"""A cycle of a team as plain data: who, which days, which shifts, what is asked for, who works when. No database.

Times are local (Asia/Shanghai, which knows no summer time) and counted in minutes. A duty belongs to the day on which it
begins, with all its hours, also those after midnight.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from staff.rota.states import DayKind, ShiftKind

DAY_MINUTES = 24 * 60
NIGHT_FROM, NIGHT_TO = 22 * 60, 6 * 60  # local time: work that touches it is night work
ONE_DAY = dt.timedelta(days=1)
Span = tuple[dt.datetime, dt.datetime]  # naive local time, end after start; half-open


@dataclass(frozen=True)
class Shift:
    """A shift template. `windows` are minutes since midnight of its day, in order, over 1440 after midnight."""

    id: int
    name: str
    short: str
    windows: tuple[tuple[int, int], ...]
    kind: str = ShiftKind.DAY
    break_minutes: int = 0  # unpaid

    @property
    def minutes(self) -> int:
        """Minutes of work: its windows less the unpaid break, never less than none."""
        return max(0, sum(end - start for start, end in self.windows) - self.break_minutes)

    @property
    def touches_night(self) -> bool:
        """Whether any of it lies between 22:00 and 06:00 (Labour Law 61, 63)."""
        return any(touches_night(start, end) for start, end in self.windows)

    def spans(self, day: dt.date) -> tuple[Span, ...]:
        """When it is worked if it begins on `day`."""
        return tuple((at_minute(day, start), at_minute(day, end)) for start, end in self.windows)


def touches_night(start: int, end: int) -> bool:
    """Whether the minutes [start, end) since some midnight meet 22:00–06:00 of any day."""
    nights = range(start // DAY_MINUTES - 1, end // DAY_MINUTES + 1)
    return any(start < n * DAY_MINUTES + DAY_MINUTES + NIGHT_TO and end > n * DAY_MINUTES + NIGHT_FROM for n in nights)


def at_minute(day: dt.date, minute: int) -> dt.datetime:
    """The local instant `minute` minutes after midnight of `day`."""
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minute)


@dataclass(frozen=True)
class Person:
    """Somebody who can be planned. `skills` holds (skill, shop id); shop None means every shop."""

    user_id: int
    name: str
    skills: frozenset[tuple[str, int | None]]
    week_minutes: int = 2400  # agreed
    no_night: bool = False  # Labour Law 61, 63
    joined_on: dt.date | None = None
    left_on: dt.date | None = None
    plannable: bool = True  # False: no longer of the team, here only because of duties planned before

    def can(self, skill: str) -> bool:
        """Whether they have the skill, for whichever shop: demand does not ask for shops."""
        return any(own == skill for own, _shop in self.skills)

    def is_employed(self, day: dt.date) -> bool:
        """Both the first and the last day count."""
        return (self.joined_on is None or self.joined_on <= day) and (self.left_on is None or day <= self.left_on)


@dataclass(frozen=True)
class Day:
    """A day of the cycle. `kind` says which demand counts; `statutory`: work is paid threefold (Labour Law 40, 44)."""

    date: dt.date
    kind: str = DayKind.WORKDAY
    base: str = ""  # the kind that a special workday has besides; empty: `kind` itself
    statutory: bool = False
    leans_to: str = ""  # the skill that everybody has on this day (STF-07)
    name: str = ""  # of the special workday or holiday

    @property
    def is_free(self) -> bool:
        """Whether most of the country is off: a weekend without make-up work, or an official holiday."""
        return (self.base or self.kind) in (DayKind.WEEKEND, DayKind.HOLIDAY)


@dataclass(frozen=True)
class Demand:
    """So many people with this skill in this shift on days of this kind."""

    shift_id: int
    skill: str
    day_kind: str
    people: int


@dataclass(frozen=True)
class PlannedShift:
    """Somebody works this shift on this day as this skill. A locked one is kept by the solver."""

    user_id: int
    day: dt.date
    shift_id: int
    skill: str
    locked: bool = False


@dataclass(frozen=True)
class Worked:
    """A duty outside the plan that limits must count: before it, after it, or in another team's rota."""

    user_id: int
    day: dt.date
    minutes: int
    spans: tuple[Span, ...]
    kind: str = ShiftKind.DAY
    free_day: bool = False  # the day was a weekend or an official holiday
    statutory: bool = False


@dataclass(frozen=True)
class Absence:
    """Approved leave, naive local time, half-open."""

    user_id: int
    starts: dt.datetime
    ends: dt.datetime


@dataclass(frozen=True)
class Wish:
    """What somebody would like on a day; `kind` is a WishKind, `shift_id` None for a whole day off."""

    user_id: int
    day: dt.date
    kind: str
    shift_id: int | None = None


@dataclass(frozen=True)
class Rules:
    """The numbers that the rules of service leave open (ServiceRules), in minutes unless they say otherwise."""

    cycle_weeks: int = 3  # STF-05
    change_weekday: int = 5  # 0 Monday … 5 Saturday
    days_in_row: int = 6  # STF-04
    rest_minutes: int = 660
    day_minutes: int = 480  # Labour Law 36
    day_minutes_most: int = 660  # Labour Law 41
    week_minutes: int = 2400  # State Council: 40 hours
    week_minutes_average: int = 2640  # Labour Law 36
    month_overtime_minutes: int = 2160  # Labour Law 41
    early_minutes: int = 15  # STF-11


@dataclass(frozen=True)
class Plan:
    """One cycle of one team. `days` follow each other without a gap; `duties` are what is planned so far."""

    people: tuple[Person, ...]
    days: tuple[Day, ...]
    shifts: tuple[Shift, ...]
    demands: tuple[Demand, ...] = ()
    duties: tuple[PlannedShift, ...] = ()
    around: tuple[Worked, ...] = ()
    leaves: tuple[Absence, ...] = ()
    wishes: tuple[Wish, ...] = ()
    rules: Rules = field(default_factory=Rules)

    @cached_property
    def person(self) -> dict[int, Person]:
        return {person.user_id: person for person in self.people}

    @cached_property
    def shift(self) -> dict[int, Shift]:
        return {shift.id: shift for shift in self.shifts}

    @cached_property
    def day(self) -> dict[dt.date, Day]:
        return {day.date: day for day in self.days}

    @property
    def first(self) -> dt.date:
        return self.days[0].date

    @property
    def last(self) -> dt.date:
        return self.days[-1].date

    def with_duties(self, duties: Iterable[PlannedShift]) -> Plan:
        """The same plan with other duties in it."""
        return replace(self, duties=tuple(duties))

    @cached_property
    def _kinds_asked(self) -> frozenset[str]:
        return frozenset(demand.day_kind for demand in self.demands)

    def demands_on(self, day: Day) -> Iterator[Demand]:
        """What is asked for on a day. A kind of day for which the team asks nothing at all, not even nobody, is
        staffed like the next plainer one: a special workday like the day it is besides, a holiday like a weekend."""
        kind = day.kind
        if kind == DayKind.SPECIAL and kind not in self._kinds_asked:
            kind = day.base or DayKind.WORKDAY
        if kind == DayKind.HOLIDAY and kind not in self._kinds_asked:
            kind = DayKind.WEEKEND
        return (demand for demand in self.demands if demand.day_kind == kind and demand.people > 0)

    def has_skill(self, person: Person, skill: str, day: Day) -> bool:
        """Whether somebody can work as this on that day: on a special workday everybody leans to its skill (STF-07)."""
        return person.can(skill) or (day.leans_to == skill and bool(skill))

    def is_away(self, user_id: int, spans: Sequence[Span]) -> bool:
        """Whether approved leave meets any of these stretches (STF-09)."""
        return any(overlap(span, leave) for leave in self._leaves.get(user_id, ()) for span in spans)

    @cached_property
    def _leaves(self) -> dict[int, list[Span]]:
        found: dict[int, list[Span]] = {}
        for leave in self.leaves:
            found.setdefault(leave.user_id, []).append((leave.starts, leave.ends))
        return found


def overlap(one: Span, other: Span) -> bool:
    """Whether two half-open stretches share an instant."""
    return one[0] < other[1] and other[0] < one[1]


def monday_of(day: dt.date) -> dt.date:
    """The Monday of its week: hours a week are counted from it."""
    return day - dt.timedelta(days=day.weekday())


def cycle_week_of(day: dt.date, change_weekday: int) -> dt.date:
    """The change day on or before `day`: the week within which one kind of shift is kept (STF-05)."""
    return day - dt.timedelta(days=(day.weekday() - change_weekday) % 7)
