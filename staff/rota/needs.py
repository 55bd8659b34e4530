"""The demand of a team as a grid: a row a shift and skill, a column a kind of day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from staff.models import Demand, ShiftTemplate, Team
from staff.rota.services.teams import Asked
from staff.rota.states import DayKind, Skill

MOST = 99


@dataclass(frozen=True)
class Need:
    """One number of the grid; `value` is what stands in its field, as typed."""

    key: Asked
    name: str
    value: str
    label: str


@dataclass(frozen=True)
class Needs:
    kinds: list[str]
    rows: list[tuple[ShiftTemplate, str, list[Need]]]

    @property
    def all(self) -> list[Need]:
        return [need for _shift, _skill, needs in self.rows for need in needs]


def needs_of(team: Team, typed: Mapping[str, str] | None = None) -> Needs:
    """The grid of a team over the shifts in use, or what was typed into it. Two queries."""
    there = {
        (shift, skill, kind): people
        for shift, skill, kind, people in Demand.objects.filter(team=team).values_list(
            "template_id", "skill", "day_kind", "people"
        )
    }
    rows = []
    for shift in ShiftTemplate.objects.filter(enabled=True):
        for skill in Skill:
            needs = []
            for kind in DayKind:
                key = (shift.pk, str(skill), str(kind))
                name = f"n-{shift.pk}-{skill}-{kind}"
                people = there.get(key)
                value = (typed or {}).get(name, "" if people is None else str(people))
                needs.append(Need(key, name, value, f"{shift.name}, {skill.label}, {kind.label}"))
            rows.append((shift, str(skill.label), needs))
    return Needs([str(kind.label) for kind in DayKind], rows)


def sent_needs(typed: Mapping[str, str], needs: Needs) -> dict[Asked, int] | None:
    """The numbers that were typed, an empty field as nobody where somebody was asked for; a field that is missing
    stays as it is. None when one is no number from 0 to 99."""
    found: dict[Asked, int] = {}
    for need in needs.all:
        if need.name not in typed:
            continue
        text = typed[need.name].strip()
        if not text:
            if need.value not in ("", "0"):
                found[need.key] = 0
            continue
        if not (text.isascii() and text.isdigit()) or int(text[:6]) > MOST:
            return None
        found[need.key] = int(text)
    return found
