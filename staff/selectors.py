"""Reading people."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.db.models import QuerySet

from notifications.audiences import Chosen
from staff.models import ServiceRules, Team, User
from staff.roles import AGENTS, Role


def active_users(*roles: str) -> QuerySet[User]:
    """Everybody who may log in and has one of `roles` (no role named: everybody), by name."""
    of_roles = {"role__in": roles} if roles else {}
    return User.objects.filter(is_active=True, **of_roles).order_by("name", "pk")


@cache
def whoever_has(*roles: str) -> Chosen:
    """The same, for notices that are written to them without reading them."""
    return Chosen.of(active_users(*roles))


def active_agents() -> QuerySet[User]:
    """Pre-sales and after-sales agents who may log in."""
    return active_users(*AGENTS)


def active_by_ids(ids: Iterable[int]) -> QuerySet[User]:
    return active_users().filter(pk__in=list(ids))


def service_rules() -> ServiceRules:
    """The numbers of the rules of service; the built-in ones until somebody sets them."""
    return ServiceRules.objects.filter(pk=1).first() or ServiceRules(pk=1)


def led_people(leader: User) -> QuerySet[User]:
    """Whom `leader` leads: a manager everybody of the house but himself, a team's leader its members."""
    people = active_users().exclude(pk=leader.pk).exclude(role=Role.SUPPLIER)
    if leader.role == Role.MANAGER:
        return people
    return people.filter(employment__team__leader=leader)


def led_teams(leader: User) -> QuerySet[Team]:
    """The teams that `leader` leads; a manager leads all."""
    return Team.objects.all() if leader.role == Role.MANAGER else Team.objects.filter(leader=leader)


def leads(leader: User, other: User) -> bool:
    """Whether `leader` may see the records, evaluation and penalties of `other`. Nobody leads himself."""
    return led_people(leader).filter(pk=other.pk).exists()


def team_of(user: User) -> Team | None:
    """The team that somebody works in; None for those in no team."""
    return Team.objects.filter(members__user=user).first()
