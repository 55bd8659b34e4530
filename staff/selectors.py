"""Reading people."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from staff.models import User
from staff.roles import AGENTS


def active_users(*roles: str) -> QuerySet[User]:
    """Everybody who may log in and has one of `roles` (no role named: everybody), by name."""
    users = User.objects.filter(is_active=True).order_by("name", "pk")
    return users.filter(role__in=roles) if roles else users


def active_agents() -> QuerySet[User]:
    """Pre-sales and after-sales agents who may log in."""
    return active_users(*AGENTS)


def active_by_ids(ids: Iterable[int]) -> QuerySet[User]:
    return active_users().filter(pk__in=list(ids))
