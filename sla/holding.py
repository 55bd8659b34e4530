"""Clocks as work that somebody holds. Those in the service's court wait for somebody; a holder may have others, too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common import bulk
from common.locking import lock_joined
from sla import assignables, following, policies
from sla.assignables import Move, Piece
from sla.models import Clock
from sla.signals import clocks_dealt
from sla.states import OPEN, ClockState, Party

KIND = "sla.clock"
MOVES = "tmp_sla_moves"
COLUMNS = ("policy", "id", "topic", "title", "due_at", "assignee_id", "shop_id")
TOPICS = f"SELECT DISTINCT c.topic FROM sla_clock c JOIN {MOVES} m ON m.subject_id = c.id"
CHANGE = (
    f"UPDATE sla_clock AS c SET assignee_id = m.new_holder_id FROM {MOVES} m WHERE c.id = m.subject_id "
    f"AND c.state IN ('{ClockState.RUNNING}', '{ClockState.PAUSED}') "
    "AND c.assignee_id IS NOT DISTINCT FROM m.holder_id RETURNING id"
)


class Clocks:
    """Open clocks, but for those that are somebody's own promise: nobody else can keep them."""

    kind = KIND
    label = _("clocks")

    def held_by(self, user_ids: Sequence[int]) -> list[Piece]:
        """Open clocks of these people, whoever's court the ball is in, the most urgent first. One query."""
        found = Clock.objects.filter(state__in=OPEN, assignee_id__in=list(user_ids)).exclude(
            policy__in=policies.personal_keys()
        )
        return _pieces(found.order_by("due_at", "id"))

    def unheld(self, limit: int, skills: Collection[str] | None = None) -> list[Piece]:
        """Open clocks in the service's court without a holder, the most urgent first. One query.

        With `skills` only those that ask for one of these, or for none.
        """
        found = Clock.objects.filter(state__in=OPEN, party=Party.AGENT, assignee__isnull=True)
        found = found.filter(policy__in=_shared(skills))
        return _pieces(found.order_by("due_at", "id")[:limit])

    def loads(self) -> dict[int, int]:
        """How many open clocks everybody holds. One query."""
        held = Clock.objects.filter(state__in=OPEN, assignee__isnull=False)
        return dict(held.values_list("assignee_id").annotate(many=Count("id")).order_by())

    @transaction.atomic
    def move(self, moves: Sequence[Move], now: dt.datetime) -> list[int]:
        """Changes the holders of clocks that are open and still in the hands that the move names.

        The same statements for one and for ten thousand; locks in primary-key order.
        """
        if not moves:
            return []
        columns = {"subject_id": "bigint", "holder_id": "bigint", "new_holder_id": "bigint"}
        rows = ((move.subject_id, move.holder_id, move.new_holder_id) for move in moves)
        bulk.load_temp(MOVES, columns, rows)
        following.lock(row[0] for row in bulk.fetch(TOPICS))
        lock_joined(Clock, table=MOVES, column="subject_id")
        changed = [row[0] for row in bulk.fetch(CHANGE)]
        bulk.drop_temp(MOVES)
        clocks_dealt.send(sender=Clock, clock_ids=changed, now=now)
        return changed


def _shared(skills: Collection[str] | None) -> list[str]:
    return [
        policy.key
        for policy in policies.all_policies()
        if not policy.personal and (skills is None or not policy.skill or policy.skill in skills)
    ]


def _pieces(clocks: QuerySet[Clock]) -> list[Piece]:
    """One query. What a policy says of its clocks is looked up once, not once a clock."""
    known: dict[str, tuple[str | Promise, str]] = {}
    pieces = []
    for policy, pk, topic, title, due_at, holder_id, shop_id in clocks.values_list(*COLUMNS):
        if policy not in known:
            known[policy] = (policies.label_of(policy), policies.skill_of(policy))
        what, skill = known[policy]
        pieces.append(Piece(KIND, pk, topic, title, what, due_at, holder_id, skill, shop_id))
    return pieces


def register() -> None:
    assignables.register(Clocks())
