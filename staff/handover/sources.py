"""What a handover shows besides work that somebody holds: «remarks of the day» and whatever upper floors add (STF-08)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from staff.handover.states import ItemKind


@dataclass(frozen=True)
class Line:
    """One matter to hand on. `assignable` with `subject_id` says what it is, so that it stands there once."""

    kind: ItemKind
    subject: str  # in the leaver's language, no personal data
    topic: str
    assignable: str
    subject_id: int
    due_at: dt.datetime | None = None


# (the leaver's id, from, until) → lines; a fixed number of statements.
Read = Callable[[int, dt.datetime, dt.datetime], list[Line]]


@dataclass(frozen=True)
class Source:
    key: str  # stands in HandoverItem.assignable, at most 40 characters
    label: str | Promise
    read: Read


_registry: dict[str, Source] = {}


def register(key: str, label: str | Promise, read: Read) -> None:
    """Make a source known. Its lines are read and acknowledged; nothing changes hands with them."""
    _registry[key] = Source(key, label, read)


def sources() -> list[Source]:
    return [_registry[key] for key in sorted(_registry)]
