"""Published duties: made with their windows, given to somebody else, taken back. Nothing deletes one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock, lock_alone
from staff.models import Duty, DutyWindow, Employment, PlannedDuty, Rota, ShiftTemplate, User
from staff.roles import Role
from staff.rota.hours import Span, minutes_of, spans

SECTION = "staff.duties"  # one at a time decides who stands where
Move = tuple[Duty, User]


@dataclass(frozen=True)
class NewDuty:
    """A duty that is to be made: what stands on its row before its hours are known."""

    rota: Rota
    user: User
    day: dt.date
    template: ShiftTemplate
    skill: str
    origin: str

    def hours(self) -> list[Span]:
        return spans(self.template.windows.all(), self.day)


def make_duties(wanted: Sequence[NewDuty]) -> list[Duty]:
    """The duties with their windows, in two statements. Inside a transaction that holds `SECTION`.

    Raises BusinessError when somebody is on duty then already.
    """
    hours = [new.hours() for new in wanted]
    _refuse_overlaps(wanted, hours)
    made = Duty.objects.bulk_create(
        [
            Duty(
                rota=new.rota,
                user=new.user,
                day=new.day,
                template=new.template,
                skill=new.skill,
                origin=new.origin,
                starts_at=when[0][0],
                ends_at=when[-1][1],
                minutes=minutes_of(when, new.template.break_minutes),
            )
            for new, when in zip(wanted, hours, strict=True)
        ]
    )
    DutyWindow.objects.bulk_create(
        DutyWindow(duty=duty, user_id=duty.user_id, starts_at=start, ends_at=end)
        for duty, when in zip(made, hours, strict=True)
        for start, end in when
    )
    return made


def take_back(duties: Iterable[Duty], now: dt.datetime) -> None:
    """Marks duties as taken back; their windows go, so that nobody is on shift by them."""
    ids = [duty.pk for duty in duties]
    DutyWindow.objects.filter(duty__in=ids).delete()
    Duty.objects.filter(pk__in=ids).update(cancelled_at=now)


def _refuse_overlaps(wanted: Sequence[NewDuty], hours: Sequence[list[Span]]) -> None:
    if not wanted:
        return
    every = [span for when in hours for span in when]
    around = Q(starts_at__lt=max(end for _start, end in every), ends_at__gt=min(start for start, _end in every))
    standing = DutyWindow.objects.filter(around, user__in={new.user.pk for new in wanted})
    taken: dict[int, list[Span]] = {}
    for user_id, start, end in standing.values_list("user_id", "starts_at", "ends_at"):
        taken.setdefault(user_id, []).append((start, end))
    for new, when in zip(wanted, hours, strict=True):
        held = taken.setdefault(new.user.pk, [])
        if any(start < other_end and end > other_start for start, end in when for other_start, other_end in held):
            told = {"name": new.user.name, "day": new.day.isoformat(), "shift": new.template.name}
            raise BusinessError(
                _("%(name)s is on duty already at the time of “%(shift)s” on %(day)s.") % told, code="overlap"
            )
        held.extend(when)


def reassign_duty(*, duty: Duty, to: User, origin: str, by: Any, now: dt.datetime | None = None) -> Duty:
    """`duty` is `to`'s from now on; answers the new one, the old one stays as taken back (STF-09, STF-15).

    Raises BusinessError as `reassign_duties` does.
    """
    return reassign_duties(moves=[(duty, to)], origin=origin, by=by, now=now)[0]


@transaction.atomic
def reassign_duties(*, moves: Sequence[Move], origin: str, by: Any, now: dt.datetime | None = None) -> list[Duty]:
    """All of these duties change hands at once: two people may exchange duties of the same hours (STF-15).

    The plan of each rota follows. Raises BusinessError, and changes nothing, when one of the duties was taken back or
    is over, or somebody would stand in two places, may not work here, or has left by then.
    """
    now = now or clock.now()
    rotas = _lock_rotas(duty.rota_id for duty, _to in moves)
    duties = {row.pk: row for row in lock(Duty.objects.filter(pk__in=[duty.pk for duty, _to in moves]))}
    people = _people(moves)
    for duty, to in moves:
        _refuse_gone(duties[duty.pk], now)
        _refuse_stranger(people.get(to.pk), to, duties[duty.pk].day)
    take_back(duties.values(), now)
    templates = _templates(duty.template_id for duty in duties.values())
    wanted = [
        NewDuty(rotas[old.rota_id], to, old.day, templates[old.template_id], old.skill, origin)
        for old, to in ((duties[duty.pk], to) for duty, to in moves)
    ]
    made = make_duties(wanted)
    _move_plan(list(duties.values()), wanted)
    _count_change(rotas.values())
    for (duty, to), new in zip(moves, made, strict=True):
        audit.record(
            "staff.duty_reassigned",
            about=duties[duty.pk],
            by=by,
            now=now,
            day=new.day.isoformat(),
            shift=new.template.name,
            to=to.name,
            origin=origin,
            duty=new.pk,
        )
    return made


@transaction.atomic
def cancel_duty(*, duty: Duty, by: Any, now: dt.datetime | None = None) -> Duty:
    """Takes a published duty back, from the plan too: nobody works it. Raises BusinessError when it is gone or over."""
    now = now or clock.now()
    rotas = _lock_rotas([duty.rota_id])
    [locked] = lock(Duty.objects.filter(pk=duty.pk))
    _refuse_gone(locked, now)
    take_back([locked], now)
    _plan_rows([locked]).delete()
    _count_change(rotas.values())
    audit.record(
        "staff.duty_cancelled", about=locked, by=by, now=now, day=locked.day.isoformat(), shift=locked.template.name
    )
    locked.cancelled_at = now
    return locked


def _lock_rotas(ids: Iterable[int]) -> dict[int, Rota]:
    lock_alone(SECTION)
    return {rota.pk: rota for rota in lock(Rota.objects.filter(pk__in=set(ids)))}


def _people(moves: Sequence[Move]) -> dict[int, Employment]:
    ids = {to.pk for _duty, to in moves}
    return {job.user_id: job for job in Employment.objects.filter(user__in=ids).select_related("user")}


def _refuse_gone(duty: Duty, now: dt.datetime) -> None:
    if duty.cancelled_at is not None:
        raise BusinessError(_("This duty was taken back or changed in the meantime."), code="gone")
    if duty.ends_at <= now:
        raise BusinessError(_("This duty is over."), code="over")


def _refuse_stranger(job: Employment | None, to: User, day: dt.date) -> None:
    if not to.is_active or to.role == Role.SUPPLIER:
        raise BusinessError(_("%(name)s cannot work here.") % {"name": to.name}, code="stranger")
    if job is not None and (
        (job.left_on is not None and day > job.left_on) or (job.joined_on is not None and day < job.joined_on)
    ):
        raise BusinessError(
            _("%(name)s does not work here on %(day)s.") % {"name": to.name, "day": day.isoformat()},
            code="not_employed",
        )


def _templates(ids: Iterable[int]) -> dict[int, ShiftTemplate]:
    return {row.pk: row for row in ShiftTemplate.objects.filter(pk__in=set(ids)).prefetch_related("windows")}


def _plan_rows(duties: Sequence[Duty]) -> Any:
    each = Q(pk__in=[])
    for duty in duties:
        each |= Q(rota=duty.rota_id, user=duty.user_id, day=duty.day, template=duty.template_id)
    return PlannedDuty.objects.filter(each)


def _move_plan(old: Sequence[Duty], new: Sequence[NewDuty]) -> None:
    """The plan follows what was published, so that the next publication does not take a swap back."""
    _plan_rows(old).delete()
    PlannedDuty.objects.bulk_create(
        [
            PlannedDuty(
                rota=duty.rota,
                user=duty.user,
                day=duty.day,
                template=duty.template,
                skill=duty.skill,
                origin=duty.origin,
                locked=True,
            )
            for duty in new
        ],
        update_conflicts=True,
        unique_fields=["rota", "user", "day", "template"],
        update_fields=["skill", "origin", "locked"],
    )


def _count_change(rotas: Iterable[Rota]) -> None:
    """Whoever has one of these plans open hears of it at the next change."""
    for rota in rotas:
        rota.version += 1
        rota.save(update_fields=["version"])
