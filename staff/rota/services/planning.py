"""Working on a plan by hand: nothing here binds anybody before it is published."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError, Conflict
from common.locking import lock_one
from staff.models import Employment, PlannedDuty, Rota, ShiftTemplate, Team, User
from staff.rota.states import Origin, Skill
from staff.selectors import service_rules

DAY = dt.timedelta(days=1)


def last_day(rota: Rota) -> dt.date:
    """The last day on which a duty of this rota may begin."""
    return rota.starts_on + rota.weeks * 7 * DAY - DAY


def take(rota: Rota, version: int | None) -> Rota:
    """The rota, locked until the transaction ends. Raises Conflict when another planner changed it meanwhile."""
    try:
        return lock_one(Rota.objects.filter(pk=rota.pk), version=version)
    except Conflict:
        raise Conflict(
            _("Somebody else changed this rota meanwhile. Your change was not made: look at theirs and repeat it.")
        ) from None


def keep(rota: Rota, *fields: str) -> None:
    """Saves `fields`; boards that were drawn before are out of date from here on."""
    rota.version += 1
    rota.save(update_fields=["version", *fields])


@transaction.atomic
def create_rota(*, team: Team, starts_on: dt.date, weeks: int | None = None, by: Any, now: dt.datetime) -> Rota:
    """An empty plan of one cycle, by default as long as the rules of service say (STF-05).

    Raises BusinessError when the team has a rota for one of these days.
    """
    weeks = weeks or service_rules().cycle_weeks
    if not 1 <= weeks <= 8:
        raise BusinessError(_("A rota has between one and eight weeks."), code="weeks")
    end = starts_on + weeks * 7 * DAY
    lock_one(Team.objects.filter(pk=team.pk))
    for other in Rota.objects.filter(team=team, starts_on__lt=end).order_by("-starts_on"):
        if last_day(other) >= starts_on:
            told = {"day": other.starts_on.isoformat(), "last": last_day(other).isoformat()}
            raise BusinessError(
                _("The team has a rota from %(day)s to %(last)s already: choose other days.") % told, code="overlap"
            )
    rota = Rota.objects.create(team=team, starts_on=starts_on, weeks=weeks, created_at=now, created_by=by)
    audit.record("staff.rota_created", about=rota, by=by, now=now, weeks=weeks, day=starts_on.isoformat())
    return rota


@transaction.atomic
def set_duty(
    *,
    rota: Rota,
    version: int | None,
    user: User,
    day: dt.date,
    template: ShiftTemplate,
    skill: str,
    locked: bool = False,
    by: Any,
    now: dt.datetime | None = None,
) -> PlannedDuty:
    """Plans this shift for somebody on a day, instead of what was planned there.

    Raises Conflict; BusinessError when the day is no day of the rota or over, the shift is kept, or the person is no
    member of the team.
    """
    now = now or clock.now()
    rota = take(rota, version)
    refuse_day(rota, day, now)
    _refuse_foreign(rota, user)
    if skill not in Skill.values:
        raise BusinessError(_("Say what the person does in this shift."), code="skill")
    if not template.enabled:
        raise BusinessError(_("The shift “%(shift)s” is no longer in use.") % {"shift": template.name}, code="disabled")
    _clear(rota, user, day)
    planned = PlannedDuty.objects.create(
        rota=rota, user=user, day=day, template=template, skill=skill, origin=Origin.HAND, locked=locked
    )
    keep(rota)
    audit.record(
        "staff.duty_planned", about=rota, by=by, now=now, name=user.name, shift=template.name, day=day.isoformat(),
        skill=skill,
    )  # fmt: skip
    return planned


@transaction.atomic
def remove_duty(
    *, rota: Rota, version: int | None, user: User, day: dt.date, by: Any, now: dt.datetime | None = None
) -> int:
    """Takes what `user` was planned for on `day` out; answers how many shifts that were.

    Raises Conflict; BusinessError when the day is over or the shift is kept.
    """
    now = now or clock.now()
    rota = take(rota, version)
    refuse_day(rota, day, now)
    gone = _clear(rota, user, day)
    for planned in gone:
        told = {"name": user.name, "shift": planned.template.name, "day": day.isoformat()}
        audit.record("staff.duty_unplanned", about=rota, by=by, now=now, **told)
    if gone:
        keep(rota)
    return len(gone)


@transaction.atomic
def lock_duty(
    *, rota: Rota, version: int | None, user: User, day: dt.date, locked: bool, by: Any, now: dt.datetime | None = None
) -> int:
    """Proposals keep what `user` is planned for on `day`, or may change it again. Answers how many shifts that were.

    Raises Conflict.
    """
    now = now or clock.now()
    rota = take(rota, version)
    rows = list(_rows(rota, user, day).exclude(locked=locked))
    for planned in rows:
        planned.locked = locked
        planned.save(update_fields=["locked"])
        told = {"name": user.name, "shift": planned.template.name, "day": day.isoformat()}
        audit.record("staff.duty_locked" if locked else "staff.duty_unlocked", about=rota, by=by, now=now, **told)
    if rows:
        keep(rota)
    return len(rows)


@transaction.atomic
def move_duty(
    *,
    rota: Rota,
    version: int | None,
    source: tuple[User, dt.date],
    target: tuple[User, dt.date],
    by: Any,
    now: dt.datetime | None = None,
) -> None:
    """What stands in one cell of the plan goes to another; what stood there comes back instead.

    Raises Conflict; BusinessError when the first is empty, one of them is over or kept, or the person is no member.
    """
    now = now or clock.now()
    rota = take(rota, version)
    refuse_day(rota, source[1], now)
    refuse_day(rota, target[1], now)
    _refuse_foreign(rota, target[0])
    going, coming = _clear(rota, *source), _clear(rota, *target)
    if not going:
        raise BusinessError(_("Nothing is planned there."), code="empty")
    for rows, (user, day) in ((going, target), (coming, source)):
        for planned in rows:
            PlannedDuty.objects.create(
                rota=rota, user=user, day=day, template=planned.template, skill=planned.skill, origin=Origin.HAND
            )
            told = {"name": user.name, "shift": planned.template.name, "day": day.isoformat(), "skill": planned.skill}
            audit.record("staff.duty_planned", about=rota, by=by, now=now, **told)
    keep(rota)


def refuse_day(rota: Rota, day: dt.date, now: dt.datetime) -> None:
    """Raises BusinessError when `day` is no day of the rota, or is over in a rota that binds already."""
    if not rota.starts_on <= day <= last_day(rota):
        raise BusinessError(_("%(day)s is no day of this rota.") % {"day": day.isoformat()}, code="day")
    if day < clock.day_of(now) and rota.versions.exists():
        raise BusinessError(
            _("%(day)s is over: what was worked then stands in the attendance.") % {"day": day.isoformat()}, code="over"
        )


def _refuse_foreign(rota: Rota, user: User) -> None:
    if not Employment.objects.filter(user=user, team=rota.team_id).exists():
        raise BusinessError(_("%(name)s is no member of this team.") % {"name": user.name}, code="foreign")


def _rows(rota: Rota, user: User, day: dt.date) -> Any:
    return PlannedDuty.objects.filter(rota=rota, user=user, day=day).select_related("template").order_by("pk")


def _clear(rota: Rota, user: User, day: dt.date) -> list[PlannedDuty]:
    """Takes out what stands in a cell; a kept shift is not taken out by accident."""
    rows = list(_rows(rota, user, day))
    if any(row.locked for row in rows):
        raise BusinessError(_("This shift is kept: unlock it first."), code="locked")
    PlannedDuty.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return rows
