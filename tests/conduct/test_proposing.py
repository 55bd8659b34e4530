"""Events propose penalties and rewards; nothing follows before a leader confirms."""

from __future__ import annotations

import pytest

from audit.models import Entry
from common.topics import topic_of
from notifications.models import BellItem
from sla.models import Clock
from staff.conduct.proposing import propose
from staff.models import Employment, IncidentKind, Penalty, Team, User
from staff.roles import Role
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def propose_late(user: User, event: str = "duty:1", kind: str = "late") -> Penalty | None:
    return propose(kind=kind, user=user, event_key=event, topic="staff.duty:1", happened_at=NOON, now=NOON)


def test_an_event_proposes_once(ana: User, sam: User) -> None:
    """FIN-08: once an event, kind and person."""
    assert propose_late(ana) is not None
    assert propose_late(ana) is None
    assert propose_late(ana, "duty:2") is not None
    assert propose_late(sam) is not None
    assert Penalty.objects.count() == 3


def test_a_kind_that_is_off_proposes_nothing(ana: User) -> None:
    propose_late(ana)
    IncidentKind.objects.filter(key="late").update(enabled=False)
    assert propose_late(ana, "duty:9") is None
    assert Penalty.objects.count() == 1


def test_a_key_of_no_kind_is_a_programming_error(ana: User) -> None:
    with pytest.raises(ValueError, match="nonsense"):
        propose_late(ana, kind="nonsense")


def test_the_leader_is_told_and_has_three_days(ana: User, sam: User) -> None:
    """STF-19: the leader of the team decides; nobody else hears of it."""
    Employment.objects.create(user=ana, team=Team.objects.create(name="客服一组", leader=sam))
    factories.UserFactory(role=Role.MANAGER)
    penalty = propose_late(ana)
    assert penalty is not None
    assert list(BellItem.objects.values_list("user__username", "kind")) == [("sam", "staff.penalty_proposed")]
    running = Clock.objects.get(topic=topic_of(penalty))
    assert (running.policy, running.assignee_id, running.title) == ("staff.penalty_decision", sam.pk, f"#{penalty.pk}")
    assert (running.due_at - NOON).total_seconds() == 3 * 86_400
    assert Entry.objects.get(topic=topic_of(penalty)).data == {"kind": "late"}


def test_without_a_leader_the_managers_are_told(ana: User) -> None:
    boss = factories.UserFactory(role=Role.MANAGER)
    propose_late(ana)
    assert list(BellItem.objects.values_list("user_id", flat=True)) == [boss.pk]
