"""Who could take a duty: able to, free at its hours, not on leave; with what it would mean for rest and hours."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from common import clock
from staff.duty.selectors import abilities
from staff.exchanges.states import OPEN_SWAPS, LeaveState
from staff.models import Duty, DutyWindow, Leave, ServiceRules, User
from staff.roles import Role
from staff.selectors import active_users, service_rules, team_of

WEEK = dt.timedelta(days=7)
AROUND = dt.timedelta(days=8)
AHEAD = dt.timedelta(days=42)  # so far ahead duties are offered
MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Candidate:
    """Somebody who can do the work of a duty. Minutes are what would stand after taking it."""

    user: User
    same_team: bool
    busy: bool  # on duty at these hours already
    week_minutes: int  # of the week of the duty, Monday to Sunday, with it
    rest_minutes: int | None  # the shortest rest before or after it; None: nothing near
    short_rest: bool
    over_week: bool

    @property
    def week_hours(self) -> float:
        return round(self.week_minutes / 60, 1)

    @property
    def rest_hours(self) -> float | None:
        return None if self.rest_minutes is None else round(self.rest_minutes / 60, 1)


def candidates(duty: Duty, *, busy_too: bool = False, without: Iterable[int] = ()) -> list[Candidate]:
    """Who could take `duty`: with its skill, free then and not on leave; the best first: own team, enough rest, within
    the week's hours, the fewest hours. `busy_too` keeps those on duty then, for an exchange. Eight queries."""
    left_out = [duty.user_id, *without]
    people = list(_employed(duty).exclude(pk__in=left_out).select_related("employment"))
    able = abilities(people, duty.day) if people else {}
    people = [user for user in people if able[user.pk].fits(duty.skill)]
    away = _on_leave(people, duty)
    duties = _duties_around(people, duty)
    windows = list(duty.windows.all())
    team = team_of(duty.user)
    rules = service_rules()
    found = [
        _candidate(user, duty, windows, duties[user.pk], team.pk if team else None, rules)
        for user in people
        if user.pk not in away
    ]
    return sorted(
        (one for one in found if busy_too or not one.busy),
        key=lambda one: (
            not one.same_team,
            one.busy,
            one.short_rest,
            one.over_week,
            one.week_minutes,
            one.user.name,
        ),
    )


def free_duties(user: User, now: dt.datetime) -> QuerySet[Duty]:
    """The duties ahead of somebody that no open swap holds."""
    held = Q(swaps__state__in=OPEN_SWAPS) | Q(swaps_taken__state__in=OPEN_SWAPS)
    ahead = Duty.objects.filter(
        user=user, cancelled_at__isnull=True, starts_at__gt=now, starts_at__lte=now + AHEAD
    ).exclude(pk__in=Duty.objects.filter(held).values("pk"))
    return ahead.select_related("template", "user").order_by("starts_at", "pk")


def returns(counterpart: User, asker: User, now: dt.datetime) -> list[Duty]:
    """The duties of `counterpart` that `asker` could take in return: those whose skill he has. Two queries and one a
    special day."""
    duties = list(free_duties(counterpart, now))
    able = {day: abilities([asker], day)[asker.pk] for day in {duty.day for duty in duties}}
    return [duty for duty in duties if able[duty.day].fits(duty.skill)]


def _employed(duty: Duty) -> QuerySet[User]:
    gone = Q(employment__left_on__lt=duty.day) | Q(employment__joined_on__gt=duty.day)
    return active_users().exclude(role=Role.SUPPLIER).exclude(gone)


def _on_leave(people: list[User], duty: Duty) -> set[int]:
    return set(
        Leave.objects.filter(
            user__in=people, state=LeaveState.APPROVED, starts_at__lt=duty.ends_at, ends_at__gt=duty.starts_at
        ).values_list("user_id", flat=True)
    )


def _duties_around(people: list[User], duty: Duty) -> dict[int, list[Duty]]:
    near = Duty.objects.filter(
        user__in=people,
        cancelled_at__isnull=True,
        starts_at__lt=duty.ends_at + AROUND,
        ends_at__gt=duty.starts_at - AROUND,
    ).prefetch_related("windows")
    found: dict[int, list[Duty]] = defaultdict(list)
    for one in near:
        found[one.user_id].append(one)
    return found


def _candidate(
    user: User,
    duty: Duty,
    windows: list[DutyWindow],
    around: list[Duty],
    team_id: int | None,
    rules: ServiceRules,
) -> Candidate:
    monday = duty.day - duty.day.weekday() * dt.timedelta(days=1)
    week = duty.minutes + sum(one.minutes for one in around if monday <= one.day < monday + WEEK)
    rest = _rest(duty, around)
    job = getattr(user, "employment", None)
    return Candidate(
        user=user,
        same_team=team_id is not None and job is not None and job.team_id == team_id,
        busy=any(_overlap(mine, theirs) for one in around for mine in one.windows.all() for theirs in windows),
        week_minutes=week,
        rest_minutes=rest,
        short_rest=rest is not None and rest < rules.rest_minutes,
        over_week=week > rules.week_minutes,
    )


def _overlap(one: DutyWindow, other: DutyWindow) -> bool:
    return one.starts_at < other.ends_at and one.ends_at > other.starts_at


def _rest(duty: Duty, around: list[Duty]) -> int | None:
    """Minutes between this duty and the nearest one before or after it."""
    gaps = [(duty.starts_at - one.ends_at) // MINUTE for one in around if one.ends_at <= duty.starts_at]
    gaps += [(one.starts_at - duty.ends_at) // MINUTE for one in around if one.starts_at >= duty.ends_at]
    return min(gaps, default=None)


def shown(duty: Duty) -> str:
    """«11-23 早班 09:00–17:00», local time."""
    start, end = clock.local(duty.starts_at), clock.local(duty.ends_at)
    return f"{duty.day:%m-%d} {duty.template.name} {start:%H:%M}–{end:%H:%M}"
