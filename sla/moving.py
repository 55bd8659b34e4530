"""Due times move: the one writer of moved clocks, and the platform's dates."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.db import transaction

from common import bulk
from common.locking import lock
from sla import following
from sla import numbers as versions
from sla.arming import place
from sla.models import Clock
from sla.policies import get as policy_of
from sla.states import OPEN, ClockState

CHUNK = 5_000
MOVED = {
    "id": "bigint",
    "version_id": "bigint",
    "own_due_at": "timestamp",
    "platform_due_at": "timestamp",
    "due_at": "timestamp",
    "step": "integer",
    "arming": "integer",
    "next_look_at": "timestamp",
    "state": "text",
    "paused_seconds": "integer",
    "party": "text",
    "facts": "text",
}


def chunks(rows: Iterable[tuple[int, dt.datetime | None]]) -> Iterator[dict[int, dt.datetime | None]]:
    """The rows as dictionaries of at most CHUNK."""
    todo = iter(rows)
    while chunk := dict(islice(todo, CHUNK)):
        yield chunk


def write_moved(clocks: Sequence[Clock]) -> int:
    """Writes the moved columns of locked clocks in one UPDATE. Verdicts and stop times are not among them."""
    if not clocks:
        return 0
    bulk.load_temp(
        "tmp_sla_moved",
        MOVED,
        (
            [json.dumps(clock.facts, ensure_ascii=False) if name == "facts" else getattr(clock, name) for name in MOVED]
            for clock in clocks
        ),
    )
    cast = "::jsonb" if bulk.on_postgres() else ""
    sets = ", ".join(f"{name} = m.{name}{cast if name == 'facts' else ''}" for name in MOVED if name != "id")
    moved = bulk.execute(f"UPDATE sla_clock SET {sets} FROM tmp_sla_moved m WHERE sla_clock.id = m.id")
    bulk.drop_temp("tmp_sla_moved")
    following.changed(clock.topic for clock in clocks)
    return moved


@transaction.atomic
def move_platform_due(
    *,
    subject_type: str,
    rows: Iterable[tuple[int, dt.datetime | None]],
    policies: Sequence[str],
    now: dt.datetime,
) -> int:
    """The platform moved its dates: (subject id, date or None). Answers how many open clocks moved.

    The effective due time becomes the earlier of ours and theirs. Rungs that now lie ahead again are armed again;
    a verdict that has fallen stays.
    """
    moved = 0
    for chunk in chunks(rows):
        found = Clock.objects.filter(
            policy__in=policies, subject_type=subject_type, subject_id__in=list(chunk), state__in=OPEN
        )
        if following.concerns(subject_type):
            following.lock(found.values_list("topic", flat=True))
        clocks = lock(found)
        changed = [clock for clock in clocks if clock.platform_due_at != chunk[clock.subject_id]]
        _place_platform(changed, chunk, now)
        moved += write_moved(changed)
    return moved


def _place_platform(clocks: list[Clock], dates: dict[int, dt.datetime | None], now: dt.datetime) -> None:
    known = versions.of_versions(clock.version_id for clock in clocks) if clocks else {}
    for clock in clocks:
        date = dates[clock.subject_id]
        follows = policy_of(clock.policy).follows_platform and date is not None
        own = date if follows and date is not None else clock.own_due_at
        place(clock, known[clock.version_id], own=own, platform=date, now=now)


@transaction.atomic
def lead_to(*, subject_type: str, pages: Iterable[tuple[int, str, str]]) -> int:
    """The open clocks of these subjects lead to another page from now on: (subject id, topic, title). Answers how many.

    The floor above says so once it has a page for what the clock is about. One statement for any number of them.
    """
    columns = {"subject_id": "bigint", "topic": "text", "title": "text"}
    if not bulk.load_temp("tmp_sla_pages", columns, pages):
        return 0
    followed = _followed_pages(subject_type) if following.concerns(subject_type) else []
    changed = bulk.execute(
        "UPDATE sla_clock SET topic = p.topic, title = p.title FROM tmp_sla_pages p"
        " WHERE sla_clock.subject_type = %s AND sla_clock.subject_id = p.subject_id"
        f" AND sla_clock.state IN ('{ClockState.RUNNING}', '{ClockState.PAUSED}')",
        [subject_type],
    )
    bulk.drop_temp("tmp_sla_pages")
    following.changed(followed)
    return changed


def _followed_pages(subject_type: str) -> list[str]:
    """The pages that these clocks leave and those that they come to."""
    rows = bulk.fetch(
        "SELECT DISTINCT c.topic, p.topic FROM sla_clock c JOIN tmp_sla_pages p ON p.subject_id = c.subject_id"
        " WHERE c.subject_type = %s AND c.topic <> p.topic",
        [subject_type],
    )
    topics = [topic for row in rows for topic in row if following.is_followed(topic)]
    following.lock(topics)
    return topics
