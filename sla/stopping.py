"""Clocks end, set-based: stopped with a frozen verdict, or void because the promise itself is gone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from common import bulk
from sla import following
from sla import numbers as versions
from sla.arming import effective_due, rung_at
from sla.calendar import add_working, working_between
from sla.models import Clock, PauseSegment
from sla.moving import CHUNK, write_moved
from sla.sql import Targets, in_list, list_param, moment_param, plus, seconds_between, targets
from sla.states import ClockState, StepKind, Verdict

OPEN_STATES = f"('{ClockState.RUNNING}', '{ClockState.PAUSED}')"


@transaction.atomic
def stop_clocks(
    *,
    policies: Sequence[str] | None,
    subject_type: str,
    subject_ids: Sequence[int] | None = None,
    subject_table: tuple[str, str] | None = None,
    stopped_at: dt.datetime | None = None,
    stopped_at_column: str = "",
    now: dt.datetime | None = None,
    reason: str = "",
) -> int:
    """Ends the open clocks of these subjects (None: of every policy); answers how many.

    The verdict is frozen: met up to the due instant itself, breached after it with the seconds late. One that has
    fallen already stays. A paused clock is resumed first: its pause ends at the stop. A breach that no sweep has
    seen yet gets its event, so that an outage hides none. The instant is `stopped_at` or, from a `subject_table`,
    its column `stopped_at_column`.
    """
    at = stopped_at or now
    if at is None:
        raise ValueError("stop_clocks needs stopped_at or now")
    moment = now or at
    where = _Where(policies, subject_type, targets(subject_ids, subject_table, at, stopped_at_column))
    topics = where.lock_followers()
    found, paused = where.lock()
    if not found:
        return 0
    if paused:
        _end_pauses(where)
    _tell_unseen_breaches(where, moment)
    stopped = _stop(where, reason)
    following.changed(topics)
    return stopped


@transaction.atomic
def void_clocks(
    *,
    policies: Sequence[str] | None,
    subject_type: str,
    subject_ids: Sequence[int] | None = None,
    subject_table: tuple[str, str] | None = None,
    reason: str,
    now: dt.datetime,
    keep_breaches: bool = False,
) -> int:
    """Takes back the open clocks of these subjects: the promise is gone, so no verdict falls. Answers how many.

    With `keep_breaches` another promise takes their place: one that is broken by now stays counted as broken.
    """
    where = _Where(policies, subject_type, targets(subject_ids, subject_table, now))
    topics = where.lock_followers()
    found, paused = where.lock()
    if not found:
        return 0
    if paused:
        _end_pauses(where)
    broken = 0
    if keep_breaches:
        _tell_unseen_breaches(where, now)
        broken = _stop(where, reason, broken_only=True)
    taken_back = _void(where, reason)
    following.changed(topics)
    return broken + taken_back


def _stop(where: _Where, reason: str, *, broken_only: bool = False) -> int:
    late = _late("c", "t.stopped_at")
    broken = f"(c.verdict = '{Verdict.BREACHED}' OR {late})"
    return bulk.execute(
        f"UPDATE sla_clock AS c SET state = '{ClockState.STOPPED}', stopped_at = t.stopped_at, next_look_at = NULL, "
        f"verdict = CASE WHEN c.verdict <> '' THEN c.verdict WHEN {late} THEN '{Verdict.BREACHED}' "
        f"ELSE '{Verdict.MET}' END, "
        f"late_seconds = CASE WHEN {broken} THEN CASE WHEN t.stopped_at > c.due_at "
        f"THEN {seconds_between('t.stopped_at', 'c.due_at')} ELSE 0 END ELSE 0 END, stop_reason = %s "
        f"FROM {where.targets.sql} t WHERE {where.condition}{f' AND {broken}' if broken_only else ''}",
        [reason[:200], *where.targets.params, *where.params],
    )


def _void(where: _Where, reason: str) -> int:
    return bulk.execute(
        f"UPDATE sla_clock AS c SET state = '{ClockState.VOID}', stopped_at = t.stopped_at, next_look_at = NULL, "
        f"stop_reason = %s FROM {where.targets.sql} t WHERE {where.condition}",
        [reason[:200], *where.targets.params, *where.params],
    )


class _Where:
    """Which clocks: the open ones of some policies whose subjects are among the targets."""

    def __init__(self, policies: Sequence[str] | None, subject_type: str, found: Targets) -> None:
        self.subject_type = subject_type
        self.targets = found
        self.condition = f"c.subject_type = %s AND c.subject_id = t.subject_id AND c.state IN {OPEN_STATES}"
        self.params: list[object] = [subject_type]
        if policies is not None:
            self.condition += f" AND c.policy {in_list()}"
            self.params.append(list_param(list(policies)))

    def lock_followers(self) -> list[str]:
        """Locks what is followed behind the clocks; answers its topics. No query where nobody follows."""
        if not following.concerns(self.subject_type):
            return []
        rows = bulk.fetch(
            f"SELECT DISTINCT c.topic FROM sla_clock c, {self.targets.sql} t WHERE {self.condition}",
            [*self.targets.params, *self.params],
        )
        topics = [row[0] for row in rows]
        following.lock(topics)
        return topics

    def lock(self) -> tuple[int, int]:
        """Locks the clocks in primary-key order; answers how many there are and how many of them are paused."""
        lock = "ORDER BY c.id FOR UPDATE OF c" if bulk.on_postgres() else ""
        rows = bulk.fetch(
            f"SELECT COUNT(*), COUNT(CASE WHEN x.state = '{ClockState.PAUSED}' THEN 1 END) FROM "
            f"(SELECT c.state FROM sla_clock c, {self.targets.sql} t WHERE {self.condition} {lock}) x",
            [*self.targets.params, *self.params],
        )
        return rows[0][0], rows[0][1]


def _late(clock: str, at: str) -> str:
    """SQL: the breach rung of the clock's version lies before `at`. A version without one is never broken."""
    return (
        f"EXISTS (SELECT 1 FROM sla_policystep b WHERE b.version_id = {clock}.version_id "
        f"AND b.kind = '{StepKind.BREACH}' AND {plus(f'{clock}.due_at', 'b.offset_seconds')} < {at})"
    )


