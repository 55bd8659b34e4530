"""Reading the trail: the timeline of a page, newest first, told in the reader's language."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from audit import messages
from audit.models import Entry
from audit.services import SYSTEM
from common.topics import topic_of

LIMIT = 200


@dataclass(frozen=True)
class TimelineEntry:
    """An entry with its sentence, and whether it belongs to the same gesture as the one shown before it."""

    id: int
    action: str
    sentence: str
    actor_label: str
    recorded_at: dt.datetime
    gesture: uuid.UUID
    continues: bool
    data: dict[str, Any]


@dataclass(frozen=True)
class Gesture:
    """All that one click, call or task did: told as one item of the timeline."""

    entries: tuple[TimelineEntry, ...]

    @property
    def actor_label(self) -> str:
        return self.entries[0].actor_label

    @property
    def recorded_at(self) -> dt.datetime:
        return self.entries[0].recorded_at


def timeline(topic: str | Model, *, limit: int = LIMIT) -> list[TimelineEntry]:
    """The newest entries about a thing, each with `.sentence`; one query, whatever their number."""
    about = topic if isinstance(topic, str) else topic_of(topic)
    told: list[TimelineEntry] = []
    for entry in Entry.objects.filter(topic=about).order_by("-id")[:limit]:
        told.append(
            TimelineEntry(
                id=entry.pk,
                action=entry.action,
                sentence=messages.sentence(entry.action, entry.data),
                actor_label=_("system") if entry.actor_label == SYSTEM else entry.actor_label,
                recorded_at=entry.recorded_at,
                gesture=entry.gesture,
                continues=bool(told) and told[-1].gesture == entry.gesture,
                data=entry.data,
            )
        )
    return told


def gestures(entries: Sequence[TimelineEntry]) -> list[Gesture]:
    """The same entries, one item a gesture."""
    return [Gesture(tuple(group)) for _, group in groupby(entries, key=lambda entry: entry.gesture)]
