"""Clocks start: one set-based path, whether one or a hundred thousand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from django.db import transaction

from common import bulk, writing
from common.prepared import prepared
from sla import following, policies
from sla import numbers as versions
from sla.arming import effective_due, first_step, rung_at
from sla.policies import Numbers
from sla.states import ClockState

COLUMNS = {
    "policy": "text",
    "version_id": "bigint",
    "subject_type": "text",
    "subject_id": "bigint",
    "topic": "text",
    "title": "text",
    "party": "text",
    "supplier_id": "bigint",
    "shop_id": "bigint",
    "assignee_id": "bigint",
    "started_at": "timestamp",
    "own_due_at": "timestamp",
    "platform_due_at": "timestamp",
    "due_at": "timestamp",
    "step": "integer",
    "next_look_at": "timestamp",
    "facts": "text",
}
CONSTANTS = {
    "state": f"'{ClockState.RUNNING}'",
    "verdict": "''",
    "paused_seconds": "0",
    "stop_reason": "''",
    "failures": "0",
    "last_error": "''",
    "arming": "0",
}
DUE = list(COLUMNS).index("due_at")
FEW = 100  # up to here one INSERT with its values is quicker than a temporary table


@dataclass(frozen=True)
class ClockSpec:
    """A clock to start. Without `own_due_at` the policy computes it from `started_at` and `facts` (JSON, no
    personal data); with it the date is fixed: an edited length does not move it."""

    policy: str
    subject_type: str
    subject_id: int
    topic: str
    title: str
    started_at: dt.datetime
    party: str | None = None
    supplier_id: int | None = None
    shop_id: int | None = None
    assignee_id: int | None = None
    platform_due_at: dt.datetime | None = None
    own_due_at: dt.datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic(savepoint=False)
def start_clocks(specs: Iterable[ClockSpec], *, now: dt.datetime) -> int:
    """Starts the clocks that do not run yet; answers how many started.

    An open clock of the same policy and subject is left alone, a disabled policy starts none.
    Raises BusinessError for an unknown policy.
    """
    followed: set[str] = set()
    rest = iter(_noting(specs, followed))
    head = list(islice(rest, FEW + 1))
    if len(head) <= FEW:
        few = list(_rows(head, {spec.policy for spec in head}))
        started = bulk.execute(*_insertion(few)) if few else 0
        following.changed(followed)
        return started
    rows = _rows(chain(head, rest), None)
    first = list(islice(rows, 1))
    if not first:
        return 0
    bulk.load_temp("tmp_sla_start", COLUMNS, chain(first, rows))
    names = ", ".join(COLUMNS)
    facts = "facts::jsonb" if bulk.on_postgres() else "facts"
    chosen = ", ".join(facts if name == "facts" else name for name in COLUMNS)
    started = bulk.execute(
        f"INSERT INTO sla_clock ({names}, {', '.join(CONSTANTS)}) "
        f"SELECT {chosen}, {', '.join(CONSTANTS.values())} FROM tmp_sla_start WHERE true ON CONFLICT DO NOTHING"
    )
    bulk.drop_temp("tmp_sla_start")
    following.changed(followed)
    return started


@transaction.atomic(savepoint=False)
def start_first_clocks(specs: Sequence[ClockSpec]) -> dt.datetime | None:
    """Starts the clocks of what is being made in this transaction; answers when the earliest is due, None without any.

    Nobody else can see their subject yet, so whoever follows it writes that instant into the row as it is made.
    Raises BusinessError for an unknown policy.
    """
    rows = list(_rows(specs, {spec.policy for spec in specs}))
    if rows:
        sql, params = _insertion(rows)
        writing.send(prepared(sql), params)
    return min((row[DUE] for row in rows), default=None)


def _noting(specs: Iterable[ClockSpec], followed: set[str]) -> Iterator[ClockSpec]:
    """`specs` as they come; `followed` gathers those of their topics that somebody above follows."""
    for spec in specs:
        if following.is_followed(spec.topic):
            followed.add(spec.topic)
        yield spec


def _insertion(rows: list[tuple[Any, ...]]) -> tuple[str, list[Any]]:
    marks = ", ".join(["%s"] * len(COLUMNS))
    values = ", ".join([f"({marks}, {', '.join(CONSTANTS.values())})"] * len(rows))
    names = ", ".join([*COLUMNS, *CONSTANTS])
    return (
        f"INSERT INTO sla_clock ({names}) VALUES {values} ON CONFLICT DO NOTHING",
        [value for row in rows for value in row],
    )


def _rows(specs: Iterable[ClockSpec], keys: Collection[str] | None) -> Iterator[tuple[Any, ...]]:
    """`keys` are the policies of a few specs; None reads all that there are, once for however many specs."""
    known: dict[str, Numbers] | None = None
    for spec in specs:
        policy = policies.get(spec.policy)
        if known is None:
            known = versions.current(keys)
        numbers = known[spec.policy]
        if numbers.enabled:
            yield _row(spec, policy, numbers)


def _row(spec: ClockSpec, policy: policies.Policy, numbers: Numbers) -> tuple[Any, ...]:
    facts = dict(spec.facts)
    own = spec.own_due_at
    if own is None:
        own = policy.due(spec.started_at, numbers, facts)
    else:
        facts["fixed"] = True
    due = effective_due(own, spec.platform_due_at)
    step = first_step(numbers, spec.started_at, due)
    return (
        spec.policy,
        numbers.version_id,
        spec.subject_type,
        spec.subject_id,
        spec.topic,
        spec.title[:120],
        spec.party or policy.party,
        spec.supplier_id,
        spec.shop_id,
        spec.assignee_id,
        spec.started_at,
        own,
        spec.platform_due_at,
        due,
        step,
        rung_at(numbers, step, due),
        json.dumps(facts, ensure_ascii=False),
    )
