"""A swap's way by its services: notice, refusals, duties that change hands, clocks, who hears of it (STF-15)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from audit.models import Entry
from common.exceptions import BusinessError, Conflict
from notifications.models import BellItem, Message
from sla.engine import sweep
from sla.models import Clock
from sla.states import ClockState
from staff.exchanges import services
from staff.exchanges.selectors import effect
from staff.exchanges.services import rounds
from staff.exchanges.states import SwapState
from staff.models import Duty, HandedDuty, ServiceRules, Swap, User
from staff.rota.services import cancel_duty
from staff.rota.states import Origin, Skill
from tests.exchanges.helpers import agreed, approved, asked, confirmed
from tests.factories import NOON, at
from tests.factories_staff import DemandFactory, give_duty

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def ask(duty: Duty, to: User, **more: object) -> Swap:
    told = {"duty_id": duty.pk, "counterpart": to, "reason": "家长会", "by": duty.user, "now": NOON, **more}
    return services.ask_swap(**told)  # type: ignore[arg-type]


def holders() -> list[tuple[str, str]]:
    rows = Duty.objects.filter(cancelled_at__isnull=True).order_by("starts_at")
    return [(duty.user.username, duty.day.isoformat()) for duty in rows]


def turns() -> list[tuple[str, str | None]]:
    """The open clocks and with whom they lie."""
    rows = Clock.objects.filter(state=ClockState.RUNNING, policy__startswith="staff.swap").order_by("policy")
    return [(row.policy, row.assignee.username if row.assignee else None) for row in rows]


def told(kind: str) -> list[str]:
    return sorted(BellItem.objects.filter(kind=kind).values_list("user__username", flat=True))


def test_stf_15_two_exchange_their_shifts_on_approval_and_not_before(
    monday: Duty, tuesday: Duty, ben: User, sam: User
) -> None:
    swap = agreed(monday, ben, tuesday)
    assert holders() == [("ana", "2026-11-23"), ("ben", "2026-11-24")]
    swap = services.approve_swap(swap_id=swap.pk, version=swap.version, by=sam, acknowledged=True, now=NOON)
    assert (swap.state, swap.decided_by, swap.decided_at) == (SwapState.APPROVED, sam, NOON)
    assert holders() == [("ben", "2026-11-23"), ("ana", "2026-11-24")]
    links = HandedDuty.objects.filter(swap=swap).order_by("before__day")
    assert [(row.before, row.after.user.username, row.after.origin) for row in links if row.after] == [
        (monday, "ben", Origin.SWAP),
        (tuesday, "ana", Origin.SWAP),
    ]


def test_stf_15_a_shift_is_taken_over_without_return(monday: Duty, ben: User, sam: User) -> None:
    approved(monday, ben, sam)
    assert holders() == [("ben", "2026-11-23")]


def test_stf_15_each_turn_has_its_clock_and_its_notice(monday: Duty, ben: User, sam: User) -> None:
    swap = ask(monday, ben)
    assert (turns(), told("staff.swap_asked")) == ([("staff.swap_answer", "ben")], ["ben"])
    swap = services.agree_swap(swap_id=swap.pk, version=0, by=ben, now=NOON)
    assert (turns(), told("staff.swap_to_decide")) == ([("staff.swap_decision", "sam")], ["sam"])
    swap = services.approve_swap(swap_id=swap.pk, version=1, by=sam, acknowledged=True, now=NOON)
    assert (turns(), told("staff.swap_approved")) == ([("staff.swap_confirm", "ana")], ["ana", "ben"])
    swap = services.confirm_swap(swap_id=swap.pk, version=2, by=ben, now=NOON)
    assert len(turns()) == 1
    services.confirm_swap(swap_id=swap.pk, version=3, by=monday.user, now=NOON)
    assert turns() == []
    assert list(
        Entry.objects.filter(topic=f"staff.swap:{swap.pk}").order_by("pk").values_list("action", flat=True)
    ) == [
        *("staff.swap_asked", "staff.swap_agreed", "staff.swap_approved"),
        *("staff.swap_confirmed", "staff.swap_confirmed"),
    ]
    assert Message.objects.filter(kind="staff.swap_asked", user=ben).count() == 1


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-20 12:00", "2026-11-22 09:00"),  # the shift less 24 hours
        ("2026-11-22 08:30", "2026-11-22 09:30"),  # an hour at least
        ("2026-11-23 08:00", "2026-11-23 08:30"),  # half of what is left
    ],
)
def test_stf_15_the_answer_is_due_before_the_shift_less_the_notice(now: str, due: str, monday: Duty, ben: User) -> None:
    asked(monday, ben, now=at(now))
    assert Clock.objects.get(policy="staff.swap_answer").due_at == at(due)


def test_stf_15_it_is_asked_a_day_ahead_to_the_second(monday: Duty, ben: User) -> None:
    late = at("2026-11-22 09:00:01")
    with pytest.raises(BusinessError) as refusal:
        ask(monday, ben, now=late)
    assert (refusal.value.code, Swap.objects.count()) == ("late", 0)
    assert ask(monday, ben, now=at("2026-11-22 09:00")).emergency is False


def test_stf_15_later_it_is_an_emergency(monday: Duty, ben: User) -> None:
    assert ask(monday, ben, now=at("2026-11-22 18:00"), emergency=True).emergency is True


def test_stf_15_the_notice_is_a_number_of_the_house(monday: Duty, ben: User) -> None:
    ServiceRules.objects.update_or_create(pk=1, defaults={"swap_notice_hours": 72})
    with pytest.raises(BusinessError, match="72"):
        ask(monday, ben)


def test_an_emergency_that_is_in_time_is_none(monday: Duty, ben: User) -> None:
    assert ask(monday, ben, emergency=True).emergency is False


@pytest.mark.parametrize("case", ["not mine", "not theirs", "no reason", "myself", "begun", "gone"])
def test_what_cannot_be_asked(case: str, monday: Duty, tuesday: Duty, ben: User, sam: User, eve: User) -> None:
    more: dict[str, object] = {}
    to = ben
    if case == "not mine":
        more["by"] = eve
    elif case == "not theirs":
        to, more["other_duty_id"] = eve, tuesday.pk
    elif case == "no reason":
        more["reason"] = "  \n "
    elif case == "myself":
        to = monday.user
    elif case == "begun":
        more |= {"now": monday.starts_at, "emergency": True}
    else:
        cancel_duty(duty=monday, by=sam, now=NOON)
    with pytest.raises(BusinessError):
        ask(monday, to, **more)
    assert (Swap.objects.count(), Clock.objects.count(), BellItem.objects.count()) == (0, 0, 0)


def test_stf_15_what_nobody_can_take_on_is_refused_at_once(team: object, ana: User, ben: User) -> None:
    """Ben is on duty then, or cannot do the work: a sentence says so."""
    mine = give_duty(ana, "2026-11-23 09:00", "17:00", skill=Skill.PRESALES)
    with pytest.raises(BusinessError, match="小本"):
        ask(mine, ben)
    other = give_duty(ana, "2026-11-25 09:00", "17:00")
    give_duty(ben, "2026-11-25 10:00", "18:00")
    with pytest.raises(BusinessError, match="two shifts"):
        ask(other, ben)
    assert Swap.objects.count() == 0


def test_a_shift_in_an_open_swap_is_in_no_second_one(monday: Duty, tuesday: Duty, ben: User, eve: User) -> None:
    """STF-15: neither as what is given nor as what is taken."""
    asked(monday, ben, tuesday)
    for duty, to, other in ((monday, eve, None), (tuesday, eve, None), (tuesday, monday.user, monday)):
        with pytest.raises(Conflict):
            asked(duty, to, other)
    assert Swap.objects.count() == 1


def test_the_database_holds_one_open_swap_a_shift(monday: Duty, ben: User, eve: User) -> None:
    asked(monday, ben)
    with pytest.raises(IntegrityError), transaction.atomic():
        Swap.objects.create(asker=monday.user, counterpart=eve, duty=monday, reason="x", asked_at=NOON)


def test_after_a_decline_it_can_be_asked_again(monday: Duty, ben: User, eve: User) -> None:
    swap = asked(monday, ben)
    services.decline_swap(swap_id=swap.pk, version=0, note="那天有事", by=ben, now=NOON)
    assert told("staff.swap_declined") == ["ana"]
    assert asked(monday, eve).state == SwapState.ASKED


def test_a_swap_of_a_shift_that_was_changed_meanwhile_is_refused(monday: Duty, ben: User, sam: User, eve: User) -> None:
    """STF-15: taken back, or given to somebody else by a new publication."""
    swap = agreed(monday, ben)
    cancel_duty(duty=monday, by=sam, now=NOON)
    give_duty(eve, "2026-11-23 09:00", "17:00")
    with pytest.raises(BusinessError) as refusal:
        services.approve_swap(swap_id=swap.pk, version=swap.version, acknowledged=True, by=sam, now=NOON)
    assert (refusal.value.code, holders()) == ("gone", [("eve", "2026-11-23")])
    assert Swap.objects.values_list("state", "version").get() == (SwapState.COUNTERPART_AGREED, 1)


def test_a_form_that_is_out_of_date_is_refused(monday: Duty, ben: User, sam: User) -> None:
    swap = agreed(monday, ben)
    with pytest.raises(Conflict):
        services.approve_swap(swap_id=swap.pk, version=0, acknowledged=True, by=sam, now=NOON)
    assert holders() == [("ana", "2026-11-23")]


def test_stf_06_what_the_law_says_is_seen_before_it_is_approved(
    monday: Duty, tuesday: Duty, ben: User, sam: User
) -> None:
    """Ben ends at 22:30 and would begin at nine: the rest is too short, somebody has to take that on."""
    give_duty(ben, "2026-11-22 14:30", "22:30")
    swap = agreed(monday, ben)
    with pytest.raises(BusinessError) as refusal:
        services.approve_swap(swap_id=swap.pk, version=swap.version, by=sam, now=NOON)
    assert (refusal.value.code, holders()[1]) == ("acknowledge", ("ana", "2026-11-23"))
    services.approve_swap(swap_id=swap.pk, version=swap.version, acknowledged=True, by=sam, now=NOON)
    assert holders()[1] == ("ben", "2026-11-23")


def test_confirming_ends_when_the_shift_begins(monday: Duty, ben: User, sam: User) -> None:
    """STF-15: both confirm before the shift."""
    swap = approved(monday, ben, sam)
    with pytest.raises(BusinessError) as refusal:
        services.confirm_swap(swap_id=swap.pk, version=swap.version, by=ben, now=monday.starts_at)
    assert refusal.value.code == "begun"
    second = dt.timedelta(seconds=1)
    swap = services.confirm_swap(swap_id=swap.pk, version=swap.version, by=ben, now=monday.starts_at - second)
    assert swap.counterpart_confirmed_at == monday.starts_at - second


def test_who_has_not_confirmed_is_reminded(monday: Duty, ben: User, sam: User) -> None:
    """STF-16: four hours before, by the clock."""
    swap = approved(monday, ben, sam)
    services.confirm_swap(swap_id=swap.pk, version=swap.version, by=ben, now=NOON)
    four_hours_before = monday.starts_at - dt.timedelta(hours=4)
    sweep(now=four_hours_before)
    assert told("staff.swap_unconfirmed") == []
    sweep(now=four_hours_before + dt.timedelta(seconds=1))
    assert told("staff.swap_unconfirmed") == ["ana"]


def test_stf_15_a_swap_is_done_when_its_shifts_are_over(monday: Duty, tuesday: Duty, ben: User, sam: User) -> None:
    swap = confirmed(monday, ben, sam, tuesday)
    assert rounds.finish_swaps(tuesday.ends_at - dt.timedelta(seconds=1)) == 0
    assert (rounds.finish_swaps(tuesday.ends_at), rounds.finish_swaps(tuesday.ends_at)) == (1, 0)
    assert Swap.objects.get(pk=swap.pk).state == SwapState.DONE


def test_open_swaps_lapse_when_the_shift_begins_or_changes(monday: Duty, tuesday: Duty, ben: User, sam: User) -> None:
    begun, changed = agreed(monday, ben), asked(tuesday, monday.user)
    cancel_duty(duty=tuesday, by=sam, now=NOON)
    assert rounds.lapse_swaps(NOON) == 1
    assert Swap.objects.get(pk=changed.pk).state == SwapState.DECLINED
    assert rounds.lapse_swaps(monday.starts_at) == 0
    assert rounds.lapse_swaps(monday.starts_at + dt.timedelta(minutes=15)) == 1
    row = Swap.objects.get(pk=begun.pk)
    assert (row.state, row.decided_by, turns()) == (SwapState.DECLINED, None, [])
    assert told("staff.swap_declined") == ["ana", "ana", "ben", "ben"]


def test_the_page_shows_what_is_not_covered(monday: Duty, ben: User, team: object) -> None:
    """STF-04, STF-15: when the demand of the other skill's shift is touched, the sentence names it."""
    DemandFactory(team=monday.rota.team, template=monday.template, people=1)
    before = effect([(monday, ben)]).breaches
    after = effect([(monday, None)]).breaches
    assert ([one.rule for one in before], "coverage" in [one.rule for one in after]) == ([], True)
