"""A demand that cannot be met is explained: how much, when, why, and what would mend it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import translation

from staff.rota.plan import Absence, Demand, Plan, Shift
from staff.rota.solver import propose
from tests.rota.teams import EARLY, LATE, MONDAY, days, somebody, works

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def plan_of(*people, asked: int, count: int = 1, shifts=(EARLY, LATE), **more) -> Plan:
    return Plan(people, days(count), shifts, (Demand(1, "presales", "workday", asked),), **more)


def test_stf_04_too_few_people():
    proposal = propose(plan_of(somebody(1), asked=3), seconds=5)
    assert len(proposal.duties) == 1
    assert proposal.unmet == [
        "早班, pre-sales: 2 duties cannot be covered (11-23 Mon)."
        " Of 1 person who can do it on 11-23 Mon: 1 work in it.",
        "Everything can be covered with 2 more people for pre-sales, or with fewer asked for on those days.",
    ]


def test_stf_32_nobody_has_the_skill():
    proposal = propose(plan_of(somebody(1, ("clerk", None)), asked=1), seconds=5)
    assert proposal.unmet[0].endswith("Nobody in the team has this skill.")
    assert "1 more person for pre-sales" in proposal.unmet[1]


def test_stf_09_leave_in_the_way_is_named_as_what_could_be_moved():
    away = Absence(2, dt.datetime.combine(MONDAY, dt.time()), dt.datetime.combine(MONDAY, dt.time(23)))
    proposal = propose(plan_of(somebody(1), somebody(2), asked=2, leaves=(away,)), seconds=5)
    assert "1 work in it, 1 on leave" in proposal.unmet[0]
    assert proposal.unmet[2] == "If the leave of 员工2 is moved, 1 duty more can be covered."


def test_stf_06_those_who_may_not_work_at_night():
    night = (Shift(1, "夜班", "夜", ((1320, 1800),), "night"),)
    proposal = propose(plan_of(somebody(1, no_night=True), asked=1, shifts=night), seconds=5)
    assert "1 may not work at night" in proposal.unmet[0]


def test_stf_04_the_rest_day_in_the_way():
    plan = plan_of(somebody(1), asked=1, count=7)
    plan = replace(plan, demands=(*plan.demands, Demand(1, "presales", "weekend", 1)))
    proposal = propose(plan, seconds=5)
    assert len(proposal.duties) == 6
    assert "1 need their rest day" in proposal.unmet[0]
    assert "1 more person for pre-sales" in proposal.unmet[1]


def test_stf_06_a_shift_longer_than_the_law_allows_is_mended_by_nobody():
    long = (Shift(1, "长班", "长", ((480, 1200),)),)
    proposal = propose(plan_of(somebody(1), asked=1, shifts=long), seconds=5)
    assert proposal.duties == ()
    assert len(proposal.unmet) == 1
    assert proposal.unmet[0].endswith("Nobody may work it: 12 hours are more than 11.")


def test_a_kept_shift_in_the_way_is_said():
    kept = works(1, 0, 2, locked=True)
    proposal = propose(plan_of(somebody(1), asked=1, duties=(kept,)), seconds=5)
    assert "1 work in another shift" in proposal.unmet[0]
    assert proposal.unmet[2] == "Without the kept duties 1 duty more can be covered."


def test_stf_06_more_asked_than_the_legal_week_has():
    people = (somebody(1), somebody(2))
    plan = plan_of(*people, asked=2, count=7)
    plan = replace(plan, demands=(*plan.demands, Demand(1, "presales", "weekend", 1)))
    notes = propose(plan, seconds=5).notes
    assert notes[0] == (
        "What is asked for takes 96 hours a week, the legal week of the team has 80: the rest is overtime."
    )
