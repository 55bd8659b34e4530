"""A handover opens: when, of whom, with what on it (STF-08)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from common.exceptions import BusinessError
from notifications.models import BellItem
from sla.models import Clock
from staff.exchanges.states import LeaveKind, LeaveState
from staff.handover import services, sources
from staff.handover.following import following
from staff.handover.gathering import kind_of
from staff.handover.sources import Line
from staff.handover.states import ItemKind
from staff.models import Duty, Handover, Leave, Team, UserSkill
from staff.roles import Role
from staff.rota.states import Skill
from tests.factories import NOON, UserFactory, at
from tests.factories_staff import a_team, give_duty
from tests.handover.conftest import FIVE, HALF_PAST_FOUR, MINUTE, SIX, subjects

SECOND = dt.timedelta(seconds=1)
EVENING_ENDS = at("2026-11-20 23:00")


def test_stf_08_it_opens_half_an_hour_before_the_end_and_once(duty):
    assert services.open_due_handovers(HALF_PAST_FOUR - SECOND) == 0
    assert services.open_due_handovers(HALF_PAST_FOUR) == 1
    assert services.open_due_handovers(HALF_PAST_FOUR + MINUTE) == 0
    page = Handover.objects.get()
    assert (page.duty, page.leaver, page.day, page.shift) == (duty, duty.user, duty.day, duty.template.name)
    assert (page.state, page.opened_at, page.shift_ends_at) == ("open", HALF_PAST_FOUR, FIVE)


def test_stf_08_the_leaver_is_told_and_the_trail_says_it(duty, ana):
    services.open_due_handovers(HALF_PAST_FOUR)
    page = Handover.objects.get()
    bell = BellItem.objects.get()
    assert (bell.user, bell.kind, bell.url) == (ana, "staff.handover_opened", f"/handover/{page.pk}/")
    assert bell.context["due_at"] == (FIVE + 15 * MINUTE).isoformat()
    assert Entry.objects.get(topic=f"staff.handover:{page.pk}").data == {"items": 0}


def test_stf_08_a_worker_that_was_down_opens_what_it_missed_for_two_hours(duty):
    assert services.open_due_handovers(FIVE + 120 * MINUTE) == 0
    assert services.open_due_handovers(FIVE + 119 * MINUTE) == 1


def test_stf_08_a_cancelled_shift_has_no_handover(duty):
    Duty.objects.filter(pk=duty.pk).update(cancelled_at=NOON)
    assert services.open_due_handovers(HALF_PAST_FOUR) == 0
    assert services.open_for_duty(duty_id=duty.pk, now=HALF_PAST_FOUR) is None


def test_stf_08_with_nobody_to_follow_it_opens_only_for_work_that_is_left(ana, works):
    give_duty(ana, "2026-11-20 09:00", "17:00")
    assert services.open_due_handovers(HALF_PAST_FOUR) == 0
    works.add(1, ana, SIX)
    assert services.open_due_handovers(HALF_PAST_FOUR) == 1


def test_stf_08_it_holds_late_next_promised_and_unanswered_work_in_that_order(duty, works, ana, eve):
    works.add(1, ana, EVENING_ENDS)  # due in the last instant of the next shift
    works.add(2, ana, EVENING_ENDS + SECOND)  # the leaver is back by then
    works.add(3, ana, NOON)
    works.add(4, ana, SIX, promised=True)
    works.add(5, ana)
    works.add(6, eve, NOON)  # another's
    works.add(7, None, NOON)  # nobody's
    services.open_due_handovers(HALF_PAST_FOUR)
    expected = [("late", "W3 · to do"), ("due_next", "W1 · to do"), ("call_back", "W4 · to do")]
    assert subjects(Handover.objects.get()) == [*expected, ("unanswered", "W5 · to do")]


@pytest.mark.parametrize(
    ("due", "promised", "kind"),
    [
        (HALF_PAST_FOUR - SECOND, False, ItemKind.LATE),
        (HALF_PAST_FOUR, False, ItemKind.DUE_NEXT),
        (SIX, False, ItemKind.DUE_NEXT),
        (SIX + SECOND, False, None),
        (SIX + SECOND, True, None),
        (SIX, True, ItemKind.CALL_BACK),
        (NOON, True, ItemKind.CALL_BACK),
        (None, True, ItemKind.CALL_BACK),
        (None, False, ItemKind.UNANSWERED),
    ],
)
def test_stf_08_what_kind_of_matter_a_piece_is(works, due, promised, kind):
    assert kind_of(works.add(1, None, due, promised=promised), HALF_PAST_FOUR, SIX) == kind


def test_stf_08_sources_add_lines_of_the_day_until_now(duty, ana):
    asked = []

    def read(user_id, since, until):
        asked.append((user_id, since, until))
        return [Line(ItemKind.REMARK, "remark", "tests.thing:1", "tests.source", 1)]

    sources.register("tests.source", "source", read)
    try:
        services.open_due_handovers(HALF_PAST_FOUR)
    finally:
        del sources._registry["tests.source"]
    assert asked == [(ana.pk, duty.starts_at, HALF_PAST_FOUR)]
    assert subjects(Handover.objects.get()) == [("remark", "remark")]


def test_stf_08_its_clock_runs_to_the_end_of_the_shift_and_the_grace(duty, ana):
    services.open_due_handovers(HALF_PAST_FOUR)
    clock = Clock.objects.get()
    assert (clock.policy, clock.due_at, clock.assignee) == ("staff.handover", FIVE + 15 * MINUTE, ana)
    assert clock.topic == f"staff.handover:{Handover.objects.get().pk}"


def test_stf_08_without_a_later_shift_today_it_is_due_when_the_next_one_starts(team, ana, eve, works):
    give_duty(ana, "2026-11-20 09:00", "17:00")
    give_duty(eve, "2026-11-21 09:00", "17:00")
    works.add(1, ana, at("2026-11-21 17:00"))
    services.open_due_handovers(HALF_PAST_FOUR)
    clock = Clock.objects.get()
    assert clock.due_at == at("2026-11-21 09:00")
    assert subjects(Handover.objects.get()) == [("due_next", "W1 · to do")]  # that whole shift is looked ahead


def test_the_handovers_own_clock_is_no_matter_of_it(duty, works, ana):
    piece = works.add(1, ana, SIX)
    works.pieces[1] = type(piece)(**{**vars(piece), "topic": "staff.handover:7"})
    services.open_due_handovers(HALF_PAST_FOUR)
    assert subjects(Handover.objects.get()) == []


def test_many_pieces_take_as_many_statements_as_one(duty, works):
    def statements(count: int) -> int:
        user = UserFactory(role=Role.AGENT_AFTERSALES)
        page = give_duty(user, "2026-11-20 08:30", "16:45")
        for number in range(count):
            works.add(user.pk * 1000 + number, user, NOON)
        with CaptureQueriesContext(connection) as seen:
            services.open_for_duty(duty_id=page.pk, now=HALF_PAST_FOUR)
        assert Handover.objects.get(duty=page).items.count() == count
        return len(seen)

    statements(1)  # reads what a process then remembers for seconds
    assert statements(1) == statements(60)


# ── Who follows ──────────────────────────────────────────────────────────────
def who(leaver, ends_at=FIVE, skill=""):
    found = following(leaver, ends_at, skill)
    return [user.username for user in found.users], found.starts_at, found.ends_at


def test_who_is_there_as_the_leaver_goes_follows_at_once(duty, ana):
    names, starts_at, ends_at = who(ana)
    assert (sorted(names), starts_at, ends_at) == (["eve", "finn"], None, EVENING_ENDS)
    assert following(ana, FIVE).at_once


def test_a_shift_that_ends_at_the_same_second_does_not_follow(duty, ana, team):
    mate = UserFactory(username="mate", role=Role.AGENT_AFTERSALES)
    give_duty(mate, "2026-11-20 10:00", "17:00")
    assert "mate" not in who(ana)[0]


def test_only_those_with_the_skill_follow(duty, ana, eve):
    UserSkill.objects.create(user=eve, skill=Skill.PRESALES)
    assert who(ana, skill=Skill.AFTERSALES)[0] == ["finn"]
    assert who(ana, skill=Skill.PRESALES)[0] == ["eve"]
    assert who(ana, skill=Skill.CLERK) == ([], None, None)


def test_who_is_on_leave_does_not_follow(duty, ana, eve, sam):
    Leave.objects.create(
        user=eve, kind=LeaveKind.values[0], starts_at=FIVE, ends_at=FIVE + SECOND, reason="x", asked_at=NOON,
        state=LeaveState.APPROVED,
    )  # fmt: skip
    assert who(ana)[0] == ["finn"]


def test_the_own_team_comes_first_and_others_follow_when_it_has_nobody(duty, ana, team: Team):
    stranger = UserFactory(username="stranger", role=Role.AGENT_AFTERSALES)
    a_team(stranger)
    give_duty(stranger, "2026-11-20 16:00", "22:00")
    assert "stranger" not in who(ana)[0]
    Duty.objects.filter(user__username__in=("eve", "finn")).update(cancelled_at=NOON)
    assert who(ana) == (["stranger"], None, at("2026-11-20 22:00"))


def test_the_end_of_a_split_shift_is_its_last_window(team, ana, eve):
    give_duty(eve, "2026-11-20 16:00", "18:00", "20:00", "23:30")
    assert who(ana) == (["eve"], None, at("2026-11-20 23:30"))


def test_nobody_within_a_day_is_nobody(team, ana, eve):
    give_duty(eve, "2026-11-21 17:01", "23:00")
    assert who(ana) == ([], None, None)


# ── By hand ──────────────────────────────────────────────────────────────────
def test_stf_17_by_hand_it_is_of_the_shift_one_is_in(duty, works, ana):
    works.add(1, ana, NOON)
    page = services.open_handover(by=ana, now=NOON + MINUTE)
    assert (page.duty, page.shift_ends_at) == (duty, FIVE)
    assert subjects(page) == [("late", "W1 · to do")]
    assert services.open_due_handovers(HALF_PAST_FOUR) == 0


def test_by_hand_outside_the_rota_it_ends_half_an_hour_later(ana):
    page = services.open_handover(by=ana, now=NOON)
    assert (page.duty, page.shift, page.shift_ends_at) == (None, "", NOON + 30 * MINUTE)
    assert Clock.objects.get().due_at == NOON + 45 * MINUTE


def test_one_is_written_at_a_time(ana):
    services.open_handover(by=ana, now=NOON)
    with pytest.raises(BusinessError) as refusal:
        services.open_handover(by=ana, now=NOON + MINUTE)
    assert (refusal.value.code, Handover.objects.count()) == ("already", 1)


def test_a_shift_that_has_not_begun_is_not_handed_over(duty, ana):
    assert services.open_handover(by=ana, now=at("2026-11-20 08:45")).duty is None
