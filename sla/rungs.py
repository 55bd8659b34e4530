"""The heart of the sweep: clocks take the rungs they have passed, any number of them in a fixed number of statements."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass

from common import bulk
from sla.sql import in_list, list_param, moment_param, plus
from sla.states import ClockState, StepKind, Verdict

ONCE = "ON CONFLICT (clock_id, arming, step) DO NOTHING"  # the guard behind the guard: the claim's row locks


@dataclass(frozen=True)
class Taken:
    """Clocks of one version that reached the same rung as the highest, and how many of them broke by it."""

    policy: str
    version_id: int
    step: int
    kind: str
    broken: int
    clock_ids: list[int]


def _reached() -> str:
    """One row a clock that has passed rungs: the highest of them (`n` is the first one it has not passed)."""
    at, next_at = plus("c.due_at", "r.offset_seconds"), plus("c.due_at", "n.offset_seconds")
    now = moment_param()
    union = (
        "SELECT jsonb_agg(DISTINCT a.value) FROM sla_policystep u, jsonb_array_elements(u.audiences) a"
        if bulk.on_postgres()
        else "SELECT json_group_array(DISTINCT a.value) FROM sla_policystep u, json_each(u.audiences) a"
    )
    return (
        "SELECT c.id AS clock_id, c.policy, c.version_id, c.arming, r.number AS step, r.kind, "
        f"{at} AS at, {next_at} AS next_at, r.number - c.step + 1 AS collapsed, "
        f"CASE WHEN r.number = c.step THEN r.audiences ELSE ({union} "
        "WHERE u.version_id = c.version_id AND u.number BETWEEN c.step AND r.number) END AS audiences, "
        "(b.number IS NOT NULL AND b.number <= r.number AND c.verdict = '') AS broken "
        "FROM sla_clock c "
        f"JOIN sla_policystep r ON r.version_id = c.version_id AND r.number >= c.step AND {at} < {now} "
        "LEFT JOIN sla_policystep n ON n.version_id = c.version_id AND n.number = r.number + 1 "
        f"LEFT JOIN sla_policystep b ON b.version_id = c.version_id AND b.kind = '{StepKind.BREACH}' "
        f"WHERE c.id {in_list()} AND c.state = '{ClockState.RUNNING}' AND (n.id IS NULL OR {next_at} >= {now})"
    )


EVENT = "clock_id, arming, step, kind, at, recorded_at, collapsed, audiences"
MOVE = (
    "UPDATE sla_clock AS c SET step = x.step + 1, next_look_at = x.next_at, failures = 0, last_error = '', "
    f"verdict = CASE WHEN x.broken THEN '{Verdict.BREACHED}' ELSE c.verdict END"
)


def take_passed(clock_ids: Sequence[int], now: dt.datetime) -> list[Taken]:
    """Writes events and moves the clocks (locked by the caller) that have passed rungs by `now`.

    All rungs passed at once collapse into the highest, told once, at the instant it was due. The verdict falls with
    the breach rung. Must run in a transaction.
    """
    params = (now, list_param(clock_ids), now)
    return _on_postgres(params, now) if bulk.on_postgres() else _on_sqlite(params, now)


def _events(source: str) -> str:
    columns = f"x.clock_id, x.arming, x.step, x.kind, x.at, {moment_param()}, x.collapsed, x.audiences"
    return f"INSERT INTO sla_clockevent ({EVENT}) SELECT {columns} FROM {source} x WHERE true {ONCE}"


def _on_postgres(params: tuple[object, ...], now: dt.datetime) -> list[Taken]:
    rows = bulk.fetch(
        f"WITH reached AS MATERIALIZED ({_reached()}), "
        f"moved AS ({MOVE} FROM reached x WHERE c.id = x.clock_id), "
        f"told AS ({_events('reached')}) "
        "SELECT policy, version_id, step, kind, COUNT(*) FILTER (WHERE broken), array_agg(clock_id) "
        "FROM reached GROUP BY policy, version_id, step, kind",
        [*params, now],
    )
    return [Taken(*row) for row in rows]


def _on_sqlite(params: tuple[object, ...], now: dt.datetime) -> list[Taken]:
    """The same in three statements: SQLite has no writing CTE, and its single writer needs none."""
    bulk.execute(_events(f"({_reached()})"), [now, *params])
    rows = bulk.fetch(
        "SELECT policy, version_id, step, kind, SUM(broken), json_group_array(clock_id) "
        f"FROM ({_reached()}) GROUP BY policy, version_id, step, kind",
        params,
    )
    bulk.execute(f"{MOVE} FROM ({_reached()}) x WHERE c.id = x.clock_id", params)
    return [
        Taken(policy, version, step, kind, broken, json.loads(ids)) for policy, version, step, kind, broken, ids in rows
    ]
