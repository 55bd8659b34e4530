"""Ana and Ben work in Sam's team, Eve too; Max is the manager; Tina leads another team. The clock stands at Friday noon."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from sla.services import ensure_policies
from staff.conduct import rulebook
from staff.models import Duty, Team, User
from staff.roles import Role
from tests.factories import UserFactory
from tests.factories_staff import a_team, give_duty


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals are compared as they stand in the source."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def house(db: None) -> None:
    ensure_policies()
    rulebook.load()


@pytest.fixture
def ben(db: None) -> User:
    return UserFactory(username="ben", name="小本", role=Role.AGENT_AFTERSALES)


@pytest.fixture
def eve(db: None) -> User:
    return UserFactory(username="eve", name="伊芙", role=Role.AGENT_AFTERSALES)


@pytest.fixture
def max_(db: None) -> User:
    return UserFactory(username="max", name="马克思", role=Role.MANAGER)


@pytest.fixture
def tina(db: None) -> User:
    user = UserFactory(username="tina", name="缇娜", role=Role.SUPERVISOR)
    a_team(UserFactory(username="ted", name="泰德"), leader=user, name="客服二组")
    return user


@pytest.fixture
def team(ana: User, ben: User, eve: User, sam: User) -> Team:
    return a_team(ana, ben, eve, leader=sam, name="客服一组")


@pytest.fixture
def monday(team: Team, ana: User) -> Duty:
    """Ana's shift on Monday the 23rd, nine to five."""
    return give_duty(ana, "2026-11-23 09:00", "17:00")


@pytest.fixture
def tuesday(team: Team, ben: User) -> Duty:
    """Ben's shift on Tuesday the 24th, half past two to half past ten."""
    return give_duty(ben, "2026-11-24 14:30", "22:30")
