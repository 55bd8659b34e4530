"""Factories of the service team: teams, skills, shifts, and duties that stand with their windows."""

from __future__ import annotations

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from common import clock
from staff.models import (
    Demand,
    Duty,
    DutyWindow,
    Employment,
    Rota,
    ShiftTemplate,
    ShiftWindow,
    Team,
    User,
    UserSkill,
)
from staff.roles import Role
from staff.rota import hours
from staff.rota.states import DayKind, Skill
from tests.factories import NOON, UserFactory, at


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"客服{n}组")


class EmploymentFactory(DjangoModelFactory):
    """Somebody's employment; without a user it makes one."""

    class Meta:
        model = Employment

    user = factory.SubFactory(UserFactory)
    team = factory.SubFactory(TeamFactory)
    joined_on = dt.date(2025, 3, 3)


class UserSkillFactory(DjangoModelFactory):
    class Meta:
        model = UserSkill

    user = factory.SubFactory(UserFactory)
    skill = Skill.AFTERSALES
    trained_on = dt.date(2026, 1, 5)


class ShiftTemplateFactory(DjangoModelFactory):
    """A shift; `windows=[("17:30", "01:00")]` gives its hours, 9:00–17:00 when nothing is said."""

    class Meta:
        model = ShiftTemplate
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"班{n}")
    short = "早"
    scheme = "测试"

    @factory.post_generation
    def windows(self, create: bool, extracted: list[tuple[str, str]] | None, **_more: object) -> None:
        if not create:
            return
        for number, (starts, ends) in enumerate(extracted or [("09:00", "17:00")]):
            ShiftWindow.objects.create(
                template=self, number=number, starts=dt.time.fromisoformat(starts), ends=dt.time.fromisoformat(ends)
            )


class DemandFactory(DjangoModelFactory):
    class Meta:
        model = Demand

    team = factory.SubFactory(TeamFactory)
    template = factory.SubFactory(ShiftTemplateFactory)
    skill = Skill.AFTERSALES
    day_kind = DayKind.WORKDAY
    people = 1


class RotaFactory(DjangoModelFactory):
    """A cycle of three weeks from Monday 2026-11-16, the week of NOON."""

    class Meta:
        model = Rota

    team = factory.SubFactory(TeamFactory)
    starts_on = dt.date(2026, 11, 16)
    created_at = NOON
    created_by = factory.SubFactory(UserFactory, role=Role.SUPERVISOR)


class DutyFactory(DjangoModelFactory):
    """A published duty with the windows of its shift on `day`."""

    class Meta:
        model = Duty
        skip_postgeneration_save = True

    rota = factory.SubFactory(RotaFactory)
    user = factory.SubFactory(UserFactory)
    day = NOON.date()
    template = factory.SubFactory(ShiftTemplateFactory)
    skill = Skill.AFTERSALES
    starts_at = factory.LazyAttribute(lambda o: hours.spans(o.template.windows.all(), o.day)[0][0])
    ends_at = factory.LazyAttribute(lambda o: hours.spans(o.template.windows.all(), o.day)[-1][1])
    minutes = factory.LazyAttribute(
        lambda o: hours.minutes_of(hours.spans(o.template.windows.all(), o.day), o.template.break_minutes)
    )

    @factory.post_generation
    def windows(self, create: bool, extracted: object, **_more: object) -> None:
        if not create:
            return
        for start, end in hours.spans(self.template.windows.all(), self.day):
            DutyWindow.objects.create(duty=self, user=self.user, starts_at=start, ends_at=end)


def a_team(*users: User, leader: User | None = None, name: str = "") -> Team:
    """A team of these people, with their employments."""
    team = TeamFactory(leader=leader, **({"name": name} if name else {}))
    for user in users:
        EmploymentFactory(user=user, team=team)
    return team


def give_duty(
    user: User, starts: str, *ends: str, skill: str = Skill.AFTERSALES, rota: Rota | None = None, **more: object
) -> Duty:
    """A published duty: `give_duty(ana, "2026-11-20 09:00", "17:00")`, over midnight `"17:30", "01:00"`, and split
    `"10:00", "14:00", "17:30", "23:00"`: after the first day and time come ends and further starts, in turn."""
    first = at(starts)
    times = [clock.local(first).strftime("%H:%M"), *ends]
    windows = list(zip(times[0::2], times[1::2], strict=True))
    text = " ".join(times).replace(":", "")  # a name has 20 characters
    template = ShiftTemplate.objects.filter(scheme="测试", name=text).first()
    template = template or ShiftTemplateFactory(name=text, short=times[0][:2], windows=windows)
    rota = rota or _rota_of(user, clock.day_of(first))
    return DutyFactory(rota=rota, user=user, day=clock.day_of(first), template=template, skill=skill, **more)


def _rota_of(user: User, day: dt.date) -> Rota:
    """The rota of the user's team (a team of its own when there is none) that holds `day`."""
    employment = Employment.objects.filter(user=user).first()
    team = (employment and employment.team) or Team.objects.filter(name="无队").first() or TeamFactory(name="无队")
    monday = day - dt.timedelta(days=day.weekday())
    held = Rota.objects.filter(team=team, starts_on__lte=day, starts_on__gt=day - dt.timedelta(days=21)).first()
    return held or RotaFactory(team=team, starts_on=monday)
