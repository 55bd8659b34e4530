"""Who may go, what waits for whom, and what one sees on coming to work (STF-08, STF-10)."""

from __future__ import annotations

import datetime as dt

import pytest

from staff.handover import selectors, services
from staff.handover.services import Typed
from staff.models import Attendance, Duty, Handover
from staff.roles import Role
from tests.factories import NOON, UserFactory, at
from tests.factories_staff import a_team, give_duty
from tests.handover.conftest import FIVE, HALF_PAST_FOUR, MINUTE, SIX

OPEN_IT = "Open your handover and sign it before you leave."
WRITE_IT = "Your handover is not signed yet: write it and sign it before you leave."


@pytest.fixture(autouse=True)
def in_english(settings):
    settings.LANGUAGE_CODE = "en"


def both_sign(page: Handover, leaver, taker) -> None:
    given = {"handover_id": page.pk, "now": FIVE}
    services.sign_as_leaver(**given, version=page.version, typed=Typed(), by=leaver)
    version = Handover.objects.get(pk=page.pk).version
    for row in page.items.all():
        services.accept_item(**given, version=version, item_id=row.pk, by=taker)
    services.sign_as_taker(**given, version=version, note="", by=taker)


def test_stf_08_nobody_leaves_without_a_handover(duty, ana):
    assert selectors.may_leave(ana, NOON) == OPEN_IT
    services.open_due_handovers(HALF_PAST_FOUR)
    assert selectors.may_leave(ana, FIVE - MINUTE) == WRITE_IT


def test_stf_10_who_is_there_to_take_over_has_to_sign_first(signed, ana, eve):
    page = signed()
    assert "伊芙" in selectors.may_leave(ana, FIVE - MINUTE)
    for row in page.items.all():
        services.accept_item(handover_id=page.pk, version=page.version, item_id=row.pk, by=eve, now=FIVE)
    assert "伊芙" in selectors.may_leave(ana, FIVE - MINUTE)
    services.sign_as_taker(handover_id=page.pk, version=page.version, note="", by=eve, now=FIVE)
    assert selectors.may_leave(ana, FIVE - MINUTE) == ""


def test_stf_08_who_stays_on_after_the_shift_is_held_too(opened, ana, eve, duty):
    Attendance.objects.create(user=ana, duty=duty, came_at=duty.starts_at)
    page = opened()
    assert selectors.may_leave(ana, SIX) == WRITE_IT
    both_sign(page, ana, eve)
    assert selectors.may_leave(ana, SIX) == ""


def test_when_the_next_shift_starts_later_the_own_signature_is_enough(team, ana, eve, works):
    give_duty(ana, "2026-11-20 09:00", "17:00")
    give_duty(eve, "2026-11-21 09:00", "17:00")
    services.open_due_handovers(HALF_PAST_FOUR)
    page = Handover.objects.get()
    assert selectors.may_leave(ana, FIVE - MINUTE) == WRITE_IT
    services.sign_as_leaver(handover_id=page.pk, version=0, typed=Typed(), by=ana, now=FIVE - MINUTE)
    assert selectors.may_leave(ana, FIVE - MINUTE) == ""


def test_with_nobody_to_follow_and_nothing_left_one_just_goes(ana, works):
    give_duty(ana, "2026-11-20 09:00", "17:00")
    assert selectors.may_leave(ana, NOON) == ""
    works.add(1, ana, SIX)
    assert selectors.may_leave(ana, NOON) == OPEN_IT


def test_outside_the_rota_only_an_open_page_holds(ana):
    assert selectors.may_leave(ana, NOON) == ""
    services.open_handover(by=ana, now=NOON)
    assert selectors.may_leave(ana, NOON + MINUTE) == WRITE_IT


def test_a_page_forgotten_days_ago_does_not_hold(duty, ana, eve):
    services.open_due_handovers(HALF_PAST_FOUR)
    give_duty(ana, "2026-11-23 09:00", "17:00")
    assert selectors.may_leave(ana, at("2026-11-23 12:00")) == ""


# ── What waits ───────────────────────────────────────────────────────────────
def waiting(user, moment: dt.datetime) -> int:
    """How many pages wait for `user`; what the desk asks first says the same as the query that it stands for."""
    assert selectors.may_wait_for(user, moment) == selectors._perhaps_for(user, moment).exists()
    return len(selectors.waiting_for(user, moment))


def test_stf_08_it_waits_for_the_leaver_then_for_the_next_shift_then_for_nobody(opened, ana, eve, finn, sam):
    page = opened()
    assert [waiting(user, FIVE) for user in (ana, eve, finn, sam)] == [1, 0, 0, 0]
    services.sign_as_leaver(handover_id=page.pk, version=0, typed=Typed(), by=ana, now=FIVE)
    assert [waiting(user, FIVE) for user in (ana, eve, finn, sam)] == [0, 1, 1, 0]
    services.accept_item(handover_id=page.pk, version=1, item_id=page.items.first().pk, by=eve, now=FIVE)
    assert [waiting(user, FIVE) for user in (ana, eve, finn, sam)] == [0, 1, 0, 0]


def test_an_unclaimed_page_is_offered_for_two_days(signed, eve):
    signed()
    later = FIVE + selectors.UNREAD_FOR
    assert (waiting(eve, later - MINUTE), waiting(eve, later)) == (1, 0)


def test_without_a_rota_everybody_of_the_team_may_take_over(ana, eve, sam):
    a_team(ana, eve)
    other = UserFactory(role=Role.AGENT_AFTERSALES)
    page = services.open_handover(by=ana, now=NOON)
    services.sign_as_leaver(handover_id=page.pk, version=0, typed=Typed(), by=ana, now=NOON)
    assert [waiting(user, NOON + MINUTE) for user in (eve, other, ana)] == [1, 0, 0]


def test_who_came_in_besides_the_plan_may_take_over(signed, team, eve):
    page = signed()
    mate = UserFactory(username="mate", role=Role.AGENT_AFTERSALES)
    a_team(mate)
    mate.employment.team = team
    mate.employment.save()
    assert waiting(mate, SIX) == 0
    Attendance.objects.create(user=mate, came_at=FIVE)
    assert waiting(mate, SIX) == 1
    services.accept_item(handover_id=page.pk, version=1, item_id=page.items.first().pk, by=mate, now=SIX)


def test_the_desk_says_what_waits(signed, eve, ana, as_user, noon):
    page = signed()
    noon.move_to(FIVE)
    line = f'<a href="/handover/{page.pk}/">'  # its clock in the list has another link
    assert [as_user(user).get("/desk/").content.decode().count(line) for user in (eve, ana)] == [1, 0]


def test_idle_the_desk_asks_once(ana, django_assert_num_queries):
    with django_assert_num_queries(1):
        selectors.waiting_for(ana, NOON)


def test_the_duty_row_itself_is_not_changed(signed, duty):
    before = Duty.objects.filter(pk=duty.pk).values().get()
    signed()
    assert Duty.objects.filter(pk=duty.pk).values().get() == before
