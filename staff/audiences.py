"""Who is meant when a notice goes to «the agent» or «the supervisor»: those who are on shift at that instant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial

from django.utils.translation import gettext_lazy as _

from notifications import audiences
from notifications.audiences import Facts
from staff import selectors
from staff.duty.selectors import Crew, Member, crew, crew_next, has_rota
from staff.models import User
from staff.records import audiences as own
from staff.roles import Role

NAMES = {
    "agent": _("agent"),
    "supervisor": Role.SUPERVISOR.label,
    "assignee": _("assignee"),
    "leader": _("team leader"),
    "holder": _("who has the matter in hand"),
}


class Shift:
    """Who is there at one instant, read once for all the notices of a round."""

    def __init__(self, at: dt.datetime) -> None:
        self._at = at
        self._next: dict[tuple[str, int | None], list[User]] = {}

    @cached_property
    def _has_rota(self) -> bool:
        return has_rota(self._at)

    @cached_property
    def _crew(self) -> Crew:
        return crew(self._at)

    @cached_property
    def _agents(self) -> list[User]:
        return list(selectors.active_agents())

    @cached_property
    def _supervisors(self) -> list[User]:
        return list(selectors.active_users(Role.SUPERVISOR))

    def agent(self, facts: Facts) -> Iterable[User]:
        """The one who has it in hand; while he is off shift, or nobody has it, those on shift who can see to it.

        Is nobody of them there, it waits for the next shift that can. Without a rota every active agent is meant.
        """
        assignee = self._assignee(facts.assignee_id)
        if assignee and (self._crew.get(assignee.pk) or not self._has_rota):
            return [assignee]
        return [*([assignee] if assignee else []), *self._on_shift(facts)]

    def supervisor(self, facts: Facts) -> Iterable[User]:
        """The supervisors who are on shift; are none planned for now, all of them: nothing escalates into a void."""
        here = [user for user in self._supervisors if self._crew.get(user.pk)]
        return here or self._supervisors

    def _assignee(self, user_id: int | None) -> User | None:
        if user_id is None:
            return None
        known = next((user for user in self._agents if user.pk == user_id), None)
        return known or selectors.active_by_ids([user_id]).first()

    def _on_shift(self, facts: Facts) -> list[User]:
        if not self._has_rota:
            return self._agents
        here = [member.user for member in _serving(self._crew.having(facts.skill, facts.shop_id))]
        return here or self._on_next_shift(facts) or [m.user for m in _serving(self._crew.members)] or self._agents

    def _on_next_shift(self, facts: Facts) -> list[User]:
        key = (facts.skill, facts.shop_id)
        if key not in self._next:
            found = crew_next(self._at, skill=facts.skill, shop_id=facts.shop_id)
            self._next[key] = [member.user for member in _serving(found)]
        return self._next[key]


def _serving(members: Iterable[Member]) -> Iterator[Member]:
    return (member for member in members if member.serves)


def of_role(role: str, at: dt.datetime) -> Callable[[Facts], Iterable[User]]:
    """Everybody active in that role, whatever it is about; read once for all the notices of a round."""
    people = selectors.active_users(role)  # a query that is made when the first notice asks, and kept
    return lambda facts: people


def register() -> None:
    audiences.register_at("agent", lambda at: Shift(at).agent)
    audiences.register_at("supervisor", lambda at: Shift(at).supervisor)
    for role in (Role.MANAGER, Role.OPERATIONS, Role.FINANCE, Role.WAREHOUSE, Role.QUALITY):
        audiences.register_at(role.value, partial(of_role, role.value))
        audiences.name(role.value, role.label)
    audiences.register("assignee", own.assignee)
    audiences.register("leader", own.leader)
    for key, words in NAMES.items():
        audiences.name(key, words)
