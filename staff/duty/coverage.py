"""Windows that run or begin soon: how many are asked for, who is planned, who has clocked in."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Prefetch

from common import clock
from sla.calendar import WorkCalendar
from sla.models import CalendarDay
from staff.duty.selectors import Member, clocked_in_at, crew
from staff.exchanges.states import LeaveState
from staff.models import Demand, DutyWindow, Leave, ShiftTemplate, ShiftWindow, SpecialDay, Team, User
from staff.rota import hours, plan
from staff.rota.holidays import day_of_rota
from staff.rota.states import Skill

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Covered:
    """One window of one shift on one day, and who is there for one skill."""

    team: Team
    template: ShiftTemplate
    starts_at: dt.datetime
    ends_at: dt.datetime
    skill: str
    asked: int
    planned: tuple[User, ...]
    present: tuple[User, ...]  # while it runs: clocked in and able to, planned or not; covers of those away, too
    missing: tuple[User, ...]  # while it runs: planned and not clocked in (STF-12)
    runs: bool  # at the instant that was asked about

    @property
    def is_short(self) -> bool:
        """Fewer than asked for: planned, or there once it runs."""
        return len(self.planned) < self.asked or (self.runs and len(self.present) < self.asked)

    @property
    def skill_label(self) -> str:
        return str(Skill(self.skill).label)

    @property
    def key(self) -> str:
        return f"{self.team.pk}:{self.template.pk}:{self.starts_at:%Y%m%dT%H%M}:{self.skill}"


def coverage(at: dt.datetime, until: dt.datetime) -> list[Covered]:
    """Every window for which a team asks somebody and that runs at `at` or begins before `until`, in order of time.

    Teams without a published duty in these days do not work by a rota and ask for nothing. Eleven queries at most.
    """
    days = [clock.day_of(at) - ONE_DAY + n * ONE_DAY for n in range((clock.day_of(until) - clock.day_of(at)).days + 2)]
    windows = _windows(days)
    if not windows:
        return []
    planned: dict[tuple[int, int, dt.datetime, str], list[User]] = defaultdict(list)
    for window in _without_leave(windows):
        duty = window.duty
        planned[duty.rota.team_id, duty.template_id, window.starts_at, duty.skill].append(window.user)
    there = [member for member in crew(at).members if member.present]
    came = clocked_in_at(at)
    teams = {window.duty.rota.team_id for window in windows}
    found = []
    for demand, start, end in _asked(teams, days):
        if start < until and end > at:
            people = tuple(planned[demand.team_id, demand.template_id, start, demand.skill])
            runs = start <= at
            found.append(
                Covered(
                    team=demand.team,
                    template=demand.template,
                    starts_at=start,
                    ends_at=end,
                    skill=demand.skill,
                    asked=demand.people,
                    planned=people,
                    present=tuple(_here(there, people, demand.skill)) if runs else (),
                    missing=tuple(user for user in people if user.pk not in came) if runs else (),
                    runs=runs,
                )
            )
    return sorted(found, key=lambda one: (one.starts_at, one.team.name, one.template.pk, one.skill))


def _here(there: Iterable[Member], planned: tuple[User, ...], skill: str) -> Iterator[User]:
    return (member.user for member in there if member.user in planned or member.fits(skill))


def _windows(days: list[dt.date]) -> list[DutyWindow]:
    """The published windows of these days."""
    windows = DutyWindow.objects.filter(duty__day__in=days, duty__cancelled_at__isnull=True, user__is_active=True)
    return list(windows.select_related("duty__rota", "user").order_by("starts_at", "user__name", "pk"))


def _without_leave(windows: list[DutyWindow]) -> list[DutyWindow]:
    """Those whose people are not on approved leave as they begin."""
    first, last = windows[0].starts_at, windows[-1].starts_at
    leaves = Leave.objects.filter(state=LeaveState.APPROVED, starts_at__lte=last, ends_at__gt=first)
    away = [(leave.user_id, leave.starts_at, leave.ends_at) for leave in leaves]
    return [
        window
        for window in windows
        if not any(pk == window.user_id and start <= window.starts_at < end for pk, start, end in away)
    ]


def _asked(teams: set[int], days: list[dt.date]) -> Iterator[tuple[Demand, dt.datetime, dt.datetime]]:
    """Each demand of these teams with every window of its shift on each of the days."""
    windows = Prefetch("template__windows", ShiftWindow.objects.order_by("number"))
    rows = list(
        Demand.objects.filter(team__in=teams, template__enabled=True)
        .select_related("team__leader", "template")
        .prefetch_related(windows)
    )
    kinds = _kinds(days)
    for team in teams:
        asked = {(row.template_id, row.skill, row.day_kind): row for row in rows if row.team_id == team}
        demands = tuple(plan.Demand(row.template_id, row.skill, row.day_kind, row.people) for row in asked.values())
        wanted = plan.Plan(people=(), days=(), shifts=(), demands=demands)
        for day in days:
            for demand in wanted.demands_on(kinds[day]):
                row = asked[demand.shift_id, demand.skill, demand.day_kind]
                for start, end in hours.spans(row.template.windows.all(), day):
                    yield row, start, end


def _kinds(days: list[dt.date]) -> dict[dt.date, plan.Day]:
    """What kind of day each is, by the public calendar and the house's own days."""
    own = list(CalendarDay.objects.filter(day__in=days).values_list("day", "kind"))
    calendar = WorkCalendar(
        workdays_only=True,
        off=frozenset(day for day, kind in own if kind == CalendarDay.Kind.OFF),
        work=frozenset(day for day, kind in own if kind == CalendarDay.Kind.WORK),
    )
    special = {row.day: row for row in SpecialDay.objects.filter(day__in=days)}
    return {
        day: day_of_rota(
            day,
            calendar,
            special=special[day].name if day in special else "",
            leans_to=special[day].skill if day in special else "",
        )
        for day in days
    }
