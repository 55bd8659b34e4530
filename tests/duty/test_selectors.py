"""Who is on shift, to the second: edges, midnight, pauses, make-up days, those who stay, leave and those away."""

from __future__ import annotations

import datetime as dt

import pytest

from staff.duty.selectors import crew, has_rota, on_shift, on_shift_next, shift_of
from staff.exchanges.states import LeaveState
from staff.models import Attendance, Away, Leave, SpecialDay
from staff.roles import Role
from staff.rota.states import Skill
from tests.factories import UserFactory, at
from tests.factories_staff import UserSkillFactory, give_duty

SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def eva(db):
    return UserFactory(username="eva", name="伊娃", role=Role.AGENT_PRESALES)


def away(user, cover, start, end=None):
    return Away.objects.create(
        user=user, cover=cover, reason="-", starts_at=at(start), back_by=at(start), ends_at=end and at(end)
    )


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        ("2026-11-20 08:59:59", False),
        ("2026-11-20 09:00:00", True),
        ("2026-11-20 16:59:59", True),
        ("2026-11-20 17:00:00", False),
    ],
)
def test_the_first_second_of_a_window_counts_and_its_last_does_not(ana, moment, there):
    give_duty(ana, "2026-11-20 09:00", "17:00")
    assert on_shift(at(moment)) == ([ana] if there else [])


def test_at_the_change_the_early_shift_is_gone_and_the_late_one_there(ana, eva):
    give_duty(ana, "2026-11-20 09:00", "17:00")
    give_duty(eva, "2026-11-20 17:00", "22:30")
    assert on_shift(at("2026-11-20 17:00") - SECOND) == [ana]
    assert on_shift(at("2026-11-20 17:00")) == [eva]


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        ("2026-11-20 23:59:59", True),
        ("2026-11-21 00:00:00", True),
        ("2026-11-21 00:59:59", True),
        ("2026-11-21 01:00:00", False),
        ("2026-11-20 00:30:00", False),
    ],
)
def test_a_night_shift_runs_over_midnight(ana, moment, there):
    give_duty(ana, "2026-11-20 17:30", "01:00")
    assert on_shift(at(moment)) == ([ana] if there else [])


@pytest.mark.parametrize(("moment", "there"), [("13:59:59", True), ("14:00:00", False), ("17:30:00", True)])
def test_nobody_is_on_shift_in_the_pause_of_a_split_shift(ana, moment, there):
    give_duty(ana, "2026-11-20 10:00", "14:00", "17:30", "23:00")
    assert on_shift(at(f"2026-11-20 {moment}")) == ([ana] if there else [])


def test_on_a_make_up_saturday_those_planned_for_it_are_on_shift(ana, eva):
    give_duty(ana, "2026-10-10 09:00", "17:00")
    give_duty(eva, "2026-10-09 09:00", "17:00")
    assert on_shift(at("2026-10-10 09:00")) == [ana]


def test_a_duty_that_was_taken_back_puts_nobody_on_shift(ana):
    duty = give_duty(ana, "2026-11-20 09:00", "17:00")
    duty.cancelled_at = at("2026-11-19 12:00")
    duty.save()
    assert on_shift(at("2026-11-20 12:00")) == []
    assert not has_rota(at("2026-11-20 12:00"))
    assert shift_of(ana, at("2026-11-20 12:00")) is None


def test_somebody_shut_out_is_not_on_shift(ana):
    give_duty(ana, "2026-11-20 09:00", "17:00")
    ana.is_active = False
    ana.save()
    assert on_shift(at("2026-11-20 12:00")) == []


def test_stf_02_who_is_clocked_in_beyond_the_end_stays_on_shift_until_clocking_out(ana):
    duty = give_duty(ana, "2026-11-20 17:30", "01:00")
    record = Attendance.objects.create(user=ana, duty=duty, came_at=at("2026-11-20 17:15"))
    assert on_shift(at("2026-11-21 01:20")) == [ana]
    record.left_at = at("2026-11-21 01:25")
    record.save()
    assert on_shift(at("2026-11-21 01:20")) == [ana]
    assert on_shift(at("2026-11-21 01:25")) == []


def test_who_came_early_is_on_shift_from_the_start_of_the_window(ana):
    duty = give_duty(ana, "2026-11-20 09:00", "17:00")
    Attendance.objects.create(user=ana, duty=duty, came_at=at("2026-11-20 08:40"))
    assert on_shift(at("2026-11-20 08:50")) == []
    assert on_shift(at("2026-11-20 09:00")) == [ana]


def test_unplanned_work_counts_while_clocked_in_and_a_forgotten_one_only_for_a_day(ana):
    Attendance.objects.create(user=ana, came_at=at("2026-11-20 09:00"))
    assert on_shift(at("2026-11-20 12:00")) == [ana]
    assert on_shift(at("2026-11-21 09:00")) == []


def test_stf_17_who_is_away_is_replaced_by_the_cover_until_back(ana, eva):
    give_duty(ana, "2026-11-20 09:00", "17:00")
    give_duty(eva, "2026-11-20 09:00", "17:00")
    away(ana, eva, "2026-11-20 12:00", "2026-11-20 12:30")
    assert set(on_shift(at("2026-11-20 11:59:59"))) == {ana, eva}
    assert on_shift(at("2026-11-20 12:00")) == [eva]
    assert on_shift(at("2026-11-20 12:00"), skill=Skill.AFTERSALES) == [eva]
    assert set(on_shift(at("2026-11-20 12:30"))) == {ana, eva}
    assert on_shift(at("2026-11-20 12:30"), skill=Skill.AFTERSALES) == [ana]


