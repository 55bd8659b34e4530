"""Who is meant when a notice goes to «the agent» or «the supervisor»."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from notifications import audiences
from notifications.audiences import Facts
from staff import selectors
from staff.models import User
from staff.roles import Role


def agent(facts: Facts) -> Iterable[User]:
    """The one who has it in hand; nobody or somebody who has left: every active agent."""
    if facts.assignee_id:
        assignee = list(selectors.active_by_ids([facts.assignee_id]))
        if assignee:
            return assignee
    return selectors.active_agents()


def of_role(role: str) -> Callable[[Facts], Iterable[User]]:
    """Everybody active in that role, whatever it is about."""
    return lambda facts: selectors.active_users(role)


def register() -> None:
    audiences.register("agent", agent)
    for role in (Role.SUPERVISOR, Role.MANAGER, Role.OPERATIONS, Role.FINANCE):
        audiences.register(role.value, of_role(role))
