"""Events become notices: one bell item and one mail a recipient and round, however many clocks spoke up."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.urls import reverse

from common import bulk, clock
from notifications import audiences
from notifications.audiences import Facts
from notifications.services import notify
from sla import policies
from sla.models import ClockEvent
from sla.sql import in_list, list_param, moment_param
from sla.states import ClockState, StepKind

KIND = "sla.round"
MOST_URGENT = 5


@dataclass(frozen=True)
class _Group:
    """Unannounced events that the same people hear of in the same words: how many, and the most urgent of them."""

    policy: str
    kind: str
    audiences: tuple[str, ...]
    facts: Facts
    count: int
    urgent: tuple[tuple[str, str, str], ...]  # (due, title, topic)


@dataclass
class _Letter:
    """What one recipient hears this round."""

    user: Any
    counts: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    urgent: dict[tuple[str, str], list[tuple[str, str, str]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, group: _Group) -> None:
        key = (group.kind, group.policy)
        self.counts[key] += group.count
        self.urgent[key] = sorted([*self.urgent[key], *group.urgent])[:MOST_URGENT]

    def context(self) -> dict[str, Any]:
        """Plain JSON, worst first: policies and counts, order numbers, no personal data."""
        worst: dict[str, int] = {StepKind.ESCALATE: 0, StepKind.BREACH: 1, StepKind.WARN: 2}
        groups = [
            {
                "kind": kind,
                "policy": policy,
                "count": self.counts[kind, policy],
                "urgent": [{"due_at": due, "title": title, "topic": topic} for due, title, topic in urgent],
            }
            for (kind, policy), urgent in sorted(self.urgent.items(), key=lambda item: (worst[item[0][0]], item[0]))
        ]
        return {"total": sum(self.counts.values()), "groups": groups}


def announce(now: dt.datetime | None = None) -> int:
    """Tells every recipient of the events that nobody has been told of; answers how many events that were.

    Marked and queued in one transaction: a kill tells all of it or nothing. Two announcers never share an event.
    The audience «supplier» is served by the suppliers' digest. Idle: one query.
    """
    if not ClockEvent.objects.filter(announced_at__isnull=True).exists():
        return 0
    with transaction.atomic():
        return _announce(now or clock.now())


def _announce(moment: dt.datetime) -> int:
    ids = [
        row[0]
        for row in bulk.fetch(
            f"UPDATE sla_clockevent SET announced_at = {moment_param()} WHERE announced_at IS NULL RETURNING id",
            [moment],
        )
    ]
    if not ids:
        return 0
    key = f"{KIND}:{min(ids)}-{max(ids)}-{len(ids)}"
    for context, users in _by_context(_letters(_groups(ids), audiences.Round(moment))):
        bad = any(group["kind"] != StepKind.WARN for group in context["groups"])
        notify(
            kind=KIND,
            users=users,
            context=context,
            url=desk_url(context["groups"]),
            severity="danger" if bad else "warning",
            dedupe_key=key,
            now=moment,
        )
    return len(ids)


def desk_url(groups: list[dict[str, Any]]) -> str:
    """The desk filtered to what the notice is about: its policy if there is one, and what is late if anything is."""
    kinds = {group["policy"] for group in groups}
    late = any(group["kind"] != StepKind.WARN for group in groups)
    query = [f"kind={kinds.pop()}"] if len(kinds) == 1 else []
    query.append("state=late" if late else "state=soon")
    return f"{reverse('sla:desk')}?{'&'.join(query)}"


def _groups(ids: list[int]) -> list[_Group]:
    """One query: events counted by what decides who hears of them, with the five most urgent of each group.

    A warning about a clock that has ended meanwhile is told to nobody.
    """
    told_by = "c.policy, e.kind, e.audiences, c.party, c.assignee_id, c.supplier_id, c.shop_id"
    rows = bulk.fetch(
        f"SELECT * FROM (SELECT {told_by}, c.due_at, c.title, c.topic, "
        f"COUNT(*) OVER (PARTITION BY {told_by}) AS many, "
        f"ROW_NUMBER() OVER (PARTITION BY {told_by} ORDER BY c.due_at, c.id) AS place "
        "FROM sla_clockevent e JOIN sla_clock c ON c.id = e.clock_id "
        f"WHERE e.id {in_list()} AND (e.kind <> '{StepKind.WARN}' OR c.state = '{ClockState.RUNNING}')) x "
        "WHERE place <= %s ORDER BY place",
        [list_param(ids), MOST_URGENT],
    )
    found: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        found[row[:7]].append(row)
    return [_group(key, members) for key, members in found.items()]


def _group(key: tuple[Any, ...], members: list[tuple[Any, ...]]) -> _Group:
    policy, kind, who, party, assignee_id, supplier_id, shop_id = key
    return _Group(
        policy=policy,
        kind=kind,
        audiences=tuple(json.loads(who)),
        facts=Facts(
            assignee_id=assignee_id,
            supplier_id=supplier_id,
            shop_id=shop_id,
            party=party,
            skill=policies.skill_of(policy),
        ),
        count=members[0][10],
        urgent=tuple((_iso(row[7]), row[8], row[9]) for row in members),
    )


def _iso(value: Any) -> str:
    moment = bulk.moment(value)
    return "" if moment is None else moment.isoformat()


def _letters(groups: list[_Group], people: audiences.Round) -> list[_Letter]:
    letters: dict[Any, _Letter] = {}
    for group in groups:
        heard: dict[Any, Any] = {}
        for name in group.audiences:
            heard |= {user.pk: user for user in people.resolve(name, group.facts)}
        for pk, user in heard.items():
            letters.setdefault(pk, _Letter(user)).add(group)
    return list(letters.values())


def _by_context(letters: list[_Letter]) -> list[tuple[dict[str, Any], list[Any]]]:
    """Recipients who hear the same are told in one go."""
    found: dict[str, tuple[dict[str, Any], list[Any]]] = {}
    for letter in letters:
        context = letter.context()
        found.setdefault(json.dumps(context, sort_keys=True), (context, []))[1].append(letter.user)
    return list(found.values())


def tell_set_aside(clock_ids: list[int], now: dt.datetime) -> None:
    """Supervisors hear of clocks that the sweep gave up on, once a batch, in the sweep's transaction."""
    notify(
        kind="sla.set_aside",
        users=audiences.resolve("supervisor", Facts(), now=now),
        context={"count": len(clock_ids)},
        url=f"{reverse('admin:sla_clock_changelist')}?aside=1",
        severity="danger",
        dedupe_key=f"sla.set_aside:{now:%Y%m%d%H%M}:{min(clock_ids)}",
        now=now,
    )
