"""The nightly report against one pass over the same clocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import connection

from bench.figures import Figure, expect, fetch_value, pairs, timed
from bench.run import Bench
from common import clock
from reports import figures

ROUNDS = 5
# What the report looks at: every clock that ran at some time of the 30 days before the day ended.
ONE_PASS = """
SELECT policy, shop_id, supplier_id, (due_at AT TIME ZONE 'Asia/Shanghai')::date, count(*),
       count(*) FILTER (WHERE started_at >= %(start)s), count(*) FILTER (WHERE verdict = 'met'),
       count(*) FILTER (WHERE verdict = 'breached'), count(*) FILTER (WHERE stopped_at IS NULL), sum(late_seconds)
FROM sla_clock
WHERE state <> 'void' AND started_at < %(end)s AND (stopped_at IS NULL OR stopped_at >= %(first)s)
GROUP BY 1, 2, 3, 4"""
STARTED = "SELECT count(*) FROM sla_clock WHERE state <> 'void' AND started_at >= %s AND started_at < %s"


def measure(bench: Bench) -> Iterator[Figure]:
    bench.use_large()
    day = clock.day_of(bench.large.now) - dt.timedelta(days=1)
    start, end = clock.day_start(day), clock.day_start(day + dt.timedelta(days=1))
    first = start - dt.timedelta(days=figures.TREND_DAYS - 1)
    started = fetch_value(STARTED, (start, end))

    def product(_number: int) -> float:
        took, found = timed(lambda: figures.compute(day, now=bench.large.now))
        expect(found["total"]["started"], started, "promises started, by the report")  # type: ignore[index]
        return took

    def limit(_number: int) -> float:
        took, rows = timed(lambda: _one_pass({"start": start, "end": end, "first": first}))
        expect(sum(row[5] for row in rows), started, "promises started, by one pass")  # type: ignore[attr-defined]
        return took

    taken = pairs(product, limit, rounds=bench.rounds(ROUNDS))
    taken.tell("report")
    yield Figure("report_vs_one_pass", taken.ratio, "x", 3)


def _one_pass(params: dict[str, object]) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(ONE_PASS, params)
        return list(cursor.fetchall())
