"""Medians and 90th percentiles of the promises fulfilled on a day, over every grouping of the report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db import connection

from reports.cohorts import Period
from sla.models import Clock
from sla.states import Verdict

Key = tuple[str, str | None, int | None, int | None]  # grouping, policy, shop, supplier
Spread = tuple[int, int, int | None]  # seconds: median and 90th percentile of the time taken, median of the lateness

# One pass over the day's fulfilled promises; GROUPING() tells which of the groupings a row belongs to.
POSTGRESQL = """
SELECT GROUPING(policy, shop_id, supplier_id), policy, shop_id, supplier_id,
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY taken),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY late_seconds) FILTER (WHERE verdict = 'breached')
FROM (
    SELECT policy, shop_id, supplier_id, verdict, late_seconds,
           EXTRACT(EPOCH FROM stopped_at - started_at)::float8 - paused_seconds AS taken
    FROM sla_clock
    WHERE state = 'stopped' AND stopped_at >= %s AND stopped_at < %s
) AS ended
GROUP BY GROUPING SETS ((), (policy), (shop_id), (supplier_id), (supplier_id, policy))
"""
GROUPINGS = {7: "total", 3: "policies", 5: "shops", 6: "suppliers", 2: "supplier_policies"}


def spreads(period: Period) -> dict[Key, Spread]:
    """Seconds by grouping; a grouping in which nothing was fulfilled has no row."""
    return _by_database(period) if connection.vendor == "postgresql" else _by_hand(period)


def _by_database(period: Period) -> dict[Key, Spread]:
    with connection.cursor() as cursor:
        cursor.execute(POSTGRESQL, [period.start, period.end])
        return {
            (GROUPINGS[grouping], policy, shop, supplier): (
                round(taken[0]),
                round(taken[1]),
                None if late is None else round(late),
            )
            for grouping, policy, shop, supplier, taken, late in cursor.fetchall()
            if taken is not None
        }


def _by_hand(period: Period) -> dict[Key, Spread]:
    taken: defaultdict[Key, list[float]] = defaultdict(list)
    late: defaultdict[Key, list[float]] = defaultdict(list)
    rows = Clock.objects.filter(period.ended).values_list(
        "policy", "shop_id", "supplier_id", "verdict", "late_seconds", "started_at", "stopped_at", "paused_seconds"
    )
    for policy, shop, supplier, verdict, late_seconds, started, stopped, paused in rows.iterator():
        if stopped is None:  # the database forbids it: what has ended has its time
            continue
        for key in _keys(policy, shop, supplier):
            taken[key].append((stopped - started).total_seconds() - paused)
            if verdict == Verdict.BREACHED and late_seconds is not None:
                late[key].append(late_seconds)
    return {
        key: (
            round(percentile(values, 0.5)),
            round(percentile(values, 0.9)),
            round(percentile(late[key], 0.5)) if late[key] else None,
        )
        for key, values in taken.items()
    }


def _keys(policy: str, shop: int | None, supplier: int | None) -> tuple[Key, ...]:
    return (
        ("total", None, None, None),
        ("policies", policy, None, None),
        ("shops", None, shop, None),
        ("suppliers", None, None, supplier),
        ("supplier_policies", policy, None, supplier),
    )


def percentile(values: Sequence[float], share: float) -> float:
    """As PostgreSQL's percentile_cont: between two values, the straight line."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
