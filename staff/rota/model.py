"""The rota as variables of CP-SAT: who may work what, what never goes together, and what stays unmet."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from staff.rota.plan import DAY_MINUTES, ONE_DAY, Day, Demand, Person, Plan, PlannedShift, Shift, overlap
from staff.rota.sheet import Entry, Sheet

Vars = list[cp_model.IntVar]
Clash = Callable[[Shift, Shift, int], bool]
NEIGHBOURS = (1, 2)  # so many days later a shift may still meet one that began before


@dataclass(frozen=True)
class Choice:
    """Somebody might work this shift as this skill on this day; `taken` says whether."""

    user_id: int
    day: dt.date
    shift: Shift
    skill: str
    taken: cp_model.IntVar

    @property
    def duty(self) -> PlannedShift:
        return PlannedShift(self.user_id, self.day, self.shift.id, self.skill)


@dataclass(frozen=True)
class Gap:
    """People that a demand lacks: from none to all that are `asked` for beyond the kept duties."""

    day: Day
    demand: Demand
    asked: int
    missing: cp_model.IntVar


class RotaModel:
    """The hard rules as constraints. Kept duties and those around the plan are constants: they take room from what is
    proposed, but what they break among themselves is nobody's to mend here, so there always is a solution."""

    def __init__(self, plan: Plan) -> None:
        kept = tuple(duty for duty in plan.duties if duty.locked)
        self.plan = replace(plan, duties=kept)
        self.kept = kept
        self.fixed: dict[int, list[Entry]] = Sheet(self.plan).entries
        self.cp = cp_model.CpModel()
        self.of_day: dict[tuple[int, dt.date], list[Choice]] = defaultdict(list)
        self.gaps: list[Gap] = []
        for person in self.plan.people:
            for choice in self._choices(person):
                self.of_day[person.user_id, choice.day].append(choice)
        for choices in self.of_day.values():
            self.cp.add_at_most_one(choice.taken for choice in choices)
        self._cover()
        for person in self.plan.people:
            self._rest_days(person)
            self._no_overlaps(person)

    def choices(self) -> Iterator[Choice]:
        for choices in self.of_day.values():
            yield from choices

    def works(self, user_id: int, day: dt.date) -> Vars:
        """The variables of which at most one says that somebody works on that day."""
        return [choice.taken for choice in self.of_day.get((user_id, day), ())]

    def _choices(self, person: Person) -> Iterator[Choice]:
        if not person.plannable:
            return
        fixed = self.fixed[person.user_id]
        busy = {entry.day for entry in fixed}
        for day in self.plan.days:
            if day.date in busy or not person.is_employed(day.date):
                continue
            for demand in self.plan.demands_on(day):
                shift = self.plan.shift[demand.shift_id]
                if self.plan.has_skill(person, demand.skill, day) and self._may(person, shift, day.date, fixed):
                    name = f"{person.user_id} {day.date} {shift.id} {demand.skill}"
                    yield Choice(person.user_id, day.date, shift, demand.skill, self.cp.new_bool_var(name))

    def _may(self, person: Person, shift: Shift, day: dt.date, fixed: list[Entry]) -> bool:
        """Whether nothing that stands already forbids somebody this shift on that day."""
        spans = shift.spans(day)
        return not (
            shift.minutes > self.plan.rules.day_minutes_most
            or (person.no_night and shift.touches_night)
            or self.plan.is_away(person.user_id, spans)
            or any(overlap(own, other) for own in spans for entry in fixed for other in entry.spans)
        )

    def _cover(self) -> None:
        """Exactly the people asked for, as far as there are any (STF-04)."""
        by_shift: dict[tuple[dt.date, int, str], Vars] = defaultdict(list)
        for choice in self.choices():
            by_shift[choice.day, choice.shift.id, choice.skill].append(choice.taken)
        for day in self.plan.days:
            for demand in self.plan.demands_on(day):
                key = (day.date, demand.shift_id, demand.skill)
                asked = max(0, demand.people - sum((d.day, d.shift_id, d.skill) == key for d in self.kept))
                missing = self.cp.new_int_var(0, asked, f"missing {key}")
                self.cp.add(cp_model.LinearExpr.sum(by_shift[key]) + missing == asked)
                self.gaps.append(Gap(day, demand, asked, missing))

    def _rest_days(self, person: Person) -> None:
        """In any stretch that is one day too long somebody is off (STF-04, Labour Law 38)."""
        limit = min(self.plan.rules.days_in_row, 6)
        busy = {entry.day for entry in self.fixed[person.user_id]}
        start = self.plan.first - limit * ONE_DAY
        for number in range(len(self.plan.days) + limit):
            stretch = [start + (number + n) * ONE_DAY for n in range(limit + 1)]
            open_days = [var for day in stretch if day not in busy for var in self.works(person.user_id, day)]
            if open_days:
                room = max(0, limit - sum(day in busy for day in stretch))
                self.cp.add(cp_model.LinearExpr.sum(open_days) <= room)

    def _no_overlaps(self, person: Person) -> None:
        """A shift over midnight leaves no room for one that begins before it ends (STF-01)."""
        for day in self.plan.days:
            for days_later in NEIGHBOURS:
                for here, there in self.pairs(person.user_id, day.date, days_later, meet):
                    self.cp.add_at_most_one(here + there)

    def pairs(self, user_id: int, day: dt.date, days_later: int, clash: Clash) -> Iterator[tuple[Vars, Vars]]:
        """For each shift that somebody might have on `day`: its variables, and those so many days later that clash."""
        here = self.of_day.get((user_id, day), [])
        there = self.of_day.get((user_id, day + days_later * ONE_DAY), [])
        for shift in {choice.shift.id: choice.shift for choice in here}.values():
            clashing = [choice.taken for choice in there if clash(shift, choice.shift, days_later)]
            if clashing:
                yield [choice.taken for choice in here if choice.shift.id == shift.id], clashing


def meet(shift: Shift, other: Shift, days_later: int) -> bool:
    """Whether `shift` shares a minute with `other` that begins so many days later."""
    away = days_later * DAY_MINUTES
    return any(a < d + away and c + away < b for a, b in shift.windows for c, d in other.windows)
