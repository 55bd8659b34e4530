"""Leave: asked, a substitute found, decided with every shift it touches, taken back (STF-09)."""

from __future__ import annotations

import pytest

from audit.models import Entry
from common.exceptions import BusinessError, Conflict
from notifications.models import BellItem
from sla.models import Clock
from sla.states import ClockState
from staff.duty.selectors import on_shift
from staff.exchanges import services
from staff.exchanges.services import rounds
from staff.exchanges.states import LeaveState
from staff.models import Duty, HandedDuty, Leave, User
from staff.rota.states import Origin
from tests.exchanges.helpers import leave_approved, leave_asked
from tests.factories import NOON, at
from tests.factories_staff import give_duty

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "team")]


def holders() -> list[tuple[str, str]]:
    rows = Duty.objects.filter(cancelled_at__isnull=True).order_by("starts_at", "pk")
    return [(duty.user.username, duty.day.isoformat()) for duty in rows]


def told(kind: str) -> list[str]:
    return sorted(BellItem.objects.filter(kind=kind).values_list("user__username", flat=True))


def turns() -> list[tuple[str, str | None]]:
    rows = Clock.objects.filter(state=ClockState.RUNNING, policy__startswith="staff.leave").order_by("policy")
    return [(row.policy, row.assignee.username if row.assignee else None) for row in rows]


def test_stf_09_substitute_and_leader_are_asked(monday: Duty, ana: User, ben: User) -> None:
    leave = leave_asked(ana, ben)
    assert turns() == [("staff.leave_answer", "ben"), ("staff.leave_decision", "sam")]
    assert (told("staff.substitute_asked"), told("staff.leave_to_decide")) == (["ben"], ["sam"])
    services.agree_substitute(leave_id=leave.pk, version=0, by=ben, now=NOON)
    assert turns() == [("staff.leave_decision", "sam")]
    assert told("staff.substitute_agreed") == ["ana", "sam"]


def test_stf_09_the_shifts_go_to_the_substitute_with_the_approval(
    monday: Duty, ana: User, ben: User, sam: User
) -> None:
    leave = leave_approved(ana, sam, {monday.pk: ben.pk}, ben)
    assert (leave.state, leave.decided_by, holders()) == (LeaveState.APPROVED, sam, [("ben", "2026-11-23")])
    assert Duty.objects.get(cancelled_at__isnull=True).origin == Origin.LEAVE
    assert (told("staff.leave_approved"), told("staff.duty_given"), turns()) == (["ana"], ["ben"], [])
    assert [user.username for user in on_shift(at("2026-11-23 10:00"))] == ["ben"]


def test_stf_09_a_shift_that_nobody_takes_is_a_gap_on_the_approver(monday: Duty, ana: User, sam: User) -> None:
    leave = leave_approved(ana, sam, {monday.pk: None})
    row = HandedDuty.objects.get(leave=leave)
    assert (row.before, row.after, row.by) == (monday, None, sam)
    assert (holders(), on_shift(at("2026-11-23 10:00"))) == ([("ana", "2026-11-23")], [])
    entry = Entry.objects.get(action="staff.leave_approved")
    assert (entry.data["given"], entry.data["gaps"], entry.data["by_name"]) == (0, 1, "山姆")


def test_stf_09_each_shift_has_its_own_substitute(ana: User, ben: User, eve: User, sam: User) -> None:
    first, second = (give_duty(ana, f"2026-11-{day} 09:00", "17:00") for day in (23, 24))
    leave = leave_asked(ana, ends_at=at("2026-11-25 00:00"))
    takers = {first.pk: ben.pk, second.pk: eve.pk}
    services.approve_leave(leave_id=leave.pk, version=0, substitutes=takers, acknowledged=True, by=sam, now=NOON)
    assert holders() == [("ben", "2026-11-23"), ("eve", "2026-11-24")]


def test_shifts_that_came_meanwhile_are_looked_at_first(monday: Duty, ana: User, ben: User, sam: User) -> None:
    leave = leave_asked(ana, ben)
    give_duty(ana, "2026-11-23 18:00", "20:00")
    with pytest.raises(Conflict):
        services.approve_leave(
            leave_id=leave.pk, version=0, substitutes={monday.pk: ben.pk}, acknowledged=True, by=sam, now=NOON
        )
    assert (Leave.objects.values_list("state", flat=True).get(), HandedDuty.objects.count()) == (LeaveState.ASKED, 0)


