"""Penalties, improvements and funds are known to the person, the team and its leaders, in the admin too (SEC-05)."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from common import privacy
from staff import selectors
from staff.conduct.people import visible_penalties, visible_teams
from staff.models import ActionItem, FundEntry, User


def _improvements(user: User) -> QuerySet[ActionItem]:
    return ActionItem.objects.filter(Q(owner=user) | Q(owner__in=selectors.led_people(user)))


def _entries(user: User) -> QuerySet[FundEntry]:
    return FundEntry.objects.filter(team__in=visible_teams(user).values("pk"))


def register() -> None:
    privacy.register("staff.penalty", visible_penalties)
    privacy.register("staff.actionitem", _improvements)
    privacy.register("staff.fundentry", _entries)
