"""What speaks against somebody's leaving now: an early hour, the handover, a relief who has not come."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from common import clock
from staff.duty.selectors import crew
from staff.handover.selectors import may_leave
from staff.models import Attendance, User


def why_not_leave(user: User, record: Attendance, at: dt.datetime) -> str:
    """The first reason against it as a sentence: before the end (STF-11), the handover (STF-08), the relief that is
    planned and not there (STF-12). Empty: he may leave. Unplanned work ends when one likes."""
    duty = record.duty
    if duty is None:
        return ""
    if at < duty.ends_at:
        return _("Your shift ends at %(time)s.") % {"time": f"{clock.local(duty.ends_at):%H:%M}"}
    return may_leave(user, at) or _relief_missing(user, duty.skill, at)


def _relief_missing(user: User, skill: str, at: dt.datetime) -> str:
    """Those who should be here for this work, and none of them has clocked in."""
    relief = [member for member in crew(at).having(skill) if member.user.pk != user.pk and member.serves]
    if not relief or any(member.present for member in relief):
        return ""
    names = ", ".join(member.user.name for member in relief)
    return _("Your relief has not clocked in yet: %(names)s.") % {"names": names}
