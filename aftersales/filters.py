"""What the case list's URL asks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aftersales.models import Case, Contact
from aftersales.states import Kind
from aftersales.workflows import BY_KIND
from sla.states import Party
from staff.models import User

Condition = Callable[[User, dt.datetime], Q]


def _overdue(user: User, now: dt.datetime) -> Q:
    return Q(active=True, due_at__lt=now)


def _call_back(user: User, now: dt.datetime) -> Q:
    """PHR-08: somebody was promised a call that was not made yet."""
    promised = Contact.objects.filter(call_back_at__isnull=False, called_back_at__isnull=True)
    return Q(pk__in=promised.values("case_id"))


WORKLISTS: dict[str, tuple[str | Promise, Condition]] = {
    "mine": (_("mine"), lambda user, now: Q(active=True, owner_id=user.pk)),
    "nobody": (_("nobody's"), lambda user, now: Q(active=True, owner__isnull=True)),
    "overdue": (_("overdue"), _overdue),
    "call_back": (_("call back promised"), _call_back),
    "closed": (_("closed"), lambda user, now: Q(active=False)),
    "all": (_("open and closed"), lambda user, now: Q()),
}
OPEN_ONES = Q(active=True)  # what the list shows unless something else is asked for
MOST_URGENT, NEWEST = ("due_at", "opened_at", "id"), ("-opened_at", "-id")
ORDERS = {"due": _("most urgent first"), "newest": _("newest first")}


def number(text: Any) -> int | None:
    """A plain number from a URL, or None."""
    plain = str(text or "")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 18 else None


def states_of(kind: str) -> list[tuple[str, str]]:
    """The states of a kind's machine with their names; none without a kind: the same word means different things."""
    return [(str(value), str(label)) for value, label in BY_KIND[kind].STATES.choices] if kind else []


@dataclass(frozen=True)
class CaseFilter:
    """The filter of the case list; a value that makes no sense asks for nothing."""

    q: str = ""
    kind: str = ""
    state: str = ""
    ball: str = ""
    shop: int | None = None
    supplier: int | None = None
    show: str = ""
    order: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> CaseFilter:
        kind, ball, show, order = (str(query.get(name, "")) for name in ("kind", "ball", "show", "order"))
        kind = kind if kind in Kind.values else ""
        state = str(query.get("state", ""))
        return cls(
            q=str(query.get("q", "")).strip().strip("=\"'’`\t ")[:100],
            kind=kind,
            state=state if state in dict(states_of(kind)) else "",
            ball=ball if ball in Party.values else "",
            shop=number(query.get("shop")),
            supplier=number(query.get("supplier")),
            show=show if show in WORKLISTS else "",
            order=order if order in ORDERS else "",
        )

    @property
    def query(self) -> str:
        """The filter as it stands in a URL."""
        return self.but()

    def but(self, **changed: Any) -> str:
        """The filter as it stands in a URL, with some values changed."""
        names = ("q", "kind", "state", "ball", "shop", "supplier", "show", "order")
        values = {name: getattr(self, name) for name in names} | changed
        return urlencode({name: value for name, value in values.items() if value not in ("", None)})

    def apply(self, cases: QuerySet[Case], user: User, now: dt.datetime) -> QuerySet[Case]:
        """`cases` narrowed by everything but the search word (aftersales.selectors.search answers that).

        A finished state and a search word look among closed cases too, unless a worklist is chosen.
        """
        columns = {"kind": self.kind, "state": self.state, "ball": self.ball}
        numbers = {"shop_id": self.shop, "supplier_id": self.supplier}
        wanted: dict[str, Any] = {name: value for name, value in columns.items() if value}
        wanted |= {name: value for name, value in numbers.items() if value is not None}
        cases = cases.filter(**wanted)
        if self.show:
            return cases.filter(WORKLISTS[self.show][1](user, now))
        return cases.filter(OPEN_ONES) if self.is_open else cases

    @property
    def columns(self) -> tuple[str, ...]:
        """What the list is ordered by: urgency, unless «newest» is asked for or closed cases, never due, are among it."""
        return MOST_URGENT if self.order != "newest" and self.is_open else NEWEST

    @property
    def is_open(self) -> bool:
        """Whether open cases alone are asked for."""
        return self.show not in ("closed", "all") if self.show else not (self.q or self._is_final)

    @property
    def _is_final(self) -> bool:
        return bool(self.state) and BY_KIND[self.kind].PLACES[self.state].final
