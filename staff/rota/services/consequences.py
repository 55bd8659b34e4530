"""What a change of published duties would break, told before anybody decides on it (STF-09, STF-15)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from staff.models import Duty, Rota, User
from staff.rota.loading import load_plan
from staff.rota.plan import Plan, PlannedShift
from staff.rota.rules import HARD, LAW, Breach, check

Change = tuple[Duty, User | None]  # None: nobody takes it


def consequences(changes: Sequence[Change]) -> list[Breach]:
    """The hard and legal rules that the published rotas break after these changes and did not break before: coverage,
    hours, rest, skills. The graver first. Nothing is written."""
    by_rota: dict[int, list[Change]] = defaultdict(list)
    for duty, to in changes:
        by_rota[duty.rota_id].append((duty, to))
    found: list[Breach] = []
    for rota in Rota.objects.filter(pk__in=by_rota).order_by("pk"):
        before, after = _plans(rota, by_rota[rota.pk])
        known = set(check(before, (HARD, LAW)))
        found += [breach for breach in check(after, (HARD, LAW)) if breach not in known]
    return found


def _plans(rota: Rota, changes: Sequence[Change]) -> tuple[Plan, Plan]:
    """The published rota as it is, and as it would be."""
    rows = Duty.objects.filter(rota=rota, cancelled_at__isnull=True).order_by("day", "pk")
    standing = {row.pk: PlannedShift(row.user_id, row.day, row.template_id, row.skill) for row in rows}
    takers = {to.pk for _duty, to in changes if to is not None}
    plan = load_plan(rota, also=takers)
    changed = dict(standing)
    for duty, to in changes:
        if duty.pk in changed:
            del changed[duty.pk]
            if to is not None:
                changed[duty.pk] = PlannedShift(to.pk, duty.day, duty.template_id, duty.skill)
    return plan.with_duties(standing.values()), plan.with_duties(changed.values())
