"""Notices of the main job reach who is on shift at that minute: the sweep takes the rung, the round tells."""

from __future__ import annotations

import datetime as dt

import pytest

from notifications.models import BellItem
from sla.announce import announce
from sla.engine import sweep
from sla.models import Clock
from sla.services import ClockSpec, ensure_policies, start_clocks
from staff.models import Attendance, Away
from staff.roles import Role
from tests.factories import UserFactory, at
from tests.factories_staff import RotaFactory, UserSkillFactory, give_duty

SECOND = dt.timedelta(seconds=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def eva(db):
    return UserFactory(username="eva", name="伊娃", role=Role.AGENT_AFTERSALES)


@pytest.fixture
def pia(db):
    return UserFactory(username="pia", name="皮娅", role=Role.AGENT_PRESALES)


def told(moment, *, policy="orders.chased", length=DAY, subject=1, **more):
    """Who hears, at `moment`, of a promise that was broken one second before."""
    ensure_policies()
    Clock.objects.all().delete()  # what was told before escalates by itself
    spec = ClockSpec(
        policy=policy, subject_type="orders.fulfilment", subject_id=subject, topic="orders.order:1", title="T",
        started_at=moment - SECOND - length, **more,
    )  # fmt: skip
    before = set(BellItem.objects.values_list("pk", flat=True))
    start_clocks([spec], now=moment - DAY)
    sweep(now=moment)
    assert announce(moment)
    return set(BellItem.objects.exclude(pk__in=before).values_list("user__username", flat=True))


def test_without_any_rota_every_agent_hears_as_before(ana, eva):
    assert told(at("2026-11-20 12:00")) == {"ana", "eva"}


def test_only_who_is_on_shift_at_that_minute_hears(ana, eva):
    give_duty(ana, "2026-11-20 09:00", "17:00")
    give_duty(eva, "2026-11-20 17:00", "22:30")
    assert told(at("2026-11-20 12:00")) == {"ana"}


@pytest.mark.parametrize(("moment", "who"), [("16:59:59", "ana"), ("17:00:00", "eva")])
def test_at_the_edge_of_a_window_the_second_decides(ana, eva, moment, who):
    give_duty(ana, "2026-11-20 09:00", "17:00")
    give_duty(eva, "2026-11-20 17:00", "22:30")
    assert told(at(f"2026-11-20 {moment}")) == {who}


@pytest.mark.parametrize(("moment", "who"), [("2026-11-21 00:59:59", "ana"), ("2026-11-21 01:00:00", "eva")])
def test_over_midnight_the_night_shift_hears_until_its_end(ana, eva, moment, who):
    give_duty(ana, "2026-11-20 17:30", "01:00")
    give_duty(eva, "2026-11-21 01:00", "09:00")
    assert told(at(moment)) == {who}


def test_on_the_make_up_saturday_those_planned_for_it_hear(ana, eva):
    give_duty(eva, "2026-10-09 09:00", "17:00")
    give_duty(ana, "2026-10-10 09:00", "17:00")
    assert told(at("2026-10-10 10:00")) == {"ana"}


def test_stf_02_who_stays_longer_hears_too(ana, eva):
    duty = give_duty(ana, "2026-11-20 09:00", "17:00")
    give_duty(eva, "2026-11-20 17:00", "22:30")
    Attendance.objects.create(user=ana, duty=duty, came_at=at("2026-11-20 08:45"))
    assert told(at("2026-11-20 17:10")) == {"ana", "eva"}


def test_stf_17_the_cover_hears_while_somebody_is_away(ana, eva):
    give_duty(ana, "2026-11-20 09:00", "17:00")
    give_duty(eva, "2026-11-20 09:00", "17:00")
    Away.objects.create(
        user=ana, cover=eva, reason="-", starts_at=at("2026-11-20 12:00"), back_by=at("2026-11-20 12:10")
    )
    assert told(at("2026-11-20 12:05")) == {"eva"}


def test_skill_and_shop_decide_among_those_on_shift(ana, eva, pia):
    for user in (ana, eva, pia):
        give_duty(user, "2026-11-20 09:00", "17:00")
    UserSkillFactory(user=eva, shop_id=7)
    noon = at("2026-11-20 12:00")
    assert told(noon, shop_id=7) == {"ana", "eva"}
    assert told(noon + SECOND, shop_id=8, subject=2) == {"ana"}
    assert told(noon, policy="orders.unpaid_reminder", own_due_at=noon - dt.timedelta(hours=8), subject=3) == {"pia"}


def test_nobody_on_shift_who_can_leaves_it_to_the_next_shift_that_can(ana, eva, pia):
    give_duty(pia, "2026-11-20 00:00", "08:00")
    give_duty(eva, "2026-11-20 09:00", "17:00")
    give_duty(ana, "2026-11-20 17:00", "22:30")
    assert told(at("2026-11-20 03:00")) == {"eva"}
    assert told(at("2026-11-20 08:30"), subject=2) == {"eva"}


def test_is_nobody_planned_within_a_day_who_can_those_on_shift_hear_and_else_all_agents(ana, pia):
    give_duty(pia, "2026-11-20 09:00", "17:00")
    assert told(at("2026-11-20 12:00")) == {"pia"}
    assert told(at("2026-11-20 18:00"), subject=2) == {"ana", "pia"}


def test_the_assignee_on_shift_hears_alone_and_off_shift_with_those_who_are_there(ana, eva):
    give_duty(ana, "2026-11-20 09:00", "17:00")
    give_duty(eva, "2026-11-20 09:00", "22:30")
    assert told(at("2026-11-20 12:00"), assignee_id=ana.pk) == {"ana"}
    assert told(at("2026-11-20 18:00"), assignee_id=ana.pk, subject=2) == {"ana", "eva"}


def test_a_supervisor_on_shift_hears_alone_else_all_of_them(ana, sam):
    other = UserFactory(username="sue", role=Role.SUPERVISOR)
    rota = RotaFactory(created_by=sam)
    give_duty(ana, "2026-11-20 09:00", "17:00", rota=rota)
    give_duty(other, "2026-11-20 09:00", "17:00", rota=rota)
    late = dt.timedelta(hours=28)
    assert told(at("2026-11-20 12:00"), length=late) - {"ana"} == {"sue"}
    assert told(at("2026-11-20 20:00"), length=late, subject=2) - {"ana"} == {"sam", "sue"}


def test_a_supervisor_who_is_planned_does_not_hear_as_an_agent(ana, sam):
    give_duty(ana, "2026-11-20 09:00", "17:00")
    give_duty(sam, "2026-11-20 09:00", "17:00")
    assert told(at("2026-11-20 12:00")) == {"ana"}


def test_a_round_reads_the_shift_once_however_many_promises_it_tells(ana, eva, django_assert_max_num_queries):
    give_duty(eva, "2026-11-20 09:00", "17:00")
    ensure_policies()
    moment = at("2026-11-20 12:00")
    specs = [
        ClockSpec(
            policy="orders.chased", subject_type="orders.fulfilment", subject_id=number, topic=f"orders.order:{number}",
            title="T", started_at=moment - DAY - SECOND, shop_id=number, assignee_id=ana.pk if number % 2 else None,
        )
        for number in range(40)
    ]  # fmt: skip
    start_clocks(specs, now=moment)
    sweep(now=moment)
    with django_assert_max_num_queries(25):
        announce(moment)
    assert BellItem.objects.get(user=eva).context["total"] == 40
