"""A shift that nobody came for: found once, with who is liable and why (STF-03, STF-09, STF-15, STF-16)."""

from __future__ import annotations

import datetime as dt

import pytest

from notifications.models import BellItem
from staff.duty.watching import propose_missed
from staff.exchanges import services
from staff.exchanges.liability import told
from staff.exchanges.states import GapCause, SwapState
from staff.models import Attendance, Duty, Gap, Penalty, Swap, User
from tests.exchanges.helpers import agreed, approved, came, confirmed, leave_approved, leave_asked
from tests.factories import NOON, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "team")]
QUARTER_PAST = at("2026-11-23 09:15")
SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def uses_the_clock(monday: Duty) -> None:
    came(by_team_of=monday, now=monday.starts_at)


def found(now: dt.datetime = QUARTER_PAST) -> Gap:
    """The one gap that is found at `now`."""
    assert services.find_gaps(now) == 1
    return Gap.objects.get()


def liable(gap: Gap) -> list[str]:
    return sorted(user.username for user in gap.liable.all())


def penalties() -> list[tuple[str, str]]:
    return sorted(Penalty.objects.values_list("user__username", "kind__key"))


def test_stf_16_an_unclear_swap_makes_both_liable_for_an_absence(monday: Duty, ben: User, sam: User) -> None:
    swap = approved(monday, ben, sam)
    services.confirm_swap(swap_id=swap.pk, version=swap.version, by=ben, now=NOON)
    gap = found()
    assert (gap.cause, gap.swap, liable(gap)) == (GapCause.UNCLEAR, swap, ["ana", "ben"])
    assert penalties() == [("ana", "absence"), ("ben", "absence")]
    row = Swap.objects.get()
    assert row.state == SwapState.GAP
    assert "安娜" in row.gap_note
    assert "小本" in row.gap_note
    assert sorted(BellItem.objects.filter(kind="staff.gap").values_list("user__username", flat=True)) == [
        *("ana", "ben", "sam")
    ]


def test_stf_15_after_a_confirmed_swap_the_one_who_has_the_shift_is_liable(monday: Duty, ben: User, sam: User) -> None:
    confirmed(monday, ben, sam)
    gap = found()
    assert (gap.cause, liable(gap), penalties()) == (GapCause.SWAP, ["ben"], [("ben", "missed_duty")])
    assert "小本" in told(gap)


def test_stf_16_a_swap_that_nobody_decided_on_is_unclear_too(monday: Duty, ben: User) -> None:
    agreed(monday, ben)
    services.look_after(QUARTER_PAST)
    gap = Gap.objects.get()
    assert (gap.cause, liable(gap)) == (GapCause.UNCLEAR, ["ana", "ben"])
    row = Swap.objects.get()
    assert (row.state, bool(row.gap_note)) == (SwapState.DECLINED, True)


def test_stf_09_leave_without_a_substitute_is_on_who_approved_it(monday: Duty, ana: User, sam: User) -> None:
    leave = leave_approved(ana, sam, {monday.pk: None})
    gap = found()
    assert (gap.cause, gap.leave, liable(gap)) == (GapCause.LEAVE, leave, ["sam"])
    assert penalties() == [("sam", "missed_duty")]


def test_stf_09_a_substitute_who_was_not_asked_is_on_who_arranged_it(
    monday: Duty, ana: User, ben: User, sam: User
) -> None:
    leave_approved(ana, sam, {monday.pk: ben.pk})
    gap = found()
    assert (gap.cause, liable(gap)) == (GapCause.ARRANGED, ["sam"])


def test_stf_03_a_substitute_who_had_agreed_is_liable(monday: Duty, ana: User, ben: User, sam: User) -> None:
    leave = leave_asked(ana, ben)
    services.agree_substitute(leave_id=leave.pk, version=0, by=ben, now=NOON)
    services.approve_leave(
        leave_id=leave.pk, version=1, substitutes={monday.pk: ben.pk}, acknowledged=True, by=sam, now=NOON
    )
    gap = found()
    assert (gap.cause, liable(gap)) == (GapCause.SUBSTITUTE, ["ben"])


def test_stf_03_a_plain_missed_duty_is_its_holders_and_proposed_once_it_is_over(monday: Duty) -> None:
    """Whoever comes late is late; the chat records judge when the shift is over."""
    gap = found()
    assert (gap.cause, liable(gap), penalties()) == (GapCause.MISSED, ["ana"], [])
    propose_missed(monday.ends_at)
    assert penalties() == [("ana", "missed_duty")]


def test_nobody_is_proposed_twice_for_one_shift(monday: Duty, ben: User, sam: User) -> None:
    confirmed(monday, ben, sam)
    found()
    services.look_after(QUARTER_PAST + dt.timedelta(minutes=5))
    propose_missed(monday.ends_at)
    services.look_after(monday.ends_at)
    assert (Gap.objects.count(), penalties()) == (1, [("ben", "missed_duty")])


def test_it_is_a_gap_from_a_quarter_past_on(monday: Duty) -> None:
    assert services.find_gaps(QUARTER_PAST - SECOND) == 0
    assert (services.find_gaps(QUARTER_PAST), services.find_gaps(QUARTER_PAST)) == (1, 0)
    assert BellItem.objects.filter(kind="staff.gap").count() == 2


@pytest.mark.parametrize("linked", [True, False])
def test_who_is_there_leaves_no_gap(linked: bool, monday: Duty, ana: User) -> None:
    """Clocked in for this shift, or still there from the one before."""
    Attendance.objects.create(
        user=ana, duty=monday if linked else None, came_at=monday.starts_at - dt.timedelta(hours=1)
    )
    assert (services.find_gaps(QUARTER_PAST), Gap.objects.count()) == (0, 0)


def test_a_team_that_does_not_clock_in_has_no_gaps(monday: Duty) -> None:
    Attendance.objects.all().delete()
    assert services.find_gaps(QUARTER_PAST) == 0


def test_who_was_called_in_just_now_has_an_hour_to_come(monday: Duty, eve: User, sam: User) -> None:
    """STF-09: an emergency given at ten past nine is no gap at a quarter past."""
    services.assign_at_once(duty_id=monday.pk, to=eve, reason="发烧", by=sam, now=at("2026-11-23 09:10"))
    assert services.find_gaps(QUARTER_PAST) == 0
    gap = found(at("2026-11-23 10:10"))
    assert (gap.cause, liable(gap)) == (GapCause.MISSED, ["eve"])


def test_a_swap_without_a_gap_is_done(monday: Duty, ben: User, sam: User) -> None:
    swap = confirmed(monday, ben, sam)
    new = Duty.objects.get(user=ben)
    Attendance.objects.create(user=ben, duty=new, came_at=new.starts_at - dt.timedelta(minutes=15), left_at=new.ends_at)
    services.look_after(QUARTER_PAST)
    services.look_after(new.ends_at)
    assert (Swap.objects.get(pk=swap.pk).state, Gap.objects.count()) == (SwapState.DONE, 0)
