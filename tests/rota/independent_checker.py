"""Judges a plan by its own arithmetic: minute by minute, day by day, without anything of the code that it judges.

It answers (rule, person, day) of every hard and legal rule that is broken; the rules' texts are STF-01, STF-04, STF-06,
STF-07 and STF-09, and the articles 36, 38, 40, 41, 61 and 63 of the Labour Law.
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

Found = set[tuple[str, int | None, dt.date]]
DAY = 1440


def number(day: dt.date) -> int:
    return (day - dt.date(2000, 1, 3)).days  # a Monday


def date(day: int) -> dt.date:
    return dt.date(2000, 1, 3) + dt.timedelta(days=day)


def instant(moment: dt.datetime) -> int:
    return number(moment.date()) * DAY + moment.hour * 60 + moment.minute


class Work:
    """A duty as the set of minutes in which it is worked."""

    def __init__(self, day: dt.date, minutes: int, spans: list[tuple[int, int]], duty: Any = None) -> None:
        self.day, self.minutes, self.duty = number(day), minutes, duty
        self.begin, self.end = spans[0][0], spans[-1][1]
        self.at: set[int] = set()
        for start, end in spans:
            self.at.update(range(start, end))


def works_of(plan: Any) -> dict[int, list[Work]]:
    found: dict[int, list[Work]] = {person.user_id: [] for person in plan.people}
    for past in plan.around:
        found[past.user_id].append(Work(past.day, past.minutes, [(instant(a), instant(b)) for a, b in past.spans]))
    shifts = {shift.id: shift for shift in plan.shifts}
    for duty in plan.duties:
        shift, midnight = shifts[duty.shift_id], number(duty.day) * DAY
        spans = [(midnight + a, midnight + b) for a, b in shift.windows]
        minutes = sum(b - a for a, b in shift.windows) - shift.break_minutes
        found[duty.user_id].append(Work(duty.day, minutes, spans, duty))
    for works in found.values():
        works.sort(key=lambda work: (work.begin, work.duty is not None))
    return found


def hard(plan: Any) -> Found:
    """Every hard rule that is broken."""
    found: Found = set()
    everybody = works_of(plan)
    for person in plan.people:
        works = everybody[person.user_id]
        own = {work.day for work in works if work.duty}
        for place, work in enumerate(works):
            for earlier in works[:place]:
                if earlier.at & work.at and (work.duty or earlier.duty):
                    found.add(("overlap", person.user_id, (work.duty or earlier.duty).day))
            if work.duty:
                found |= {(rule, person.user_id, work.duty.day) for rule in broken_by(plan, person, work)}
        limit = min(plan.rules.days_in_row, 6)
        everything = {work.day for work in works}
        for first in everything:
            stretch = range(first, first + limit + 1)
            if all(day in everything for day in stretch) and any(day in own for day in stretch):
                found.add(("days_in_row", person.user_id, date(max(day for day in stretch if day in own))))
        for day in own:
            if sum(work.minutes for work in works if work.day == day) > plan.rules.day_minutes_most:
                found.add(("day_most", person.user_id, date(day)))
    return found | {("coverage", None, day) for day in short_days(plan)}


def broken_by(plan: Any, person: Any, work: Work) -> set[str]:
    """What one duty breaks by itself."""
    day, duty = next(day for day in plan.days if day.date == work.duty.day), work.duty
    broken = set()
    if any(minute % DAY >= 22 * 60 or minute % DAY < 6 * 60 for minute in work.at) and person.no_night:
        broken.add("night_ban")
    if duty.skill not in {skill for skill, _shop in person.skills} and duty.skill != day.leans_to:
        broken.add("skill")
    if (person.joined_on and duty.day < person.joined_on) or (person.left_on and duty.day > person.left_on):
        broken.add("employed")
    for leave in plan.leaves:
        if leave.user_id == person.user_id and any(instant(leave.starts) <= m < instant(leave.ends) for m in work.at):
            broken.add("leave")
    return broken


def short_days(plan: Any) -> set[dt.date]:
    """The days on which somebody is missing."""
    short = set()
    kinds = {demand.day_kind for demand in plan.demands}
    for day in plan.days:
        kind = day.kind
        if kind == "special" and "special" not in kinds:
            kind = day.base or "workday"
        if kind == "holiday" and "holiday" not in kinds:
            kind = "weekend"
        for demand in plan.demands:
            there = [
                d for d in plan.duties if (d.day, d.shift_id, d.skill) == (day.date, demand.shift_id, demand.skill)
            ]
            if demand.day_kind == kind and len(there) < demand.people:
                short.add(day.date)
    return short


def law(plan: Any) -> Found:
    """Every legal limit that is exceeded."""
    found: Found = set()
    rules = plan.rules
    statutory = {number(day.date) for day in plan.days if day.statutory}
    for user_id, works in works_of(plan).items():
        own = {work.day for work in works if work.duty}
        if not own:
            continue
        per_day: dict[int, int] = {}
        for work in works:
            per_day[work.day] = per_day.get(work.day, 0) + work.minutes
        for day in own:
            if rules.day_minutes < per_day[day] <= rules.day_minutes_most:
                found.add(("day_hours", user_id, date(day)))
            if day in statutory:
                found.add(("holiday", user_id, date(day)))
            week = [other for other in per_day if other // 7 == day // 7]
            if sum(per_day[other] for other in week) > rules.week_minutes:
                found.add(("week_hours", user_id, date(max(other for other in week if other in own))))
        first, last = number(plan.days[0].date), number(plan.days[-1].date)
        total = sum(minutes for day, minutes in per_day.items() if first <= day <= last)
        if total / len(plan.days) > rules.week_minutes_average / 7:
            found.add(("average_hours", user_id, date(max(own))))
        found |= {("month_overtime", user_id, day) for day in months_too_long(rules, per_day, own)}
        for before, after in pairwise(works):
            told = after.duty or before.duty
            if told and before.day != after.day and 0 <= after.begin - before.end < rules.rest_minutes:
                found.add(("rest", user_id, told.day))
    return found


def months_too_long(rules: Any, per_day: dict[int, int], own: set[int]) -> set[dt.date]:
    """Overtime minute by minute: one is overtime when its day or its week is full already."""
    over: dict[tuple[int, int], int] = {}
    for monday in {day - day % 7 for day in per_day}:
        room = rules.week_minutes
        for day in range(monday, monday + 7):
            for minute in range(per_day.get(day, 0)):
                if minute >= rules.day_minutes or room == 0:
                    month = (date(day).year, date(day).month)
                    over[month] = over.get(month, 0) + 1
                else:
                    room -= 1
    days = set()
    for month, minutes in over.items():
        planned = [day for day in own if (date(day).year, date(day).month) == month]
        if planned and minutes > rules.month_overtime_minutes:
            days.add(date(max(planned)))
    return days
