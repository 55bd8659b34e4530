"""Open work for those on shift: its statements, and its time against one UPDATE and one INSERT of the same rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.figures import Figure, expect, fetch_value, pairs, timed
from bench.run import Bench
from common import clock
from staff.duty.assignment import assign_open
from staff.models import Attendance, User
from staff.roles import AGENTS

PIECES = 10_000
ROUNDS = 3
TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
OPEN = "SELECT count(*) FROM sla_clock WHERE state = 'running' AND party = 'agent' AND assignee_id IS NULL"
# So many running clocks of a supplier become work of the service that nobody holds.
FREE = """UPDATE sla_clock SET party = 'agent', assignee_id = NULL, policy = 'orders.platform_refund' WHERE id IN (
          SELECT id FROM sla_clock WHERE state = 'running' AND policy = 'orders.ship_daily' ORDER BY id LIMIT %s)"""
ONE_UPDATE = """
WITH free AS MATERIALIZED (
    SELECT id, topic, row_number() OVER (ORDER BY due_at, id) AS place FROM sla_clock
    WHERE state = 'running' AND party = 'agent' AND assignee_id IS NULL ORDER BY due_at, id LIMIT %(limit)s),
given AS (
    SELECT f.id, f.topic, (%(people)s::bigint[])[1 + f.place %% %(many)s] AS user_id FROM free f),
moved AS (UPDATE sla_clock c SET assignee_id = g.user_id FROM given g WHERE c.id = g.id RETURNING c.id),
noted AS (
    INSERT INTO staff_assignment (kind, subject_id, topic, user_id, at, cause, why)
    SELECT 'sla.clock', id, topic, user_id, %(now)s, 'rule', '{"skill": "aftersales", "shop": null, "load": 12}'
    FROM given RETURNING id)
SELECT count(*) FROM moved"""


def measure(bench: Bench) -> Iterator[Figure]:
    """Every agent is clocked in; each round frees as many clocks as it gives."""
    bench.use_large()
    now = clock.now()
    people = list(User.objects.filter(role__in=AGENTS, is_active=True).values_list("pk", flat=True))
    Attendance.objects.bulk_create(Attendance(user_id=pk, came_at=now - dt.timedelta(hours=1)) for pk in people)
    assign_open(now)
    wanted = min(PIECES, bench.large.size.rows)

    def product(number: int) -> float:
        _free(wanted)
        took, given = timed(lambda: assign_open(now))
        expect(given, wanted, "pieces given")
        return took

    def limit(number: int) -> float:
        _free(wanted)
        took, given = timed(lambda: _one_update(people, now))
        expect(given, wanted, "pieces given by one statement")
        return took

    few, many = _statements(10, now), _statements(wanted, now)
    expect(many, few, "statements for all and for ten")
    yield Figure("assign_10k_statements", many, "queries", 45)
    taken = pairs(product, limit, rounds=ROUNDS)
    taken.tell(f"assigning {wanted} pieces")
    yield Figure("assign_10k_vs_sql", taken.ratio, "x", 3)
    Attendance.objects.filter(user__in=people).delete()


def _free(count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FREE, [count])
    expect(fetch_value(OPEN), count, "pieces that nobody holds")


def _statements(count: int, now: dt.datetime) -> int:
    _free(count)
    with CaptureQueriesContext(connection) as captured:
        expect(assign_open(now), count, "pieces given")
    return sum(not query["sql"].startswith(TRANSACTION) for query in captured.captured_queries)


def _one_update(people: list[int], now: dt.datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(ONE_UPDATE, {"people": people, "many": len(people), "now": now, "limit": PIECES})
        return int(cursor.fetchone()[0])
