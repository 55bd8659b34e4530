"""What the page «on duty now» shows: everybody of the shifts around this minute and what they are doing, oneself first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import clock
from staff.duty.selectors import shift_of
from staff.exchanges.states import LeaveState
from staff.models import Attendance, Away, Duty, Leave, User
from staff.selectors import led_people

AHEAD = dt.timedelta(hours=2)
LAST = 10  # attendances of one's own


@dataclass(frozen=True)
class Chip:
    """A word about somebody with its colour (a class of the style sheet)."""

    text: str
    kind: str


@dataclass(frozen=True)
class Row:
    """One person of the board."""

    user: User
    duty: Duty | None
    hours: str
    chips: tuple[Chip, ...]
    attendance: Attendance | None
    may_let_go: bool


@dataclass(frozen=True)
class Own:
    """What somebody may do for himself right now."""

    duty: Duty | None
    attendance: Attendance | None
    away: Away | None

    @property
    def ends_at(self) -> dt.datetime | None:
        """Until when he is on shift: the end of the duty, or what it was extended to."""
        extended = self.attendance.extended_until if self.attendance else None
        return extended or (self.duty.ends_at if self.duty else None)


def local_time(moment: dt.datetime) -> str:
    return f"{clock.local(moment):%H:%M}"


def board(viewer: User, now: dt.datetime) -> list[Row]:
    """Everybody whose shift runs or begins within two hours, and who is clocked in; six queries."""
    duties = Duty.objects.filter(cancelled_at__isnull=True, starts_at__lte=now + AHEAD, ends_at__gt=now)
    shown = {
        duty.user_id: duty
        for duty in duties.select_related("user", "template").prefetch_related("windows").order_by("-starts_at", "pk")
    }
    there = {
        record.user_id: record
        for record in Attendance.objects.filter(left_at__isnull=True).select_related("user", "duty__template")
    }
    ids = {*shown, *there}
    aways = {away.user_id: away for away in Away.objects.filter(ends_at__isnull=True).select_related("cover")}
    leave = Leave.objects.filter(state=LeaveState.APPROVED, starts_at__lte=now, ends_at__gt=now, user__in=ids)
    on_leave = set(leave.values_list("user_id", flat=True))
    led = set(led_people(viewer).filter(pk__in=there).values_list("pk", flat=True))
    rows = []
    for pk in ids:
        record = there.get(pk)
        duty = record.duty if record and record.duty else shown.get(pk)
        user = record.user if record else shown[pk].user
        chips = _chips(duty, record, aways.get(pk), pk in on_leave, now)
        rows.append(Row(user, duty, _hours(duty), chips, record, pk in led))
    return sorted(rows, key=lambda row: (row.duty.starts_at if row.duty else now, row.user.name, row.user.pk))


def own(user: User, now: dt.datetime) -> Own:
    """One's own shift, attendance and absence. Three queries."""
    record = Attendance.objects.filter(user=user, left_at__isnull=True).select_related("duty__template").first()
    duty = record.duty if record else shift_of(user, now)
    away = Away.objects.filter(user=user, ends_at__isnull=True).select_related("cover").first()
    return Own(duty, record, away)


def last_attendances(user: User) -> list[Attendance]:
    """One's own last ten, the newest first."""
    return list(Attendance.objects.filter(user=user).select_related("duty__template").order_by("-came_at")[:LAST])


def chip_of(user: User, now: dt.datetime) -> Chip | None:
    """What the bar of every page says about one's shift; None: nothing."""
    mine = own(user, now)
    if mine.away:
        kind = "late" if mine.away.back_by <= now else "soon"
        return Chip(_("away until %(time)s") % {"time": local_time(mine.away.back_by)}, kind)
    if mine.attendance:
        if mine.ends_at is None:
            return Chip(_("clocked in"), "fine")
        return Chip(_("on shift until %(time)s") % {"time": local_time(mine.ends_at)}, "fine")
    if mine.duty:
        late = mine.duty.starts_at <= now
        return Chip(_("clock in"), "late" if late else "soon")
    return None


def _hours(duty: Duty | None) -> str:
    """«09:00–12:00, 13:30–17:00»; loaded windows only, else first start and last end."""
    if duty is None:
        return ""
    loaded = getattr(duty, "_prefetched_objects_cache", {}).get("windows")
    spans = [(window.starts_at, window.ends_at) for window in loaded or ()] or [(duty.starts_at, duty.ends_at)]
    return ", ".join(f"{local_time(start)}–{local_time(end)}" for start, end in spans)


def _chips(
    duty: Duty | None, record: Attendance | None, away: Away | None, on_leave: bool, now: dt.datetime
) -> tuple[Chip, ...]:
    if record is None:
        return (_absent(duty, on_leave, now),)
    found = [_present(record, away, now)]
    if record.late_minutes:
        minutes = record.late_minutes
        found.append(Chip(ngettext("%(count)s min late", "%(count)s min late", minutes) % {"count": minutes}, "soon"))
    if record.duty is None:
        found.append(Chip(_("without a duty"), "soon"))
    return tuple(found)


def _absent(duty: Duty | None, on_leave: bool, now: dt.datetime) -> Chip:
    if on_leave or duty is None:
        return Chip(_("on leave"), "paused")
    if duty.starts_at > now:
        return Chip(_("from %(time)s") % {"time": local_time(duty.starts_at)}, "paused")
    if not any(window.starts_at <= now < window.ends_at for window in duty.windows.all()):
        return Chip(_("pause"), "paused")
    return Chip(_("not clocked in"), "late")


def _present(record: Attendance, away: Away | None, now: dt.datetime) -> Chip:
    if away is not None:
        words = {"time": local_time(away.back_by), "name": away.cover.name}
        kind = "late" if away.back_by <= now else "soon"
        return Chip(_("away until %(time)s, covered by %(name)s") % words, kind)
    if record.extended_until and record.duty:
        return Chip(_("extended until %(time)s") % {"time": local_time(record.extended_until)}, "fine")
    return Chip(_("here since %(time)s") % {"time": local_time(record.came_at)}, "fine")
