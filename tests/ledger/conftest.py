"""The people who handle money: Fin pays, Max is the manager."""

from __future__ import annotations

import pytest

from staff.models import User
from staff.roles import Role
from tests import factories


@pytest.fixture
def fin(db: None) -> User:
    return factories.UserFactory(username="fin", name="钱会计", role=Role.FINANCE)


@pytest.fixture
def max_(db: None) -> User:
    return factories.UserFactory(username="max", name="马经理", role=Role.MANAGER)
