"""Coming, leaving, being away: minutes late and over, what holds somebody at the desk, and what the page shows."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.utils import translation

from common.exceptions import BusinessError
from notifications.models import BellItem
from staff.duty import services
from staff.duty.selectors import on_shift
from staff.handover.states import HandoverState
from staff.models import Attendance, Away, Handover, SpecialDay
from staff.roles import Role
from tests.factories import UserFactory, at
from tests.factories_staff import a_team, give_duty

pytestmark = pytest.mark.django_db


@pytest.fixture
def eva(db):
    return UserFactory(username="eva", name="伊娃", role=Role.AGENT_AFTERSALES)


@pytest.fixture
def team(ana, eva, sam):
    return a_team(ana, eva, leader=sam)


def signed(duty):
    """The handover of a duty with both signatures, so that it does not hold anybody."""
    page = Handover.objects.create(
        duty=duty, day=duty.day, shift="-", leaver=duty.user, opened_at=duty.ends_at, shift_ends_at=duty.ends_at
    )
    Handover.objects.filter(pk=page.pk).update(state=HandoverState.SIGNED_BY_TAKER)


def refused(code, call, **more):
    before = Attendance.objects.count(), Away.objects.count(), BellItem.objects.count()
    with pytest.raises(BusinessError) as error:
        call(**more)
    assert error.value.code == code
    assert (Attendance.objects.count(), Away.objects.count(), BellItem.objects.count()) == before
    return error.value.message


@pytest.mark.parametrize(
    ("moment", "late"), [("08:30", 0), ("08:45:59", 0), ("08:46", 1), ("09:00", 15), ("09:12:30", 27)]
)
def test_stf_11_late_counts_from_a_quarter_of_an_hour_before_the_start(ana, team, sam, moment, late):
    duty = give_duty(ana, "2026-11-20 09:00", "17:00")
    record = services.clock_in(by=ana, now=at(f"2026-11-20 {moment}"))
    assert (record.duty, record.late_minutes) == (duty, late)
    assert [item.context["minutes"] for item in BellItem.objects.filter(user=sam)] == ([late] if late else [])


def test_back_from_the_pause_of_a_split_shift_late_counts_from_its_next_window(ana):
    duty = give_duty(ana, "2026-11-20 10:00", "14:00", "17:30", "23:00")
    Attendance.objects.create(user=ana, duty=duty, came_at=at("2026-11-20 09:45"), left_at=at("2026-11-20 14:00"))
    assert services.clock_in(by=ana, now=at("2026-11-20 17:25")).late_minutes == 0
    Attendance.objects.filter(left_at=None).delete()
    assert services.clock_in(by=ana, now=at("2026-11-20 17:33")).late_minutes == 3


def test_nobody_clocks_in_without_a_shift_or_twice(ana):
    give_duty(ana, "2026-11-20 09:00", "17:00")
    refused("no_shift", services.clock_in, by=ana, now=at("2026-11-20 08:29:59"))
    services.clock_in(by=ana, now=at("2026-11-20 08:30"))
    refused("already", services.clock_in, by=ana, now=at("2026-11-20 08:31"))


def test_in_an_emergency_a_supervisor_works_without_a_duty_and_says_why(sam):
    refused("reason_missing", services.clock_in, by=sam, now=at("2026-11-20 20:00"))
    services.clock_in(by=sam, reason="夜班缺人", now=at("2026-11-20 20:00"))
    assert on_shift(at("2026-11-20 20:05")) == [sam]
    services.clock_out(user=sam, by=sam, now=at("2026-11-20 21:10"))
    assert Attendance.objects.get().overtime_minutes == 70


def test_stf_02_what_lies_behind_the_end_is_overtime(ana):
    duty = give_duty(ana, "2026-11-20 17:30", "01:00")
    signed(duty)
    services.clock_in(by=ana, now=at("2026-11-20 17:15"))
    services.clock_out(user=ana, by=ana, now=at("2026-11-21 01:25"))
    assert Attendance.objects.get().overtime_minutes == 25


def test_nobody_leaves_before_the_end_without_a_reason_and_the_leader_hears_of_it(ana, team, sam):
    signed(give_duty(ana, "2026-11-20 09:00", "17:00"))
    services.clock_in(by=ana, now=at("2026-11-20 08:45"))
    with translation.override("en"):
        words = refused("stay", services.clock_out, user=ana, by=ana, now=at("2026-11-20 16:59:59"))
    assert words == "Your shift ends at 17:00."
    services.clock_out(user=ana, by=ana, note="孩子发烧", now=at("2026-11-20 16:00"))
    record = Attendance.objects.get()
    assert (record.left_at, record.leave_note, record.overtime_minutes) == (at("2026-11-20 16:00"), "孩子发烧", 0)
    bell = BellItem.objects.get(user=sam)
    assert (bell.kind, bell.context["reason"]) == ("staff.left_early", "孩子发烧")


def test_stf_08_nobody_leaves_without_handing_over(ana, eva, team):
    duty = give_duty(ana, "2026-11-20 09:00", "17:00")
    give_duty(eva, "2026-11-20 17:00", "22:30")
    services.clock_in(by=ana, now=at("2026-11-20 08:45"))
    services.clock_in(by=eva, now=at("2026-11-20 16:45"))
    with translation.override("en"):
        words = refused("stay", services.clock_out, user=ana, by=ana, now=at("2026-11-20 17:01"))
    assert words == "Open your handover and sign it before you leave."
    signed(duty)
    services.clock_out(user=ana, by=ana, now=at("2026-11-20 17:01"))
    assert Attendance.objects.get(user=ana).leave_note == ""


def test_stf_12_nobody_leaves_before_the_relief_has_come(ana, eva, team):
    signed(give_duty(ana, "2026-11-20 09:00", "17:00"))
    give_duty(eva, "2026-11-20 17:00", "22:30")
    services.clock_in(by=ana, now=at("2026-11-20 08:45"))
    with translation.override("en"):
        words = refused("stay", services.clock_out, user=ana, by=ana, now=at("2026-11-20 17:00"))
    assert words == "Your relief has not clocked in yet: 伊娃."
    services.clock_in(by=eva, now=at("2026-11-20 17:04"))
    services.clock_out(user=ana, by=ana, now=at("2026-11-20 17:05"))
    assert not Attendance.objects.filter(user=ana, left_at=None).exists()


def test_stf_12_the_leader_may_let_somebody_go_and_nobody_else_may(ana, eva, team, sam):
    give_duty(ana, "2026-11-20 09:00", "17:00")
    services.clock_in(by=ana, now=at("2026-11-20 08:45"))
    stranger = UserFactory(role=Role.SUPERVISOR)
    for other in (eva, stranger):
        refused("not_leader", services.clock_out, user=ana, by=other, now=at("2026-11-20 12:00"))
    services.clock_out(user=ana, by=sam, now=at("2026-11-20 12:00"))
    assert Attendance.objects.get().left_at == at("2026-11-20 12:00")


def test_stf_17_away_needs_a_cover_who_is_on_shift_and_who_is_told(ana, eva, sam):
    noon = at("2026-11-20 12:00")
    give_duty(ana, "2026-11-20 09:00", "17:00")
    absent = UserFactory(username="pia")
    away = {"by": ana, "reason": "取快递", "minutes": 15, "now": noon}
    refused("refused", services.go_away, cover=absent, **away)
    refused("refused", services.go_away, cover=ana, **away)
    give_duty(eva, "2026-11-20 09:00", "17:00")
    refused("too_long", services.go_away, cover=eva, **away | {"minutes": 121})
    refused("reason_missing", services.go_away, cover=eva, **away | {"reason": " "})
    refused("off_shift", services.go_away, cover=eva, **away | {"by": absent})
    services.go_away(cover=eva, **away)
    assert on_shift(noon) == [eva]
    assert [(item.kind, item.user) for item in BellItem.objects.all()] == [("staff.covers", eva)]
    refused("already", services.go_away, cover=eva, **away)
    refused("refused", services.go_away, cover=ana, **away | {"by": eva})
    services.come_back(by=ana, now=noon + dt.timedelta(minutes=10))
    assert set(on_shift(noon + dt.timedelta(minutes=10))) == {ana, eva}
    refused("not_away", services.come_back, by=ana, now=noon + dt.timedelta(minutes=10))


def test_leaving_ends_being_away(ana, eva, sam, team):
    give_duty(ana, "2026-11-20 09:00", "17:00")
    give_duty(eva, "2026-11-20 09:00", "17:00")
    services.clock_in(by=ana, now=at("2026-11-20 08:45"))
    services.go_away(by=ana, cover=eva, reason="-", minutes=15, now=at("2026-11-20 12:00"))
    services.clock_out(user=ana, by=sam, now=at("2026-11-20 12:05"))
    assert Away.objects.get().ends_at == at("2026-11-20 12:05")


def test_the_page_takes_somebody_through_a_day(ana, eva, team, as_user, noon):
    duty = give_duty(ana, "2026-11-20 11:30", "12:30")
    give_duty(eva, "2026-11-20 09:00", "17:00")
    SpecialDay.objects.create(day=dt.date(2026, 11, 20), name="店庆")
    browser = as_user(ana)
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = browser.get("/duty/").content.decode()
    assert "店庆" in page
    assert "not clocked in" in page
    assert browser.post("/duty/in/").status_code == 302
    assert Attendance.objects.get().late_minutes == 45
    assert "on shift until 12:30" in browser.get("/duty/chip/").content.decode()
    wrong = browser.post("/duty/away/", {"away-cover": eva.pk, "away-reason": "", "away-minutes": "10"})
    assert (wrong.status_code, Away.objects.count()) == (422, 0)
    browser.post("/duty/away/", {"away-cover": eva.pk, "away-reason": "取件", "away-minutes": "10"})
    assert Away.objects.get().cover == eva
    assert "away until 12:10" in browser.get("/duty/chip/").content.decode()
    browser.post("/duty/back/")
    stay = browser.post("/duty/out/")
    assert stay.status_code == 409
    assert "Your shift ends at 12:30." in stay.content.decode()
    assert browser.post("/duty/out/", {"leave-note": "看牙"}).status_code == 302
    assert Attendance.objects.get(duty=duty).leave_note == "看牙"


def test_a_leader_lets_go_on_the_page_whom_he_leads(ana, team, sam, as_user, noon):
    give_duty(ana, "2026-11-20 09:00", "17:00")
    Attendance.objects.create(user=ana, came_at=at("2026-11-20 08:45"))
    stranger = UserFactory(role=Role.SUPERVISOR)
    assert as_user(stranger).post(f"/duty/out/{ana.pk}/").status_code == 404
    assert as_user(ana).post(f"/duty/out/{ana.pk}/").status_code == 403
    assert as_user(sam).post(f"/duty/out/{ana.pk}/").status_code == 302
    assert Attendance.objects.get().left_at is not None
