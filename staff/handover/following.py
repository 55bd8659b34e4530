"""Who comes after somebody's shift, and until when: they take over what is left (STF-08)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from common import clock
from staff.duty.selectors import abilities
from staff.exchanges.states import LeaveState
from staff.handover.permissions import HAND_OVER
from staff.models import DutyWindow, Handover, Leave, User

WITHIN = dt.timedelta(hours=24)


@dataclass(frozen=True)
class Following:
    """The people of the next shift. `starts_at` is None when one of them is there as the leaver goes."""

    users: tuple[User, ...] = ()
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None  # of the last of their shifts

    @property
    def at_once(self) -> bool:
        """Whether somebody takes over without a gap."""
        return bool(self.users) and self.starts_at is None


def following(leaver: User, ends_at: dt.datetime, skill: str = "") -> Following:
    """Who works on at `ends_at` and can do `skill`; nobody: those whose window starts next, within 24 hours.

    Who is on approved leave then does not count. People of the leaver's own team come first: others only if none of
    them is among these. At most four queries.
    """
    windows = _windows(leaver, ends_at)
    if not windows:
        return Following()
    able = abilities([window.user for window in windows], clock.day_of(ends_at))
    fit = [window for window in windows if able[window.user_id].fits(skill)]
    there = [window for window in fit if window.starts_at <= ends_at]
    chosen = there or [window for window in fit if window.starts_at == fit[0].starts_at]
    if not chosen:
        return Following()
    chosen = _own_team_first(chosen, leaver)
    return Following(
        users=tuple({window.user_id: window.user for window in chosen}.values()),
        starts_at=None if there else chosen[0].starts_at,
        ends_at=max(window.duty.ends_at for window in chosen),
    )


def followers(handover: Handover) -> Following:
    """Who takes over as this handover's shift ends."""
    return following(handover.leaver, handover.shift_ends_at, handover.duty.skill if handover.duty else "")


def _windows(leaver: User, ends_at: dt.datetime) -> list[DutyWindow]:
    """Published windows of others that matter after `ends_at`, the earliest first, without those on leave."""
    found = list(
        DutyWindow.objects.filter(
            duty__cancelled_at__isnull=True,
            user__is_active=True,
            ends_at__gt=ends_at,
            starts_at__lte=ends_at + WITHIN,
        )
        .exclude(user=leaver)
        .select_related("user__employment", "duty")
        .order_by("starts_at", "user__name", "pk")
    )
    leaves: dict[int, list[tuple[dt.datetime, dt.datetime]]] = defaultdict(list)
    away = Leave.objects.filter(state=LeaveState.APPROVED, user__in={window.user_id for window in found})
    for user_id, start, end in away.filter(ends_at__gt=ends_at).values_list("user_id", "starts_at", "ends_at"):
        leaves[user_id].append((start, end))
    return [
        window
        for window in found
        if window.user.has_perm(HAND_OVER)
        and not any(start <= max(window.starts_at, ends_at) < end for start, end in leaves[window.user_id])
    ]


def _own_team_first(windows: list[DutyWindow], leaver: User) -> list[DutyWindow]:
    own = team_id(leaver)
    mates = [window for window in windows if team_id(window.user) == own]
    return mates or windows


def team_id(user: User) -> int | None:
    """The team somebody works in; None for those in none."""
    employment = getattr(user, "employment", None)
    return employment.team_id if employment else None


def names(users: Sequence[User]) -> str:
    return "、".join(user.name for user in users)
