"""Things that not everybody in the admin may know of: which topics are whose, said by the floors above (SEC-05)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

Visible = Callable[[Any], QuerySet[Any]]  # user → the rows of this kind that the user may know of

_kinds: dict[str, Visible] = {}


def register(kind: str, visible: Visible) -> None:
    """Topics of `kind` («staff.penalty») show only to those for whom `visible` holds the row."""
    _kinds[kind] = visible


def private(column: str = "topic") -> Q:
    """The rows whose `column` is a topic of a kind that not everybody may know of; for `.exclude()`."""
    found = Q(pk__in=[])
    for kind in _kinds:
        found |= Q(**{f"{column}__startswith": f"{kind}:"})
    return found


def hidden_from(user: Any, column: str = "topic") -> Q:
    """The rows whose `column` is a topic that `user` may not know of; for `.exclude()`."""
    found = Q(pk__in=[])
    for kind, visible in _kinds.items():
        topic = Concat(Value(f"{kind}:"), Cast("pk", CharField()), output_field=CharField())
        seen = visible(user).order_by().annotate(as_topic=topic).values("as_topic")
        found |= Q(**{f"{column}__startswith": f"{kind}:"}) & ~Q(**{f"{column}__in": seen})
    return found
