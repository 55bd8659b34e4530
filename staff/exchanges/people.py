"""Who decides on a swap or leave, who hears of it, and what one may see. Nobody decides on his own."""

from __future__ import annotations

from functools import cached_property

from django.db.models import Q, QuerySet

from staff import selectors
from staff.exchanges.permissions import DECIDE
from staff.models import Gap, HandedDuty, Leave, ServiceRules, Swap, User
from staff.roles import Role


class Decider:
    """What somebody may decide, read once for any number of swaps and leaves: at most two queries.

    He decides in the role of the rules of service on those whom he leads, a manager on everybody; never on what he
    takes part in himself (STF-09, STF-15).
    """

    def __init__(self, user: User) -> None:
        self._user = user

    @cached_property
    def _rules(self) -> ServiceRules:
        return selectors.service_rules()

    @cached_property
    def _led(self) -> set[int]:
        return set(selectors.led_people(self._user).values_list("pk", flat=True))

    def swap(self, swap: Swap) -> bool:
        """Whether he approves or declines this swap (STF-15)."""
        return swap.counterpart_id != self._user.pk and self._may(swap.asker_id, self._rules.swap_approver)

    def leave(self, leave: Leave) -> bool:
        """Whether he approves or declines this leave (STF-09)."""
        return leave.substitute_id != self._user.pk and self._may(leave.user_id, self._rules.leave_approver)

    def leads(self, user_id: int) -> bool:
        """Whether he decides on swaps and leave at all, and leads this person."""
        return self._user.has_perm(DECIDE) and user_id in self._led

    def _may(self, person_id: int, role: str) -> bool:
        return self._user.role in (role, Role.MANAGER) and self.leads(person_id)


def swap_approvers(swap: Swap) -> list[User]:
    """Who is told that a swap waits for a decision: the leader of the asker, if he may decide, else the managers."""
    leader = _leader(swap.asker)
    if leader is not None and Decider(leader).swap(swap):
        return [leader]
    return _managers(swap.asker_id, swap.counterpart_id)


def leave_approvers(leave: Leave) -> list[User]:
    """Who is told that leave waits for a decision: the person's leader, if he may decide, else the managers."""
    leader = _leader(leave.user)
    if leader is not None and Decider(leader).leave(leave):
        return [leader]
    return _managers(leave.user_id, leave.substitute_id)


def _leader(person: User) -> User | None:
    team = selectors.team_of(person)
    return team.leader if team and team.leader and team.leader.is_active else None


def _managers(*without: int | None) -> list[User]:
    return list(selectors.active_users(Role.MANAGER).exclude(pk__in=[pk for pk in without if pk]))


def may_move(by: User, person: User) -> bool:
    """Whether `by` finds somebody else at once for a duty of `person`: for himself, or for whom one leads."""
    return by.pk == person.pk or Decider(by).leads(person.pk)


def sees_reason(user: User, leave: Leave) -> bool:
    """Why somebody is away is between the person and who leads; the substitute knows only when."""
    return user.pk == leave.user_id or Decider(user).leads(leave.user_id)


def visible_swaps(user: User) -> QuerySet[Swap]:
    """Those one takes part in, and those of the people one leads. Others are missing."""
    seen = Q(asker=user) | Q(counterpart=user)
    if user.has_perm(DECIDE):
        led = selectors.led_people(user).values("pk")
        seen |= Q(asker__in=led) | Q(counterpart__in=led)
    people = ("asker", "counterpart", "decided_by", "duty__template", "other_duty__template")
    return Swap.objects.filter(seen).select_related(*people)


def visible_leaves(user: User) -> QuerySet[Leave]:
    """One's own, those in which one is the substitute, and those of the people one leads. Others are missing."""
    seen = Q(user=user) | Q(substitute=user)
    if user.has_perm(DECIDE):
        seen |= Q(user__in=selectors.led_people(user).values("pk"))
    return Leave.objects.filter(seen).select_related("user", "substitute", "decided_by")


def visible_gaps(user: User) -> QuerySet[Gap]:
    """Those one is liable for or whose duty it was, and those of the people one leads."""
    own = Gap.liable.through.objects.filter(user_id=user.pk).values("gap_id")
    seen = Q(pk__in=own) | Q(duty__user=user)
    if user.has_perm(DECIDE):
        seen |= Q(duty__user__in=selectors.led_people(user).values("pk"))
    found = Gap.objects.filter(seen).select_related("duty__user", "duty__template", "swap", "leave")
    return found.prefetch_related("liable")


def visible_emergencies(user: User) -> QuerySet[HandedDuty]:
    """Duties that changed hands in an emergency: one's own, and those of the people one leads."""
    seen = Q(before__user=user) | Q(after__user=user)
    if user.has_perm(DECIDE):
        seen |= Q(before__user__in=selectors.led_people(user).values("pk"))
    people = ("by", "before__user", "before__template", "after__user")
    return HandedDuty.objects.filter(seen, swap__isnull=True, leave__isnull=True).select_related(*people)
