"""The sweep: clocks that fall due against one statement that writes the same rows, and a round with nothing to do."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.data import House
from bench.figures import Figure, expect, fetch_value, note, pairs, timed
from bench.run import Bench
from notifications.models import BellItem, Message
from sla.announce import announce
from sla.engine import sweep
from sla.models import ClockEvent

ROUNDS = 5
IDLE_BLOCKS, IDLE_REPEATS = 5, 40
DUE = "SELECT count(*) FROM sla_clock WHERE next_look_at < %s"
TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
# Claims the due clocks, moves them up their ladders, writes the events as told and a notice for every user: all in one.
ONE_STATEMENT = """
WITH due AS MATERIALIZED (
    SELECT c.id, c.arming, c.step, c.due_at, r.kind, r.audiences,
           c.due_at + make_interval(secs => r.offset_seconds) AS at,
           c.due_at + make_interval(secs => n.offset_seconds) AS next_at
    FROM sla_clock c
    JOIN sla_policystep r ON r.version_id = c.version_id AND r.number = c.step
    LEFT JOIN sla_policystep n ON n.version_id = c.version_id AND n.number = c.step + 1
    WHERE c.next_look_at < %(now)s FOR UPDATE OF c SKIP LOCKED),
moved AS (
    UPDATE sla_clock c SET step = d.step + 1, next_look_at = d.next_at, failures = 0, last_error = '',
           verdict = CASE WHEN d.kind = 'breach' THEN 'breached' ELSE c.verdict END
    FROM due d WHERE c.id = d.id),
told AS (
    INSERT INTO sla_clockevent (clock_id, arming, step, kind, at, recorded_at, collapsed, audiences, announced_at)
    SELECT id, arming, step, kind, at, %(now)s, 1, audiences, %(now)s FROM due),
bell AS (
    INSERT INTO notifications_bellitem (user_id, kind, context, url, severity, dedupe_key, created_at)
    SELECT id, 'sla.round', '{"total": 10000}', '/desk/', 'danger', 'bench:' || %(now)s, %(now)s FROM staff_user),
mail AS (
    INSERT INTO notifications_message (public_id, kind, channel, address, user_id, language, context, dedupe_key,
                                       state, created_at, next_try_at, attempts, last_error)
    SELECT gen_random_uuid(), 'sla.round', 'email', email, id, 'zh-hans', '{"total": 10000}',
           'bench:' || id || ':' || %(now)s, 'queued', %(now)s, %(now)s, 0, '' FROM staff_user)
SELECT count(*) FROM due"""


def measure(bench: Bench) -> Iterator[Figure]:
    yield from _idle(bench)
    bench.use_large()
    house = bench.large

    def product(number: int) -> float:
        due, before = fetch_value(DUE, (house.slice_end(number),)), _written()
        took, counts = timed(lambda: _round(house, number))
        expect(counts.looked_at, due, "clocks looked at")  # type: ignore[attr-defined]
        _check(house, number, due, before)
        return took

    def limit(number: int) -> float:
        due, before = fetch_value(DUE, (house.slice_end(number),)), _written()
        took, done = timed(lambda: _one_statement(house, number))
        expect(done, due, "clocks claimed by one statement")
        _check(house, number, due, before)
        return took

    taken = pairs(product, limit, rounds=bench.rounds(ROUNDS))
    taken.tell(f"sweep of {house.size.due} due clocks")
    yield Figure("sweep_vs_one_statement", taken.ratio, "x", 2)


def _round(house: House, number: int) -> object:
    now = house.slice_end(number)
    counts = sweep(now=now)
    announce(now)
    return counts


def _one_statement(house: House, number: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(ONE_STATEMENT, {"now": house.slice_end(number)})
        return int(cursor.fetchone()[0])


def _written() -> tuple[int, int, int]:
    return ClockEvent.objects.count(), BellItem.objects.count(), Message.objects.count()


def _check(house: House, number: int, due: int, before: tuple[int, int, int]) -> None:
    """Every due clock has one event, all are announced, somebody has heard, and nothing is due any more."""
    after = _written()
    expect(after[0] - before[0], due, "events written")
    expect(ClockEvent.objects.filter(announced_at__isnull=True).count(), 0, "events that nobody was told of")
    expect([after[place] > before[place] for place in (1, 2)], [True, True], "bell items and messages written")
    expect(fetch_value(DUE, (house.slice_end(number),)), 0, "clocks still due")


def _idle(bench: Bench) -> Iterator[Figure]:
    """A round with nothing due: its queries, and its time in the large house against the small one."""
    taken: dict[str, list[float]] = {"small": [], "large": []}
    queries = 0
    for _block in range(bench.rounds(IDLE_BLOCKS)):
        for name, use, house in (("small", bench.use_small, bench.small), ("large", bench.use_large, bench.large)):
            use()
            with CaptureQueriesContext(connection) as captured:
                _idle_round(house)
            queries = sum(not query["sql"].startswith(TRANSACTION) for query in captured.captured_queries)
            taken[name] += [timed(lambda house=house: _idle_round(house))[0] for _number in range(IDLE_REPEATS)]
    small, large = statistics.median(taken["small"]), statistics.median(taken["large"])
    note(f"sweep with nothing due: {1000 * small:.2f} ms of {bench.small.size.orders}, {1000 * large:.2f} ms of all")
    yield Figure("idle_sweep_queries", queries, "queries", 5)
    yield Figure("idle_sweep_growth", large / small, "x", 1.2)


def _idle_round(house: House) -> None:
    expect(sweep(now=house.now).looked_at, 0, "clocks looked at with nothing due")
    expect(announce(house.now), 0, "events announced with nothing due")
