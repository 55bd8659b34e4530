"""The handover book as a searchable list (STF-10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.dateparse import parse_date

from staff.handover.selectors import visible_to
from staff.handover.states import HandoverState
from staff.models import Handover, HandoverItem, User

ORDER = ("-shift_ends_at", "-id")
COLUMNS = (
    *("id", "day", "shift", "state", "leaver__name", "taker__name", "shift_ends_at"),
    *("leaver_signed_at", "taker_signed_at", "matters", "given_back"),
)


def _number(text: Any) -> int | None:
    plain = str(text or "")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 18 else None


def _day(text: Any) -> dt.date | None:
    try:
        return parse_date(str(text or ""))
    except ValueError:
        return None


@dataclass(frozen=True)
class BookFilter:
    """What the book's URL asks for; a value that makes no sense asks for nothing."""

    q: str = ""
    day: dt.date | None = None
    person: int | None = None
    shift: str = ""
    state: str = ""
    topic: str = ""  # «orders.order:42»: the pages on which that thing was handed on

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> BookFilter:
        state = query.get("state", "")
        return cls(
            q=str(query.get("q", "")).strip()[:100],
            day=_day(query.get("day")),
            person=_number(query.get("person")),
            shift=str(query.get("shift", "")).strip()[:40],
            state=state if state in HandoverState.values else "",
            topic=str(query.get("topic", "")).strip()[:60],
        )

    @property
    def query(self) -> str:
        """The filter as it stands in a URL."""
        values = {
            "q": self.q,
            "day": self.day.isoformat() if self.day else "",
            "person": self.person,
            "shift": self.shift,
            "state": self.state,
            "topic": self.topic,
        }
        return urlencode({key: value for key, value in values.items() if value})


def rows(filters: BookFilter, user: User) -> QuerySet[Handover, dict[str, Any]]:
    """The pages that `user` may see and the filter wants, with what a row shows."""
    found = visible_to(user)
    if filters.day:
        found = found.filter(day=filters.day)
    if filters.person:
        found = found.filter(Q(leaver=filters.person) | Q(taker=filters.person))
    if filters.shift:
        found = found.filter(shift=filters.shift)
    if filters.state:
        found = found.filter(state=filters.state)
    items = HandoverItem.objects.filter(handover=OuterRef("pk"))
    if filters.topic:
        found = found.filter(Exists(items.filter(topic=filters.topic)))
    if filters.q:
        found = found.filter(_says(filters.q, items))
    annotated: QuerySet[Handover, dict[str, Any]] = found.annotate(
        matters=Count("items"), given_back=Count("items", filter=Q(items__returned_at__isnull=False))
    ).values(*COLUMNS)
    return annotated


def _says(text: str, items: QuerySet[HandoverItem]) -> Q:
    """Written anywhere on the page."""
    about = Q(subject__icontains=text) | Q(follow_up__icontains=text) | Q(result__icontains=text)
    return Q(note__icontains=text) | Q(taker_note__icontains=text) | Q(Exists(items.filter(about)))


def people(user: User) -> list[tuple[int, str]]:
    """Whose pages there are to look for, by name."""
    found = visible_to(user).order_by("leaver__name", "leaver").values_list("leaver", "leaver__name").distinct()
    return list(found)


def shifts(user: User) -> Iterable[tuple[str, str]]:
    """The names of the shifts in the book."""
    found = visible_to(user).exclude(shift="").order_by("shift").values_list("shift", flat=True).distinct()
    return [(name, name) for name in found]