def test_stf_06_a_substitute_who_cannot_is_refused(monday: Duty, ana: User, ben: User, sam: User) -> None:
    give_duty(ben, "2026-11-23 12:00", "20:00")
    leave = leave_asked(ana, ben)
    with pytest.raises(BusinessError, match="小本"):
        services.approve_leave(
            leave_id=leave.pk, version=0, substitutes={monday.pk: ben.pk}, acknowledged=True, by=sam, now=NOON
        )
    assert holders()[0] == ("ana", "2026-11-23")


def test_stf_09_a_substitute_who_cannot_leaves_it_to_the_leader(ana: User, ben: User) -> None:
    leave = leave_asked(ana, ben)
    services.refuse_substitute(leave_id=leave.pk, version=0, by=ben, now=NOON)
    leave = Leave.objects.get()
    assert (leave.state, leave.substitute, turns()) == (LeaveState.ASKED, None, [("staff.leave_decision", "sam")])
    assert told("staff.substitute_refused") == ["ana", "sam"]


def test_stf_09_who_comes_after_all_has_the_shifts_back(ana: User, ben: User, eve: User, sam: User) -> None:
    """What has not begun and is still with the substitute; what is over stays as it was."""
    first, second, third = (give_duty(ana, f"2026-11-{day} 09:00", "17:00") for day in (23, 24, 25))
    leave = leave_asked(ana, ends_at=at("2026-11-26 00:00"))
    takers = {first.pk: ben.pk, second.pk: ben.pk, third.pk: eve.pk}
    leave = services.approve_leave(
        leave_id=leave.pk, version=0, substitutes=takers, acknowledged=True, by=sam, now=NOON
    )
    give_duty(ana, "2026-11-25 10:00", "18:00")  # busy on Wednesday by now
    services.withdraw_leave(leave_id=leave.pk, version=1, by=ana, now=at("2026-11-23 18:00"))
    assert holders() == [
        *[("ben", "2026-11-23"), ("ana", "2026-11-24")],
        *[("eve", "2026-11-25"), ("ana", "2026-11-25")],
    ]
    assert told("staff.duty_back") == ["ben"]
    entry = Entry.objects.get(action="staff.leave_withdrawn")
    assert (entry.data["back"], entry.data["kept"]) == (1, 1)


def test_stf_09_leave_is_asked_a_day_ahead_or_as_an_emergency(ana: User) -> None:
    late = at("2026-11-22 00:00:01")
    with pytest.raises(BusinessError) as refusal:
        leave_asked(ana, now=late)
    assert (refusal.value.code, Leave.objects.count()) == ("late", 0)
    assert leave_asked(ana, now=late, emergency=True).emergency is True


def test_no_leave_over_leave(ana: User) -> None:
    leave_asked(ana)
    with pytest.raises(BusinessError) as refusal:
        leave_asked(ana, starts_at=at("2026-11-23 23:59"), ends_at=at("2026-11-25 00:00"))
    assert (refusal.value.code, Leave.objects.count()) == ("overlap", 1)
    assert leave_asked(ana, starts_at=at("2026-11-24 00:00"), ends_at=at("2026-11-25 00:00")).pk


def test_leave_that_nobody_decided_on_lapses_when_it_is_over(ana: User) -> None:
    leave = leave_asked(ana)
    assert rounds.lapse_leaves(at("2026-11-23 23:59:59")) == 0
    assert (rounds.lapse_leaves(at("2026-11-24 00:00")), turns()) == (1, [])
    assert Leave.objects.get(pk=leave.pk).state == LeaveState.DECLINED


def test_why_somebody_is_away_stands_in_no_trail_and_no_notice(monday: Duty, ana: User, ben: User, sam: User) -> None:
    leave_approved(ana, sam, {monday.pk: ben.pk}, ben)
    said = [str(entry.data) for entry in Entry.objects.all()] + [str(item.context) for item in BellItem.objects.all()]
    assert [words for words in said if "手术" in words or "sick" in words] == []
    assert len(said) > 5
