"""Coming, leaving, going away for a moment and coming back. What was planned stands on the duty; this is what was."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_one
from common.waking import wake
from notifications.services import notify
from staff.duty.leaving import why_not_leave
from staff.duty.people import leaders_of
from staff.duty.selectors import crew, shift_of
from staff.models import Attendance, Away, Duty, User
from staff.selectors import leads, service_rules

WATCH = "staff.watch_duty"
SHARE_OUT = "staff.share_out"
LONGEST_AWAY = 120  # minutes


@transaction.atomic
def clock_in(*, by: User, reason: str = "", now: dt.datetime | None = None) -> Attendance:
    """`by` comes to work: from 30 minutes before the shift on, expected the house's minutes early (STF-11).

    Later counts as late and the leader hears of it. Without a duty only those who watch over the shifts may, with a
    reason: an emergency. Open work is shared out anew. Raises BusinessError.
    """
    moment = now or clock.now()
    lock_one(User.objects.filter(pk=by.pk))
    if Attendance.objects.filter(user=by, left_at__isnull=True).exists():
        raise BusinessError(_("You are clocked in already."), code="already")
    duty = shift_of(by, moment)
    words = " ".join(reason.split())[:200]
    if duty is None:
        _refuse_unplanned(by, words)
    late = _late(duty, moment) if duty else 0
    record = Attendance.objects.create(user=by, duty=duty, came_at=moment, late_minutes=late)
    audit.record("staff.clocked_in", about=by, by=by, now=moment, late=late, planned=duty is not None, reason=words)
    if duty is None:
        _tell_leaders("staff.came_unplanned", by, record.pk, moment, reason=words)
    elif late:
        _tell_leaders("staff.came_late", by, record.pk, moment, minutes=late, shift=duty.template.name)
    transaction.on_commit(lambda: wake(SHARE_OUT))
    return record


@transaction.atomic
def clock_out(*, user: User, by: User, note: str = "", now: dt.datetime | None = None) -> Attendance:
    """`user` leaves. What speaks against it (why_not_leave: STF-08, STF-11, STF-12) refuses, unless a leader does it
    for him or a reason is given; then the leader hears of it. Overtime is what lies behind the end (STF-02).

    Raises BusinessError; with the code «stay» a reason would help.
    """
    moment = now or clock.now()
    if by.pk != user.pk and not (by.has_perm(WATCH) and leads(by, user)):
        raise BusinessError(_("Only the leader may do that for somebody else."), code="not_leader")
    record = lock_open(user)
    words = " ".join(note.split())[:200]
    why = why_not_leave(user, record, moment)
    if why and not words and by.pk == user.pk:
        raise BusinessError(why, code="stay")
    close(record, moment, words if why else "")
    audit.record("staff.clocked_out", about=user, by=by, now=moment, note=words if why else "")
    if why and by.pk == user.pk:
        _tell_leaders("staff.left_early", user, record.pk, moment, why=why, reason=words)
    return record


@transaction.atomic
def go_away(*, by: User, cover: User, reason: str, minutes: int, now: dt.datetime | None = None) -> Away:
    """`by` leaves the desk for some minutes (at most two hours) and `cover`, who is on shift, takes over (STF-17,
    STF-39). The cover is told, and what goes to `by` goes there. Raises BusinessError."""
    moment = now or clock.now()
    lock_one(User.objects.filter(pk=by.pk))
    words = " ".join(reason.split())[:100]
    if not words:
        raise BusinessError(_("Give a reason."), code="reason_missing")
    if not 1 <= minutes <= LONGEST_AWAY:
        raise BusinessError(_("Between 1 and %(most)s minutes.") % {"most": LONGEST_AWAY}, code="too_long")
    if Away.objects.filter(user=by, ends_at__isnull=True).exists():
        raise BusinessError(_("You are away already."), code="already")
    here = crew(moment)
    if here.get(by.pk) is None:
        raise BusinessError(_("You are not on shift."), code="off_shift")
    if cover.pk == by.pk or here.get(cover.pk) is None:
        raise BusinessError(_("%(name)s is not on shift: somebody who is there takes over.") % {"name": cover.name})
    away = Away.objects.create(
        user=by, cover=cover, reason=words, starts_at=moment, back_by=moment + dt.timedelta(minutes=minutes)
    )
    audit.record("staff.went_away", about=by, by=by, now=moment, cover=cover.name, reason=words)
    notify(
        kind="staff.covers",
        users=[cover],
        context={"name": by.name, "by": away.back_by.isoformat(), "reason": words},
        url=reverse("duty:now"),
        dedupe_key=f"staff.covers:{away.pk}",
        mail=False,
        now=moment,
    )
    return away


@transaction.atomic
def come_back(*, by: User, now: dt.datetime | None = None) -> Away:
    """`by` is at the desk again. Raises BusinessError when he was not away."""
    moment = now or clock.now()
    lock_one(User.objects.filter(pk=by.pk))
    away = Away.objects.filter(user=by, ends_at__isnull=True).first()
    if away is None:
        raise BusinessError(_("You are not away."), code="not_away")
    away.ends_at = moment
    away.save(update_fields=["ends_at"])
    audit.record("staff.came_back", about=by, by=by, now=moment)
    return away


def lock_open(user: User) -> Attendance:
    """The attendance that runs, locked. Raises BusinessError when somebody is not clocked in."""
    lock_one(User.objects.filter(pk=user.pk))
    record = Attendance.objects.filter(user=user, left_at__isnull=True).select_related("duty__template").first()
    if record is None:
        raise BusinessError(_("%(name)s is not clocked in.") % {"name": user.name}, code="not_in")
    return record


def close(record: Attendance, at: dt.datetime, note: str = "") -> None:
    """Ends an attendance, and with it being away. Overtime: what lies behind the duty's end; unplanned work is all."""
    record.left_at = max(at, record.came_at)
    since = max(record.came_at, record.duty.ends_at) if record.duty else record.came_at
    record.overtime_minutes = max(0, int((record.left_at - since).total_seconds() // 60))
    record.leave_note = note
    record.save(update_fields=["left_at", "overtime_minutes", "leave_note"])
    Away.objects.filter(user=record.user_id, ends_at__isnull=True, starts_at__lte=record.left_at).update(
        ends_at=record.left_at
    )


def _late(duty: Duty, at: dt.datetime) -> int:
    """Minutes against the duty's start less the early minutes (STF-11); back from the pause of a split shift: against
    the start of that window."""
    again = Attendance.objects.filter(duty=duty).exists()
    if again:
        starts = [window.starts_at for window in duty.windows.all() if window.ends_at > at]
        expected = min(starts, default=at)
    else:
        expected = duty.starts_at - dt.timedelta(minutes=service_rules().early_minutes)
    return max(0, int((at - expected).total_seconds() // 60))


def _refuse_unplanned(by: User, reason: str) -> None:
    if not by.has_perm(WATCH):
        raise BusinessError(_("You have no shift now: it opens 30 minutes before its start."), code="no_shift")
    if not reason:
        raise BusinessError(_("Say why you work without a duty."), code="reason_missing")


def _tell_leaders(kind: str, user: User, number: int, now: dt.datetime, **context: object) -> None:
    notify(
        kind=kind,
        users=leaders_of(user, now),
        context={"name": user.name, **context},
        url=reverse("duty:now"),
        severity="warning",
        dedupe_key=f"{kind}:{number}",
        mail=False,
        now=now,
    )
