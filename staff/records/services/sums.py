"""A week in figures: what each person and the team did, from the daily records and the system's own figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from staff.measures import Figures, Measure, measures, read_all, total
from staff.models import DailyRecord, Team, User
from staff.records import weeks
from staff.selectors import active_users


@dataclass(frozen=True)
class Line:
    """One person's week, or the team's. `figures`: by measure; conversion in percent, order value in yuan (STF-36)."""

    name: str
    user_id: int | None
    days_in: int
    days_open: int
    served: int
    deals: int
    amount: Decimal
    figures: dict[str, Decimal] = field(default_factory=dict)

    @property
    def conversion(self) -> Decimal | None:
        """Deals per hundred buyers served."""
        return (Decimal(self.deals) * 100 / self.served).quantize(Decimal("0.1")) if self.served else None

    @property
    def order_value(self) -> Decimal | None:
        return (self.amount / self.deals).quantize(Decimal("0.01")) if self.deals else None

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "user_id": self.user_id,
            "days_in": self.days_in,
            "days_open": self.days_open,
            "served": self.served,
            "deals": self.deals,
            "amount": f"{self.amount:f}",
            "figures": {key: f"{value:f}" for key, value in self.figures.items()},
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Line:
        figures = {key: Decimal(value) for key, value in data["figures"].items()}
        return cls(**{**data, "amount": Decimal(data["amount"]), "figures": figures})


@dataclass(frozen=True)
class Week:
    """Everybody's line and the team's sum."""

    lines: tuple[Line, ...]
    team: Line

    def as_json(self) -> dict[str, Any]:
        return {"lines": [line.as_json() for line in self.lines], "team": self.team.as_json()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Week:
        return cls(tuple(Line.from_json(line) for line in data["lines"]), Line.from_json(data["team"]))


def week_figures(team: Team, week: dt.date) -> Week:
    """The week (Saturday to Friday) of a team: a query for its people, one for the records, one a measure."""
    people = list(active_users().filter(employment__team=team))
    days = weeks.days_of(week)
    return figures_between(people, days[0], days[-1], team.name)


def figures_between(people: Sequence[User], first: dt.date, last: dt.date, name: str) -> Week:
    """The same for any people and days."""
    ids = [user.pk for user in people]
    found = read_all(ids, first, last)
    open_to_all = [measure for measure in measures() if not measure.personal]
    records = {
        row["user_id"]: row
        for row in DailyRecord.objects.filter(user_id__in=ids, day__gte=first, day__lte=last)
        .order_by()
        .values("user_id")
        .annotate(
            days_in=Count("pk", filter=Q(handed_in_at__isnull=False)),
            days_open=Count("pk", filter=Q(handed_in_at__isnull=True)),
            served=Sum("served_buyers"),
        )
    }
    lines = tuple(_line(user, records.get(user.pk, {}), open_to_all, found) for user in people)
    return Week(lines, _sum(name, lines, open_to_all, found, ids))


def _line(user: User, record: Mapping[str, Any], known: Sequence[Measure], found: dict[str, Figures]) -> Line:
    figures = _figures(known, found, [user.pk])
    return Line(
        name=user.name,
        user_id=user.pk,
        days_in=record.get("days_in") or 0,
        days_open=record.get("days_open") or 0,
        served=record.get("served") or 0,
        deals=int(figures.get("deals", Decimal(0))),
        amount=figures.get("deal_amount", Decimal(0)),
        figures=figures,
    )


def _sum(
    name: str, lines: Sequence[Line], known: Sequence[Measure], found: dict[str, Figures], ids: Sequence[int]
) -> Line:
    return Line(
        name=name,
        user_id=None,
        days_in=sum(line.days_in for line in lines),
        days_open=sum(line.days_open for line in lines),
        served=sum(line.served for line in lines),
        deals=sum(line.deals for line in lines),
        amount=sum((line.amount for line in lines), Decimal(0)),
        figures=_figures(known, found, ids),
    )


def _figures(known: Sequence[Measure], found: dict[str, Figures], ids: Sequence[int]) -> dict[str, Decimal]:
    totals = {measure.key: total(measure, found, ids) for measure in known}
    return {key: value for key, value in totals.items() if value is not None}
