"""What is looked at every minute: shifts that go on, forgotten clock-outs, long absences, windows nobody covers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.locking import lock_one
from common.topics import topic_of
from notifications import audiences
from notifications.audiences import Facts
from notifications.services import notify
from staff import sessions
from staff.conduct.proposing import propose
from staff.duty.coverage import Covered, coverage
from staff.duty.people import leaders_of
from staff.duty.services import close
from staff.exchanges.states import LeaveState
from staff.models import Attendance, Away, Duty, Leave, Team, User
from staff.rota.states import Origin
from staff.selectors import service_rules

IDLE = dt.timedelta(minutes=10)  # who has not touched the product for so long serves nobody any more
IDLE_UNPLANNED = dt.timedelta(minutes=60)  # an emergency is often on the phone
LATE_BACK = dt.timedelta(minutes=15)  # so long after «back by» the leader hears of it
MISSED_AFTER = dt.timedelta(hours=2)  # a missed duty is proposed within this time after its end
USES_CLOCK = dt.timedelta(days=7)  # a team in which nobody clocked in for so long does not clock in at all
OWN_CARE = (Origin.SWAP, Origin.LEAVE)  # their gaps are judged with the swap or leave that made them


def watch(now: dt.datetime | None = None) -> None:
    """All of it, each in its own transaction. A second look in the same minute finds nothing to do."""
    moment = now or clock.now()
    extend_or_close(moment)
    remind_away(moment)
    warn_of_gaps(moment)
    propose_missed(moment)


def extend_or_close(now: dt.datetime) -> int:
    """Shifts that are over while somebody is still clocked in: active within ten minutes, it goes on by the house's
    step and counts as overtime (STF-02); else the clock-out is missing, and it is closed at the last activity.

    Answers how many were looked at; none: one query.
    """
    ended = Q(duty__ends_at__lte=now) | Q(duty__isnull=True, came_at__lte=now - IDLE_UNPLANNED)
    due = Attendance.objects.filter(left_at__isnull=True).filter(ended)
    records = list(due.filter(Q(extended_until__isnull=True) | Q(extended_until__lte=now)).order_by("pk"))
    if not records:
        return 0
    seen = sessions.last_seen((record.user_id for record in records), now)
    step = dt.timedelta(minutes=service_rules().extension_minutes)
    for record in records:
        _extend_or_close(record.pk, seen.get(record.user_id), step, now)
    return len(records)


@transaction.atomic
def _extend_or_close(pk: int, seen: dt.datetime | None, step: dt.timedelta, now: dt.datetime) -> None:
    record = lock_one(Attendance.objects.select_related("duty", "user").filter(pk=pk))
    if record.left_at is not None:
        return
    end = record.duty.ends_at if record.duty else record.came_at
    if seen is not None and now - seen <= (IDLE if record.duty else IDLE_UNPLANNED):
        until = record.extended_until or end
        record.extended_until = until + step * (int((now - until) / step) + 1)
        record.overtime_minutes = max(0, int((now - max(end, record.came_at)).total_seconds() // 60))
        record.save(update_fields=["extended_until", "overtime_minutes"])
        return
    at = min(seen or record.extended_until or end, now)
    close(record, at)
    audit.record("staff.attendance_closed", about=record.user, now=now)
    notify(
        kind="staff.clock_out_missing",
        users=leaders_of(record.user, now),
        context={"name": record.user.name, "at": max(at, record.came_at).isoformat()},
        url=reverse("duty:now"),
        severity="warning",
        dedupe_key=f"staff.clock_out_missing:{record.pk}",
        now=now,
    )


def remind_away(now: dt.datetime) -> int:
    """Who is not back in time is reminded, and a quarter of an hour later the leader hears of it (STF-39). Answers
    how many are overdue."""
    overdue = list(Away.objects.filter(ends_at__isnull=True, back_by__lte=now).select_related("user"))
    for away in overdue:
        _remind(away, [away.user], "person", now)
        if away.back_by + LATE_BACK <= now:
            _too_long(away, now)
    return len(overdue)


@transaction.atomic
def _too_long(away: Away, now: dt.datetime) -> None:
    _remind(away, leaders_of(away.user, now), "leader", now)
    propose(
        kind="long_away",
        user=away.user,
        event_key=topic_of(away),
        topic=topic_of(away),
        happened_at=away.back_by,
        description=_("Away for longer than %(minutes)s minutes after the time to be back.")
        % {"minutes": LATE_BACK // dt.timedelta(minutes=1)},
        now=now,
    )


def _remind(away: Away, users: Iterable[Any], whom: str, now: dt.datetime) -> None:
    notify(
        kind="staff.away_too_long",
        users=users,
        context={"name": away.user.name, "since": away.starts_at.isoformat(), "by": away.back_by.isoformat()},
        url=reverse("duty:now"),
        severity="warning",
        dedupe_key=f"staff.away_too_long:{away.pk}:{whom}",
        mail=False,
        now=now,
    )


def warn_of_gaps(now: dt.datetime) -> int:
    """A window that begins soon, or runs, with fewer people planned than asked for; and one that runs while planned
    people have not clocked in (STF-12): told once a window and skill, in time to act. Answers how many there are."""
    short = [
        one for one in coverage(now, now + dt.timedelta(minutes=service_rules().uncovered_minutes)) if one.is_short
    ]
    for one in short:
        if len(one.planned) < one.asked:
            _warn("staff.uncovered", one, len(one.planned), now)
        if one.missing:
            _warn("staff.relief_missing", one, len(one.present), now, names=[user.name for user in one.missing])
    return len(short)


def _warn(kind: str, one: Covered, there: int, now: dt.datetime, **more: object) -> None:
    notify(
        kind=kind,
        users=_watchers(one.team, now),
        context={
            "shift": one.template.name,
            "start": one.starts_at.isoformat(),
            "skill": one.skill,
            "asked": one.asked,
            "there": there,
            **more,
        },
        url=reverse("duty:now"),
        severity="danger" if one.runs else "warning",
        dedupe_key=f"{kind}:{one.key}",
        now=now,
    )


def _watchers(team: Team, now: dt.datetime) -> list[User]:
    """The team's leader, and the supervisors who are on shift."""
    on_shift: list[User] = audiences.resolve("supervisor", Facts(), now=now)
    return [*([team.leader] if team.leader else []), *on_shift]


