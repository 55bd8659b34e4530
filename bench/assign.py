"""Open work for those on shift: its statements, and its time against one UPDATE and one INSERT of the same rows.

The pieces and the people are its own: it needs no large house, and leaves the other figures' rows alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.figures import Figure, expect, fetch_value, pairs, timed
from bench.run import Bench
from common import clock
from sla.services import ClockSpec, start_clocks
from staff.duty.assignment import assign_open
from staff.models import Assignment, Attendance, User
from staff.roles import AGENTS, Role

PIECES, FEW_PIECES = 10_000, 300
PEOPLE = 30
ROUNDS = 5
SUBJECT = "bench.piece"
TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
OPEN = "SELECT count(*) FROM sla_clock WHERE state = 'running' AND party = 'agent' AND assignee_id IS NULL"
# What nobody holds in the house is held while this is measured, so that the pieces are the open work.
HOLD = """UPDATE sla_clock SET assignee_id = %s
          WHERE state IN ('running', 'paused') AND party = 'agent' AND assignee_id IS NULL RETURNING id"""
GIVE_BACK = "UPDATE sla_clock SET assignee_id = NULL WHERE id = ANY(%s)"
FREE = "UPDATE sla_clock SET assignee_id = NULL WHERE subject_type = 'bench.piece' AND subject_id <= %s"
AWAY = "UPDATE sla_clock SET assignee_id = %s WHERE subject_type = 'bench.piece'"
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
    """Thirty agents are clocked in; each round frees as many clocks as it gives."""
    bench.use_large()
    now, pieces = clock.now(), PIECES if bench.is_telling else FEW_PIECES
    people = _people()
    Attendance.objects.bulk_create(Attendance(user_id=pk, came_at=now - dt.timedelta(hours=1)) for pk in people)
    held = _pieces(pieces, people[0], now)
    try:
        yield from _figures(pieces, people, now, bench.rounds(ROUNDS))
    finally:
        _leave_as_found(people, held)


def _figures(pieces: int, people: list[int], now: dt.datetime, rounds: int) -> Iterator[Figure]:
    def product(number: int) -> float:
        _free(pieces, people[0])
        took, given = timed(lambda: assign_open(now))
        expect(given, pieces, "pieces given")
        return took

    def limit(number: int) -> float:
        _free(pieces, people[0])
        took, given = timed(lambda: _one_update(pieces, people, now))
        expect(given, pieces, "pieces given by one statement")
        return took

    few, many = _statements(10, people[0], now), _statements(pieces, people[0], now)
    expect(many, few, "statements for all and for ten")
    yield Figure("assign_10k_statements", many, "queries", 45)
    taken = pairs(product, limit, rounds=rounds)
    taken.tell(f"assigning {pieces} pieces to {len(people)} people")
    yield Figure("assign_10k_vs_sql", taken.ratio, "x", 3)


def _people() -> list[int]:
    """The house's agents, and more of them up to thirty."""
    found = list(User.objects.filter(role__in=AGENTS, is_active=True).values_list("pk", flat=True))
    password = make_password(None)
    more = User.objects.bulk_create(
        User(username=f"shift{number}", name=f"客服{number}", role=Role.AGENT_AFTERSALES, password=password)
        for number in range(PEOPLE - len(found))
    )
    return [*found, *(user.pk for user in more)]


def _pieces(number: int, holder: int, now: dt.datetime) -> list[int]:
    """Makes the pieces; answers the clocks of the house that were open and nobody's."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [holder])
        held = [row[0] for row in cursor.fetchall()]
    start_clocks(
        [
            ClockSpec(
                policy="orders.platform_refund",
                subject_type=SUBJECT,
                subject_id=piece,
                topic=f"orders.order:{piece}",
                title=f"{6_100_000_000_000_000_000 + piece * 7}",
                started_at=now,
                own_due_at=now + dt.timedelta(hours=24 + piece % 40),
                shop_id=1 + piece % 4,
            )
            for piece in range(1, number + 1)
        ],
        now=now,
    )
    return held


def _leave_as_found(people: list[int], held: list[int]) -> None:
    Attendance.objects.filter(user__in=people).delete()
    Assignment.objects.filter(user__in=people).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sla_clock WHERE subject_type = 'bench.piece'")
        cursor.execute(GIVE_BACK, [held])
    User.objects.filter(pk__in=people, username__startswith="shift").delete()


def _free(count: int, holder: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(AWAY, [holder])
        cursor.execute(FREE, [count])
        cursor.execute("VACUUM ANALYZE sla_clock, staff_assignment")
    expect(fetch_value(OPEN), count, "pieces that nobody holds")


def _statements(count: int, holder: int, now: dt.datetime) -> int:
    _free(count, holder)
    with CaptureQueriesContext(connection) as captured:
        expect(assign_open(now), count, "pieces given")
    return sum(not query["sql"].startswith(TRANSACTION) for query in captured.captured_queries)


def _one_update(pieces: int, people: list[int], now: dt.datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(ONE_UPDATE, {"people": people, "many": len(people), "now": now, "limit": pieces})
        return int(cursor.fetchone()[0])
