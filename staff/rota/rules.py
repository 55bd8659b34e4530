"""Everything that a plan breaks, at once: hard, law and soft. Pure, and quick enough to run after every edit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from staff.rota import rules_hard, rules_law, rules_soft
from staff.rota.breach import HARD, LAW, RULES, SEVERITIES, SOFT, Breach, Rule, in_order
from staff.rota.plan import Plan
from staff.rota.sheet import Sheet

__all__ = ["HARD", "LAW", "RULES", "SEVERITIES", "SOFT", "Breach", "Rule", "check"]

CHECKS: tuple[Callable[[Sheet], Iterator[Breach]], ...] = (
    rules_hard.overlaps,
    rules_hard.leaves,
    rules_hard.skills,
    rules_hard.employment,
    rules_hard.night_bans,
    rules_hard.days_in_row,
    rules_hard.days_too_long,
    rules_hard.coverage,
    rules_law.day_hours,
    rules_law.week_hours,
    rules_law.average_hours,
    rules_law.month_overtime,
    rules_law.holidays,
    rules_law.rests,
    rules_soft.rhythm,
    rules_soft.fairness,
    rules_soft.agreed_hours,
    rules_soft.early,
    rules_soft.wishes,
)


def check(plan: Plan, severities: Iterable[str] = SEVERITIES) -> list[Breach]:
    """Every rule that `plan` breaks, the graver first (STF-04, STF-05, STF-06, STF-07, STF-09, STF-11).

    Sentences and articles are in the language that is active. `severities` narrows the answer.
    """
    sheet, wanted = Sheet(plan), frozenset(severities)
    return in_order(found for one in CHECKS for found in one(sheet) if found.severity in wanted)