def propose_missed(now: dt.datetime) -> int:
    """A duty that ended without its person ever clocking in is proposed as missed, once; the chat records judge
    (STF-03). Only where the team clocks in at all, and not where leave or a swap made the gap. Answers how many."""
    came = Attendance.objects.filter(duty=OuterRef("pk"))
    team_came = Attendance.objects.filter(
        user__employment__team=OuterRef("rota__team"), came_at__gt=now - USES_CLOCK, came_at__lte=now
    )
    on_leave = Leave.objects.filter(
        user=OuterRef("user"),
        state=LeaveState.APPROVED,
        starts_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("starts_at"),
    )
    missed = (
        Duty.objects.filter(ends_at__gt=now - MISSED_AFTER, ends_at__lte=now, cancelled_at__isnull=True)
        .filter(Exists(team_came), ~Exists(came), ~Exists(on_leave), user__is_active=True)
        .exclude(origin__in=OWN_CARE)
        .select_related("user", "template")
    )
    return sum(_propose_missed(duty, now) for duty in missed)


@transaction.atomic
def _propose_missed(duty: Duty, now: dt.datetime) -> bool:
    found = propose(
        kind="missed_duty",
        user=duty.user,
        event_key=topic_of(duty),
        topic=topic_of(duty),
        happened_at=duty.starts_at,
        description=_("Nobody clocked in for the shift %(shift)s on %(day)s.")
        % {"shift": duty.template.name, "day": duty.day},
        now=now,
    )
    return found is not None
