"""Shifts, teams, demand, wishes, cleaning turns and the calendar's secret address."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from audit.models import Entry
from common import clock
from common.exceptions import BusinessError
from staff.models import (
    CalendarFeed,
    CleaningTurn,
    Demand,
    Employment,
    ServiceRules,
    ShiftTemplate,
    SpecialDay,
    Team,
    UserSkill,
    Wish,
)
from staff.roles import Role
from staff.rota import services
from staff.rota.calendar_feed import calendar_of, reader_of
from staff.rota.sets import SETS
from staff.rota.states import DayKind, Skill, WishKind
from tests.factories import UserFactory
from tests.factories_staff import EmploymentFactory, ShiftTemplateFactory, UserSkillFactory, a_team, give_duty

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 20)
DAY = dt.timedelta(days=1)
SHIFT = {"name": "晚班", "short": "晚", "scheme": "两班", "kind": "night", "break_minutes": 0, "color": "blue"}


def time(text: str) -> dt.time:
    return dt.time.fromisoformat(text)


# ── Shifts ───────────────────────────────────────────────────────────────────
def test_stf_01_a_shift_has_several_windows_over_midnight(noon, sam):
    windows = [(time("10:00"), time("14:00")), (time("17:30"), time("01:00"))]
    made = services.save_shift(shift=None, values=SHIFT, windows=windows, by=sam)
    assert [(window.starts, window.ends) for window in made.windows.all()] == windows
    again = services.save_shift(shift=made, values={**SHIFT, "name": "夜班"}, windows=windows[1:], by=sam)
    assert (again.pk, again.name, [window.minutes for window in again.windows.all()]) == (made.pk, "夜班", [450])
    assert Entry.objects.filter(action="staff.shift_saved").count() == 2


@pytest.mark.parametrize(
    ("windows", "pause", "code"),
    [
        ([], 0, "no_window"),
        ([("09:00", "09:00")], 0, "empty_window"),
        ([("09:00", "17:00"), ("08:00", "10:00")], 0, "too_long"),
        ([("09:00", "10:00")], 60, "break"),
    ],
)
def test_stf_01_impossible_shifts_are_refused(noon, sam, windows, pause, code):
    told = [(time(start), time(end)) for start, end in windows]
    with pytest.raises(BusinessError) as refusal:
        services.save_shift(shift=None, values={**SHIFT, "break_minutes": pause}, windows=told, by=sam)
    assert (refusal.value.code, ShiftTemplate.objects.count()) == (code, 0)


def test_a_name_stands_once_in_its_set(noon, sam):
    hours = [(time("09:00"), time("17:00"))]
    services.save_shift(shift=None, values=SHIFT, windows=hours, by=sam)
    services.save_shift(shift=None, values={**SHIFT, "scheme": "三班"}, windows=hours, by=sam)
    with pytest.raises(BusinessError) as refusal:
        services.save_shift(shift=None, values=SHIFT, windows=hours, by=sam)
    assert (refusal.value.code, ShiftTemplate.objects.count()) == ("taken", 2)


@pytest.mark.parametrize("scheme", SETS)
def test_stf_01_the_known_sets_are_made_once(noon, sam, scheme):
    made = services.use_set(scheme=scheme, by=sam)
    assert [shift.name for shift in made] == [shift.name for shift in SETS[scheme]]
    assert [[f"{w.starts:%H:%M}" for w in shift.windows.all()] for shift in made] == [
        [start for start, _end in shift.windows] for shift in SETS[scheme]
    ]
    assert services.use_set(scheme=scheme, by=sam) == []


def test_an_unknown_set_is_refused(noon, sam):
    with pytest.raises(BusinessError):
        services.use_set(scheme="四班", by=sam)


def test_a_shift_goes_out_of_use_and_back(noon, sam):
    shift = ShiftTemplateFactory()
    for enabled in (False, False, True):
        services.set_shift_enabled(shift=shift, enabled=enabled, by=sam)
    assert list(Entry.objects.order_by("pk").values_list("action", flat=True)) == [
        "staff.shift_disabled",
        "staff.shift_enabled",
    ]


# ── Teams ────────────────────────────────────────────────────────────────────
def test_a_supervisor_makes_teams_that_he_leads(noon, sam):
    other = UserFactory(role=Role.SUPERVISOR)
    team = services.save_team(team=None, name="一组", leader=sam, by=sam)
    with pytest.raises(BusinessError):
        services.save_team(team=None, name="二组", leader=other, by=sam)
    with pytest.raises(BusinessError):
        services.save_team(team=team, name="一组", leader=other, by=other)
    with pytest.raises(BusinessError) as refusal:
        services.save_team(team=None, name="一组", leader=sam, by=sam)
    assert (refusal.value.code, list(Team.objects.values_list("name", "leader"))) == ("taken", [("一组", sam.pk)])


def member(user, team, by, skills=(), **values):
    return services.save_member(user=user, team=team, values=values, skills=skills, by=by)


def test_skills_hold_for_every_shop_or_for_one_and_keep_their_training(noon, ana, sam):
    team = a_team(leader=sam)
    UserSkillFactory(user=ana, skill=Skill.AFTERSALES, trained_on=TODAY)
    member(ana, team, sam, skills=[(Skill.AFTERSALES, None), (Skill.PRESALES, 7)], week_minutes=1200, no_night=True)
    rows = UserSkill.objects.filter(user=ana).order_by("skill").values_list("skill", "shop_id", "trained_on")
    assert list(rows) == [("aftersales", None, TODAY), ("presales", 7, None)]
    job = Employment.objects.get(user=ana)
    assert (job.team, job.week_minutes, job.no_night) == (team, 1200, True)
    member(ana, team, sam, skills=[(Skill.PRESALES, 7)])
    assert UserSkill.objects.get(user=ana).skill == Skill.PRESALES


def test_nobody_takes_people_out_of_anothers_team_nor_leaders(noon, ana, sam):
    team, other = a_team(leader=sam), UserFactory(role=Role.SUPERVISOR)
    a_team(ana, leader=other)
    boss = UserFactory(role=Role.MANAGER)
    for user, into in ((ana, team), (boss, team), (other, team), (UserFactory(), a_team(leader=other))):
        with pytest.raises(BusinessError) as refusal:
            member(user, into, sam)
        assert refusal.value.code == "foreign"
    assert Employment.objects.filter(team=team).count() == 0
    assert member(ana, team, boss).team == team


def test_stf_04_demand_is_asked_for_and_taken_back(noon, sam):
    team, shift = a_team(leader=sam), ShiftTemplateFactory()
    key = (shift.pk, Skill.AFTERSALES, DayKind.WORKDAY)
    assert services.save_demand(team=team, asked={key: 2}, by=sam) == 1
    assert services.save_demand(team=team, asked={key: 2}, by=sam) == 0
    assert services.save_demand(team=team, asked={key: 0}, by=sam) == 1
    assert list(Demand.objects.values_list("people", flat=True)) == [0]
    with pytest.raises(BusinessError):
        services.save_demand(team=team, asked={key: 3}, by=UserFactory(role=Role.SUPERVISOR))


def test_stf_07_a_special_day_is_set_once_and_removed_before_it_is_over(noon, sam):
    made = services.add_special_day(day=TODAY, name="大促", skill=Skill.PRESALES, by=sam)
    with pytest.raises(BusinessError):
        services.add_special_day(day=TODAY, name="大促", skill=Skill.PRESALES, by=sam)
    noon.shift(DAY)
    with pytest.raises(BusinessError) as refusal:
        services.remove_special_day(special=made, by=sam)
    assert (refusal.value.code, SpecialDay.objects.count()) == ("over", 1)
    noon.shift(-DAY)
    services.remove_special_day(special=made, by=sam)
    assert SpecialDay.objects.count() == 0


def test_the_trail_names_changed_rules_without_their_numbers(noon, sam):
    services.save_rules(values={"days_in_row": 5, "commission_percent": 3, "cycle_weeks": 3}, by=sam)
    row = ServiceRules.objects.get()
    assert (row.days_in_row, row.commission_percent) == (5, 3)
    assert Entry.objects.get(action="staff.rules_saved").data == {"fields": "commission_percent, days_in_row"}


# ── One's own ────────────────────────────────────────────────────────────────
def test_a_wish_is_replaced_and_only_for_days_to_come(noon, ana):
    services.add_wish(user=ana, day=TODAY, kind=WishKind.OFF, note="家长会")
    services.add_wish(user=ana, day=TODAY, kind=WishKind.OFF, note="搬家")
    with pytest.raises(BusinessError):
        services.add_wish(user=ana, day=TODAY - DAY, kind=WishKind.OFF)
    with pytest.raises(BusinessError):
        services.add_wish(user=ana, day=TODAY, kind=WishKind.WORK)
    assert list(Wish.objects.values_list("note", flat=True)) == ["搬家"]


def test_there_is_an_end_to_wishing(noon, ana):
    for number in range(12):
        services.add_wish(user=ana, day=TODAY + number * DAY, kind=WishKind.OFF)
    with pytest.raises(BusinessError):
        services.add_wish(user=ana, day=TODAY + 12 * DAY, kind=WishKind.OFF)
    assert Wish.objects.count() == 12


def test_the_calendar_holds_ones_own_shifts_split_and_over_midnight(noon, ana):
    give_duty(ana, "2026-11-21 10:00", "14:00", "17:30", "23:00")
    give_duty(ana, "2026-11-22 17:30", "01:00")
    give_duty(UserFactory(), "2026-11-23 09:00", "17:00")
    give_duty(ana, "2026-11-24 09:00", "17:00", cancelled_at=clock.now())
    calendar = Calendar.from_ical(calendar_of(ana, clock.now()))
    zone = ZoneInfo("Asia/Shanghai")
    told = [(event["dtstart"].dt.astimezone(zone), event["dtend"].dt.astimezone(zone)) for event in calendar.events]
    assert [(f"{start:%m-%d %H:%M}", f"{end:%m-%d %H:%M}") for start, end in told] == [
        ("11-21 10:00", "11-21 14:00"),
        ("11-21 17:30", "11-21 23:00"),
        ("11-22 17:30", "11-23 01:00"),
    ]
    assert [str(event["dtstart"].params["TZID"]) for event in calendar.events] == ["Asia/Shanghai"] * 3
    assert len({str(event["uid"]) for event in calendar.events}) == 3


def test_the_address_of_a_calendar_is_renewed_and_revoked_and_kept_as_a_hash(noon, ana):
    first = services.make_feed(user=ana)
    assert reader_of(first) == ana
    second = services.make_feed(user=ana)
    assert (reader_of(first), reader_of(second)) == (None, ana)
    assert second not in str(CalendarFeed.objects.values().get())
    assert second not in str(list(Entry.objects.values()))
    ana.is_active = False
    ana.save()
    assert reader_of(second) is None
    ana.is_active = True
    ana.save()
    services.revoke_feed(user=ana)
    assert reader_of(second) is None


# ── Cleaning ─────────────────────────────────────────────────────────────────
def test_stf_30_cleaning_goes_round_those_who_come_first(noon, ana, sam):
    ben, cleo = UserFactory(), UserFactory()
    for day in ("2026-11-21", "2026-11-22", "2026-11-23"):
        give_duty(ana, f"{day} 09:00", "17:00")
        give_duty(ben, f"{day} 09:00", "17:00")
        give_duty(cleo, f"{day} 14:30", "22:30")
    CleaningTurn.objects.create(day=TODAY - DAY, user=ana)
    services.plan_cleaning(first=TODAY, last=TODAY + 4 * DAY, by=sam)
    made = CleaningTurn.objects.filter(day__gte=TODAY).order_by("day")
    assert list(made.values_list("day", "user")) == [
        (TODAY + DAY, ben.pk),
        (TODAY + 2 * DAY, ana.pk),
        (TODAY + 3 * DAY, ben.pk),
    ]
    assert services.plan_cleaning(first=TODAY, last=TODAY + 4 * DAY, by=sam) == []


def test_stf_30_days_that_are_over_get_no_turn(noon, sam):
    with pytest.raises(BusinessError):
        services.plan_cleaning(first=TODAY - DAY, last=TODAY, by=sam)
    with pytest.raises(BusinessError):
        services.plan_cleaning(first=TODAY, last=TODAY + 62 * DAY, by=sam)


def test_stf_30_a_turn_given_away_comes_back_as_the_colleagues_next_one(noon, ana):
    ben = UserFactory()
    turn = CleaningTurn.objects.create(day=TODAY, user=ana)
    later = CleaningTurn.objects.create(day=TODAY + 3 * DAY, user=ben)
    services.give_cleaning(turn=turn, to=ben, by=ana)
    later.refresh_from_db()
    assert (CleaningTurn.objects.get(day=TODAY).user, later.user) == (ben, ana)


def test_stf_30_a_turn_is_ticked_on_its_day(noon, ana):
    turn = CleaningTurn.objects.create(day=TODAY, user=ana)
    tomorrow = CleaningTurn.objects.create(day=TODAY + DAY, user=ana)
    assert services.finish_cleaning(turn=turn, by=ana).done_at == clock.now()
    with pytest.raises(BusinessError):
        services.finish_cleaning(turn=tomorrow, by=ana)
    with pytest.raises(BusinessError):
        services.give_cleaning(turn=turn, to=UserFactory(), by=ana)
    assert Entry.objects.filter(action="staff.cleaning_done").count() == 1


def test_an_employment_ends_after_it_began(noon, ana, sam):
    team = a_team(leader=sam)
    EmploymentFactory(user=ana, team=None)
    with pytest.raises(BusinessError) as refusal:
        member(ana, team, sam, joined_on=TODAY, left_on=TODAY - DAY)
    assert (refusal.value.code, Employment.objects.get(user=ana).team) == ("order", None)
