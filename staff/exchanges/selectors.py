"""Reading swaps and leave: what waits for somebody, what a leave touches, and the history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Q

from staff.exchanges.people import Decider, visible_leaves, visible_swaps
from staff.exchanges.states import OPEN_LEAVES, OPEN_SWAPS, LeaveState, SwapState
from staff.models import Duty, HandedDuty, Leave, Swap, User
from staff.rota.rules import HARD, Breach
from staff.rota.services import consequences
from staff.rota.services.publishing import COVERAGE

Row = TypeVar("Row")


def touched(leave: Leave, now: dt.datetime) -> list[Duty]:
    """The published duties of the person that leave reaches into and that are not over, by time."""
    return list(
        Duty.objects.filter(
            user=leave.user_id,
            cancelled_at__isnull=True,
            ends_at__gt=now,
            windows__starts_at__lt=leave.ends_at,
            windows__ends_at__gt=leave.starts_at,
        )
        .select_related("template", "user")
        .prefetch_related("windows")
        .order_by("starts_at", "pk")
        .distinct()
    )


def handed_by(leave: Leave) -> list[HandedDuty]:
    """What became of the duties of approved leave, by time."""
    rows = HandedDuty.objects.filter(leave=leave).select_related(
        "before__template", "before__user", "after__user", "by"
    )
    return list(rows.order_by("before__starts_at", "pk"))


@dataclass(frozen=True)
class Waiting:
    """What lies with one person: whose turn it is, and what one has asked for."""

    swaps_mine: Sequence[Swap]  # my answer, my decision or my confirmation
    leaves_mine: Sequence[Leave]
    swaps_open: Sequence[Swap]  # under way, somebody else's turn
    leaves_open: Sequence[Leave]


def waiting(user: User, now: dt.datetime) -> Waiting:
    """Everything under way that `user` sees, parted by whether it is his turn."""
    unconfirmed = Q(asker_confirmed_at__isnull=True) | Q(counterpart_confirmed_at__isnull=True)
    swaps = visible_swaps(user).filter(
        Q(state__in=OPEN_SWAPS) | Q(unconfirmed, state=SwapState.APPROVED, duty__starts_at__gt=now)
    )
    leaves = visible_leaves(user).filter(state__in=OPEN_LEAVES)
    decider = Decider(user)
    mine, others = _parted(list(swaps.order_by("duty__starts_at", "pk")), lambda one: swap_turn(one, user, decider))
    own, rest = _parted(list(leaves.order_by("starts_at", "pk")), lambda one: leave_turn(one, user, decider))
    return Waiting(mine, own, others, rest)


def swap_turn(swap: Swap, user: User, decider: Decider) -> bool:
    """Whether it is up to `user` now."""
    if swap.state == SwapState.ASKED:
        return swap.counterpart_id == user.pk
    if swap.state == SwapState.COUNTERPART_AGREED:
        return decider.swap(swap)
    missing = {swap.asker_id: swap.asker_confirmed_at, swap.counterpart_id: swap.counterpart_confirmed_at}
    return swap.state == SwapState.APPROVED and user.pk in missing and missing[user.pk] is None


def leave_turn(leave: Leave, user: User, decider: Decider) -> bool:
    """Whether it is up to `user` now: the substitute's answer, or the decision."""
    if leave.state == LeaveState.ASKED and leave.substitute_id == user.pk:
        return True
    return leave.state in OPEN_LEAVES and decider.leave(leave)


@dataclass(frozen=True)
class Effect:
    """What the rules say, for the page."""

    breaches: tuple[Breach, ...]

    @property
    def forbidden(self) -> bool:
        """Whether something of it can be taken on by nobody."""
        return any(one.severity == HARD and one.rule != COVERAGE for one in self.breaches)


def effect(changes: Sequence[tuple[Duty, User | None]]) -> Effect:
    """What these changes of duties would break."""
    return Effect(tuple(consequences(changes)))


def _parted(rows: list[Row], is_mine: Callable[[Row], bool]) -> tuple[list[Row], list[Row]]:
    mine = [row for row in rows if is_mine(row)]
    return mine, [row for row in rows if row not in mine]
