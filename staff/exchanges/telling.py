"""Who hears of what: everybody whose turn it is, and those it concerns. Never why somebody is away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from common import clock
from common.topics import topic_of
from notifications.services import notify
from staff.models import Duty, Leave, Swap, User

WARN = {"staff.swap_asked", "staff.swap_approved", "staff.swap_to_decide", "staff.leave_to_decide"}


def of_swap(swap: Swap) -> dict[str, Any]:
    """What its sentences name."""
    return {
        "asker": swap.asker.name,
        "counterpart": swap.counterpart.name,
        "shift": swap.duty.template.name,
        "day": swap.duty.day.isoformat(),
    }


def of_leave(leave: Leave) -> dict[str, Any]:
    return {
        "name": leave.user.name,
        "substitute": leave.substitute.name if leave.substitute else "",
        "day": clock.day_of(leave.starts_at).isoformat(),
    }


def swap(kind: str, about: Swap, users: Iterable[User], now: dt.datetime, **more: Any) -> None:
    """One notice about a swap; a second one of the same kind about the same version is none."""
    _tell(kind, about, users, {**of_swap(about), **more}, now)


def leave(kind: str, about: Leave, users: Iterable[User], now: dt.datetime, **more: Any) -> None:
    """One notice about a leave."""
    _tell(kind, about, users, {**of_leave(about), **more}, now)


def duty(kind: str, about: Duty, users: Iterable[User], now: dt.datetime, url: str = "", **more: Any) -> None:
    """Somebody has a new shift, or has it back: by bell and mail."""
    notify(
        kind=kind,
        users=users,
        context={
            "shift": about.template.name,
            "day": about.day.isoformat(),
            "time": f"{clock.local(about.starts_at):%H:%M}",
            **more,
        },
        url=url or reverse("rota:mine"),
        severity="warning",
        dedupe_key=f"{kind}:{about.pk}",
        now=now,
    )


def _tell(kind: str, about: Swap | Leave, users: Iterable[User], context: dict[str, Any], now: dt.datetime) -> None:
    notify(
        kind=kind,
        users=users,
        context=context,
        url=about.get_absolute_url(),
        severity="warning" if kind in WARN else "info",
        dedupe_key=f"{kind}:{topic_of(about)}:{about.version}",
        now=now,
    )
