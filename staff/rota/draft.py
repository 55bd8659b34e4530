"""A first rota by plain rules, for the solver to begin with: rest days in turn, weeks of one kind, nights in turn."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

from staff.rota.model import Choice, RotaModel, meet
from staff.rota.plan import ONE_DAY, Day, cycle_week_of
from staff.rota.states import ShiftKind


class Draft:
    """Goes through the days and fills each demand with those who fit best. It never breaks what the model forbids; it
    may leave gaps that the solver closes."""

    def __init__(self, model: RotaModel) -> None:
        self.model = model
        self.taken: dict[tuple[int, dt.date], Choice] = {}
        self.had: Counter[int] = Counter()
        self.nights: Counter[int] = Counter()
        self.kinds: dict[tuple[int, dt.date], str] = {}
        self.limit = min(model.plan.rules.days_in_row, 6)
        self.worked: dict[int, set[dt.date]] = defaultdict(set)
        for user_id, entries in model.fixed.items():
            self.worked[user_id] = {entry.day for entry in entries}
            self.nights[user_id] = sum(entry.kind == ShiftKind.NIGHT for entry in entries)
            for entry in entries:
                self.kinds.setdefault((user_id, self._week(entry.day)), entry.kind)
        by_skills = sorted(model.plan.people, key=lambda person: (sorted(map(str, person.skills)), person.user_id))
        self.turn = {person.user_id: number for number, person in enumerate(by_skills)}

    def choices(self) -> list[Choice]:
        """What the draft takes."""
        for day in self.model.plan.days:
            for gap in sorted(
                (gap for gap in self.model.gaps if gap.day == day and gap.asked),
                key=lambda gap: len(self._able(day, gap.demand.shift_id, gap.demand.skill)),
            ):
                able = self._able(day, gap.demand.shift_id, gap.demand.skill)
                for choice in sorted(able, key=self._rank)[: gap.asked]:
                    self._take(choice)
        return list(self.taken.values())

    def _week(self, day: dt.date) -> dt.date:
        return cycle_week_of(day, self.model.plan.rules.change_weekday)

    def _able(self, day: Day, shift_id: int, skill: str) -> list[Choice]:
        return [
            choice
            for person in self.model.plan.people
            for choice in self.model.of_day.get((person.user_id, day.date), ())
            if (choice.shift.id, choice.skill) == (shift_id, skill) and self._may(choice)
        ]

    def _may(self, choice: Choice) -> bool:
        user_id, day = choice.user_id, choice.day
        if (user_id, day) in self.taken or self._run(user_id, day) > self.limit:
            return False
        before = (self.taken.get((user_id, day - n * ONE_DAY)) for n in (1, 2))
        return not any(old and meet(old.shift, choice.shift, (day - old.day).days) for old in before)

    def _run(self, user_id: int, day: dt.date) -> int:
        worked = self.worked[user_id]
        first = last = day
        while first - ONE_DAY in worked:
            first -= ONE_DAY
        while last + ONE_DAY in worked:
            last += ONE_DAY
        return (last - first).days + 1

    def _rank(self, choice: Choice) -> tuple[bool, bool, int, int, int]:
        """The smaller the sooner: whose week is of that kind, who does not rest in turn, who had fewest."""
        kind = self.kinds.get((choice.user_id, self._week(choice.day)))
        number = (choice.day - self.model.plan.first).days
        rests = (self.turn[choice.user_id] - number) % (self.limit + 1) == 0
        night = choice.shift.kind == ShiftKind.NIGHT
        return (
            kind not in (None, choice.shift.kind),
            rests,
            self.nights[choice.user_id] if night and kind is None else 0,
            self.had[choice.user_id],
            self.turn[choice.user_id],
        )

    def _take(self, choice: Choice) -> None:
        self.taken[choice.user_id, choice.day] = choice
        self.worked[choice.user_id].add(choice.day)
        self.had[choice.user_id] += 1
        self.nights[choice.user_id] += choice.shift.kind == ShiftKind.NIGHT
        self.kinds.setdefault((choice.user_id, self._week(choice.day)), choice.shift.kind)
