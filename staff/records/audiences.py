"""Who hears of what is one person's own: that person, and who leads the team."""

from __future__ import annotations

from collections.abc import Iterable

from notifications.audiences import Facts
from staff.models import User
from staff.selectors import active_by_ids, active_users


def assignee(facts: Facts) -> Iterable[User]:
    """The one who has it in hand, on shift or not; nobody else in their place."""
    return active_by_ids([facts.assignee_id]) if facts.assignee_id else []


def leader(facts: Facts) -> Iterable[User]:
    """Who leads the team of the assignee."""
    return active_users().filter(teams_led__members__user_id=facts.assignee_id) if facts.assignee_id else []
