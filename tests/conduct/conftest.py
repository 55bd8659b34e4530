"""Ana works in Sam's team; Max leads nobody but everybody, as the manager; Tina leads another team with Ben in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from staff.conduct import rulebook
from staff.models import Employment, Team, User
from staff.roles import Role
from tests import factories


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals are compared as they stand in the source."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def kinds(db: None) -> None:
    rulebook.load()


@pytest.fixture
def team(ana: User, sam: User) -> Team:
    made = Team.objects.create(name="客服一组", leader=sam)
    for user in (ana, sam):
        Employment.objects.create(user=user, team=made)
    return made


@pytest.fixture
def max_(db: None) -> User:
    return factories.UserFactory(username="max", name="马克思", role=Role.MANAGER)


@pytest.fixture
def tina(db: None) -> User:
    return factories.UserFactory(username="tina", name="缇娜", role=Role.SUPERVISOR)


@pytest.fixture
def ben(tina: User) -> User:
    other = Team.objects.create(name="客服二组", leader=tina)
    Employment.objects.create(user=tina, team=other)
    made = factories.UserFactory(username="ben", name="小本", role=Role.AGENT_AFTERSALES)
    Employment.objects.create(user=made, team=other)
    return made
