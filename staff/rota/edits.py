"""One change of a cell, as the board sends it: found, and given to its service."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from common.exceptions import BusinessError
from staff.models import Demand, Employment, PlannedDuty, Rota, ShiftTemplate, SpecialDay, User, UserSkill
from staff.rota import services
from staff.rota.states import Skill


def carry_out(rota: Rota, sent: Mapping[str, Any], *, by: User) -> None:
    """Does what a `CellForm` says. Raises Conflict and BusinessError as the services do."""
    user, day = _member(rota, sent["person"]), sent["day"]
    rest: dict[str, Any] = {"rota": rota, "version": sent["version"], "by": by}
    match sent["do"]:
        case "set":
            if sent["shift"] is None:
                raise BusinessError(_("Choose a shift."), code="shift")
            skill = sent["skill"] or likely_skill(rota, user, day, sent["shift"])
            services.set_duty(user=user, day=day, template=sent["shift"], skill=skill, **rest)
        case "remove":
            services.remove_duty(user=user, day=day, **rest)
        case "lock" | "unlock":
            services.lock_duty(user=user, day=day, locked=sent["do"] == "lock", **rest)
        case "move":
            if sent["to_person"] is None or sent["to_day"] is None:
                raise BusinessError(_("Say where the shift goes."), code="target")
            target = (_member(rota, sent["to_person"]), sent["to_day"])
            services.move_duty(source=(user, day), target=target, **rest)
        case "skill":
            _next_skill(rota, user, day, rest)


def _member(rota: Rota, pk: int) -> User:
    job = Employment.objects.filter(user=pk, team=rota.team_id).select_related("user").first()
    if job is None:
        raise BusinessError(_("There is no such person in this team."), code="foreign")
    return job.user


def skills_of(user: User, day: dt.date) -> list[str]:
    """What somebody can do on a day, the special day's skill among it (STF-07), in the order of the skills."""
    special = SpecialDay.objects.filter(day=day).values_list("skill", flat=True)
    own = {*UserSkill.objects.filter(user=user).values_list("skill", flat=True), *special}
    return [skill for skill in Skill.values if skill in own]


def likely_skill(rota: Rota, user: User, day: dt.date, shift: ShiftTemplate) -> str:
    """As what somebody is planned when nothing is said: of what he can do and the shift asks for, the one with the
    fewest people so far."""
    able = skills_of(user, day) or [str(Skill.AFTERSALES)]
    asked = set(Demand.objects.filter(team=rota.team_id, template=shift, people__gt=0).values_list("skill", flat=True))
    wanted = [skill for skill in able if skill in asked] or able
    there = list(
        PlannedDuty.objects.filter(rota=rota, day=day, template=shift)
        .exclude(user=user)
        .values_list("skill", flat=True)
    )
    return min(wanted, key=lambda skill: (there.count(skill), wanted.index(skill)))


def _next_skill(rota: Rota, user: User, day: dt.date, rest: dict[str, Any]) -> None:
    planned = PlannedDuty.objects.filter(rota=rota, user=user, day=day).select_related("template").first()
    if planned is None:
        raise BusinessError(_("Nothing is planned there."), code="empty")
    able = skills_of(user, day) or list(Skill.values)
    at = able.index(planned.skill) + 1 if planned.skill in able else 0
    services.set_duty(user=user, day=day, template=planned.template, skill=able[at % len(able)], **rest)
