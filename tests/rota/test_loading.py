"""The rota as a plan: what is read, from where, and in how many queries."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla.models import CalendarDay
from staff.exchanges.states import LeaveState
from staff.models import Leave, PlannedDuty, ServiceRules, SpecialDay, Wish
from staff.roles import Role
from staff.rota.loading import load_plan
from staff.rota.plan import Absence, Demand, PlannedShift
from staff.rota.rules import check
from staff.rota.states import DayKind, ShiftKind, Skill, WishKind
from tests.factories import UserFactory, at
from tests.factories_staff import (
    DemandFactory,
    EmploymentFactory,
    RotaFactory,
    ShiftTemplateFactory,
    TeamFactory,
    UserSkillFactory,
    give_duty,
)

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 11, 16)


def read(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def test_stf_01_a_split_shift_and_one_over_midnight_keep_their_hours():
    team = TeamFactory()
    split = ShiftTemplateFactory(windows=[("10:00", "14:00"), ("17:30", "23:00")], kind=ShiftKind.NIGHT)
    late = ShiftTemplateFactory(windows=[("17:30", "01:00")], break_minutes=30)
    shift = load_plan(RotaFactory(team=team, starts_on=MONDAY)).shift
    assert shift[split.pk].windows == ((600, 840), (1050, 1380))
    assert (shift[split.pk].minutes, shift[split.pk].kind, shift[split.pk].touches_night) == (570, "night", True)
    assert shift[late.pk].windows == ((1050, 1500),)
    assert shift[late.pk].minutes == 420


def test_stf_04_the_team_its_skills_and_what_is_agreed_with_it():
    team = TeamFactory()
    by_role = EmploymentFactory(team=team, user=UserFactory(name="甲", role=Role.AGENT_PRESALES), no_night=True)
    by_rows = EmploymentFactory(
        team=team, user=UserFactory(name="乙"), week_minutes=1200, left_on=dt.date(2026, 11, 20)
    )
    UserSkillFactory(user=by_rows.user, skill=Skill.CLERK, shop_id=7)
    gone = EmploymentFactory(team=team, user=UserFactory(name="丙", is_active=False))
    stranger = UserFactory(name="丁")
    rota = RotaFactory(team=team, starts_on=MONDAY)
    shift = ShiftTemplateFactory()
    for user in (gone.user, stranger):
        PlannedDuty.objects.create(rota=rota, user=user, day=MONDAY, template=shift, skill=Skill.AFTERSALES)
    person = load_plan(rota).person
    assert person[by_role.user_id].skills == {("presales", None)}
    assert (person[by_role.user_id].no_night, person[by_role.user_id].plannable) == (True, True)
    assert person[by_rows.user_id].skills == {("clerk", 7)}
    assert (person[by_rows.user_id].week_minutes, person[by_rows.user_id].left_on) == (1200, dt.date(2026, 11, 20))
    assert (person[gone.user_id].plannable, person[gone.user_id].is_employed(MONDAY)) == (False, False)
    assert (person[stranger.pk].plannable, person[stranger.pk].is_employed(MONDAY)) == (False, True)


def test_stf_07_days_have_the_kind_of_the_public_calendar_and_of_the_house():
    SpecialDay.objects.create(day=dt.date(2026, 9, 21), name="大促", skill=Skill.PRESALES)
    CalendarDay.objects.create(day=dt.date(2026, 9, 22), kind=CalendarDay.Kind.OFF)
    CalendarDay.objects.create(day=dt.date(2026, 9, 19), kind=CalendarDay.Kind.WORK)
    day = load_plan(RotaFactory(starts_on=dt.date(2026, 9, 14))).day
    assert day[dt.date(2026, 9, 18)].kind == DayKind.WORKDAY
    assert day[dt.date(2026, 9, 19)].kind == DayKind.WORKDAY  # the house's own make-up Saturday
    assert day[dt.date(2026, 9, 20)].kind == DayKind.WORKDAY  # the country's make-up Sunday
    assert (day[dt.date(2026, 9, 21)].kind, day[dt.date(2026, 9, 21)].leans_to) == (DayKind.SPECIAL, "presales")
    assert (day[dt.date(2026, 9, 21)].base, day[dt.date(2026, 9, 21)].name) == (DayKind.WORKDAY, "大促")
    assert day[dt.date(2026, 9, 22)].kind == DayKind.HOLIDAY
    assert (day[dt.date(2026, 9, 25)].kind, day[dt.date(2026, 9, 25)].statutory) == (DayKind.HOLIDAY, True)
    assert (day[dt.date(2026, 9, 26)].kind, day[dt.date(2026, 9, 26)].statutory) == (DayKind.HOLIDAY, False)
    assert day[dt.date(2026, 10, 3)].statutory
    assert day[dt.date(2026, 10, 4)].kind == DayKind.HOLIDAY


def test_stf_06_duties_around_the_cycle_count_and_those_taken_back_do_not():
    team = TeamFactory()
    user = EmploymentFactory(team=team).user
    own = RotaFactory(team=team, starts_on=MONDAY)
    other = RotaFactory(team=TeamFactory(), starts_on=MONDAY)
    give_duty(user, "2026-11-15 17:30", "01:00", rota=other)
    give_duty(user, "2026-12-07 09:00", "17:00", rota=other)
    give_duty(user, "2026-11-18 09:00", "17:00", rota=own)
    back = give_duty(user, "2026-11-14 09:00", "17:00", rota=other)
    back.cancelled_at = at("2026-11-13 09:00")
    back.save()
    around = load_plan(own).around
    assert [(worked.day.isoformat(), worked.minutes, worked.free_day) for worked in around] == [
        ("2026-11-15", 450, True),
        ("2026-12-07", 480, False),
    ]
    assert around[0].spans == ((read("2026-11-15 17:30"), read("2026-11-16 01:00")),)


def test_stf_09_approved_leave_wishes_demand_and_kept_shifts_are_in_the_plan():
    team = TeamFactory()
    user = EmploymentFactory(team=team).user
    rota = RotaFactory(team=team, starts_on=MONDAY)
    demand = DemandFactory(team=team, people=2)
    DemandFactory(team=team, template=ShiftTemplateFactory(enabled=False))
    DemandFactory()
    times = {"starts_at": at("2026-11-17 12:00"), "ends_at": at("2026-11-18 00:00"), "reason": "看病"}
    Leave.objects.create(user=user, state=LeaveState.APPROVED, asked_at=at("2026-11-10 09:00"), **times)
    Leave.objects.create(user=user, state=LeaveState.ASKED, asked_at=at("2026-11-10 09:00"), **times)
    Wish.objects.create(user=user, day=MONDAY, kind=WishKind.AVOID, template=demand.template)
    PlannedDuty.objects.create(rota=rota, user=user, day=MONDAY, template=demand.template, skill="clerk", locked=True)
    ServiceRules.objects.create(pk=1, days_in_row=5, change_weekday=6)
    plan = load_plan(rota)
    assert plan.demands == (Demand(demand.template_id, "aftersales", "workday", 2),)
    assert plan.leaves == (Absence(user.pk, read("2026-11-17 12:00"), read("2026-11-18 00:00")),)
    assert [(w.user_id, w.day, w.kind, w.shift_id) for w in plan.wishes] == [
        (user.pk, MONDAY, "avoid", demand.template_id)
    ]
    assert plan.duties == (PlannedShift(user.pk, MONDAY, demand.template_id, "clerk", locked=True),)
    assert (plan.rules.days_in_row, plan.rules.change_weekday) == (5, 6)
    assert [(b.rule, b.day) for b in check(plan, ["hard"]) if b.user_id] == [("skill", MONDAY)]


def queries_of_a_team(people: int) -> int:
    team = TeamFactory()
    other = RotaFactory(team=TeamFactory(), starts_on=MONDAY)
    rota = RotaFactory(team=team, starts_on=MONDAY)
    for _n in range(people):
        user = EmploymentFactory(team=team).user
        UserSkillFactory(user=user)
        give_duty(user, "2026-11-12 09:00", "17:00", rota=other)
        PlannedDuty.objects.create(
            rota=rota, user=user, day=MONDAY, template=ShiftTemplateFactory(), skill=Skill.AFTERSALES
        )
    with CaptureQueriesContext(
        connection,
    ) as queries:
        plan = load_plan(rota)
    assert (len(plan.people), len(plan.around), len(plan.duties)) == (people, people, people)
    return len(queries)


def test_a_plan_takes_as_many_queries_for_nine_people_as_for_two():
    assert (queries_of_a_team(2), queries_of_a_team(9)) == (13, 13)
