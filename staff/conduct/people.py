"""Who judges whom, who is told, and what one may see of others' conduct. Nobody judges himself."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from staff import selectors
from staff.conduct.states import PenaltyState
from staff.models import Appeal, Employment, Penalty, Team, User
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
    """Who may decide an appeal: the leader and the managers, without the one who confirmed and the person.

    Where that leaves nobody, the supervisors of other teams: an appeal that nobody may decide would be none (STF-34).
    """
    judges = [*leaders_of(penalty.user), *selectors.active_users(Role.MANAGER)]
    parties = {penalty.confirmed_by_id, penalty.user_id}
    for group in (judges, selectors.active_users(Role.SUPERVISOR)):
        found = {judge.pk: judge for judge in group if judge.pk not in parties}
        if found:
            return list(found.values())
    return []


def left_to_others(user: User) -> Q:
    """The appeals that `user` may decide although he leads nobody concerned: those who lead are parties to them."""
    if user.role != Role.SUPERVISOR:
        return Q(pk__in=[])
    person, confirmer = OuterRef("user_id"), OuterRef("confirmed_by_id")
    managers = selectors.active_users(Role.MANAGER).order_by().exclude(pk=person).exclude(pk=confirmer)
    leaders = Employment.objects.filter(user=person, team__leader__is_active=True)
    leaders = leaders.exclude(team__leader=person).exclude(team__leader=confirmer)
    nobody_else = ~Exists(managers) & ~Exists(leaders)
    return Q(state=PenaltyState.APPEALED) & ~Q(user=user) & ~Q(confirmed_by=user) & nobody_else


def may_decide(by: User, penalty: Penalty) -> bool:
    """Whether `by` decides the appeal: whoever leads the person and did not confirm it, else who stands in (STF-34)."""
    if penalty.confirmed_by_id == by.pk:
        return False
    return may_judge(by, penalty.user) or Penalty.objects.filter(left_to_others(by), pk=penalty.pk).exists()


def may_judge(by: User, user: User) -> bool:
    """Whether `by` confirms, drops or decides what concerns `user` (STF-16, STF-21)."""
    return by.has_perm(JUDGE) and selectors.leads(by, user)


def visible_penalties(user: User) -> QuerySet[Penalty]:
    """One's own that are confirmed, everything of those whom one leads, and what one stands in for. To others they do
    not exist."""
    seen = Q(user=user) & ~Q(state__in=["proposed", "dropped"])
    if user.has_perm(JUDGE):
        decided = Appeal.objects.filter(decided_by=user).values("penalty")
        seen |= Q(user__in=selectors.led_people(user)) | left_to_others(user) | (Q(pk__in=decided) & ~Q(user=user))
    return Penalty.objects.filter(seen)


def visible_teams(user: User) -> QuerySet[Team]:
    """The teams whose fund one reads: one's own and those one leads (FIN-07)."""
    if user.role == Role.MANAGER:
        return Team.objects.all()
    return Team.objects.filter(Q(members__user=user) | Q(leader=user)).distinct()