def test_the_cover_of_a_cover_counts_and_two_who_cover_each_other_do_not(ana, eva, sam):
    for user in (ana, eva, sam):
        give_duty(user, "2026-11-20 09:00", "17:00")
    away(ana, eva, "2026-11-20 12:00")
    second = away(eva, sam, "2026-11-20 12:10")
    assert on_shift(at("2026-11-20 12:15"), skill=Skill.AFTERSALES) == [sam]
    second.cover = ana
    second.save()
    assert on_shift(at("2026-11-20 12:15"), skill=Skill.AFTERSALES) == []


@pytest.mark.parametrize(("state", "there"), [(LeaveState.APPROVED, False), (LeaveState.ASKED, True)])
def test_only_approved_leave_takes_somebody_off_the_shift(ana, state, there):
    give_duty(ana, "2026-11-20 09:00", "17:00")
    Leave.objects.create(
        user=ana, state=state, starts_at=at("2026-11-20 12:00"), ends_at=at("2026-11-20 15:00"), reason="-",
        asked_at=at("2026-11-18 12:00"),
    )  # fmt: skip
    assert on_shift(at("2026-11-20 12:00")) == ([ana] if there else [])
    assert on_shift(at("2026-11-20 15:00")) == [ana]


def test_skill_and_shop_are_asked_of_the_rows_and_else_of_the_role(ana, eva, sam):
    for user in (ana, eva, sam):
        give_duty(user, "2026-11-20 09:00", "17:00")
    noon = at("2026-11-20 12:00")
    assert on_shift(noon, skill=Skill.AFTERSALES) == [ana]
    assert on_shift(noon, skill=Skill.PRESALES) == [eva]
    UserSkillFactory(user=eva, skill=Skill.AFTERSALES, shop_id=7)
    assert set(on_shift(noon, skill=Skill.AFTERSALES, shop_id=7)) == {ana, eva}
    assert on_shift(noon, skill=Skill.AFTERSALES, shop_id=8) == [ana]
    assert on_shift(noon, skill=Skill.PRESALES) == []
    assert on_shift(noon, skill=Skill.CLERK) == []


def test_stf_07_on_a_special_day_everybody_counts_as_its_skill_too(ana):
    give_duty(ana, "2026-11-20 09:00", "17:00")
    SpecialDay.objects.create(day=dt.date(2026, 11, 20), name="大促")
    assert on_shift(at("2026-11-20 12:00"), skill=Skill.PRESALES, shop_id=3) == [ana]
    assert on_shift(at("2026-11-20 12:00"), skill=Skill.AFTERSALES) == [ana]


def test_next_are_those_of_the_first_window_within_a_day_who_can_do_it(ana, eva, sam):
    give_duty(eva, "2026-11-20 17:00", "22:30")
    give_duty(sam, "2026-11-20 17:00", "22:30")
    give_duty(ana, "2026-11-21 09:00", "17:00")
    noon = at("2026-11-20 12:00")
    assert set(on_shift_next(noon)) == {eva, sam}
    assert on_shift_next(noon, skill=Skill.AFTERSALES) == [ana]
    assert on_shift_next(at("2026-11-20 08:59:59"), skill=Skill.AFTERSALES) == []


def test_there_is_a_rota_when_something_is_published_within_36_hours(ana):
    assert not has_rota(at("2026-11-20 12:00"))
    give_duty(ana, "2026-11-20 09:00", "17:00")
    assert has_rota(at("2026-11-18 21:00:01"))
    assert not has_rota(at("2026-11-18 21:00"))
    assert has_rota(at("2026-11-22 04:59:59"))
    assert not has_rota(at("2026-11-22 05:00"))


def test_the_shift_of_somebody_is_the_one_he_is_in_about_to_begin_or_clocked_in_on(ana, eva):
    early = give_duty(ana, "2026-11-20 09:00", "17:00")
    late = give_duty(ana, "2026-11-20 17:10", "22:30")
    give_duty(eva, "2026-11-20 00:00", "08:00")
    assert shift_of(ana, at("2026-11-20 08:29:59")) is None
    assert shift_of(ana, at("2026-11-20 08:30")) == early
    assert shift_of(ana, at("2026-11-20 17:00")) == late
    Attendance.objects.create(user=ana, duty=early, came_at=at("2026-11-20 08:45"))
    assert shift_of(ana, at("2026-11-20 17:30")) == early


def test_the_pause_of_a_split_shift_belongs_to_it(ana):
    duty = give_duty(ana, "2026-11-20 10:00", "14:00", "17:30", "23:00")
    assert shift_of(ana, at("2026-11-20 15:00")) == duty


@pytest.mark.parametrize("people", [1, 30])
def test_three_queries_say_who_is_on_shift_however_many_they_are(db, people, django_assert_max_num_queries):
    users = UserFactory.create_batch(people)
    for user in users:
        give_duty(user, "2026-11-20 09:00", "17:00")
    moment = at("2026-11-20 12:00")
    for read in (on_shift, on_shift_next, has_rota):
        with django_assert_max_num_queries(3):
            read(moment)
    with django_assert_max_num_queries(3):
        shift_of(users[0], moment)
    assert len(crew(moment).members) == people
    assert crew(moment).get(users[0].pk).until == at("2026-11-20 17:00")
