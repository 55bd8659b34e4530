"""Writing the trail. Services call it by hand: readable, greppable, and it sees bulk writes too (docs/adr/0004)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from audit.context import current_gesture
from audit.models import Entry
from common import clock, writing
from common.rows import fresh
from common.topics import topic_of

SYSTEM = "system"


def actor_label(by: Any) -> str:
    """How the trail names an actor: a user, a supplier's token (`by.audit_label`), or the system itself."""
    if by is None or isinstance(by, AnonymousUser):
        return SYSTEM
    return str(getattr(by, "audit_label", None) or by)[:80]


def actor_id(by: Any) -> int | None:
    """The user behind `by`, if it is one (a supplier's token is not)."""
    return by.pk if by is not None and getattr(by, "is_authenticated", False) and hasattr(by, "role") else None


def record(
    action: str,
    *,
    about: Model | str,
    by: Any = None,
    now: dt.datetime | None = None,
    **data: Any,
) -> None:
    """One line of the trail. `data` is JSON and holds no buyer's name, phone or address."""
    writing.insert(
        fresh(
            Entry,
            topic=about if isinstance(about, str) else topic_of(about),
            action=action,
            actor_id=actor_id(by),
            actor_label=actor_label(by),
            data=data,
            gesture=current_gesture(),
            recorded_at=now or clock.now(),
        )
    )


def record_many(
    action: str, *, about: Iterable[str], by: Any = None, now: dt.datetime | None = None, **data: Any
) -> int:
    """The same line about each of these topics, in a few statements. Returns their number."""
    now = now or clock.now()
    actor = {"actor_id": actor_id(by), "actor_label": actor_label(by)}
    lines = [
        Entry(topic=topic, action=action, **actor, data=data, gesture=current_gesture(), recorded_at=now)
        for topic in about
    ]
    return len(Entry.objects.bulk_create(lines, batch_size=500))
