"""A rota as a plan: everything that rules and solver need, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from common import clock
from sla.calendar import WorkCalendar
from sla.models import CalendarDay
from staff.duty.selectors import BY_ROLE
from staff.exchanges.states import LeaveState
from staff.models import (
    Demand,
    Duty,
    Employment,
    Leave,
    PlannedDuty,
    Rota,
    ShiftTemplate,
    SpecialDay,
    User,
    UserSkill,
    Wish,
)
from staff.roles import Role
from staff.rota import hours, plan
from staff.rota.holidays import day_of_rota
from staff.rota.plan import DAY_MINUTES, ONE_DAY
from staff.rota.sheet import month_start, next_month
from staff.selectors import service_rules

HISTORY_DAYS = 28  # so far back shares of nights and weekends count, at least
SEAM_DAYS = 7  # so far ahead duties of the next cycle count
ANY_DAY = dt.date(2026, 1, 5)


def load_plan(rota: Rota, *, also: Collection[int] = ()) -> plan.Plan:
    """`rota` with what is planned in it, its team, and what stands around it: published duties of the same people
    before, after and in other rotas, approved leave and wishes.

    Those who are planned without being of the team are in it too, and the users `also`, but are never proposed.
    Thirteen queries, whatever the size.
    """
    first, last = rota.starts_on, rota.starts_on + (rota.weeks * 7 - 1) * ONE_DAY
    since = min(first - HISTORY_DAYS * ONE_DAY, plan.monday_of(month_start(first)))
    until = max(last + SEAM_DAYS * ONE_DAY, next_month(last) - ONE_DAY)
    calendar = _calendar(since, until)
    specials = {row.day: row for row in SpecialDay.objects.filter(day__range=(since, until))}
    days = {}
    for day in (since + n * ONE_DAY for n in range((until - since).days + 1)):
        special = specials.get(day)
        days[day] = day_of_rota(
            day, calendar, special=special.name if special else "", leans_to=special.skill if special else ""
        )
    people = _people(rota, also, first)
    ids = [person.user_id for person in people]
    return plan.Plan(
        people=people,
        days=tuple(days[day] for day in sorted(days) if first <= day <= last),
        shifts=_shifts(),
        demands=tuple(
            plan.Demand(*row)
            for row in Demand.objects.filter(team=rota.team_id, template__enabled=True)
            .order_by("template", "skill", "day_kind")
            .values_list("template_id", "skill", "day_kind", "people")
        ),
        duties=tuple(
            plan.PlannedShift(*row)
            for row in PlannedDuty.objects.filter(rota=rota)
            .order_by("day", "user", "pk")
            .values_list("user_id", "day", "template_id", "skill", "locked")
        ),
        around=_around(rota, ids, days),
        leaves=_leaves(ids, first, last),
        wishes=tuple(
            plan.Wish(*row)
            for row in Wish.objects.filter(user__in=ids, day__range=(first, last))
            .order_by("day", "user", "pk")
            .values_list("user_id", "day", "kind", "template_id")
        ),
        rules=_rules(),
    )


def _calendar(since: dt.date, until: dt.date) -> WorkCalendar:
    """The public calendar with the house's own days."""
    rows = list(CalendarDay.objects.filter(day__range=(since, until)).values_list("day", "kind"))
    by_kind = {kind: frozenset(day for day, found in rows if found == kind) for kind in CalendarDay.Kind}
    return WorkCalendar(workdays_only=True, off=by_kind[CalendarDay.Kind.OFF], work=by_kind[CalendarDay.Kind.WORK])


def _people(rota: Rota, also: Collection[int], first: dt.date) -> tuple[plan.Person, ...]:
    """The team, and whoever is planned or published in the rota, by name."""
    planned = Exists(PlannedDuty.objects.filter(rota=rota, user=OuterRef("pk")))
    published = Exists(Duty.objects.filter(rota=rota, user=OuterRef("pk"), cancelled_at__isnull=True))
    member = Q(employment__team=rota.team_id, is_active=True)
    users = list(
        User.objects.filter(member | Q(pk__in=also) | Q(planned) | Q(published))
        .select_related("employment")
        .order_by("name", "pk")
    )
    skills: dict[int, set[tuple[str, int | None]]] = defaultdict(set)
    for user_id, skill, shop_id in UserSkill.objects.filter(user__in=users).values_list("user_id", "skill", "shop_id"):
        skills[user_id].add((skill, shop_id))
    return tuple(_person(user, skills[user.pk], rota.team_id, first) for user in users)


