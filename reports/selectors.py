"""A day's figures with names, links and order, for the page, the mail and the workbook alike."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.exceptions import BusinessError
from reports.figures import compute
from reports.models import DailyReport
from sla import policies, topics

WORST = 10
WEEK = 7


@dataclass(frozen=True)
class Row:
    """A line of a table: what it is about, its figures, and the desk filtered to what is late of it."""

    label: str
    cells: dict[str, Any]
    url: str = ""


@dataclass(frozen=True)
class Breach:
    title: str
    url: str
    policy: str
    shop: str
    supplier: str
    due_at: dt.datetime
    late: int  # seconds


@dataclass(frozen=True)
class Worst:
    """A supplier's last seven days."""

    label: str
    url: str
    met: int
    missed: int

    @property
    def share(self) -> float:
        return self.met / (self.met + self.missed)


class Report:
    """Figures as they are read by people, in the active language. `linked`: with links into the desk."""

    def __init__(self, figures: dict[str, Any], *, frozen: bool, linked: bool = True) -> None:
        self.figures = figures
        self.frozen = frozen
        self.linked = linked
        self.day = dt.date.fromisoformat(figures["day"])
        self.as_of = dt.datetime.fromisoformat(figures["as_of"])
        self.tomorrow_day = self.day + dt.timedelta(days=1)
        self.total: dict[str, Any] = figures["total"]
        self.breach_count: int = figures["open_breach_count"]

    def shop(self, pk: int | None) -> str:
        return self.figures["names"]["shops"].get(str(pk)) or _("no shop")

    def supplier(self, pk: int | None) -> str:
        return self.figures["names"]["suppliers"].get(str(pk)) or _("no supplier")

    def desk(self, **filters: Any) -> str:
        """The desk with these filters, the late ones; empty where the reader has no desk."""
        if not self.linked:
            return ""
        chosen = {name: value for name, value in filters.items() if value}
        return f"{reverse('sla:desk')}?{urlencode({**chosen, 'state': 'late'})}"

    @cached_property
    def policies(self) -> list[Row]:
        rows = self.figures["policies"]
        return [Row(policy_label(row["policy"]), row, self.desk(kind=row["policy"])) for row in rows]

    @cached_property
    def shops(self) -> list[Row]:
        rows = self.figures["shops"]
        return [Row(self.shop(row["shop_id"]), row, self.desk(shop=row["shop_id"])) for row in rows]

    @cached_property
    def suppliers(self) -> list[Row]:
        rows = self.figures["suppliers"]
        return [Row(self.supplier(row["supplier_id"]), row, self.desk(supplier=row["supplier_id"])) for row in rows]

    @cached_property
    def trend(self) -> list[dict[str, Any]]:
        return [{**day, "share": share_of(day["met"], day["missed"])} for day in self.figures["trend"]]

    @cached_property
    def spans(self) -> list[dict[str, Any]]:
        """The last 7 and 30 days in one line each."""
        told = []
        for length in (WEEK, 30):
            days = self.figures["trend"][-length:]
            met, missed = sum(day["met"] for day in days), sum(day["missed"] for day in days)
            told.append({"days": length, "met": met, "missed": missed, "share": share_of(met, missed)})
        return told

    @cached_property
    def worst(self) -> list[Worst]:
        """The ten suppliers that broke most promises in the last seven days."""
        told = []
        for key, days in self.figures.get("supplier_trends", {}).items():
            met, missed = (sum(day[name] for day in days[-WEEK:]) for name in ("met", "missed"))
            if missed:
                told.append(Worst(self.supplier(int(key)), self.desk(supplier=key), met, missed))
        return sorted(told, key=lambda worst: (-worst.missed, worst.share, worst.label))[:WORST]

    @cached_property
    def refund_weeks(self) -> tuple[list[str], list[tuple[str, list[int], int]]]:
        """Weeks, and per supplier the overdue refunds of each of them and their sum (SUP-17, CMP-09)."""
        rows = self.figures["refund_weeks"]
        weeks = sorted({row["week"] for row in rows})
        table: dict[int | None, dict[str, int]] = {}
        for row in rows:
            table.setdefault(row["supplier_id"], {})[row["week"]] = row["overdue"]
        lines = [
            (self.supplier(pk), [found.get(week, 0) for week in weeks], sum(found.values()))
            for pk, found in table.items()
        ]
        return weeks, sorted(lines, key=lambda line: (-line[2], line[0]))

    @cached_property
    def breaches(self) -> list[Breach]:
        return [
            Breach(
                title=row["title"],
                url=topics.url(row["topic"]) if self.linked else "",
                policy=policy_label(row["policy"]),
                shop=self.shop(row["shop_id"]),
                supplier=self.supplier(row["supplier_id"]),
                due_at=dt.datetime.fromisoformat(row["due_at"]),
                late=row["late"],
            )
            for row in self.figures["open_breaches"]
        ]

    @cached_property
    def tomorrow(self) -> list[dict[str, Any]]:
        return [
            {
                "supplier": self.supplier(row["supplier_id"]),
                "policy": policy_label(row["policy"]),
                "count": row["count"],
            }
            for row in self.figures["tomorrow"]
        ]

    @property
    def tomorrow_count(self) -> int:
        return sum(row["count"] for row in self.figures["tomorrow"])


def daily(day: dt.date, *, now: dt.datetime | None = None) -> Report:
    """The report of a day: as frozen, or counted now where none was made. Never writes."""
    made = DailyReport.objects.filter(day=day).first()
    if made is not None:
        return Report(made.figures, frozen=True)
    return Report(compute(day, now=now or clock.now()), frozen=False)


def share_of(met: int, missed: int) -> float | None:
    return met / (met + missed) if met + missed else None


def policy_label(key: str) -> str:
    """What a promise is called; its key when its app is gone."""
    try:
        return str(policies.get(key).label)
    except BusinessError:
        return key
