"""Teams and rotas for the tests of rules and solver: the seeds' three shift sets, and random ones."""

from __future__ import annotations

import datetime as dt
import random

from staff.rota.plan import (
    ONE_DAY,
    Absence,
    Day,
    Demand,
    Person,
    Plan,
    PlannedShift,
    Rules,
    Shift,
    Wish,
    Worked,
)

MONDAY = dt.date(2026, 11, 23)
EARLY = Shift(1, "早班", "早", ((540, 1020),))
LATE = Shift(2, "晚班", "晚", ((870, 1350),), "night")
SETS = {  # STF-01: what the seeds say
    "S0": (EARLY, LATE),
    "S2-A": (
        Shift(1, "白班", "白", ((510, 1050),), break_minutes=60),
        Shift(2, "晚班", "晚", ((600, 840), (1050, 1380)), "night"),
    ),
    "S2-B": (
        Shift(1, "白班", "白", ((510, 1050),), break_minutes=60),
        Shift(2, "晚班", "晚", ((1050, 1500),), "night"),
    ),
}
PRE, AFTER = ("presales", None), ("aftersales", None)


def days(count: int = 21, first: dt.date = MONDAY) -> tuple[Day, ...]:
    found = (first + n * ONE_DAY for n in range(count))
    return tuple(Day(day, "weekend" if day.weekday() >= 5 else "workday") for day in found)


def somebody(user_id: int = 1, *skills: tuple[str, int | None], **more: object) -> Person:
    return Person(user_id, f"员工{user_id}", frozenset(skills or {PRE}), **more)  # type: ignore[arg-type]


def works(user_id: int, day: int, shift: int = 1, skill: str = "presales", *, locked: bool = False) -> PlannedShift:
    """Somebody works on the so-manieth day, counted from 0."""
    return PlannedShift(user_id, MONDAY + day * ONE_DAY, shift, skill, locked)


def seed_team(
    people: int, shift_set: str, *, asked: tuple[int, int], weekend: tuple[int, int], count: int = 21
) -> Plan:
    """A third each for pre-sales, after-sales and both; `asked` people for each of the two skills by day, by night."""
    skills = ({PRE}, {AFTER}, {PRE, AFTER})
    team = tuple(somebody(n, *skills[n % 3], no_night=n == people) for n in range(1, people + 1))
    demands = [
        Demand(shift.id, skill, kind, numbers[shift.id - 1])
        for kind, numbers in (("workday", asked), ("weekend", weekend))
        for shift in SETS[shift_set]
        for skill in ("presales", "aftersales")
    ]
    return Plan(team, days(count), SETS[shift_set], tuple(demands))


def random_team(seed: int, *, length: int = 14) -> Plan:
    """A small team with everything that can be in the way; some cannot cover what is asked."""
    dice = random.Random(seed)
    shifts = dice.choice(list(SETS.values()))
    first = MONDAY + dice.randrange(7) * ONE_DAY
    calendar = tuple(random_day(dice, first + n * ONE_DAY) for n in range(length))
    team = tuple(random_person(dice, n, first) for n in range(1, dice.randint(3, 10) + 1))
    demands = tuple(
        Demand(shift.id, skill, kind, dice.choice([0, 1, 1, 2]) if len(team) > 5 else dice.choice([0, 1]))
        for shift in shifts
        for skill in ("presales", "aftersales")
        for kind in ("workday", "weekend", *dice.choice([(), ("special",), ("holiday", "special")]))
    )
    leaves = tuple(random_leave(dice, team, first, length) for _n in range(dice.randint(0, 2)))
    wishes = tuple(Wish(dice.choice(team).user_id, first + dice.randrange(length) * ONE_DAY, "off") for _n in range(3))
    around = tuple(past for person in team for past in random_past(dice, person, shifts, first))
    rules = Rules(days_in_row=dice.choice([5, 6, 6]), change_weekday=dice.choice([5, 6]))
    plan = Plan(team, calendar, shifts, demands, (), around, leaves, wishes, rules)
    kept = random_duties(dice, plan, 2) if dice.random() < 0.3 else ()
    return plan.with_duties(PlannedShift(d.user_id, d.day, d.shift_id, d.skill, locked=True) for d in kept)


def random_day(dice: random.Random, day: dt.date) -> Day:
    base = "weekend" if day.weekday() >= 5 else "workday"
    if dice.random() < 0.1:
        return Day(day, "special", base=base, leans_to="presales")
    if dice.random() < 0.1:
        return Day(day, "holiday", base="holiday", statutory=dice.random() < 0.5)
    return Day(day, base, base=base)


def random_person(dice: random.Random, user_id: int, first: dt.date) -> Person:
    return somebody(
        user_id,
        *dice.choice([{PRE}, {AFTER}, {PRE, AFTER}, {PRE, AFTER}]),
        no_night=dice.random() < 0.2,
        week_minutes=dice.choice([2400, 2400, 1200]),
        joined_on=first + 3 * ONE_DAY if dice.random() < 0.1 else None,
        left_on=first + 9 * ONE_DAY if dice.random() < 0.1 else None,
    )


def random_leave(dice: random.Random, team: tuple[Person, ...], first: dt.date, length: int) -> Absence:
    starts = dt.datetime.combine(first + dice.randrange(length) * ONE_DAY, dt.time(dice.choice([0, 12])))
    return Absence(dice.choice(team).user_id, starts, starts + dt.timedelta(hours=dice.choice([12, 24, 72])))


def random_past(dice: random.Random, person: Person, shifts: tuple[Shift, ...], first: dt.date) -> list[Worked]:
    """The days before, with at most five in a row."""
    found = []
    for back in range(20, 0, -1):
        if back % 6 and dice.random() < 0.8:
            shift, day = dice.choice(shifts), first - back * ONE_DAY
            if not found or found[-1].spans[-1][1] <= shift.spans(day)[0][0]:
                found.append(
                    Worked(person.user_id, day, shift.minutes, shift.spans(day), shift.kind, day.weekday() > 4)
                )
    return found


def random_duties(dice: random.Random, plan: Plan, count: int) -> tuple[PlannedShift, ...]:
    """Duties of anybody on any day as anything: most break some rule."""
    found = {
        (person.user_id, day.date, shift.id): PlannedShift(
            person.user_id, day.date, shift.id, dice.choice([PRE, AFTER])[0]
        )
        for person, day, shift in (
            (dice.choice(plan.people), dice.choice(plan.days), dice.choice(plan.shifts)) for _n in range(count)
        )
    }
    return tuple(found.values())
