"""The demo's team came to its shifts: on the whole in time; now somebody is late, somebody away, and work is shared out."""

from __future__ import annotations

import datetime as dt

from staff.duty import services
from staff.duty.assignment import assign_open
from staff.duty.selectors import crew
from staff.models import Attendance, Duty, User

MINUTE = dt.timedelta(minutes=1)
EARLY = (18, 22, 16, 20, 12, 25, 17, 19, 3)  # minutes before the start at which people come, in turn: two are late
LONGER = (0, 4, 0, 12, 1, 0, 37)  # minutes that they stay


def load(now: dt.datetime, by: User) -> None:
    """Fills in who came and left until now. Nothing when somebody has clocked in already."""
    if Attendance.objects.exists():
        return
    duties = Duty.objects.filter(cancelled_at__isnull=True, starts_at__lte=now).order_by("starts_at", "pk")
    Attendance.objects.bulk_create(
        record for number, duty in enumerate(duties) if (record := _record(duty, number, now)) is not None
    )
    _somebody_away(now)
    assign_open(now)


def _record(duty: Duty, number: int, now: dt.datetime) -> Attendance | None:
    came = duty.starts_at - EARLY[number % len(EARLY)] * MINUTE
    left = duty.ends_at + LONGER[number % len(LONGER)] * MINUTE
    if came > now:
        return None
    late = max(0, 15 - EARLY[number % len(EARLY)])
    over = left < now
    return Attendance(
        user_id=duty.user_id,
        duty=duty,
        came_at=came,
        left_at=left if over else None,
        late_minutes=late,
        overtime_minutes=LONGER[number % len(LONGER)] if over else 0,
    )


def _somebody_away(now: dt.datetime) -> None:
    """One of those who are there has stepped out, and a colleague covers."""
    here = [member.user for member in crew(now).members if member.present]
    if len(here) > 1:
        services.go_away(by=here[-1], cover=here[0], reason="取快递", minutes=20, now=now)
