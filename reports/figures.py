"""The figures of a day, as plain JSON: what is frozen, mailed, drawn and exported. `reports.cohorts` says what they mean."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection
from django.db.models import Case, Count, DateTimeField, Func, Q, Sum, Value, When
from django.db.models.functions import TruncDate

from common import clock
from orders.models import Shop
from reports.cohorts import Period
from reports.percentiles import Key, Spread, spreads
from sla.models import Clock
from sla.policies import personal_keys
from sla.states import ClockState, Verdict
from suppliers.models import Supplier

TREND_DAYS = 30
WEEKS = 8
BREACHES_KEPT = 2000  # the longest list that a report keeps; the count is always of all
REFUND_POLICY = "orders.platform_refund"
Days = defaultdict[dt.date, list[int]]  # day → [met, missed]
NOON = dt.timedelta(hours=12)
COUNTS = ("started", "met", "met_late", "breached", "open", "open_late", "ended", "late_ended", "late_sum")


def compute(day: dt.date, *, now: dt.datetime | None = None) -> dict[str, Any]:
    """All figures of an Asia/Shanghai day, as of its end (of `now` while it runs). Reads, never writes.

    Totals are sums of the same rows; a share or percentile of nothing is None. Lengths are in seconds.
    """
    period = Period.of(day, now or clock.now())
    rows = _count(period)
    spread = spreads(period)
    decided, refunds = _decided_by_day(period)
    breaches, breach_count = _open_breaches(period)
    figures: dict[str, Any] = {
        "day": day.isoformat(),
        "as_of": period.as_of.isoformat(),
        "total": _group(rows, spread, "total", lambda row: ())[0] if rows else _cells([], None),
        "policies": _group(rows, spread, "policies", lambda row: (("policy", row["policy"]),)),
        "shops": _group(rows, spread, "shops", lambda row: (("shop_id", row["shop_id"]),)),
        "suppliers": _group(rows, spread, "suppliers", lambda row: (("supplier_id", row["supplier_id"]),)),
        "supplier_policies": _group(
            rows,
            spread,
            "supplier_policies",
            lambda row: (("supplier_id", row["supplier_id"]), ("policy", row["policy"])),
        ),
        "trend": _trend(day, decided.values()),
        "supplier_trends": {
            str(supplier): _trend(day, [days]) for supplier, days in decided.items() if supplier is not None
        },
        "refund_weeks": _refund_weeks(refunds),
        "open_breaches": breaches,
        "open_breach_count": breach_count,
        "tomorrow": _tomorrow(period),
    }
    figures["names"] = _names(figures)
    return figures


def _count(period: Period) -> list[dict[str, Any]]:
    """One pass: the counts of every (policy, shop, supplier)."""
    late_ended = period.ended & Q(verdict=Verdict.BREACHED)
    return [
        dict(row)
        for row in Clock.objects.filter(period.touching)
        .values("policy", "shop_id", "supplier_id")
        .annotate(
            started=Count("id", filter=period.started),
            met=Count("id", filter=period.met),
            met_late=Count("id", filter=period.missed & Q(stopped_at__lt=period.end)),
            breached=Count("id", filter=period.missed & period.open_at_end),
            open=Count("id", filter=period.open_at_end),
            open_late=Count("id", filter=period.open_at_end & period.past_due),
            ended=Count("id", filter=period.ended),
            late_ended=Count("id", filter=late_ended),
            late_sum=Sum("late_seconds", filter=late_ended, default=0),
        )
        .order_by()
    ]


def _group(
    rows: list[dict[str, Any]],
    spread: dict[Key, Spread],
    grouping: str,
    by: Callable[[dict[str, Any]], tuple[tuple[str, Any], ...]],
) -> list[dict[str, Any]]:
    groups: defaultdict[tuple[tuple[str, Any], ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[by(row)].append(row)
    told = []
    for key, members in groups.items():
        name = dict(key)
        place = (grouping, name.get("policy"), name.get("shop_id"), name.get("supplier_id"))
        told.append({**name, **_cells(members, spread.get(place))})
    return sorted(told, key=lambda row: (-row["met_late"] - row["breached"], -row["open_late"], -row["met"]))


def _cells(rows: Iterable[dict[str, Any]], spread: Spread | None) -> dict[str, Any]:
    members = list(rows)
    cells: dict[str, Any] = {name: sum(int(row[name]) for row in members) for name in COUNTS}
    decided = cells["met"] + cells["met_late"] + cells["breached"]
    cells["share"] = cells["met"] / decided if decided else None
    cells["taken_median"], cells["taken_p90"], cells["late_median"] = spread or (None, None, None)
    return cells


def _decided_by_day(period: Period) -> tuple[dict[int | None, Days], dict[int | None, Days]]:
    """One pass: supplier → day → promises met and missed, of all promises in the last 30 days, and of refund
    deadlines in the last eight weeks."""
    month = clock.day_start(period.day - dt.timedelta(days=TREND_DAYS - 1))
    weeks = _first_week(period.day)
    met = Q(verdict=Verdict.MET, stopped_at__gte=month, stopped_at__lt=period.end)
    recent = Q(due_at__gte=month) | Q(due_at__gte=weeks, policy=REFUND_POLICY)
    decided_at = Case(When(verdict=Verdict.MET, then="stopped_at"), default="due_at", output_field=DateTimeField())
    rows = (
        Clock.objects.filter(met | (period.past_due & recent))
        .exclude(state=ClockState.VOID)
        .annotate(refund=Case(When(policy=REFUND_POLICY, then=True), default=False))
        .values_list(_day(decided_at, since=weeks), "supplier_id", "refund", "verdict")
        .annotate(n=Count("id"))
        .order_by()
    )
    found: defaultdict[int | None, Days] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    refunds: defaultdict[int | None, Days] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for moment, supplier, refund, verdict, number in rows:
        day = clock.day_of(moment) if isinstance(moment, dt.datetime) else moment
        missed = int(verdict != Verdict.MET)
        found[supplier][day][missed] += number
        if refund:
            refunds[supplier][day][missed] += number
    return dict(found), dict(refunds)


def _day(moment: Case, *, since: dt.datetime) -> Func:
    """The Shanghai day of a moment. PostgreSQL counts whole days from `since`, which takes no time zone table:
    Shanghai has had no summer time since 1991."""
    if connection.vendor == "postgresql":
        return Func(
            moment,
            Value(since),
            template="date_bin('1 day', %(expressions)s)",
            output_field=DateTimeField(),
        )
    return TruncDate(moment, tzinfo=clock.SHANGHAI)


def _first_week(day: dt.date) -> dt.datetime:
    monday = day - dt.timedelta(days=day.weekday())
    return clock.day_start(monday - dt.timedelta(weeks=WEEKS - 1))


def _trend(last: dt.date, parts: Iterable[Days]) -> list[dict[str, Any]]:
    """The last 30 days, one row each, also those on which nothing was decided."""
    days = {last - dt.timedelta(days=ago): [0, 0] for ago in range(TREND_DAYS - 1, -1, -1)}
    for part in parts:
        for day, (met, missed) in part.items():
            if day in days:
                days[day][0] += met
                days[day][1] += missed
    return [{"day": day.isoformat(), "met": met, "missed": missed} for day, (met, missed) in days.items()]


def _refund_weeks(refunds: dict[int | None, Days]) -> list[dict[str, Any]]:
    """Refund deadlines that passed unfulfilled, by supplier and ISO week, the latest week first (SUP-17, CMP-09)."""
    weeks: defaultdict[tuple[str, int | None], int] = defaultdict(int)
    for supplier, days in refunds.items():
        for day, (_met, missed) in days.items():
            if missed:
                week = day.isocalendar()
                weeks[f"{week.year}-W{week.week:02d}", supplier] += missed
    told = [{"week": week, "supplier_id": supplier, "overdue": n} for (week, supplier), n in weeks.items()]
    return sorted(told, key=lambda row: (row["week"], row["overdue"]), reverse=True)


def _open_breaches(period: Period) -> tuple[list[dict[str, Any]], int]:
    """Past due and not fulfilled when the day ended: the oldest 2,000, and how many there are.

    Promises that are somebody's own are counted among their policy's, never listed: the report is for everybody.
    """
    late = Clock.objects.filter(period.open_at_end, period.past_due, started_at__lt=period.end)
    late = late.exclude(state=ClockState.VOID).exclude(policy__in=personal_keys())
    rows = late.order_by("due_at", "id").values(
        "policy", "title", "topic", "party", "shop_id", "supplier_id", "due_at"
    )[:BREACHES_KEPT]
    told = [
        {
            **row,
            "due_at": row["due_at"].isoformat(),
            "late": int((period.as_of - row["due_at"]).total_seconds()),
        }
        for row in rows
    ]
    return told, len(told) if len(told) < BREACHES_KEPT else late.count()


def _tomorrow(period: Period) -> list[dict[str, Any]]:
    """What is open and due on the next day before noon, by supplier and policy."""
    rows = (
        Clock.objects.filter(period.open_at_end, due_at__gte=period.end, due_at__lt=period.end + NOON)
        .filter(started_at__lt=period.end)
        .exclude(state__in=[ClockState.VOID, ClockState.PAUSED])
        .values("supplier_id", "policy")
        .annotate(count=Count("id"))
        .order_by("-count", "supplier_id", "policy")
    )
    return [dict(row) for row in rows]


def _names(figures: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Names as they were on the day: a frozen report does not change when a shop is renamed."""
    shops = {row["shop_id"] for row in figures["shops"] + figures["open_breaches"]} - {None}
    suppliers = {int(key) for key in figures["supplier_trends"]} | {
        row["supplier_id"]
        for part in ("suppliers", "open_breaches", "tomorrow", "refund_weeks")
        for row in figures[part]
        if row["supplier_id"] is not None
    }
    return {
        "shops": {str(shop.pk): shop.name for shop in Shop.objects.filter(pk__in=shops)},
        "suppliers": {str(supplier.pk): str(supplier) for supplier in Supplier.objects.filter(pk__in=suppliers)},
    }
