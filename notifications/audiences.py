"""Who is meant by «the agent» or «the supervisor»: names in policies, answered by the floors above."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Facts:
    """What is known of the thing that somebody must hear about."""

    assignee_id: int | None = None
    supplier_id: int | None = None
    shop_id: int | None = None
    party: str = ""


Resolver = Callable[[Facts], Iterable[Any]]  # yields users (settings.AUTH_USER_MODEL)

_resolvers: dict[str, Resolver] = {}


def register(key: str, resolver: Resolver) -> None:
    """Say who `key` is. Registering again replaces: a higher floor may know better."""
    _resolvers[key] = resolver


def keys() -> list[str]:
    """All names that a policy's step may use, for forms."""
    return sorted(_resolvers)


def resolve(key: str, facts: Facts) -> list[Any]:
    """The active users behind `key`. A name that nobody registered tells the log and nobody else, so that one
    typing error in a policy does not silence the other audiences of its step."""
    resolver = _resolvers.get(key)
    if resolver is None:
        log.error("Nobody knows the audience %r: its notice reached no one.", key)
        return []
    return [user for user in resolver(facts) if user.is_active]


def _told_by_digest(facts: Facts) -> Iterable[Any]:
    """Suppliers hear once a round, by their digest, never once a clock."""
    return ()


register("supplier", _told_by_digest)
