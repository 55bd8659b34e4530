"""What rotas are made from: shifts with their windows, special workdays, the numbers of the rules of service."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_one
from staff.models import ServiceRules, ShiftTemplate, ShiftWindow, SpecialDay
from staff.rota.hours import spans
from staff.rota.sets import SETS

Window = tuple[dt.time, dt.time]
SHIFT_FIELDS = ("name", "short", "scheme", "kind", "break_minutes", "color")
RULE_FIELDS = tuple(field.name for field in ServiceRules._meta.concrete_fields if field.name != "id")


@transaction.atomic
def save_shift(
    *,
    shift: ShiftTemplate | None,
    values: Mapping[str, Any],
    windows: Sequence[Window],
    by: Any,
    now: dt.datetime | None = None,
) -> ShiftTemplate:
    """A new shift, or other hours of one; published duties keep theirs until the next version (STF-01).

    Raises BusinessError without a window, when windows overlap or last more than a day, or the name is taken in its
    set.
    """
    now = now or clock.now()
    _refuse_windows(windows, values.get("break_minutes", 0))
    row = ShiftTemplate() if shift is None else lock_one(ShiftTemplate.objects.filter(pk=shift.pk))
    for field in SHIFT_FIELDS:
        setattr(row, field, values.get(field, getattr(row, field)))
    if ShiftTemplate.objects.filter(scheme=row.scheme, name=row.name).exclude(pk=row.pk).exists():
        raise BusinessError(_("There is a shift “%(shift)s” in this set already.") % {"shift": row.name}, code="taken")
    row.save()
    row.windows.all().delete()
    ShiftWindow.objects.bulk_create(
        ShiftWindow(template=row, number=number, starts=start, ends=end) for number, (start, end) in enumerate(windows)
    )
    hours = " ".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in windows)
    audit.record("staff.shift_saved", about=row, by=by, now=now, shift=row.name, hours=hours)
    return row


def _refuse_windows(windows: Sequence[Window], break_minutes: int) -> None:
    if not windows:
        raise BusinessError(_("A shift needs at least one window."), code="no_window")
    if any(start == end for start, end in windows):
        raise BusinessError(_("A window must not end when it starts."), code="empty_window")
    hours = spans([ShiftWindow(starts=start, ends=end) for start, end in windows], dt.date(2026, 1, 5))
    if hours[-1][1] - hours[0][0] > dt.timedelta(days=1):
        raise BusinessError(
            _("All windows of a shift lie within 24 hours: put them in the order of the day."), code="too_long"
        )
    if sum((end - start for start, end in hours), dt.timedelta()) <= dt.timedelta(minutes=break_minutes):
        raise BusinessError(_("The break is longer than the shift."), code="break")


@transaction.atomic
def set_shift_enabled(*, shift: ShiftTemplate, enabled: bool, by: Any, now: dt.datetime | None = None) -> None:
    """Takes a shift out of use or back into it; what is planned and published with it stays."""
    locked = lock_one(ShiftTemplate.objects.filter(pk=shift.pk))
    if locked.enabled == enabled:
        return
    locked.enabled = enabled
    locked.save(update_fields=["enabled"])
    audit.record("staff.shift_enabled" if enabled else "staff.shift_disabled", about=locked, by=by, now=now)


@transaction.atomic
def use_set(*, scheme: str, by: Any, now: dt.datetime | None = None) -> list[ShiftTemplate]:
    """Makes the shifts of one of the known sets (STF-01); those that are there already stay as people left them.

    Raises BusinessError for an unknown set.
    """
    if scheme not in SETS:
        raise BusinessError(_("There is no such set of shifts."), code="unknown")
    there = set(ShiftTemplate.objects.filter(scheme=scheme).values_list("name", flat=True))
    made = []
    for shift in SETS[scheme]:
        if shift.name in there:
            continue
        row = ShiftTemplate.objects.create(
            name=shift.name,
            short=shift.short,
            scheme=scheme,
            kind=shift.kind,
            break_minutes=shift.break_minutes,
            color=shift.color,
        )
        ShiftWindow.objects.bulk_create(
            ShiftWindow(
                template=row, number=number, starts=dt.time.fromisoformat(start), ends=dt.time.fromisoformat(end)
            )
            for number, (start, end) in enumerate(shift.windows)
        )
        made.append(row)
    if made:
        audit.record("staff.shift_set_used", about=made[0], by=by, now=now, scheme=scheme)
    return made


@transaction.atomic
def add_special_day(*, day: dt.date, name: str, skill: str, by: Any, now: dt.datetime | None = None) -> SpecialDay:
    """A day on which everybody leans to `skill` (STF-07). Raises BusinessError when the day is special already."""
    if SpecialDay.objects.filter(day=day).exists():
        raise BusinessError(_("%(day)s is a special workday already.") % {"day": day.isoformat()}, code="taken")
    made = SpecialDay.objects.create(day=day, name=name, skill=skill)
    audit.record("staff.special_day_added", about=made, by=by, now=now, day=day.isoformat(), name=name)
    return made


@transaction.atomic
def remove_special_day(*, special: SpecialDay, by: Any, now: dt.datetime | None = None) -> None:
    """The day is an ordinary one again. Raises BusinessError when it is over: what was, stays."""
    now = now or clock.now()
    if special.day < clock.day_of(now):
        raise BusinessError(_("%(day)s is over.") % {"day": special.day.isoformat()}, code="over")
    audit.record("staff.special_day_removed", about=special, by=by, now=now, day=special.day.isoformat())
    special.delete()


@transaction.atomic
def save_rules(*, values: Mapping[str, Any], by: Any, now: dt.datetime | None = None) -> ServiceRules:
    """Other numbers for the rules of service. The trail names the fields, not their values."""
    ServiceRules.objects.get_or_create(pk=1)
    row = lock_one(ServiceRules.objects.filter(pk=1))
    changed = [name for name in RULE_FIELDS if name in values and getattr(row, name) != values[name]]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
        audit.record("staff.rules_saved", about=row, by=by, now=now, fields=", ".join(sorted(changed)))
    return row
