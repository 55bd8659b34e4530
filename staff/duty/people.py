"""Who hears of what happens to somebody's shifts and work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from notifications import audiences
from notifications.audiences import Facts
from staff.models import User
from staff.roles import Role
from staff.selectors import active_users, team_of


def leaders_of(user: User, now: dt.datetime) -> list[User]:
    """The team's leader; without one the supervisors who are on shift, and else all of them."""
    leader = _leader(user)
    if leader is not None:
        return [leader]
    return [one for one in audiences.resolve("supervisor", Facts(), now=now) if one != user]


def all_leaders(user: User) -> Iterator[User]:
    """The team's leader, then every supervisor and manager: one of them can take what others may not have."""
    leader = _leader(user)
    if leader is not None:
        yield leader
    yield from active_users(Role.SUPERVISOR, Role.MANAGER).exclude(pk=user.pk)


def _leader(user: User) -> User | None:
    team = team_of(user)
    leader = team.leader if team else None
    return leader if leader is not None and leader.is_active and leader.pk != user.pk else None
