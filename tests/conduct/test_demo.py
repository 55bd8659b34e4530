"""The demo shows conduct in its states, and loading it again changes nothing."""

from __future__ import annotations

import pytest

from staff.conduct import demo
from staff.models import Employment, FundEntry, Mentoring, Penalty, ProductTraining, Team, User
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_the_demo_is_there_once(team: Team, sam: User) -> None:
    for user in factories.UserFactory.create_batch(6):
        Employment.objects.create(user=user, team=team)
    for _ in range(2):
        demo.load(NOON, sam)
    states = sorted(Penalty.objects.values_list("state", flat=True))
    assert states == ["appealed", "booked", "booked", "proposed"]
    assert (FundEntry.objects.count(), Mentoring.objects.count(), ProductTraining.objects.count()) == (2, 2, 2)
