"""Work finds its people: what nobody holds goes to who is on shift, what a leaver holds goes on. Nothing is dropped."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from audit import services as audit
from common import bulk, clock
from common.locking import lock_alone
from notifications.services import notify
from sla import assignables
from sla.assignables import Assignable, Move, Piece
from sla.sql import moment_param
from staff.duty.causes import Cause
from staff.duty.people import all_leaders, leaders_of
from staff.duty.selectors import Able, Member, crew
from staff.duty.sharing import Chosen, Sharing
from staff.models import Assignment, User

BATCH = 10_000
TABLE = "tmp_staff_assigned"
COLUMNS = {"subject_id": "bigint", "topic": "text", "user_id": "bigint", "why": "text"}
RIGHT = "sla.take_clock"


@dataclass(frozen=True)
class Given:
    """A piece and who gets it."""

    piece: Piece
    chosen: Chosen


def alone() -> None:
    """Until the transaction ends nobody else gives work out. Taken before any other lock."""
    lock_alone("staff.assignment")


def assign_open(now: dt.datetime | None = None, *, batch: int = BATCH) -> int:
    """Gives the open work that nobody holds to those on shift who can do it; answers how many pieces.

    By skill × shop × load: the least loaded first, ties to who has gone without for longest. Work of people who have
    left the house is freed first. Nobody on shift who can do a piece: it waits. A transaction a kind and batch, with
    the same statements for one piece and ten thousand; two assigners at once never give a piece twice.
    """
    moment = now or clock.now()
    count = 0
    for kind in assignables.kinds():
        while True:
            with transaction.atomic():
                alone()
                _free_work_of_the_gone(kind, moment)
                more, given = _assign_batch(kind, moment, batch)
            count += given
            if not more or not given:
                break
    return count


def _assign_batch(kind: Assignable, now: dt.datetime, batch: int) -> tuple[bool, int]:
    """Whether more pieces wait than one batch, and how many were given."""
    members = _takers(crew(now).members)
    if not members:
        return False, 0
    pieces = kind.unheld(batch + 1, _skills(members))
    if not pieces:
        return False, 0
    return len(pieces) > batch, _give(kind, _deal(pieces[:batch], _sharing(members)), Cause.RULE, now)


@transaction.atomic
def hand_over_work(*, leaver: User, by: Any, now: dt.datetime | None = None) -> dict[str, int]:
    """Everything that `leaver` holds goes on: to those on shift who can do it; nobody there: it is freed and waits
    for the next shift, and what must be in somebody's hands goes to the leader. Answers the pieces by kind.

    Stands in the trail, and the leader hears how much it was (STF-08). The caller holds `alone`.
    """
    moment = now or clock.now()
    counts: dict[str, int] = {}
    for kind in assignables.kinds():
        pieces = kind.held_by([leaver.pk])
        if pieces:
            counts[kind.kind] = len(pieces)
            _hand_on(kind, leaver, moment)
    if counts:
        left = sum(len(kind.held_by([leaver.pk])) for kind in assignables.kinds())
        audit.record("staff.work_handed_on", about=leaver, by=by, now=moment, counts=counts, left=left)
        notify(
            kind="staff.work_handed_on",
            users=leaders_of(leaver, moment),
            context={"name": leaver.name, "count": sum(counts.values()), "left": left},
            url=reverse("sla:desk"),
            severity="danger" if left else "warning",
            dedupe_key=f"staff.work_handed_on:{leaver.pk}:{moment.isoformat()}",
            now=moment,
        )
    return counts


def _hand_on(kind: Assignable, leaver: User, now: dt.datetime) -> None:
    """First by the rule; what it moves to nobody is freed; what cannot be nobody's goes to a leader."""
    members = [member for member in _takers(crew(now).members) if member.user != leaver]
    _give(kind, _deal(kind.held_by([leaver.pk]), _sharing(members)), Cause.LEAVER, now, before=leaver)
    rest = kind.held_by([leaver.pk])
    if rest:
        kind.move([Move(piece.subject_id, leaver.pk, None) for piece in rest], now)
    for leader in all_leaders(leaver):
        rest = kind.held_by([leaver.pk])
        if not rest:
            return
        chosen = Chosen(Member(leader, Able()), 0)
        _give(kind, (Given(piece, chosen) for piece in rest), Cause.LEAVER, now, before=leaver)


