"""Reading rotas: who sees which, as planned or as published, and one's own shifts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from common import clock
from staff.models import (
    CleaningTurn,
    Duty,
    Employment,
    Rota,
    RotaVersion,
    ShiftTemplate,
    Team,
    User,
    Wish,
)
from staff.roles import Role
from staff.rota.board import Board, Standing, build
from staff.rota.loading import load_plan
from staff.rota.permissions import PLAN_ROTA
from staff.rota.plan import Plan, PlannedShift
from staff.rota.rules import Breach, check
from staff.rota.services.planning import last_day
from staff.rota.services.teams import LEADERS
from staff.selectors import active_users, led_people, led_teams

DAY = dt.timedelta(days=1)
AHEAD = 6 * 7 * DAY  # of one's own shifts


@dataclass(frozen=True)
class Seen:
    """A rota as somebody sees it: whether they plan it, or read what was published."""

    rota: Rota
    may_plan: bool


def planned_teams(user: User) -> QuerySet[Team]:
    """The teams whose rotas `user` makes."""
    return led_teams(user) if user.has_perm(PLAN_ROTA) else Team.objects.none()


def rotas_of(user: User) -> QuerySet[Rota]:
    """The rotas that `user` plans, and what was published for the team that he works in; the latest first."""
    published = Exists(RotaVersion.objects.filter(rota=OuterRef("pk")))
    own = Q(team__members__user=user) & Q(published)
    return (
        Rota.objects.filter(Q(team__in=planned_teams(user)) | own)
        .distinct()
        .select_related("team")
        .order_by("-starts_on", "team__name")
    )


def seen_rota(user: User, pk: int) -> Seen | None:
    """The rota if `user` may see it; None for those of others and for what is not there."""
    rota = rotas_of(user).filter(pk=pk).first()
    if rota is None:
        return None
    return Seen(rota, planned_teams(user).filter(pk=rota.team_id).exists())


def present_rota(user: User, today: dt.date) -> Rota | None:
    """The rota that holds today, before the one to come, before the last one that was."""
    rotas = list(rotas_of(user)[:40])
    held = [rota for rota in rotas if rota.starts_on <= today <= last_day(rota)]
    coming = [rota for rota in rotas if rota.starts_on > today]
    return (held or coming[-1:] or rotas[:1] or [None])[0]  # type: ignore[list-item]


def standing_duties(rota: Rota) -> list[PlannedShift]:
    """What was published and not taken back, as a plan holds it. One query."""
    rows = Duty.objects.filter(rota=rota, cancelled_at__isnull=True).order_by("day", "pk")
    return [
        PlannedShift(user_id, day, shift_id, skill)
        for user_id, day, shift_id, skill in rows.values_list("user_id", "day", "template_id", "skill")
    ]


def published_plan(rota: Rota) -> Plan:
    """The plan of the rota's days with what binds in it, instead of what is worked on."""
    return load_plan(rota).with_duties(standing_duties(rota))


@dataclass(frozen=True)
class View:
    """Which days a page shows: `week` counts from 0, None shows the whole cycle."""

    week: int | None = None

    def first(self, rota: Rota) -> dt.date:
        return rota.starts_on + (self.week or 0) * 7 * DAY

    def last(self, rota: Rota) -> dt.date:
        return last_day(rota) if self.week is None else self.first(rota) + 6 * DAY


def board_of(seen: Seen, view: View, now: dt.datetime) -> Board:
    """The board as `seen` allows it: the plan with all that it breaks, or what was published, and nothing beside it.

    A fixed number of queries.
    """
    rota = seen.rota
    looks = {pk: (color, enabled) for pk, color, enabled in ShiftTemplate.objects.values_list("pk", "color", "enabled")}
    published = rota.versions.exists()
    standing = standing_duties(rota) if published else []
    plan = load_plan(rota)
    breaches: list[Breach] = []
    marked: Standing | None = None
    if seen.may_plan:
        breaches = check(plan)
        marked = frozenset((duty.user_id, duty.day, duty.shift_id, duty.skill) for duty in standing)
    else:
        plan = plan.with_duties(standing)
    return build(
        plan,
        looks,
        breaches,
        first=view.first(rota),
        last=view.last(rota),
        standing=marked if published else None,
        over_before=clock.day_of(now) if published else None,
    )


def versions_of(rota: Rota) -> QuerySet[RotaVersion]:
    return rota.versions.select_related("published_by").order_by("-number")


def own_duties(user: User, first: dt.date, last: dt.date) -> QuerySet[Duty]:
    """Published duties of somebody that begin on these days, with their windows. Two queries."""
    return (
        Duty.objects.filter(user=user, day__range=(first, last), cancelled_at__isnull=True)
        .select_related("template")
        .prefetch_related("windows")
        .order_by("starts_at")
    )


def own_wishes(user: User, today: dt.date) -> QuerySet[Wish]:
    return Wish.objects.filter(user=user, day__gte=today).select_related("template").order_by("day", "pk")


def cleaning_from(day: dt.date) -> QuerySet[CleaningTurn]:
    """Cleaning turns from `day` on (STF-30)."""
    return CleaningTurn.objects.filter(day__gte=day).select_related("user").order_by("day")


def shifts() -> QuerySet[ShiftTemplate]:
    """Every shift with its windows, those in use first."""
    return ShiftTemplate.objects.prefetch_related(Prefetch("windows")).order_by("-enabled", "scheme", "pk")


def colleagues_of(user: User) -> QuerySet[User]:
    """The others of somebody's team who may log in, by name."""
    same = Employment.objects.filter(user=user, team__isnull=False).values("team")
    return active_users().filter(employment__team__in=same).exclude(pk=user.pk)


def teams_with_people(leader: User) -> QuerySet[Team]:
    """The teams that `leader` leads with their people, what they can do, and the leaders. Four queries."""
    members = Employment.objects.select_related("user").filter(user__is_active=True).order_by("user__name", "user_id")
    people = Prefetch("members", queryset=members.prefetch_related("user__skills"))
    return led_teams(leader).select_related("leader").prefetch_related(people).order_by("name")


def teamless(leader: User) -> QuerySet[User]:
    """Who may log in, is of the house, works in no team, and may be taken in by `leader`."""
    free = active_users().exclude(role=Role.SUPPLIER).filter(employment__team__isnull=True)
    return free if leader.role == Role.MANAGER else free.exclude(Q(role__in=LEADERS) & ~Q(pk=leader.pk))


def people_led(leader: User) -> set[int]:
    """The ids of those whom `leader` leads."""
    return set(led_people(leader).values_list("pk", flat=True))
