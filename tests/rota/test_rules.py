"""Each rule of the rota at its edge: one minute, one day or one person decides."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import translation

from staff.rota.plan import ONE_DAY, Absence, Day, Demand, Plan, Rules, Shift, Wish, Worked, touches_night
from staff.rota.rules import RULES, check
from staff.rota.states import WishKind
from tests.rota.teams import EARLY, LATE, MONDAY, SETS, days, somebody, works

pytestmark = pytest.mark.once

NIGHT = SETS["S2-B"][1]


def plan_of(*duties, people=None, shifts=(EARLY, LATE), **more) -> Plan:
    more.setdefault("days", days())
    return Plan(people or (somebody(1),), shifts=shifts, duties=duties, **more)


def broken(plan: Plan, rule: str) -> list[tuple[int | None, int]]:
    """Who breaks the rule on which day, counted from 0."""
    return [(b.user_id, (b.day - MONDAY).days) for b in check(plan) if b.rule == rule and b.day]


def test_stf_01_two_shifts_that_touch_are_no_overlap_and_one_minute_more_is():
    touching = Shift(2, "下", "下", ((1020, 1200),))
    later = Shift(2, "下", "下", ((1019, 1200),))
    duties = (works(1, 0), works(1, 0, 2))
    assert broken(plan_of(*duties, shifts=(EARLY, touching)), "overlap") == []
    assert broken(plan_of(*duties, shifts=(EARLY, later)), "overlap") == [(1, 0)]


def test_stf_01_a_shift_over_midnight_meets_the_next_morning():
    dawn = Shift(1, "凌晨", "凌", ((59, 300),))
    assert broken(plan_of(works(1, 0, 2), works(1, 1, 1), shifts=(dawn, NIGHT)), "overlap") == [(1, 1)]


def test_stf_09_leave_from_the_end_of_the_shift_is_no_clash():
    ends = dt.datetime.combine(MONDAY, dt.time(17))
    for starts, expected in ((ends, []), (ends - dt.timedelta(minutes=1), [(1, 0)])):
        leave = Absence(1, starts, starts + dt.timedelta(days=2))
        assert broken(plan_of(works(1, 0), leaves=(leave,)), "leave") == expected


def test_stf_32_a_skill_that_is_missing_and_stf_07_the_day_on_which_all_have_it():
    clerk = somebody(1, ("clerk", None))
    special = (Day(MONDAY, "special", base="workday", leans_to="presales"), *days()[1:])
    plan = plan_of(works(1, 0), works(1, 1), people=(clerk,), days=special)
    assert broken(plan, "skill") == [(1, 1)]


def test_nobody_works_before_joining_or_after_leaving():
    person = somebody(1, joined_on=MONDAY + ONE_DAY, left_on=MONDAY + 2 * ONE_DAY)
    assert broken(plan_of(*(works(1, n) for n in range(4)), people=(person,)), "employed") == [(1, 0), (1, 3)]


@pytest.mark.parametrize(
    ("window", "night"),
    [((1080, 1320), False), ((1080, 1321), True), ((360, 840), False), ((359, 840), True), ((1050, 1500), True)],
)
def test_stf_06_night_is_from_22_to_6(window, night):
    assert touches_night(*window) is night
    plan = plan_of(works(1, 0), people=(somebody(1, no_night=True),), shifts=(Shift(1, "班", "班", (window,)),))
    assert bool(broken(plan, "night_ban")) is night


def test_stf_04_six_days_on_and_one_off_also_over_the_seam():
    assert broken(plan_of(*(works(1, n) for n in range(6))), "days_in_row") == []
    assert broken(plan_of(*(works(1, n) for n in range(8))), "days_in_row") == [(1, 6), (1, 7)]
    before = tuple(Worked(1, MONDAY - n * ONE_DAY, 480, EARLY.spans(MONDAY - n * ONE_DAY)) for n in (1, 2, 3, 4))
    assert broken(plan_of(*(works(1, n) for n in range(3)), around=before), "days_in_row") == [(1, 2)]
    after = tuple(Worked(1, MONDAY + n * ONE_DAY, 480, EARLY.spans(MONDAY + n * ONE_DAY)) for n in range(21, 26))
    assert broken(plan_of(works(1, 19), works(1, 20), around=after), "days_in_row") == [(1, 20)]


def test_stf_04_a_house_rule_of_more_days_does_not_undo_the_weekly_rest_day():
    plan = plan_of(*(works(1, n) for n in range(7)), rules=Rules(days_in_row=10))
    assert broken(plan, "days_in_row") == [(1, 6)]
    assert broken(replace(plan, rules=Rules(days_in_row=5)), "days_in_row") == [(1, 5), (1, 6)]


def of_length(minutes: int) -> Shift:
    return Shift(1, "班", "班", ((480, 480 + minutes),))


@pytest.mark.parametrize(
    ("minutes", "rules"), [(480, set()), (481, {"day_hours"}), (660, {"day_hours"}), (661, {"day_most"})]
)
def test_stf_06_hours_of_a_day(minutes, rules):
    plan = plan_of(works(1, 0), shifts=(of_length(minutes),))
    assert {b.rule for b in check(plan) if b.severity != "soft"} == rules


def test_stf_06_a_break_is_no_work():
    assert (SETS["S2-A"][0].minutes, SETS["S2-A"][1].minutes, SETS["S2-B"][1].minutes) == (480, 570, 450)


def test_stf_06_hours_of_a_week_run_from_monday_and_over_the_seam():
    five = [works(1, n) for n in range(5)]
    assert broken(plan_of(*five), "week_hours") == []
    assert broken(plan_of(*five, works(1, 6)), "week_hours") == [(1, 6)]
    assert broken(plan_of(*five, works(1, 7)), "week_hours") == []
    wednesday = tuple(day for day in days() if day.date >= MONDAY + 2 * ONE_DAY)
    monday = tuple(Worked(1, MONDAY + n * ONE_DAY, 480, EARLY.spans(MONDAY + n * ONE_DAY)) for n in (0, 1))
    late = plan_of(*(works(1, n) for n in (2, 3, 4, 5)), days=wednesday, around=monday)
    assert broken(late, "week_hours") == [(1, 5)]


def test_stf_06_average_of_the_cycle():
    week = days(7)
    assert broken(plan_of(*(works(1, n) for n in range(5)), days=week), "average_hours") == []
    longer = plan_of(*(works(1, n) for n in range(5)), days=week, shifts=(of_length(528),))
    assert broken(longer, "average_hours") == []
    assert broken(replace(longer, shifts=(of_length(529),)), "average_hours") == [(1, 4)]


def test_stf_06_36_hours_of_overtime_a_month_counted_with_those_before_the_cycle():
    saturdays = (dt.date(2026, 11, 7), dt.date(2026, 11, 14), dt.date(2026, 11, 21))
    before = tuple(
        Worked(1, day, 480, EARLY.spans(day))
        for saturday in saturdays
        for day in (saturday - n * ONE_DAY for n in (0, 1, 2, 3, 4, 5))
    )
    november = [works(1, n) for n in range(5)]
    assert broken(plan_of(*november, around=before), "month_overtime") == []
    sixth = plan_of(*november, works(1, 5), around=before)
    assert broken(sixth, "month_overtime") == []  # 32 hours
    rules = Rules(month_overtime_minutes=1919)
    assert broken(replace(sixth, rules=rules), "month_overtime") == [(1, 5)]
    assert broken(plan_of(*november, works(1, 8), around=before, rules=rules), "month_overtime") == []


def test_stf_06_statutory_holidays_are_named_and_other_days_off_are_not():
    free = (Day(MONDAY, "holiday", base="holiday", statutory=True), Day(MONDAY + ONE_DAY, "holiday", base="holiday"))
    plan = plan_of(works(1, 0), works(1, 1), days=(*free, *days()[2:]))
    assert broken(plan, "holiday") == [(1, 0)]


def test_stf_06_eleven_hours_of_rest():
    assert broken(plan_of(works(1, 0, 2), works(1, 1, 1)), "rest") == [(1, 1)]  # 22:30 to 9:00
    assert broken(plan_of(works(1, 0, 2), works(1, 1, 2)), "rest") == []
    assert broken(plan_of(works(1, 0, 2), works(1, 1, 1), rules=Rules(rest_minutes=630)), "rest") == []


def test_stf_04_coverage_counts_people_of_the_skill():
    asked = (Demand(1, "presales", "workday", 2),)
    plan = plan_of(works(1, 0), works(2, 0, 1, "aftersales"), people=(somebody(1), somebody(2)), demands=asked)
    found = [b for b in check(replace(plan, days=days(1))) if b.rule == "coverage"]
    assert [(b.user_id, b.day, b.shift_id, b.skill) for b in found] == [(None, MONDAY, 1, "presales")]
    assert "1 of 2" in found[0].sentence


def test_stf_07_a_kind_of_day_without_demand_is_staffed_like_the_plainer_one():
    asked = (Demand(1, "presales", "workday", 1), Demand(1, "presales", "weekend", 2))
    plan = plan_of(demands=asked)
    special = Day(MONDAY, "special", base="workday", leans_to="presales")
    holiday = Day(MONDAY, "holiday", base="holiday")
    assert [d.people for d in plan.demands_on(special)] == [1]
    assert [d.people for d in plan.demands_on(holiday)] == [2]
    nobody = replace(plan, demands=(*asked, Demand(1, "presales", "holiday", 0), Demand(1, "presales", "special", 3)))
    assert [d.people for d in nobody.demands_on(holiday)] == []
    assert [d.people for d in nobody.demands_on(special)] == [3]


def test_stf_05_one_kind_of_shift_from_saturday_to_friday():
    friday, saturday = 4, 5
    assert broken(plan_of(works(1, friday), works(1, saturday, 2)), "rhythm") == []
    assert broken(plan_of(works(1, friday - 1), works(1, friday, 2)), "rhythm") == [(1, friday)]
    sunday = plan_of(works(1, saturday, 2), works(1, saturday + 1), rules=Rules(change_weekday=6))
    assert broken(sunday, "rhythm") == []
    assert broken(replace(sunday, rules=Rules(change_weekday=5)), "rhythm") == [(1, saturday + 1)]


def test_stf_04_nights_weekends_and_holidays_are_shared():
    people = tuple(somebody(n) for n in (1, 2, 3, 4))
    asked = (Demand(2, "presales", "workday", 1), Demand(1, "presales", "weekend", 1))
    fair = plan_of(*(works(n, n, 2) for n in (1, 2, 3, 4)), people=people, demands=asked)
    assert broken(fair, "fair_nights") == []
    assert broken(fair.with_duties(works(1, n, 2) for n in (0, 1, 2)), "fair_nights") == [(1, 2)]
    assert broken(fair.with_duties(works(1, n) for n in (5, 6)), "fair_weekends") == [(1, 6)]
    barred = replace(fair, people=(*people, *(somebody(n, no_night=True) for n in range(5, 9))))
    assert broken(barred.with_duties(works(n, n, 2) for n in (1, 2, 3, 4)), "fair_nights") == []


def test_stf_11_the_minutes_before_each_shift_count_as_presence():
    five = [works(1, n) for n in range(5)]
    assert broken(plan_of(*five), "early") == [(1, 4)]
    assert broken(plan_of(*five[:4]), "early") == []
    assert broken(plan_of(*five, works(1, 6)), "early") == []  # the week is too long without them: said by that rule
    assert broken(plan_of(*five, rules=Rules(early_minutes=0)), "early") == []


def test_more_hours_than_agreed_with_somebody_who_works_part_time():
    half = somebody(1, week_minutes=1200)
    week = days(7)
    assert broken(plan_of(works(1, 0), works(1, 1), people=(half,), days=week), "agreed_hours") == []
    assert broken(plan_of(*(works(1, n) for n in range(3)), people=(half,), days=week), "agreed_hours") == [(1, 2)]


@pytest.mark.parametrize(
    ("kind", "shift", "kept", "missed"),
    [
        (WishKind.OFF, None, (), (works(1, 0, 2),)),
        (WishKind.WORK, 2, (works(1, 0, 2),), (works(1, 0, 1),)),
        (WishKind.AVOID, 2, (works(1, 0, 1),), (works(1, 0, 2),)),
    ],
)
def test_wishes_that_are_not_kept_are_shown(kind, shift, kept, missed):
    wish = Wish(1, MONDAY, kind, shift)
    assert broken(plan_of(*kept, wishes=(wish,)), "wish") == []
    assert broken(plan_of(*missed, wishes=(wish,)), "wish") == [(1, 0)]


def test_stf_06_every_breach_names_what_it_offends_and_the_graver_come_first():
    people = (somebody(1, no_night=True, week_minutes=600),)
    plan = plan_of(
        *(works(1, n, 2) for n in range(8)),
        people=people,
        demands=(Demand(1, "presales", "workday", 1),),
        wishes=(Wish(1, MONDAY, WishKind.OFF),),
    )
    with translation.override("en"):
        found = check(plan)
    order = ["hard", "law", "soft"]
    assert [b.severity for b in found] == sorted((b.severity for b in found), key=order.index)
    assert all(b.article for b in found if b.severity != "soft")
    night = next(b for b in found if b.rule == "night_ban")
    assert (night.article, night.user_id, night.shift_id) == ("Labour Law art. 61, 63", 1, 2)
    assert night.sentence == "员工1 may not work at night, but has the shift 晚班 on 11-23 Mon."
    assert {b.rule for b in found} <= set(RULES)
    assert check(plan, ["law"]) == [b for b in check(plan) if b.severity == "law"]
