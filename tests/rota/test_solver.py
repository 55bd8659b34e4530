"""STF-04 to STF-07: what is proposed breaks no hard rule, by a checker that shares no code with the rules."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from staff.rota.plan import Demand, Wish
from staff.rota.rules import check
from staff.rota.solver import propose
from tests.rota import independent_checker as checker
from tests.rota.teams import MONDAY, ONE_DAY, days, random_duties, random_team, seed_team, somebody, works

pytestmark = pytest.mark.once

TEAMS = 200


def coverage_of(plan):
    return {found for found in checker.hard(plan) if found[0] == "coverage"}


@pytest.mark.parametrize("part", range(10))
def test_stf_06_rotas_of_random_teams_break_no_hard_rule(part, request):
    """Every third of 200 teams; all of them with `pytest --thorough`."""
    for seed in range(part, TEAMS, 10 if request.config.getoption("--thorough") else 30):
        plan = random_team(seed)
        proposal = propose(plan, seconds=0.03)
        proposed = plan.with_duties(proposal.duties)
        kept = [duty for duty in plan.duties if duty.locked]
        assert [duty for duty in proposal.duties if duty.locked] == kept, seed
        blamed = checker.hard(proposed) - checker.hard(plan.with_duties(kept))
        assert blamed - coverage_of(proposed) == set(), seed
        assert bool(proposal.unmet) == bool(coverage_of(proposed)), seed


def test_stf_06_the_rules_and_the_independent_checker_find_the_same_in_broken_plans():
    seen = set()
    for seed in range(0, TEAMS, 5):
        plan = random_team(seed)
        broken = plan.with_duties(random_duties(random.Random(seed), plan, len(plan.people) * len(plan.days)))
        by_rules = {(b.rule, b.user_id, b.day) for b in check(broken, ["hard", "law"])}
        by_checker = checker.hard(broken) | checker.law(broken)
        assert by_rules == by_checker, seed
        seen |= {rule for rule, _user, _day in by_checker}
    assert seen == {
        *("overlap", "leave", "skill", "employed", "night_ban", "days_in_row", "day_most", "coverage"),
        *("day_hours", "week_hours", "average_hours", "month_overtime", "holiday", "rest"),
    }


@pytest.mark.parametrize(
    ("people", "asked", "weekend"),
    [(12, (2, 2), (2, 1)), (30, (5, 5), (5, 4))],
    ids=["12 people", "30 people"],
)
@pytest.mark.parametrize("shift_set", ["S0", "S2-A", "S2-B"])
def test_stf_01_the_seeds_shift_sets_are_staffed_for_three_weeks(shift_set, people, asked, weekend):
    plan = seed_team(people, shift_set, asked=asked, weekend=weekend)
    proposal = propose(plan, seconds=10)
    proposed = plan.with_duties(proposal.duties)
    assert proposal.unmet == []
    assert checker.hard(proposed) == set()
    assert len(proposal.duties) == sum(d.people for day in plan.days for d in plan.demands_on(day))


def test_stf_05_everybody_keeps_one_kind_of_shift_a_week_where_that_can_be():
    plan = seed_team(6, "S0", asked=(1, 1), weekend=(1, 1), count=14)
    plan = replace(plan, people=tuple(replace(person, no_night=False) for person in plan.people))
    proposal = propose(plan, seconds=20)
    assert [b for b in check(plan.with_duties(proposal.duties)) if b.rule == "rhythm"] == []


def test_stf_04_what_is_kept_stays_and_the_rest_is_planned_around_it():
    plan = replace(
        seed_team(4, "S0", asked=(1, 0), weekend=(1, 0), count=7),
        duties=(works(1, 0, 2, "aftersales", locked=True), works(2, 1, 1, "aftersales")),
    )
    proposal = propose(plan, seconds=5)
    assert works(1, 0, 2, "aftersales", locked=True) in proposal.duties
    assert [d.shift_id for d in proposal.duties if (d.user_id, d.day) == (1, MONDAY)] == [2]
    assert proposal.unmet == []


def test_stf_04_a_kept_plan_that_breaks_rules_by_itself_still_gets_an_answer():
    kept = tuple(works(1, n, locked=True) for n in range(10))
    plan = replace(seed_team(3, "S0", asked=(1, 0), weekend=(1, 0), count=14), duties=kept)
    assert set(kept) <= set(propose(plan, seconds=5).duties)


def test_stf_07_on_a_special_workday_everybody_may_do_presales():
    plan = replace(
        seed_team(2, "S0", asked=(0, 0), weekend=(0, 0), count=7),
        people=(somebody(1, ("aftersales", None)), somebody(2, ("aftersales", None))),
        demands=(Demand(1, "presales", "special", 2),),
    )
    days_ = (replace(plan.days[0], kind="special", base="workday", leans_to="presales"), *plan.days[1:])
    proposal = propose(replace(plan, days=days_), seconds=5)
    assert [(duty.user_id, duty.day, duty.skill) for duty in proposal.duties] == [
        (1, MONDAY, "presales"),
        (2, MONDAY, "presales"),
    ]


def test_wishes_are_kept_where_another_can_work_instead():
    plan = replace(
        seed_team(2, "S0", asked=(0, 0), weekend=(0, 0), count=1),
        people=(somebody(1), somebody(2)),
        demands=(Demand(1, "presales", "workday", 1),),
        wishes=(Wish(1, MONDAY, "off"),),
    )
    proposal = propose(plan, seconds=5)
    assert [duty.user_id for duty in proposal.duties] == [2]
    assert (proposal.optimal, proposal.notes[-1]) == (True, "1 of 1 wishes are kept.")


def test_a_small_team_gets_the_same_answer_every_time():
    plan = random_team(3, length=7)
    assert propose(plan, seconds=60) == propose(plan, seconds=60)


def test_nobody_and_nothing_asked_gives_an_empty_rota():
    empty = replace(seed_team(1, "S0", asked=(0, 0), weekend=(0, 0), count=7), people=())
    assert propose(empty, seconds=2).duties == ()
    assert days(7)[6].date == MONDAY + 6 * ONE_DAY
