"""Who may do what in which state: every state, step and person (STF-09, STF-15)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from common import clock
from common.exceptions import BusinessError
from notifications.models import BellItem
from staff.exchanges.actions import LEAVE_ACTIONS, SWAP_ACTIONS, todo
from staff.exchanges.states import LeaveState, SwapState
from staff.models import Duty, DutyWindow, Leave, ServiceRules, Swap, User, UserSkill
from staff.roles import Role
from tests.exchanges.helpers import leave_in, swap_in
from tests.factories import NOON

pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.usefixtures("noon", "team")]
NAMES = ("ana", "ben", "eve", "sam", "max", "tina", "olli")
LEAD = {"sam", "max"}

MAY_SWAP: dict[str, dict[str, set[str]]] = {
    SwapState.ASKED: {"agree": {"ben"}, "decline": {"ben", *LEAD}, "withdraw": {"ana"}},
    SwapState.COUNTERPART_AGREED: {"approve": LEAD, "decline": LEAD, "withdraw": {"ana"}},
    SwapState.APPROVED: {"confirm": {"ana", "ben"}},
}
MAY_LEAVE: dict[str, dict[str, set[str]]] = {
    LeaveState.ASKED: {
        "agree": {"ben"}, "refuse": {"ben"}, "approve": LEAD, "decline": LEAD, "withdraw": {"ana"},
    },
    LeaveState.SUBSTITUTE_AGREED: {"approve": LEAD, "decline": LEAD, "withdraw": {"ana"}},
    LeaveState.APPROVED: {"withdraw": {"ana"}},
}  # fmt: skip
WORDS: dict[str, dict[str, Any]] = {"decline": {"note": "人手不够"}, "approve": {"acknowledged": True}}


@pytest.fixture
def people(ana: User, ben: User, eve: User, sam: User, max_: User, tina: User, olli: User) -> dict[str, User]:
    return {"ana": ana, "ben": ben, "eve": eve, "sam": sam, "max": max_, "tina": tina, "olli": olli}


def _standing() -> tuple[object, ...]:
    """Everything that a refusal must leave alone."""
    return (
        list(Swap.objects.values_list("pk", "state", "version")),
        list(Leave.objects.values_list("pk", "state", "version", "substitute")),
        list(Duty.objects.order_by("pk").values_list("pk", "user", "cancelled_at")),
        DutyWindow.objects.count(),
    )


def _done(step: Any, **call: Any) -> bool:
    """Whether the step was taken; a refusal has changed nothing. Rolled back."""
    before = _standing()
    with transaction.atomic():
        try:
            step.service(now=NOON, **call)
            done = True
        except BusinessError:
            done = False
            assert _standing() == before
        transaction.set_rollback(True)
    return done


@pytest.mark.parametrize("state", list(SwapState))
@pytest.mark.parametrize("step", list(SWAP_ACTIONS))
def test_stf_15_every_state_and_step_and_person(state: str, step: str, people: dict[str, User], monday: Duty) -> None:
    swap = swap_in(state, monday, people["ben"], people["sam"])
    assert swap.state == state
    allowed = MAY_SWAP.get(state, {}).get(step, set())
    offered = {name for name in NAMES if step in todo(SWAP_ACTIONS, swap, people[name], clock.now())}
    call = {"swap_id": swap.pk, "version": swap.version, **WORDS.get(step, {})}
    taken = {name for name in NAMES if _done(SWAP_ACTIONS[step], by=people[name], **call)}
    assert (offered, taken) == (allowed, allowed)


@pytest.mark.parametrize("state", list(LeaveState))
@pytest.mark.parametrize("step", list(LEAVE_ACTIONS))
def test_stf_09_every_state_and_step_and_person(state: str, step: str, people: dict[str, User]) -> None:
    leave = leave_in(state, people["ana"], people["ben"], people["sam"])
    assert leave.state == state
    allowed = MAY_LEAVE.get(state, {}).get(step, set())
    offered = {name for name in NAMES if step in todo(LEAVE_ACTIONS, leave, people[name], clock.now())}
    call = {"leave_id": leave.pk, "version": leave.version, **WORDS.get(step, {})}
    if step == "approve":
        call["substitutes"] = {}
    taken = {name for name in NAMES if _done(LEAVE_ACTIONS[step], by=people[name], **call)}
    assert (offered, taken) == (allowed, allowed)


def test_the_rules_of_service_say_who_approves(people: dict[str, User], monday: Duty) -> None:
    """STF-09, STF-15: with the manager as the approver the supervisor decides no longer."""
    ServiceRules.objects.update_or_create(
        pk=1, defaults={"swap_approver": Role.MANAGER, "leave_approver": Role.MANAGER}
    )
    swap = swap_in(SwapState.COUNTERPART_AGREED, monday, people["ben"], people["sam"])
    leave = leave_in(LeaveState.ASKED, people["eve"], people["ben"], people["sam"])
    may = {name for name in NAMES if "approve" in todo(SWAP_ACTIONS, swap, people[name], NOON)}
    grants = {name for name in NAMES if "approve" in todo(LEAVE_ACTIONS, leave, people[name], NOON)}
    assert (may, grants) == ({"max"}, {"max"})


def test_nobody_approves_what_he_takes_part_in(people: dict[str, User], monday: Duty) -> None:
    """STF-15: where the leader is the counterpart, the manager decides and hears of it."""
    UserSkill.objects.create(user=people["sam"], skill="aftersales")
    swap = swap_in(SwapState.COUNTERPART_AGREED, monday, people["sam"], people["max"])
    assert {name for name in NAMES if "approve" in todo(SWAP_ACTIONS, swap, people[name], NOON)} == {"max"}
    assert list(BellItem.objects.filter(kind="staff.swap_to_decide").values_list("user__username", flat=True)) == [
        "max"
    ]
