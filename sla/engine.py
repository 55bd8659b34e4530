"""The sweep: clocks whose next look has come take their rungs, batch by batch, each exactly once, whoever dies."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, transaction

from common import bulk, clock
from sla import numbers as versions
from sla import policies
from sla.announce import tell_set_aside
from sla.arming import rung_at
from sla.models import Clock
from sla.rungs import Taken, take_passed
from sla.selectors import GIVE_UP_AFTER
from sla.states import StepKind

log = logging.getLogger(__name__)

BATCH = 5_000
CLAIM_LOCK = "FOR UPDATE SKIP LOCKED"  # PostgreSQL: sweepers at once never take the same clock
PUSH_AHEAD = dt.timedelta(hours=1)


@dataclass
class SweepCounts:
    """What a sweep did: clocks looked at, events by kind, verdicts that fell, poison clocks set aside."""

    looked_at: int = 0
    warned: int = 0
    breached: int = 0
    escalated: int = 0
    set_aside: int = 0


class NoRungError(RuntimeError):
    """A clock is to be looked at, but its version has no rung for it."""


def sweep(*, now: dt.datetime | None = None, batch: int = BATCH) -> SweepCounts:
    """Takes every rung that lies before `now` (default: the product's clock), until none is left.

    One transaction a batch; statements a batch depend on (version, rung) pairs, never on clocks. Safe at any number
    of sweepers at once and under kill -9: a batch is written whole or not at all. Idle: one query in a transaction.
    """
    moment = now or clock.now()
    counts = SweepCounts()
    while True:
        with transaction.atomic():
            ids = _claim(moment, batch)
            if ids:
                aside: list[int] = []
                _work(ids, moment, counts, aside)
                if aside:
                    tell_set_aside(aside, moment)
                counts.set_aside += len(aside)
        counts.looked_at += len(ids)
        if len(ids) < batch:
            return counts


def _claim(now: dt.datetime, batch: int) -> list[int]:
    lock = CLAIM_LOCK if bulk.on_postgres() else ""
    rows = bulk.fetch(
        f"SELECT id FROM sla_clock WHERE next_look_at IS NOT NULL AND next_look_at < %s "
        f"ORDER BY next_look_at LIMIT %s {lock}",
        [now, batch],
    )
    return [row[0] for row in rows]


def _work(ids: list[int], now: dt.datetime, counts: SweepCounts, aside: list[int]) -> None:
    """Handles a claimed batch; when something in it raises, halves it until the poison stands alone."""
    error = _try(ids, now, counts)
    if error is None:
        return
    if len(ids) == 1:
        if _push_ahead(ids[0], error, now):
            aside.append(ids[0])
        return
    middle = len(ids) // 2
    _work(ids[:middle], now, counts, aside)
    _work(ids[middle:], now, counts, aside)


def _try(ids: list[int], now: dt.datetime, counts: SweepCounts) -> Exception | None:
    """All of `ids` or nothing: what went wrong comes back. Trouble of the server itself (SQLite has none, but reports
    a function's error so) is raised: then the whole batch is rolled back, and the next sweep takes it."""
    try:
        with transaction.atomic():
            taken = take_passed(ids, now)
            _hand_over(taken, now)
            _look_later(set(ids).difference(*(group.clock_ids for group in taken)))
    except Exception as error:
        if bulk.on_postgres() and isinstance(error, OperationalError | InterfaceError):
            raise
        return error
    _count(taken, counts)
    return None


def _hand_over(taken: list[Taken], now: dt.datetime) -> None:
    """Lets the policies that want to know act on the rungs, inside the transaction."""
    handlers = {policy.key: policy.on_steps for policy in policies.all_policies() if policy.on_steps}
    wanted = [group for group in taken if group.policy in handlers]
    if not wanted:
        return
    known = versions.of_versions(group.version_id for group in wanted)
    for group in wanted:
        handlers[group.policy](group.clock_ids, known[group.version_id].steps[group.step], now)


def _look_later(ids: set[int]) -> None:
    """Clocks that had nothing to take are looked at when their next rung comes. Raises NoRungError if there is none."""
    if not ids:
        return
    clocks = list(Clock.objects.filter(pk__in=ids))
    known = versions.of_versions(row.version_id for row in clocks)
    for row in clocks:
        row.next_look_at = rung_at(known[row.version_id], row.step, row.due_at)
        if row.next_look_at is None:
            raise NoRungError(f"version {row.version_id} has no rung {row.step}")
    Clock.objects.bulk_update(clocks, ["next_look_at"], batch_size=500)


def _push_ahead(clock_id: int, error: Exception, now: dt.datetime) -> bool:
    """A poison clock waits an hour; after five failed looks it is set aside where people see it (then True)."""
    log.error("clock %s could not be looked at", clock_id, exc_info=error)
    row = Clock.objects.get(pk=clock_id)
    row.failures += 1
    aside = row.failures >= GIVE_UP_AFTER
    row.next_look_at = None if aside else now + PUSH_AHEAD
    row.last_error = f"{type(error).__name__}: {error}"[:500]
    row.save(update_fields=["failures", "next_look_at", "last_error"])
    return aside


def _count(taken: list[Taken], counts: SweepCounts) -> None:
    for group in taken:
        counts.breached += group.broken
        if group.kind == StepKind.WARN:
            counts.warned += len(group.clock_ids)
        elif group.kind == StepKind.ESCALATE:
            counts.escalated += len(group.clock_ids)
