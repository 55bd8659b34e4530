"""The list that every house starts with, compiled once for the tests that need no database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from staff.models import Employment, Team, User
from staff.roles import Role
from staff.words import compiled
from staff.words.matcher import Matcher, compile_rules
from staff.words.rulebook import load
from staff.words.rulebook.terms import rules
from tests import factories


@pytest.fixture(scope="session")
def house() -> Matcher:
    return compile_rules(rules())


@pytest.fixture(autouse=True)
def fresh_list(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test's list is undone with its database; only that of the rule book, unchanged, may stay in memory."""
    loads = "rulebook" in request.fixturenames
    if not loads:
        compiled.forget()
    yield
    if not loads or compiled.states_in_memory() > 1:
        compiled.forget()


@pytest.fixture
def rulebook(db: None) -> None:
    load()


@pytest.fixture
def team(sam: User, ana: User) -> Team:
    found = Team.objects.create(name="客服一组", leader=sam)
    Employment.objects.create(user=ana, team=found)
    return found


@pytest.fixture
def mia(db: None) -> User:
    return factories.UserFactory(username="mia", name="米娅", role=Role.MANAGER)
