"""What a publication would do, and what earlier ones did, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.functional import Promise

from staff.models import Rota, RotaVersion, User
from staff.rota.notices import shifts_text
from staff.rota.rules import HARD, RULES, SOFT, Breach, Rule
from staff.rota.services.publishing import COVERAGE, breaches_of, difference


@dataclass(frozen=True)
class Told:
    """One changed day of one person, in words."""

    name: str
    day: dt.date
    before: str
    after: str


@dataclass(frozen=True)
class Broken:
    """A broken rule with every case of it: `never` refuses publishing, the rest is taken on by a tick."""

    rule: Rule
    cases: list[Breach]

    @property
    def never(self) -> bool:
        return self.rule.severity == HARD and self.rule.key != COVERAGE

    @property
    def wants_note(self) -> bool:
        return self.rule.key == COVERAGE


@dataclass(frozen=True)
class Review:
    """What stands between the plan and its publication."""

    changes: list[Told]
    people: int
    broken: list[Broken]

    @property
    def refused(self) -> bool:
        return any(broken.never for broken in self.broken)


def review(rota: Rota, now: dt.datetime) -> Review:
    """What publishing would change and break (STF-06). A fixed number of queries."""
    changed = difference(rota, now)
    found = [breach for breach in breaches_of(rota, now) if breach.severity != SOFT]
    order = list(RULES)
    found.sort(key=lambda breach: order.index(breach.rule))
    broken = [Broken(RULES[key], list(cases)) for key, cases in groupby(found, key=lambda breach: breach.rule)]
    lines = changed.changes()
    return Review(_told(lines, _names(lines)), len(changed.touched), broken)


def _names(lines: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    ids = {line["user"] for line in lines if line.get("user")}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))


def _told(lines: Sequence[Mapping[str, Any]], names: Mapping[int, str]) -> list[Told]:
    return [
        Told(
            names.get(line["user"], "—"),
            dt.date.fromisoformat(line["day"]),
            shifts_text(line["before"]),
            shifts_text(line["after"]),
        )
        for line in lines
    ]


@dataclass(frozen=True)
class Taken:
    """A broken rule that a version took on."""

    label: str | Promise
    article: str
    name: str
    day: dt.date | None


@dataclass(frozen=True)
class ToldVersion:
    """A published version as the list shows it."""

    version: RotaVersion
    changes: list[Told]
    taken: list[Taken]


def told_versions(rota: Rota, *, only: int | None = None) -> list[ToldVersion]:
    """Every version of a rota, the latest first; `only` narrows the changes to one person's. Two queries."""
    versions = list(rota.versions.select_related("published_by").order_by("-number"))
    lines = [line for version in versions for line in (*version.changes, *version.acknowledged)]
    names = _names(lines)
    found = []
    for version in versions:
        changes = [line for line in version.changes if only in (None, line["user"])]
        taken = [] if only else [_taken(line, names) for line in version.acknowledged]
        found.append(ToldVersion(version, _told(changes, names), taken))
    return found


def _taken(line: Mapping[str, Any], names: Mapping[int, str]) -> Taken:
    rule = RULES.get(line["rule"])
    label = rule.label if rule else line["rule"]
    day = dt.date.fromisoformat(line["day"]) if line["day"] else None
    return Taken(label, line["article"], names.get(line["user"] or 0, ""), day)
