"""Work that somebody holds: clocks, and what the floors above register. It goes to who is on shift, and on when they leave.

A kind says how its open pieces are read and how they change hands; nobody else needs to know what they are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise


@dataclass(frozen=True)
class Piece:
    """One open piece of work, as lists and handovers show it. No personal data."""

    kind: str
    subject_id: int
    topic: str
    title: str
    what: str | Promise  # in words: «ship, daily order»
    due_at: dt.datetime | None
    holder_id: int | None
    skill: str = ""  # who can do it: a key of the staff floor; empty: anybody
    shop_id: int | None = None
    promised: bool = False  # a call back promised to the buyer (PHR-08)


@dataclass(frozen=True)
class Move:
    """This piece goes from one holder (None: nobody) to another. It is left alone if the holder changed meanwhile."""

    subject_id: int
    holder_id: int | None
    new_holder_id: int | None


class Assignable(Protocol):
    """What a kind of work has to offer. Sets of any size take a fixed number of statements."""

    @property
    def kind(self) -> str: ...

    @property
    def label(self) -> str | Promise: ...

    def held_by(self, user_ids: Sequence[int]) -> list[Piece]:
        """Open pieces in the hands of these people, the most urgent first."""
        ...

    def unheld(self, limit: int, skills: Collection[str] | None = None) -> list[Piece]:
        """Open pieces that wait for somebody of the house and that nobody holds, the most urgent first.

        With `skills` only those that ask for one of these, or for none: nobody is there who could do the others.
        """
        ...

    def loads(self) -> dict[int, int]:
        """How many open pieces everybody holds, by user id."""
        ...

    def move(self, moves: Sequence[Move], now: dt.datetime) -> list[int]:
        """Changes the holders; answers the ids that did change."""
        ...


_registry: dict[str, Assignable] = {}


def register(assignable: Assignable) -> None:
    """Make a kind of work known. Called from an app's `ready()`."""
    _registry[assignable.kind] = assignable


def kinds() -> list[Assignable]:
    return [_registry[kind] for kind in sorted(_registry)]


def get(kind: str) -> Assignable:
    """The kind of that name. Raises KeyError."""
    return _registry[kind]


# (kind, holder by id) → why these holders have these pieces, as sentences in the reader's language, by id; what
# nobody knows anything of is left out.
Reasons = Callable[[str, Mapping[int, int]], dict[int, str]]
_reasons: list[Reasons] = []


def explain_with(read: Reasons) -> None:
    """Say who knows why somebody got a piece: one query for any number of them."""
    _reasons[:] = [read]


def reasons(kind: str, held: Mapping[int, int]) -> dict[int, str]:
    """Why the holders of these pieces have them (`held`: id → user id); empty where nobody knows."""
    return _reasons[0](kind, held) if _reasons and held else {}
