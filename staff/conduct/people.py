"""Who judges whom, who is told, and what one may see of others' conduct. Nobody judges himself."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from staff import selectors
from staff.models import Penalty, Team, User
from staff.roles import Role

JUDGE = "staff.judge_conduct"


def leaders_of(user: User) -> list[User]:
    """Who is told of what `user` did and decides on it: the team's leader, else the managers."""
    team = selectors.team_of(user)
    leader = team.leader if team else None
    if leader is not None and leader.is_active and leader.pk != user.pk:
        return [leader]
    return list(selectors.active_users(Role.MANAGER).exclude(pk=user.pk))


def others_to_decide(penalty: Penalty) -> list[User]:
    """Who may decide an appeal: the leader and the managers, without the one who confirmed and the person."""
    judges = {judge.pk: judge for judge in [*leaders_of(penalty.user), *selectors.active_users(Role.MANAGER)]}
    return [judge for pk, judge in judges.items() if pk not in {penalty.confirmed_by_id, penalty.user_id}]


def may_judge(by: User, user: User) -> bool:
    """Whether `by` confirms, drops or decides what concerns `user` (STF-16, STF-21)."""
    return by.has_perm(JUDGE) and selectors.leads(by, user)


def visible_penalties(user: User) -> QuerySet[Penalty]:
    """One's own that are confirmed, and everything of those whom one leads. To others they do not exist."""
    own = Q(user=user) & ~Q(state__in=["proposed", "dropped"])
    seen = own | Q(user__in=selectors.led_people(user)) if user.has_perm(JUDGE) else own
    return Penalty.objects.filter(seen)


def visible_teams(user: User) -> QuerySet[Team]:
    """The teams whose fund one reads: one's own and those one leads (FIN-07)."""
    if user.role == Role.MANAGER:
        return Team.objects.all()
    return Team.objects.filter(Q(members__user=user) | Q(leader=user)).distinct()