def _tell_unseen_breaches(where: _Where, now: dt.datetime) -> None:
    """An event for each breach that fell before the stop while no sweep was looking (reliability: no breach hidden)."""
    at = plus("c.due_at", "s.offset_seconds")
    bulk.execute(
        "INSERT INTO sla_clockevent (clock_id, arming, step, kind, at, recorded_at, collapsed, audiences) "
        f"SELECT c.id, c.arming, s.number, s.kind, {at}, {moment_param()}, s.number - c.step + 1, s.audiences "
        f"FROM sla_clock c, {where.targets.sql} t, sla_policystep s "
        f"WHERE {where.condition} AND c.verdict = '' AND s.version_id = c.version_id "
        f"AND s.kind = '{StepKind.BREACH}' AND s.number >= c.step AND {at} < t.stopped_at ON CONFLICT DO NOTHING",
        [now, *where.targets.params, *where.params],
    )


def _end_pauses(where: _Where) -> None:
    """Ends the open pauses of the clocks at their stop and moves their due times by the paused time."""
    rows = bulk.fetch(
        f"SELECT c.id, t.stopped_at FROM sla_clock c, {where.targets.sql} t "
        f"WHERE {where.condition} AND c.state = '{ClockState.PAUSED}' ORDER BY c.id",
        [*where.targets.params, *where.params],
    )
    for start in range(0, len(rows), CHUNK):
        end_pauses({pk: bulk.moment(at) for pk, at in rows[start : start + CHUNK]})


def end_pauses(ends: dict[int, dt.datetime | None]) -> None:
    """Resumes these paused, locked clocks, each at its instant: due moves by exactly the paused (working) time."""
    segments = {row.clock_id: row for row in PauseSegment.objects.filter(clock__in=list(ends), ended_at__isnull=True)}
    clocks = list(Clock.objects.filter(pk__in=list(ends)).order_by("pk"))
    known = versions.of_versions(clock.version_id for clock in clocks)
    for clock in clocks:
        segment, end = segments[clock.pk], ends[clock.pk]
        segment.ended_at = max(segment.started_at, end or segment.started_at)
        calendar = known[clock.version_id].calendar
        paused = working_between(segment.started_at, segment.ended_at, calendar)
        clock.own_due_at = add_working(clock.own_due_at, paused, calendar)
        clock.due_at = effective_due(clock.own_due_at, clock.platform_due_at)
        clock.paused_seconds += int(paused)
        clock.state = ClockState.RUNNING
        clock.next_look_at = rung_at(known[clock.version_id], clock.step, clock.due_at)
    write_moved(clocks)
    PauseSegment.objects.bulk_update(segments.values(), ["ended_at"], batch_size=200)
