"""The promises about penalties are between a person and the leaders: nobody else sees, takes or is given them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from reports.figures import compute
from sla import desk, policies
from sla.holding import Clocks
from sla.models import Clock, ClockEvent
from staff.conduct.sla_policies import APPEAL, APPEAL_DECISION, DECISION, POLICIES
from staff.conduct.states import PenaltyState as P
from staff.models import Penalty, Team, User
from staff.records.selectors.meetings import broken
from staff.records.sources import breaches
from tests.conduct.helpers import appealed, confirmed, proposed
from tests.factories import NOON

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def each_kind(ana: User, sam: User) -> dict[str, Clock]:
    """A penalty waiting for its decision, one for an appeal, one appealed; with the clock of each."""
    made = {DECISION.key: proposed(ana), APPEAL.key: confirmed(ana, sam), APPEAL_DECISION.key: appealed(ana, sam)}
    return {
        key: Clock.objects.get(policy=key, topic=f"staff.penalty:{penalty.pk}", state="running")
        for key, penalty in made.items()
    }


def seen(user: User) -> set[str]:
    rows = desk.worklist(desk.DeskFilter.from_query({}, user), NOON)
    return set(rows.values_list("policy", flat=True))


def test_all_three_are_personal() -> None:
    assert set(POLICIES) <= policies.personal_keys()


def test_the_desk_shows_them_to_who_holds_them_and_who_leads_the_person(
    ana: User, sam: User, max_: User, tina: User, ben: User, team: Team, as_user: Any, noon: Any
) -> None:
    """Shows 7: neither the person's team-mates nor a supervisor of another team find them, in the list or by address."""
    clocks = each_kind(ana, sam)
    assert {user.username: seen(user) for user in (ana, ben, tina)} == {"ana": set(), "ben": set(), "tina": set()}
    assert [seen(user) for user in (sam, max_)] == [set(POLICIES)] * 2
    found = {
        user.username: {as_user(user).get(f"/desk/clocks/{row.pk}/").status_code for row in clocks.values()}
        for user in (ana, ben, tina, sam, max_)
    }
    assert found == {"ana": {404}, "ben": {404}, "tina": {404}, "sam": {200}, "max": {200}}


def test_they_are_never_shared_out_nor_handed_on(ana: User, sam: User, max_: User, team: Team, noon: Any) -> None:
    each_kind(ana, sam)
    assert Clocks().unheld(limit=10) == []
    assert Clocks().held_by([ana.pk, sam.pk, max_.pk]) == []


def test_nobody_takes_one(ana: User, sam: User, max_: User, team: Team, as_user: Any, noon: Any) -> None:
    clocks = each_kind(ana, sam)
    before = list(Clock.objects.order_by("pk").values_list("assignee", flat=True))
    for row in clocks.values():
        assert as_user(max_).post(f"/desk/clocks/{row.pk}/take/").status_code == 409
    assert list(Clock.objects.order_by("pk").values_list("assignee", flat=True)) == before
    assert Penalty.objects.filter(state__in=[P.PROPOSED, P.CONFIRMED, P.APPEALED]).count() == 3


def test_the_report_counts_them_and_names_none(ana: User, sam: User, team: Team, noon: Any) -> None:
    late = each_kind(ana, sam)[DECISION.key]
    Clock.objects.filter(pk=late.pk).update(started_at=NOON - 9 * DAY, own_due_at=NOON - DAY, due_at=NOON - DAY)
    figures = compute(NOON.date(), now=NOON)
    assert (figures["open_breaches"], figures["open_breach_count"]) == ([], 0)
    assert {row["policy"]: row["open_late"] for row in figures["policies"]}[DECISION.key] == 1


def test_neither_the_agenda_nor_its_rows_name_them_to_others(
    ana: User, sam: User, tina: User, ben: User, team: Team, as_user: Any, noon: Any
) -> None:
    """AFT-14 asks for broken promises, not for penalties."""
    late = each_kind(ana, sam)[DECISION.key]
    monday = NOON.date() + 3 * DAY
    ClockEvent.objects.create(clock=late, step=1, kind="breach", at=NOON - DAY, recorded_at=NOON, announced_at=NOON)
    assert breaches(team, monday) == []
    named = {user.username: broken(monday, policy="", party="", reader=user).count() for user in (ana, ben, tina, sam)}
    assert named == {"ana": 0, "ben": 0, "tina": 0, "sam": 1}
