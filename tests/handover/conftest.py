"""A shift change: Ana works until five, Eve and Finn from five on; work of a kind of the tests' own lies about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from sla import assignables
from sla.assignables import Move, Piece
from staff.handover import services
from staff.handover.services import Typed
from staff.models import Duty, Handover, Team, User
from staff.roles import Role
from tests.factories import NOON, UserFactory, at
from tests.factories_staff import a_team, give_duty

MINUTE = dt.timedelta(minutes=1)
HALF_PAST_FOUR = at("2026-11-20 16:30")
FIVE = at("2026-11-20 17:00")
SIX = at("2026-11-20 18:00")


class Works:
    """Open work in somebody's hands, as an upper floor would register it."""

    kind = "tests.work"
    label = "work"

    def __init__(self) -> None:
        self.pieces: dict[int, Piece] = {}

    def add(self, subject_id: int, holder: User | None, due_at: dt.datetime | None = None, **more: object) -> Piece:
        piece = Piece(
            kind=self.kind,
            subject_id=subject_id,
            topic=f"tests.work:{subject_id}",
            title=f"W{subject_id}",
            what="to do",
            due_at=due_at,
            holder_id=holder.pk if holder else None,
            **more,  # type: ignore[arg-type]
        )
        self.pieces[subject_id] = piece
        return piece

    def holder(self, subject_id: int) -> int | None:
        return self.pieces[subject_id].holder_id

    def held_by(self, user_ids: Sequence[int]) -> list[Piece]:
        return [piece for piece in self.pieces.values() if piece.holder_id in user_ids]

    def unheld(self, limit: int, skills: object = None) -> list[Piece]:
        return [piece for piece in self.pieces.values() if piece.holder_id is None][:limit]

    def loads(self) -> dict[int, int]:
        return {}

    def move(self, moves: Sequence[Move], now: dt.datetime) -> list[int]:
        changed = []
        for move in moves:
            piece = self.pieces.get(move.subject_id)
            if piece is not None and piece.holder_id == move.holder_id:
                self.pieces[move.subject_id] = replace(piece, holder_id=move.new_holder_id)
                changed.append(move.subject_id)
        return changed


@pytest.fixture
def works() -> Iterator[Works]:
    kind = Works()
    assignables.register(kind)
    yield kind
    del assignables._registry[kind.kind]


@pytest.fixture
def eve(db: None) -> User:
    return UserFactory(username="eve", name="伊芙", role=Role.AGENT_AFTERSALES)


@pytest.fixture
def finn(db: None) -> User:
    return UserFactory(username="finn", name="芬恩", role=Role.AGENT_AFTERSALES)


@pytest.fixture
def team(ana: User, eve: User, finn: User, sam: User) -> Team:
    return a_team(ana, eve, finn, leader=sam, name="客服一组")


@pytest.fixture
def duty(team: Team, ana: User, eve: User, finn: User) -> Duty:
    """Ana's day shift; Eve and Finn work the evening after it."""
    give_duty(eve, "2026-11-20 17:00", "23:00")
    give_duty(finn, "2026-11-20 17:00", "23:00")
    return give_duty(ana, "2026-11-20 09:00", "17:00")


@pytest.fixture
def opened(duty: Duty, works: Works, ana: User) -> Callable[[], Handover]:
    """`opened()` is the handover of Ana's shift at half past four, with three pieces of work of hers on it."""

    def open_it() -> Handover:
        works.add(1, ana, NOON)
        works.add(2, ana, SIX)
        works.add(3, ana, SIX, promised=True)
        assert services.open_due_handovers(HALF_PAST_FOUR) == 1
        return Handover.objects.get()

    return open_it


@pytest.fixture
def signed(opened: Callable[[], Handover], ana: User) -> Callable[[], Handover]:
    """`signed()` is that handover, signed by Ana ten minutes before five."""

    def sign_it() -> Handover:
        page = opened()
        typed = Typed("留意 W1", {item.pk: ("已联系", "等回复") for item in page.items.all()})
        services.sign_as_leaver(handover_id=page.pk, version=page.version, typed=typed, by=ana, now=FIVE - 10 * MINUTE)
        return Handover.objects.get(pk=page.pk)

    return sign_it


def subjects(page: Handover) -> list[tuple[str, str]]:
    return list(page.items.order_by("position").values_list("kind", "subject"))