def _person(user: User, skills: set[tuple[str, int | None]], team_id: int, first: dt.date) -> plan.Person:
    """Without rows of skills somebody can do what the role says. Who may not log in has left before the cycle."""
    if not skills and user.role in BY_ROLE:
        skills = {(BY_ROLE[Role(user.role)], None)}
    work: Employment | None = getattr(user, "employment", None)
    left = work.left_on if work else None
    if not user.is_active:
        left = min(left or first, first - ONE_DAY)
    return plan.Person(
        user_id=user.pk,
        name=user.name,
        skills=frozenset(skills),
        week_minutes=work.week_minutes if work else plan.Rules.week_minutes,
        no_night=work.no_night if work else False,
        joined_on=work.joined_on if work else None,
        left_on=left,
        plannable=user.is_active and work is not None and work.team_id == team_id,
    )


def _shifts() -> tuple[plan.Shift, ...]:
    """All shifts, those out of use too: old plans and wishes name them. One without windows has no hours to plan."""
    found = []
    midnight = clock.day_start(ANY_DAY)
    for row in ShiftTemplate.objects.prefetch_related("windows").order_by("pk"):
        spans = hours.spans(row.windows.all(), ANY_DAY)
        windows = tuple((_minutes(a - midnight), _minutes(b - midnight)) for a, b in spans)
        if windows:
            found.append(plan.Shift(row.pk, row.name, row.short, windows, row.kind, row.break_minutes))
    return tuple(found)


def _minutes(length: dt.timedelta) -> int:
    return length.days * DAY_MINUTES + length.seconds // 60


def _around(rota: Rota, ids: list[int], days: dict[dt.date, plan.Day]) -> tuple[plan.Worked, ...]:
    """What these people have besides the rota, as published."""
    rows = (
        Duty.objects.filter(user__in=ids, cancelled_at__isnull=True, day__range=(min(days), max(days)))
        .exclude(rota=rota)
        .select_related("template")
        .prefetch_related("windows")
        .order_by("starts_at", "pk")
    )
    return tuple(
        plan.Worked(
            user_id=row.user_id,
            day=row.day,
            minutes=row.minutes,
            spans=tuple((_local(window.starts_at), _local(window.ends_at)) for window in row.windows.all()),
            kind=row.template.kind,
            free_day=days[row.day].is_free,
            statutory=days[row.day].statutory,
        )
        for row in rows
    )


def _local(moment: dt.datetime) -> dt.datetime:
    return clock.local(moment).replace(tzinfo=None)


def _leaves(ids: list[int], first: dt.date, last: dt.date) -> tuple[plan.Absence, ...]:
    """Approved leave that touches the cycle, or the morning after it."""
    rows = Leave.objects.filter(
        user__in=ids,
        state=LeaveState.APPROVED,
        starts_at__lt=clock.day_start(last + 2 * ONE_DAY),
        ends_at__gt=clock.day_start(first),
    ).order_by("starts_at", "pk")
    return tuple(plan.Absence(row.user_id, _local(row.starts_at), _local(row.ends_at)) for row in rows)


def _rules() -> plan.Rules:
    row = service_rules()
    return plan.Rules(
        cycle_weeks=row.cycle_weeks,
        change_weekday=row.change_weekday,
        days_in_row=row.days_in_row,
        rest_minutes=row.rest_minutes,
        day_minutes=row.day_minutes,
        day_minutes_most=row.day_minutes_most,
        week_minutes=row.week_minutes,
        week_minutes_average=row.week_minutes_average,
        month_overtime_minutes=row.month_overtime_minutes,
        early_minutes=row.early_minutes,
    )
