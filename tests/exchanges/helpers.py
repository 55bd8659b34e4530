"""Swaps and leave brought to a state by the services, as people would."""

from __future__ import annotations

import datetime as dt

from staff.exchanges import services
from staff.exchanges.services import rounds
from staff.exchanges.states import LeaveKind, LeaveState, SwapState
from staff.models import Attendance, Duty, Employment, Leave, Swap, User
from tests.factories import NOON, UserFactory, at

MINUTE = dt.timedelta(minutes=1)


def asked(duty: Duty, to: User, other: Duty | None = None, now: dt.datetime = NOON) -> Swap:
    return services.ask_swap(
        duty_id=duty.pk,
        counterpart=to,
        other_duty_id=other.pk if other else None,
        reason="孩子家长会",
        emergency=True,
        by=duty.user,
        now=now,
    )


def agreed(duty: Duty, to: User, other: Duty | None = None, now: dt.datetime = NOON) -> Swap:
    swap = asked(duty, to, other, now)
    return services.agree_swap(swap_id=swap.pk, version=swap.version, by=to, now=now)


def approved(duty: Duty, to: User, by: User, other: Duty | None = None, now: dt.datetime = NOON) -> Swap:
    swap = agreed(duty, to, other, now)
    return services.approve_swap(swap_id=swap.pk, version=swap.version, acknowledged=True, by=by, now=now)


def confirmed(duty: Duty, to: User, by: User, other: Duty | None = None, now: dt.datetime = NOON) -> Swap:
    swap = approved(duty, to, by, other, now)
    for user in (swap.asker, swap.counterpart):
        swap = services.confirm_swap(swap_id=swap.pk, version=swap.version, by=user, now=now)
    return swap


def swap_in(state: str, duty: Duty, to: User, by: User) -> Swap:
    """A swap of `duty` in that state; time passes where the state asks for it."""
    if state == SwapState.ASKED:
        return asked(duty, to)
    if state == SwapState.COUNTERPART_AGREED:
        return agreed(duty, to)
    if state == SwapState.WITHDRAWN:
        swap = asked(duty, to)
        return services.withdraw_swap(swap_id=swap.pk, version=swap.version, by=duty.user, now=NOON)
    if state == SwapState.DECLINED:
        swap = asked(duty, to)
        return services.decline_swap(swap_id=swap.pk, version=swap.version, note="不行", by=to, now=NOON)
    swap = approved(duty, to, by)
    if state == SwapState.DONE:
        rounds.finish_swaps(duty.ends_at)
    if state == SwapState.GAP:
        came(by_team_of=duty, now=duty.starts_at)
        services.find_gaps(duty.starts_at + 15 * MINUTE)
    return Swap.objects.select_related("asker", "counterpart", "duty", "other_duty").get(pk=swap.pk)


def came(*, by_team_of: Duty, now: dt.datetime) -> None:
    """Somebody of the team uses the clock, so that who does not is missed."""
    other = UserFactory()
    Employment.objects.create(user=other, team=by_team_of.rota.team)
    Attendance.objects.create(user=other, came_at=now - dt.timedelta(hours=20), left_at=now - dt.timedelta(hours=12))


def leave_asked(user: User, substitute: User | None = None, **more: object) -> Leave:
    """Leave on the whole of Monday the 23rd."""
    told = {
        "kind": LeaveKind.SICK,
        "starts_at": at("2026-11-23 00:00"),
        "ends_at": at("2026-11-24 00:00"),
        "reason": "手术复查",
        "now": NOON,
        **more,
    }
    return services.ask_leave(substitute=substitute, by=user, **told)  # type: ignore[arg-type]


def leave_approved(user: User, by: User, takers: dict[int, int | None], substitute: User | None = None) -> Leave:
    leave = leave_asked(user, substitute)
    return services.approve_leave(
        leave_id=leave.pk, version=leave.version, substitutes=takers, acknowledged=True, by=by, now=NOON
    )


def leave_in(state: str, user: User, substitute: User, by: User) -> Leave:
    """Leave of `user` on a Monday without shifts, in that state."""
    leave = leave_asked(user, substitute)
    call = {"leave_id": leave.pk, "version": leave.version, "now": NOON}
    if state == LeaveState.SUBSTITUTE_AGREED:
        services.agree_substitute(by=substitute, **call)
    elif state == LeaveState.APPROVED:
        services.approve_leave(substitutes={}, by=by, **call)
    elif state == LeaveState.DECLINED:
        services.decline_leave(note="人手不够", by=by, **call)
    elif state == LeaveState.WITHDRAWN:
        services.withdraw_leave(by=user, **call)
    return Leave.objects.get(pk=leave.pk)
