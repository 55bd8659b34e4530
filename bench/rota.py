"""A proposal for thirty people and three weeks, each of the house's three shift sets, against the time people wait."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bench.figures import Figure, expect, note, timed
from bench.run import Bench
from staff.rota.plan import ONE_DAY, Day, Demand, Person, Plan, Shift
from staff.rota.rules import HARD, check
from staff.rota.solver import Proposal, propose

MONDAY = dt.date(2026, 11, 23)
PEOPLE, DAYS, FEW_DAYS = 30, 21, 4
DAY, BREAK = ((510, 1050),), 60
SETS = {
    "S0": (Shift(1, "early", "E", ((540, 1020),)), Shift(2, "late", "L", ((870, 1350),), "night")),
    "S2-A": (Shift(1, "day", "D", DAY, "day", BREAK), Shift(2, "split", "N", ((600, 840), (1050, 1380)), "night")),
    "S2-B": (Shift(1, "day", "D", DAY, "day", BREAK), Shift(2, "late", "N", ((1050, 1500),), "night")),
}
SKILLS = (("presales",), ("aftersales",), ("presales", "aftersales"))
ASKED = {"workday": 6, "weekend": 5}  # of each skill in each shift: 24 and 20 duties a day


def measure(bench: Bench) -> Iterator[Figure]:
    """Nothing of the house is read: the plan is data. Where the figure tells nothing, one set and a few days do."""
    worst = 0.0
    sets, days = (SETS, DAYS) if bench.is_telling else ({"S0": SETS["S0"]}, FEW_DAYS)
    for name, shifts in sets.items():
        plan = _plan(shifts, days)
        took, found = timed(lambda plan=plan: propose(plan))  # type: ignore[misc]
        assert isinstance(found, Proposal)
        expect(found.unmet, [], f"gaps in a rota by {name}")
        broken = check(plan.with_duties(found.duties))
        expect([b.sentence for b in broken if b.severity == HARD], [], f"hard rules broken by {name}")
        rhythm = sum(breach.rule == "rhythm" for breach in broken)
        note(f"rota {name}: {took:.1f} s, {len(found.duties)} duties, {rhythm} changes within a week")
        worst = max(worst, took)
    yield Figure("rota_30_people", worst, "s", 20)


def _plan(shifts: tuple[Shift, ...], many: int) -> Plan:
    people = tuple(
        Person(n, f"P{n:02d}", frozenset((skill, None) for skill in SKILLS[n % 3])) for n in range(1, PEOPLE + 1)
    )
    dates = [MONDAY + n * ONE_DAY for n in range(many)]
    days = tuple(Day(date, "weekend" if date.weekday() >= 5 else "workday") for date in dates)
    demands = tuple(
        Demand(shift.id, skill, kind, asked)
        for shift in shifts
        for skill in ("presales", "aftersales")
        for kind, asked in ASKED.items()
    )
    return Plan(people, days, shifts, demands)
