"""«Why is this due then»: the sentences a clock says about itself, in the reader's language, Shanghai time."""

from __future__ import annotations

import datetime as dt

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import clock as house_clock
from sla.models import Clock, PauseSegment
from sla.policies import Numbers, Policy
from sla.states import ClockState, Party, Verdict

DAY = 86_400
HOUR = 3_600


def when(moment: dt.datetime | str | None) -> str:
    """A time as people say it, with seconds only where there are some: «2026-11-20 16:00»."""
    found = parse_datetime(moment) if isinstance(moment, str) else moment
    if found is None:
        return "—"
    local = house_clock.local(found)
    return date_format(local, "Y-m-d H:i:s" if local.second else "Y-m-d H:i")


def length(seconds: float) -> str:
    """A length as people say it: whole days from three on, else hours and minutes."""
    total = int(seconds)
    if total >= 3 * DAY and total % DAY == 0:
        return ngettext("%(count)s day", "%(count)s days", total // DAY) % {"count": total // DAY}
    hours, minutes = total // HOUR, total % HOUR // 60
    parts = []
    if hours:
        parts.append(ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours})
    if minutes or not hours:
        parts.append(ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes})
    return " ".join(parts)


def sentences(policy: Policy, clock: Clock, numbers: Numbers) -> list[str]:
    """All that made the due time, in order: start, calendar, pauses, extensions, the platform, how it ended."""
    said = list(policy.reasons(clock, numbers)) or [_started(clock, numbers)]
    if numbers.calendar is not None and not numbers.calendar.always:
        said.append(_("Only working time counts, by the calendar “%(key)s”.") % {"key": numbers.calendar.key})
    said += [_pause(segment) for segment in sorted(clock.pauses.all(), key=lambda row: row.started_at)]
    said += [_extension(entry) for entry in clock.facts.get("extended", [])]
    said += _platform(policy, clock)
    said.append(_("Due %(due)s.") % {"due": when(clock.due_at)})
    return said + _end(clock)


def _started(clock: Clock, numbers: Numbers) -> str:
    if clock.facts.get("fixed"):
        return _("Runs from %(start)s to an agreed time.") % {"start": when(clock.started_at)}
    return _("Started %(start)s, %(length)s long.") % {
        "start": when(clock.started_at),
        "length": length(numbers.length_seconds),
    }


def _pause(segment: PauseSegment) -> str:
    words = {
        "start": when(segment.started_at),
        "end": when(segment.ended_at),
        "reason": segment.reason,
        "party": Party(segment.party).label,
    }
    if segment.ended_at is None:
        return _("Paused since %(start)s on account of: %(party)s (%(reason)s).") % words
    return _("Paused from %(start)s to %(end)s on account of: %(party)s (%(reason)s).") % words


def _extension(entry: dict[str, str]) -> str:
    return _("Extended on %(at)s by %(by)s to %(until)s: %(reason)s.") % {
        "at": when(entry["at"]),
        "by": entry["by"],
        "until": when(entry["until"]),
        "reason": entry["reason"],
    }


def _platform(policy: Policy, clock: Clock) -> list[str]:
    if clock.platform_due_at is None or policy.follows_platform:
        return []
    words = {"platform": when(clock.platform_due_at), "own": when(clock.own_due_at)}
    if clock.platform_due_at < clock.own_due_at:
        return [_("The platform says %(platform)s, ours would be %(own)s: the earlier one counts.") % words]
    return [_("The platform says %(platform)s, which is not earlier than ours.") % words]


def _end(clock: Clock) -> list[str]:
    if clock.state == ClockState.VOID:
        return [_("Taken back %(at)s: %(reason)s.") % {"at": when(clock.stopped_at), "reason": clock.stop_reason}]
    if clock.state == ClockState.STOPPED and clock.verdict == Verdict.MET:
        return [_("Ended %(at)s, in time.") % {"at": when(clock.stopped_at)}]
    if clock.state == ClockState.STOPPED:
        late = length(clock.late_seconds or 0)
        return [_("Ended %(at)s, %(late)s late.") % {"at": when(clock.stopped_at), "late": late}]
    if clock.verdict == Verdict.BREACHED:
        return [_("The promise is broken: that verdict stays.")]
    return []
