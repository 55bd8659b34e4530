"""Teams: who leads them, who works in them as what, and how many people each shift needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common.exceptions import BusinessError
from common.locking import lock_one
from staff.models import Demand, Employment, Team, User, UserSkill
from staff.roles import Role
from staff.rota.states import Skill
from staff.selectors import leads, led_teams

EMPLOYMENT_FIELDS = ("joined_on", "left_on", "week_minutes", "no_night", "phone")
LEADERS = (Role.SUPERVISOR, Role.MANAGER)
Asked = tuple[int, str, str]  # shift, skill, kind of day


@transaction.atomic
def save_team(*, team: Team | None, name: str, leader: User | None, by: User, now: dt.datetime | None = None) -> Team:
    """A new team, or another name or leader of one. Raises BusinessError for a taken name, or a team of others."""
    if team is not None and not led_teams(by).filter(pk=team.pk).exists():
        raise BusinessError(_("Only the team's leader or a manager changes a team."), code="foreign")
    if team is None and by.role != Role.MANAGER and leader != by:
        raise BusinessError(_("You can make teams that you lead yourself."), code="foreign")
    row = Team() if team is None else lock_one(Team.objects.filter(pk=team.pk))
    if Team.objects.filter(name=name).exclude(pk=row.pk).exists():
        raise BusinessError(_("There is a team “%(team)s” already.") % {"team": name}, code="taken")
    row.name, row.leader = name, leader
    row.save()
    audit.record("staff.team_saved", about=row, by=by, now=now, team=name)
    return row


def may_take_in(user: User, by: User) -> bool:
    """Whether `by` may put `user` into a team: a leader takes in who is in no team, or in his own, but nobody who
    leads himself, since a leader sees the records of his people."""
    if user.role == Role.SUPPLIER or not user.is_active:
        return False
    if by.role == Role.MANAGER or user.pk == by.pk:
        return True
    if user.role in LEADERS:
        return False
    in_a_team = Employment.objects.filter(user=user, team__isnull=False).exists()
    return not in_a_team or leads(by, user)


@transaction.atomic
def save_member(
    *,
    user: User,
    team: Team | None,
    values: Mapping[str, Any],
    skills: Collection[tuple[str, int | None]],
    by: User,
    now: dt.datetime | None = None,
) -> Employment:
    """Employment and skills of somebody, who works in `team` from now on (None: in no team).

    `skills` are pairs of skill and shop, None for every shop. Training notes of skills that stay are kept. Raises
    BusinessError when `by` leads neither the team nor the person, or the last day is before the first.
    """
    if (team is not None and not led_teams(by).filter(pk=team.pk).exists()) or not may_take_in(user, by):
        raise BusinessError(_("Only the team's leader or a manager changes a team."), code="foreign")
    row, _made = Employment.objects.get_or_create(user=user)
    row = lock_one(Employment.objects.filter(pk=row.pk))
    row.team = team
    for field in EMPLOYMENT_FIELDS:
        setattr(row, field, values.get(field, getattr(row, field)))
    if row.joined_on and row.left_on and row.left_on < row.joined_on:
        raise BusinessError(_("The last day is before the first."), code="order")
    row.save()
    _set_skills(user, set(skills))
    told = ", ".join(sorted({str(Skill(skill).label) for skill, _shop in skills})) or "—"
    audit.record("staff.member_saved", about=user, by=by, now=now, skills=told)
    return row


def _set_skills(user: User, wanted: set[tuple[str, int | None]]) -> None:
    there = {(row.skill, row.shop_id): row for row in UserSkill.objects.filter(user=user)}
    UserSkill.objects.filter(pk__in=[row.pk for key, row in there.items() if key not in wanted]).delete()
    UserSkill.objects.bulk_create(
        UserSkill(user=user, skill=skill, shop_id=shop) for skill, shop in sorted(wanted - there.keys(), key=str)
    )


@transaction.atomic
def save_demand(*, team: Team, asked: Mapping[Asked, int], by: User, now: dt.datetime | None = None) -> int:
    """How many people each shift needs by skill and kind of day; 0 asks for nobody. Answers how many places changed.

    Raises BusinessError for a team of others.
    """
    if not led_teams(by).filter(pk=team.pk).exists():
        raise BusinessError(_("Only the team's leader or a manager changes a team."), code="foreign")
    lock_one(Team.objects.filter(pk=team.pk))
    there = {(row.template_id, row.skill, row.day_kind): row for row in Demand.objects.filter(team=team)}
    changed = {key: people for key, people in asked.items() if people != (there[key].people if key in there else 0)}
    Demand.objects.bulk_create(
        [
            Demand(team=team, template_id=key[0], skill=key[1], day_kind=key[2], people=people)
            for key, people in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["team", "template", "skill", "day_kind"],
        update_fields=["people"],
    )
    if changed:
        audit.record("staff.demand_saved", about=team, by=by, now=now, count=len(changed))
    return len(changed)
