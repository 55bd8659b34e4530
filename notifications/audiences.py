"""Who is meant by «the agent» or «the supervisor»: names in policies, answered by the floors above."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from common import clock

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Facts:
    """What is known of the thing that somebody must hear about."""

    assignee_id: int | None = None
    supplier_id: int | None = None
    shop_id: int | None = None
    party: str = ""
    skill: str = ""  # what somebody must be able to do, a key of the staff floor; empty: anybody


@dataclass(frozen=True)
class Chosen:
    """Users by a query whose one column is their `id`: who is among them when a notice is written gets it, unread."""

    ids: str
    params: tuple[Any, ...] = ()

    @classmethod
    def of(cls, users: QuerySet[Any]) -> Chosen:
        """Those of `users` who are active."""
        try:
            ids, params = users.filter(is_active=True).order_by().values("id").query.sql_with_params()
        except EmptyResultSet:  # nobody can be among them
            return cls("SELECT 0 AS id WHERE false")
        return cls(ids, tuple(params))


Resolver = Callable[[Facts], Iterable[Any]]  # yields users (settings.AUTH_USER_MODEL)

# Makes the resolver for one instant, so that a round of a thousand notices reads who is there once.
ResolverAt = Callable[[dt.datetime], Resolver]

_resolvers: dict[str, ResolverAt] = {}
_names: dict[str, Any] = {}


def register(key: str, resolver: Resolver) -> None:
    """Say who `key` is. Registering again replaces: a higher floor may know better."""
    _resolvers[key] = lambda at: resolver


def register_at(key: str, make: ResolverAt) -> None:
    """Say who `key` is at an instant: `make` is asked once a round, its resolver once for each different facts."""
    _resolvers[key] = make


def name(key: str, words: Any) -> None:
    """Say what `key` is called on pages: a lazy translation."""
    _names[key] = words


def choices() -> list[tuple[str, Any]]:
    """All names that a policy's step may use, with what they are called, for forms."""
    return [(key, _names.get(key, key)) for key in keys()]


def keys() -> list[str]:
    """All names that a policy's step may use."""
    return sorted(_resolvers)


class Round:
    """Who is meant, for everything that is told at one instant; each question is asked once."""

    def __init__(self, at: dt.datetime) -> None:
        self._at = at
        self._made: dict[str, Resolver] = {}
        self._known: dict[tuple[str, Facts], list[Any]] = {}

    def resolve(self, key: str, facts: Facts) -> list[Any]:
        """The active users behind `key`. A name that nobody registered tells the log and nobody else, so that one
        typing error in a policy does not silence the other audiences of its step."""
        if key not in _resolvers:
            log.error("Nobody knows the audience %r: its notice reached no one.", key)
            return []
        if key not in self._made:
            self._made[key] = _resolvers[key](self._at)
        if (key, facts) not in self._known:
            self._known[key, facts] = [user for user in self._made[key](facts) if user.is_active]
        return self._known[key, facts]


def resolve(key: str, facts: Facts, *, now: dt.datetime | None = None) -> list[Any]:
    """The active users behind `key` at `now`; for many questions at once see `Round`."""
    return Round(now or clock.now()).resolve(key, facts)


def _told_by_digest(facts: Facts) -> Iterable[Any]:
    """Suppliers hear once a round, by their digest, never once a clock."""
    return ()


register("supplier", _told_by_digest)
name("supplier", gettext_lazy("supplier"))
