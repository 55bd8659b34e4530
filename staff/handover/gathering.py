"""What there is to hand on, read from live data: open work of the leaver and the lines of the sources (STF-08)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import translation

from sla import assignables
from sla.assignables import Piece
from staff.handover.sources import Line, sources
from staff.handover.states import ItemKind
from staff.models import User

OWN_TOPIC = "staff.handover:"  # the clock of the handover itself is no matter of it
ORDER = list(ItemKind)
AHEAD = dt.timedelta(hours=24)  # how far is looked when nobody follows


def kind_of(piece: Piece, now: dt.datetime, until: dt.datetime) -> ItemKind | None:
    """Why a piece has to be handed on; None when it can wait until the leaver is back."""
    if piece.promised and (piece.due_at is None or piece.due_at <= until):
        return ItemKind.CALL_BACK
    if piece.due_at is None:
        return ItemKind.UNANSWERED
    if piece.due_at < now:
        return ItemKind.LATE
    return ItemKind.DUE_NEXT if piece.due_at <= until else None


def gather(leaver: User, *, since: dt.datetime, until: dt.datetime, now: dt.datetime) -> list[Line]:
    """All that the next shift must know, in the leaver's language: late, promised, due by `until`, unanswered work in
    his hands, and what the sources tell of the time since `since`. Two statements a kind or source at most."""
    with translation.override(leaver.language):
        lines = [
            line
            for assignable in assignables.kinds()
            for piece in assignable.held_by([leaver.pk])
            if (line := _line(piece, now, until)) is not None
        ]
        for source in sources():
            lines += source.read(leaver.pk, since, now)
    return _sorted(lines)


def _line(piece: Piece, now: dt.datetime, until: dt.datetime) -> Line | None:
    kind = kind_of(piece, now, until)
    if kind is None or piece.topic.startswith(OWN_TOPIC):
        return None
    subject = " · ".join(part for part in (piece.title, str(piece.what)) if part)
    return Line(kind, subject, piece.topic, piece.kind, piece.subject_id, piece.due_at)


def _sorted(lines: Sequence[Line]) -> list[Line]:
    far = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(lines, key=lambda line: (ORDER.index(line.kind), line.due_at or far, line.subject))
