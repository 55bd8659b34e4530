"""The duties of a plan as the rules look at them: per person, in order, with those around the plan among them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from staff.rota.plan import ONE_DAY, Plan, PlannedShift, Shift, Span, monday_of


@dataclass(frozen=True)
class Entry:
    """A duty of one person; `planned` is None for one outside the plan."""

    user_id: int
    day: dt.date
    minutes: int
    spans: tuple[Span, ...]
    kind: str
    free_day: bool
    statutory: bool
    planned: PlannedShift | None = None

    @property
    def starts(self) -> dt.datetime:
        return self.spans[0][0]

    @property
    def ends(self) -> dt.datetime:
        return self.spans[-1][1]


def entry_of(plan: Plan, duty: PlannedShift) -> Entry:
    """A planned duty with the hours of its shift."""
    shift, day = plan.shift[duty.shift_id], plan.day[duty.day]
    return Entry(
        duty.user_id, duty.day, shift.minutes, shift.spans(duty.day), shift.kind, day.is_free, day.statutory, duty
    )


class Sheet:
    """What every rule reads. Duties of shifts or days that the plan does not know are left out."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.entries: dict[int, list[Entry]] = {person.user_id: [] for person in plan.people}
        for worked in plan.around:
            if worked.user_id in self.entries and worked.spans:
                self.entries[worked.user_id].append(Entry(**vars(worked)))
        for duty in plan.duties:
            if duty.user_id in self.entries and duty.shift_id in plan.shift and duty.day in plan.day:
                self.entries[duty.user_id].append(entry_of(plan, duty))
        for entries in self.entries.values():
            entries.sort(key=lambda entry: (entry.starts, entry.planned is not None))

    def people(self) -> Iterator[tuple[str, list[Entry]]]:
        """Name and duties of everybody, in the order of the plan."""
        for person in self.plan.people:
            yield person.name, self.entries[person.user_id]

    @cached_property
    def planned(self) -> list[tuple[Entry, PlannedShift, Shift]]:
        """The duties of the plan itself."""
        return [
            (entry, entry.planned, self.plan.shift[entry.planned.shift_id])
            for entries in self.entries.values()
            for entry in entries
            if entry.planned is not None
        ]


def minutes_by_day(entries: list[Entry]) -> dict[dt.date, int]:
    """Minutes of work that begin on each day."""
    found: dict[dt.date, int] = {}
    for entry in entries:
        found[entry.day] = found.get(entry.day, 0) + entry.minutes
    return found


def planned_days(entries: list[Entry]) -> set[dt.date]:
    """The days on which a duty of the plan begins."""
    return {entry.day for entry in entries if entry.planned is not None}


def overtime_by_day(minutes: dict[dt.date, int], *, day_limit: int, week_limit: int) -> dict[dt.date, int]:
    """Overtime of each day in minutes: what exceeds the day's limit, and of the rest what exceeds the week's, counted
    from Monday on (STF-06, Labour Law 36, 41)."""
    found: dict[dt.date, int] = {}
    week, used = None, 0
    for day in sorted(minutes):
        if monday_of(day) != week:
            week, used = monday_of(day), 0
        plain = min(minutes[day], day_limit)
        over = min(plain, max(0, used + plain - week_limit))
        found[day] = minutes[day] - plain + over
        used += plain
    return found


def month_start(day: dt.date) -> dt.date:
    return day.replace(day=1)


def next_month(day: dt.date) -> dt.date:
    """The first day of the month after that of `day`."""
    return (day.replace(day=28) + 4 * ONE_DAY).replace(day=1)
