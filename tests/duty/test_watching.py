"""What the minute's look does: shifts go on, forgotten ones end, absences and gaps are told once, in time to act."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from notifications.models import BellItem
from staff.duty.coverage import coverage
from staff.duty.selectors import on_shift
from staff.duty.tasks import watch_shifts
from staff.duty.watching import extend_or_close, propose_missed, remind_away, warn_of_gaps, watch
from staff.exchanges.states import LeaveState
from staff.models import Attendance, Away, Leave, Penalty, SpecialDay
from staff.roles import Role
from staff.rota.states import DayKind, Origin, Skill
from tests.factories import UserFactory, at
from tests.factories_staff import DemandFactory, a_team, give_duty

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def eva(db):
    return UserFactory(username="eva", name="伊娃", role=Role.AGENT_AFTERSALES)


@pytest.fixture
def team(ana, eva, sam):
    return a_team(ana, eva, leader=sam)


def came(duty, moment="2026-11-20 08:45"):
    return Attendance.objects.create(user=duty.user, duty=duty, came_at=at(moment))


@pytest.fixture
def browser(ana, as_user):
    with time_machine.travel(at("2026-11-20 08:40"), tick=False):
        return as_user(ana)


def touch(browser, moment):
    """Somebody opens a page at that moment."""
    with time_machine.travel(at(moment), tick=False):
        assert browser.get("/account/").status_code == 200


def told(kind):
    return sorted(BellItem.objects.filter(kind=kind).values_list("user__username", flat=True))


def test_stf_02_who_is_active_at_the_end_stays_on_shift_step_by_step(ana, team, browser):
    record = came(give_duty(ana, "2026-11-20 09:00", "17:00"))
    touch(browser, "2026-11-20 16:55")
    assert extend_or_close(at("2026-11-20 16:59:59")) == 0
    assert extend_or_close(at("2026-11-20 17:00")) == 1
    record.refresh_from_db()
    assert (record.extended_until, record.left_at) == (at("2026-11-20 17:15"), None)
    assert extend_or_close(at("2026-11-20 17:01")) == 0
    touch(browser, "2026-11-20 17:12")
    extend_or_close(at("2026-11-20 17:15"))
    record.refresh_from_db()
    assert (record.extended_until, record.overtime_minutes) == (at("2026-11-20 17:30"), 15)
    assert on_shift(at("2026-11-20 17:20")) == [ana]


def test_who_is_not_active_any_more_is_clocked_out_at_the_last_activity_and_the_leader_hears(ana, team, sam, browser):
    record = came(give_duty(ana, "2026-11-20 09:00", "17:00"))
    touch(browser, "2026-11-20 17:05")
    record.extended_until = at("2026-11-20 17:30")
    record.save()
    extend_or_close(at("2026-11-20 17:30"))
    record.refresh_from_db()
    assert (record.left_at, record.overtime_minutes) == (at("2026-11-20 17:05"), 5)
    assert told("staff.clock_out_missing") == ["sam"]
    assert extend_or_close(at("2026-11-20 17:31")) == 0


def test_without_a_session_a_shift_ends_as_planned(ana, team):
    record = came(give_duty(ana, "2026-11-20 09:00", "17:00"))
    extend_or_close(at("2026-11-20 17:00"))
    record.refresh_from_db()
    assert (record.left_at, record.overtime_minutes) == (at("2026-11-20 17:00"), 0)


def test_what_a_page_asks_by_itself_is_no_activity(ana, team, browser):
    record = came(give_duty(ana, "2026-11-20 09:00", "17:00"))
    touch(browser, "2026-11-20 16:40")
    with time_machine.travel(at("2026-11-20 16:59"), tick=False):
        browser.get("/duty/chip/", headers={"HX-Request": "true", "X-Poll": "shift", "HX-Trigger": "shift"})
    extend_or_close(at("2026-11-20 17:00"))
    record.refresh_from_db()
    assert record.left_at == at("2026-11-20 16:40")


def test_stf_39_who_is_not_back_is_reminded_and_then_the_leader_hears_once(ana, eva, team, sam):
    start = at("2026-11-20 12:00")
    Away.objects.create(user=ana, cover=eva, reason="-", starts_at=start, back_by=start + 10 * MINUTE)
    assert remind_away(start + 9 * MINUTE) == 0
    remind_away(start + 10 * MINUTE)
    remind_away(start + 11 * MINUTE)
    assert told("staff.away_too_long") == ["ana"]
    assert not Penalty.objects.exists()
    remind_away(start + 25 * MINUTE)
    remind_away(start + 26 * MINUTE)
    assert told("staff.away_too_long") == ["ana", "sam"]
    assert [(row.user, row.kind.key) for row in Penalty.objects.all()] == [(ana, "long_away")]


@pytest.fixture
def asked(ana, team):
    """Two after-sales agents are asked for from nine to five on working days, and Ana alone is planned."""
    duty = give_duty(ana, "2026-11-20 09:00", "17:00")
    DemandFactory(team=team, template=duty.template, skill=Skill.AFTERSALES, people=2)
    return duty


def test_a_window_about_to_be_uncovered_is_told_in_time_and_once(asked, sam):
    assert warn_of_gaps(at("2026-11-20 06:59")) == 0
    for minute in range(1, 4):
        assert warn_of_gaps(at("2026-11-20 07:00") + minute * MINUTE) == 1
    (bell,) = BellItem.objects.filter(kind="staff.uncovered", user=sam)
    assert (bell.severity, bell.url) == ("warning", "/duty/")
    assert bell.context == {
        "shift": asked.template.name, "start": "2026-11-20T01:00:00+00:00", "skill": "aftersales", "asked": 2,
        "there": 1,
    }  # fmt: skip


def test_stf_12_a_relief_who_has_not_clocked_in_at_the_start_is_told(asked, eva, sam):
    give_duty(eva, "2026-11-20 09:00", "17:00", rota=asked.rota)
    came(asked)
    warn_of_gaps(at("2026-11-20 08:59"))
    assert told("staff.relief_missing") == []
    warn_of_gaps(at("2026-11-20 09:00"))
    warn_of_gaps(at("2026-11-20 09:01"))
    (bell,) = BellItem.objects.filter(kind="staff.relief_missing", user=sam)
    assert (bell.context["names"], bell.context["there"]) == (["伊娃"], 1)
    assert told("staff.uncovered") == []


def test_somebody_else_who_is_there_fills_the_gap(asked, eva, sam):
    give_duty(eva, "2026-11-20 09:00", "17:00", rota=asked.rota)
    came(asked)
    Attendance.objects.create(user=UserFactory(name="帮手"), came_at=at("2026-11-20 08:50"))
    assert warn_of_gaps(at("2026-11-20 09:00")) == 0


def test_stf_17_the_cover_of_somebody_away_keeps_the_window_covered(asked, ana, eva, sam):
    came(asked)
    record = came(give_duty(eva, "2026-11-20 09:00", "17:00", rota=asked.rota))
    pia = UserFactory(name="皮娅", role=Role.AGENT_PRESALES)
    came(give_duty(pia, "2026-11-20 09:00", "17:00", skill=Skill.PRESALES, rota=asked.rota))
    noon = at("2026-11-20 12:00")
    Away.objects.create(user=eva, cover=pia, reason="-", starts_at=noon, back_by=noon + MINUTE)
    (one,) = coverage(noon, noon + MINUTE)
    assert (set(one.present), one.missing, one.is_short) == ({ana, pia}, (), False)
    record.delete()
    assert coverage(noon, noon + MINUTE)[0].missing == (eva,)


def test_who_is_on_leave_is_not_planned(asked, ana):
    Leave.objects.create(
        user=ana, state=LeaveState.APPROVED, starts_at=at("2026-11-20 00:00"), ends_at=at("2026-11-21 00:00"),
        reason="-", asked_at=at("2026-11-18 12:00"),
    )  # fmt: skip
    (one,) = coverage(at("2026-11-20 08:00"), at("2026-11-20 10:00"))
    assert (one.planned, one.is_short) == ((), True)


def test_the_kind_of_day_decides_what_is_asked_for(ana, team):
    duty = give_duty(ana, "2026-10-10 09:00", "17:00")
    DemandFactory(team=team, template=duty.template, people=3)
    DemandFactory(team=team, template=duty.template, people=1, day_kind=DayKind.WEEKEND)
    make_up = coverage(at("2026-10-10 08:00"), at("2026-10-10 10:00"))
    sunday = coverage(at("2026-10-11 08:00"), at("2026-10-11 10:00"))
    assert [[one.asked for one in found] for found in (make_up, sunday)] == [[3], [1]]
    SpecialDay.objects.create(day=dt.date(2026, 10, 11), name="大促")
    DemandFactory(team=team, template=duty.template, people=5, day_kind=DayKind.SPECIAL)
    assert [one.asked for one in coverage(at("2026-10-11 08:00"), at("2026-10-11 10:00"))] == [5]


def test_a_night_shift_of_the_day_before_still_counts_after_midnight(ana, team):
    duty = give_duty(ana, "2026-11-20 17:30", "01:00")
    DemandFactory(team=team, template=duty.template)
    (one,) = coverage(at("2026-11-21 00:30"), at("2026-11-21 00:31"))
    assert (one.starts_at, one.runs, list(one.planned)) == (at("2026-11-20 17:30"), True, [ana])


def test_a_team_without_a_rota_is_warned_of_nothing(team, sam):
    DemandFactory(team=team)
    assert warn_of_gaps(at("2026-11-20 09:00")) == 0


def test_coverage_takes_the_same_queries_for_one_window_and_for_many(ana, team, django_assert_max_num_queries):
    for number in range(6):
        duty = give_duty(UserFactory(), f"2026-11-20 {9 + number:02d}:00", "17:00")
        DemandFactory(team=duty.rota.team, template=duty.template)
    with django_assert_max_num_queries(11):
        assert len(coverage(at("2026-11-20 08:00"), at("2026-11-20 20:00"))) == 6


def test_stf_03_a_duty_to_which_nobody_came_is_proposed_once(ana, eva, team, sam):
    missed = give_duty(ana, "2026-11-20 09:00", "17:00")
    after = at("2026-11-20 17:01")
    assert propose_missed(after) == 0
    came(give_duty(eva, "2026-11-20 09:00", "17:00"))
    assert propose_missed(at("2026-11-20 16:59")) == 0
    assert propose_missed(after) == 1
    assert propose_missed(after + MINUTE) == 0
    penalty = Penalty.objects.get()
    assert (penalty.user, penalty.kind.key, penalty.happened_at) == (ana, "missed_duty", missed.starts_at)


def test_stf_03_a_gap_by_swap_or_leave_is_judged_elsewhere(ana, eva, team):
    came(give_duty(eva, "2026-11-20 09:00", "17:00"))
    give_duty(ana, "2026-11-20 09:00", "17:00", origin=Origin.SWAP)
    assert propose_missed(at("2026-11-20 17:01")) == 0


def test_a_quiet_minute_is_cheap(django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        watch(at("2026-11-20 12:00"))


def test_the_minutes_task_looks_at_the_products_clock(ana, team, noon):
    record = came(give_duty(ana, "2026-11-20 09:00", "11:00"))
    watch_shifts()
    record.refresh_from_db()
    assert record.left_at == at("2026-11-20 11:00")
