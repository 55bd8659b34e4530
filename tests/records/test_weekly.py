"""The week: opened on Monday, due on Friday at 11:00, summed up and passed on that afternoon (STF-29)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from common.exceptions import BusinessError, Conflict
from notifications.models import BellItem, Message
from notifications.render import render
from sla.announce import announce
from sla.engine import sweep
from sla.models import Clock
from sla.states import ClockState, Verdict
from staff.models import DailyRecord, WeeklyRecord, WeeklySummary
from staff.records import weeks
from staff.records.selectors.weekly import collate, summaries
from staff.records.services import daily, weekly
from tests.factories import NOON, OrderFactory, UserFactory, at
from tests.factories_staff import a_team, give_duty

FRIDAY = dt.date(2026, 11, 20)
MONDAY_MORNING = at("2026-11-16 06:05")


def record_clock(user) -> Clock:
    return Clock.objects.get(policy="staff.weekly_record", assignee=user)


@pytest.mark.parametrize(
    ("day", "week"),
    [
        ("2026-11-14", "2026-11-20"),
        ("2026-11-16", "2026-11-20"),
        ("2026-11-20", "2026-11-20"),
        ("2026-11-21", "2026-11-27"),
    ],
)
def test_a_week_runs_from_saturday_to_friday(day, week):
    assert weeks.week_of(dt.date.fromisoformat(day)) == dt.date.fromisoformat(week)


def test_a_meeting_looks_back_on_the_seven_days_before_it():
    monday = dt.date(2026, 11, 23)
    assert weeks.reviewed(monday) == (dt.date(2026, 11, 16), dt.date(2026, 11, 22))
    assert (weeks.record_week(monday), weeks.meeting_day(dt.date(2026, 11, 17))) == (FRIDAY, monday)


def test_stf_29_from_monday_on_everybody_with_a_duty_owes_a_record_by_friday_eleven(ana, sam):
    a_team(ana, leader=sam)
    give_duty(ana, "2026-11-19 09:00", "17:00")
    bob = UserFactory(name="宝宝")
    assert weekly.open_week(MONDAY_MORNING) == 2
    assert record_clock(ana).due_at == at("2026-11-20 11:00")
    assert not WeeklyRecord.objects.filter(user=bob).exists()
    summary = Clock.objects.get(policy="staff.weekly_summary")
    assert (summary.due_at, summary.assignee) == (at("2026-11-20 18:00"), sam)


def test_opening_the_week_again_changes_nothing(ana):
    give_duty(ana, "2026-11-19 09:00", "17:00")
    weekly.open_week(MONDAY_MORNING)
    assert weekly.open_week(MONDAY_MORNING + dt.timedelta(hours=3)) == 0
    assert Clock.objects.count() == WeeklyRecord.objects.count() == 1


def test_at_the_weekend_nothing_is_asked_for_yet(ana):
    give_duty(ana, "2026-11-19 09:00", "17:00")
    assert weekly.open_week(at("2026-11-15 12:00")) == 0


def test_who_lost_every_duty_of_the_week_is_let_off(ana):
    duty = give_duty(ana, "2026-11-19 09:00", "17:00")
    give_duty(UserFactory(name="宝宝"), "2026-11-19 09:00", "17:00")
    weekly.open_week(MONDAY_MORNING)
    duty.cancelled_at = MONDAY_MORNING
    duty.save()
    weekly.open_week(MONDAY_MORNING + dt.timedelta(hours=1))
    assert record_clock(ana).state == ClockState.VOID


def test_a_house_without_a_rota_asks_every_agent(ana, sam):
    weekly.open_week(MONDAY_MORNING)
    assert list(WeeklyRecord.objects.values_list("user", flat=True)) == [ana.pk]


def save(user, version=0, **more):
    return weekly.save_weekly(
        user=user, week=FRIDAY, version=version, last_week="接待多", to_improve="打字快些", **more
    )


@pytest.mark.parametrize(
    ("moment", "verdict"), [("2026-11-20 11:00:00", Verdict.MET), ("2026-11-20 11:00:01", Verdict.BREACHED)]
)
def test_stf_29_handing_in_ends_the_clock_to_the_second(ana, moment, verdict):
    give_duty(ana, "2026-11-19 09:00", "17:00")
    weekly.open_week(MONDAY_MORNING)
    record = save(ana, hand_in=True, now=at(moment))
    assert (record.handed_in_at, record_clock(ana).verdict) == (at(moment), verdict)


def test_a_late_record_is_told_to_the_person_and_the_leader_and_nobody_else(ana, sam, olli):
    other = UserFactory(name="宝宝")
    a_team(ana, other, leader=sam)
    give_duty(ana, "2026-11-19 09:00", "17:00")
    weekly.open_week(MONDAY_MORNING)
    BellItem.objects.all().delete()
    with time_machine.travel(at("2026-11-20 11:01"), tick=False):
        sweep()
        announce()
    assert set(BellItem.objects.values_list("user__username", flat=True)) == {"ana", "sam"}


def test_a_weekly_record_needs_both_answers(noon, ana):
    with pytest.raises(BusinessError) as refusal:
        weekly.save_weekly(user=ana, week=FRIDAY, version=0, last_week="好", to_improve=" ", hand_in=True)
    assert (refusal.value.code, WeeklyRecord.objects.count()) == ("missing", 0)


def test_a_weekly_record_is_not_written_ahead(noon, ana):
    with pytest.raises(BusinessError) as refusal:
        weekly.save_weekly(user=ana, week=dt.date(2026, 11, 27), version=0, last_week="", to_improve="")
    assert refusal.value.code == "closed"


def test_a_weekly_record_handed_in_stands(noon, ana):
    save(ana, hand_in=True)
    with pytest.raises(BusinessError) as refusal:
        save(ana, version=1)
    assert refusal.value.code == "handed_in"


def test_two_windows_of_a_weekly_record_conflict(noon, ana):
    save(ana)
    with pytest.raises(Conflict):
        save(ana)


def a_week_of(ana, sam):
    team = a_team(ana, leader=sam)
    give_duty(ana, "2026-11-19 09:00", "17:00")
    weekly.open_week(MONDAY_MORNING)
    for day, served in ((FRIDAY, 40), (FRIDAY - dt.timedelta(days=6), 10)):
        typed = {"served_buyers": served, "logistics_problems": "快递慢" if served == 40 else ""}
        daily.hand_in_daily(user=ana, day=day, version=0, typed=typed)
    return team


def test_the_collation_says_who_is_missing_and_sums_up(noon, ana, sam):
    page = collate(a_week_of(ana, sam), FRIDAY)
    label = DailyRecord._meta.get_field("logistics_problems").verbose_name
    assert page.missing == [ana]
    assert (page.sums.team.served, page.sums.team.days_in, page.sums.lines[0].name) == (50, 2, "安娜")
    assert page.people[0].problems == [(f"11-20 {label}", "快递慢")]
    save(ana, hand_in=True)
    assert collate(page.team, FRIDAY).missing == []


def test_the_collation_takes_as_many_queries_for_ten_as_for_one(noon, ana, sam, django_assert_num_queries):
    team = a_week_of(ana, sam)
    with CaptureQueriesContext(connection) as one:
        collate(team, FRIDAY)
    for _number in range(9):
        team.members.create(user=UserFactory())
    with django_assert_num_queries(len(one)):
        assert len(collate(team, FRIDAY).people) == 10


def test_stf_29_passing_on_freezes_the_sums_stops_the_clock_and_tells_operations(noon, ana, sam, olli):
    a_week_of(ana, sam)
    summary = WeeklySummary.objects.get()
    weekly.pass_on_week(summary_id=summary.pk, text="快递普遍慢", by=sam)
    summary.refresh_from_db()
    assert (summary.sent_by, summary.figures["team"]["served"]) == (sam, 50)
    assert Clock.objects.get(policy="staff.weekly_summary").verdict == Verdict.MET
    bell = BellItem.objects.get(kind="staff.week_passed_on")
    assert (bell.user, bell.url) == (olli, f"/records/weekly/summaries/{summary.pk}/")
    message = Message.objects.get(kind="staff.week_passed_on")
    mail = render(message.kind, message.context, "en")
    assert "快递普遍慢" in mail.text
    assert "Buyers served: 50" in mail.text


def test_passing_on_twice_or_empty_is_refused(noon, ana, sam, olli):
    a_week_of(ana, sam)
    pk = WeeklySummary.objects.get().pk
    with pytest.raises(BusinessError) as refusal:
        weekly.pass_on_week(summary_id=pk, text=" ", by=sam)
    assert (refusal.value.code, Message.objects.filter(kind="staff.week_passed_on").count()) == ("missing", 0)
    weekly.pass_on_week(summary_id=pk, text="好", by=sam)
    with pytest.raises(BusinessError) as again:
        weekly.pass_on_week(summary_id=pk, text="再", by=sam)
    assert (again.value.code, Entry.objects.filter(action="staff.week_passed_on").count()) == ("sent", 1)


def test_only_the_leader_of_the_team_passes_its_week_on(noon, ana, sam):
    a_week_of(ana, sam)
    other = UserFactory(role="supervisor")
    with pytest.raises(WeeklySummary.DoesNotExist):
        weekly.pass_on_week(summary_id=WeeklySummary.objects.get().pk, text="好", by=other)


def test_operations_read_what_was_passed_on_and_agents_nothing(noon, ana, sam, olli):
    a_week_of(ana, sam)
    summary = WeeklySummary.objects.get()
    assert [list(summaries(user)) for user in (sam, olli, ana)] == [[summary], [], []]
    weekly.pass_on_week(summary_id=summary.pk, text="好", by=sam)
    assert [list(summaries(user)) for user in (sam, olli, ana)] == [[summary], [summary], []]


def test_stf_36_a_week_has_conversion_and_order_value(noon, ana, sam):
    OrderFactory(owner=ana, paid_at=NOON, paid_total="90.00")
    line = collate(a_week_of(ana, sam), FRIDAY).sums.team
    assert (line.deals, line.conversion, line.order_value) == (1, Decimal("2.0"), Decimal("90.00"))


def test_the_pages_of_the_week(noon, ana, sam, olli, as_user):
    a_week_of(ana, sam)
    data = {"week": "2026-11-20", "version": "0", "last_week": "a", "to_improve": "b", "hand_in": "1"}
    assert as_user(ana).post("/records/weekly/save/", data).status_code == 302
    record = WeeklyRecord.objects.get()
    assert [as_user(user).get(f"/records/weekly/{record.pk}/").status_code for user in (ana, sam, olli)] == [
        200,
        200,
        404,
    ]
    pk = WeeklySummary.objects.get().pk
    assert as_user(olli).post(f"/records/weekly/summaries/{pk}/pass-on/", {"text": "x"}).status_code == 403
    assert as_user(sam).post(f"/records/weekly/summaries/{pk}/pass-on/", {"text": "x", "send": "1"}).status_code == 302
    assert as_user(olli).get(f"/records/weekly/summaries/{pk}/").status_code == 200