def _free_work_of_the_gone(kind: Assignable, now: dt.datetime) -> None:
    """Work in the hands of people who have left the house waits again, as if nobody had ever had it."""
    gone = list(User.objects.filter(is_active=False).values_list("pk", flat=True))
    moves = [Move(piece.subject_id, piece.holder_id, None) for piece in (kind.held_by(gone) if gone else [])]
    if moves:
        kind.move(moves, now)


def _takers(members: Iterable[Member]) -> list[Member]:
    return [member for member in members if member.serves and member.user.has_perm(RIGHT)]


def _skills(members: Iterable[Member]) -> set[str]:
    ables = [able for member in members for able in (member.able, *member.stands_in)]
    return {skill for able in ables for skill in (*(row[0] for row in able.rows), able.special) if skill}


def _sharing(members: Sequence[Member]) -> Sharing:
    loads: Counter[int] = Counter()
    for kind in assignables.kinds() if members else ():
        loads.update(kind.loads())
    ids = [member.user.pk for member in members]
    last = Assignment.objects.filter(user__in=ids).order_by().values_list("user").annotate(last=Max("at"))
    return Sharing(members, loads, dict(last))


def _deal(pieces: Iterable[Piece], sharing: Sharing) -> Iterator[Given]:
    for piece in pieces:
        chosen = sharing.choose(piece.skill, piece.shop_id)
        if chosen is not None:
            yield Given(piece, chosen)


def _give(kind: Assignable, gifts: Iterable[Given], cause: Cause, now: dt.datetime, before: User | None = None) -> int:
    """Changes the holders and writes down why; answers how many pieces changed hands."""
    given = {gift.piece.subject_id: gift for gift in gifts}
    if not given:
        return 0
    moves = [Move(pk, gift.piece.holder_id, gift.chosen.member.user.pk) for pk, gift in given.items()]
    done = kind.move(moves, now)
    _note(kind, [given[pk] for pk in done], cause, now, before)
    return len(done)


def _note(kind: Assignable, given: Sequence[Given], cause: Cause, now: dt.datetime, before: User | None) -> None:
    if not given:
        return
    reasons = Reasons(before)
    rows = ((gift.piece.subject_id, gift.piece.topic, gift.chosen.member.user.pk, reasons.text(gift)) for gift in given)
    bulk.load_temp(TABLE, COLUMNS, rows)
    bulk.insert_select(
        Assignment,
        {name: name for name in ("subject_id", "topic", "user_id")}
        | {"why": "why::jsonb" if bulk.on_postgres() else "why", "kind": "%s", "cause": "%s", "at": moment_param()},
        f"{TABLE} ORDER BY subject_id",
        [kind.kind, cause.value, now],
    )
    bulk.drop_temp(TABLE)


class Reasons:
    """Why somebody gets a piece, as JSON. All but the load is written once a person, skill and shop."""

    def __init__(self, before: User | None) -> None:
        self._before = before
        self._known: dict[tuple[int, str, int | None], str] = {}

    def text(self, gift: Given) -> str:
        key = (gift.chosen.member.user.pk, gift.piece.skill, gift.piece.shop_id)
        if key not in self._known:
            self._known[key] = self._all_but_load(gift)
        return f'{{"load": {gift.chosen.load}, {self._known[key]}'

    def _all_but_load(self, gift: Given) -> str:
        why: dict[str, Any] = {"skill": gift.piece.skill, "shop": gift.piece.shop_id}
        if gift.chosen.member.until is not None:
            why["until"] = gift.chosen.member.until.isoformat()
        if self._before is not None:
            why["from"] = self._before.name
        return json.dumps(why, ensure_ascii=False)[1:]
