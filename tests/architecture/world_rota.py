"""What the world holds of the rota: the supervisor's team with the agent in it, and a published cycle of theirs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from common import clock
from staff.models import (
    CleaningTurn,
    Demand,
    PlannedDuty,
    Rota,
    RotaVersion,
    ShiftTemplate,
    SpecialDay,
    Team,
    User,
    Wish,
)
from staff.rota.states import DayKind, Origin, Skill, WishKind
from tests.factories import UserFactory
from tests.factories_staff import DutyFactory, EmploymentFactory, RotaFactory, ShiftTemplateFactory, UserSkillFactory

DAY = dt.timedelta(days=1)
LATER = 4  # days ahead: nobody is on shift now by it


def add_rota(leader: User, agent: User, number: int) -> dict[str, dict[str, Any]]:
    """One more person with a duty, a wish and a cleaning turn; what the arguments of the routes are."""
    today = clock.today()
    team = Team.objects.filter(leader=leader, members__user=agent).first()
    if team is None:
        team = Team.objects.create(name="世界组", leader=leader)
        EmploymentFactory(user=agent, team=team)
    person = agent
    if number:
        person = UserFactory()
        EmploymentFactory(user=person, team=team)
    UserSkillFactory(user=person, skill=Skill.AFTERSALES)
    rota = Rota.objects.filter(team=team).first()
    rota = rota or RotaFactory(team=team, starts_on=today - today.weekday() * DAY, created_by=leader)
    shift = ShiftTemplateFactory(name=f"早班{number}", scheme="世界")
    duty = DutyFactory(rota=rota, user=person, day=today + LATER * DAY, template=shift)
    PlannedDuty.objects.create(
        rota=rota, user=person, day=duty.day, template=shift, skill=duty.skill, origin=Origin.PROPOSED
    )
    Demand.objects.create(team=team, template=shift, skill=Skill.AFTERSALES, day_kind=DayKind.WORKDAY, people=1)
    change = {"shift": shift.name, "short": shift.short, "skill": duty.skill, "hours": "09:00–17:00"}
    changes = [{"user": person.pk, "day": duty.day.isoformat(), "before": [], "after": [change]}]
    RotaVersion.objects.create(
        rota=rota, number=number + 1, published_at=clock.now(), published_by=leader, changes=changes
    )
    turn = CleaningTurn.objects.create(day=today + number * DAY, user=person)
    special = SpecialDay.objects.create(day=today + (30 + number) * DAY, name="大促")
    wish = Wish.objects.create(user=agent, day=today + number * DAY, kind=WishKind.OFF)
    return _arguments(rota, shift, person, turn, special, wish)


def _arguments(
    rota: Rota, shift: ShiftTemplate, person: User, turn: CleaningTurn, special: SpecialDay, wish: Wish
) -> dict[str, dict[str, Any]]:
    own = {"shift": shift.pk, "shift_use": shift.pk, "team": rota.team_id, "demand": rota.team_id, "member": person.pk}
    own |= {"cleaning_give": turn.pk, "cleaning_done": turn.pk, "special_remove": special.pk, "wish_remove": wish.pk}
    found: dict[str, dict[str, Any]] = {f"rota:{name}": {"pk": pk} for name, pk in own.items()}
    return found | {"rota": {"pk": rota.pk, "token": "nobodys"}}
