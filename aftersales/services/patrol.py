"""The hourly patrol goes round: it begins while after-sales is on shift, ends done or missed (RET-36)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.models import Case, PatrolMark, PatrolRound
from aftersales.patrol import hour_of, waiting, waiting_why
from aftersales.sla_policies import PATROL
from audit import services as audit
from audit.services import actor_id
from common import clock
from common.exceptions import BusinessError
from common.locking import lock, lock_alone, lock_one
from common.topics import topic_of
from sla import numbers as versions
from sla.services import ClockSpec, start_clocks, stop_clocks
from staff.duty.selectors import has_rota, on_shift
from staff.models import User
from staff.rota.states import Skill

HOUR = dt.timedelta(hours=1)
LATEST_START = dt.timedelta(minutes=30)  # into the hour: a round of a few minutes is none
A_MOMENT = dt.timedelta(seconds=1)
Deed = PatrolMark.Deed
BATCH = 1_000


@transaction.atomic
def go_round(*, now: dt.datetime | None = None) -> PatrolRound | None:
    """What beat wakes every minute: rounds whose hour is over unfinished are missed, and this hour's begins.

    Answers the round that began, if one did. A second call in the same hour does nothing.
    """
    moment = now or clock.now()
    lock_alone("aftersales.patrol")
    for over in lock(PatrolRound.objects.filter(done_at__isnull=True, missed_at__isnull=True)):
        _tick_off_moved(over, moment)
        if over.done_at is None and over.ends_at <= moment:
            _miss(over)
    return _begin(moment)


def _begin(now: dt.datetime) -> PatrolRound | None:
    starts_at = hour_of(now)
    if now - starts_at > LATEST_START or PatrolRound.objects.filter(starts_at=starts_at).exists():
        return None
    if not _is_worked(now):
        return None
    cases = waiting_why(now)
    made = PatrolRound.objects.create(
        starts_at=starts_at, ends_at=starts_at + HOUR, total=len(cases), done_at=None if cases else now
    )
    PatrolMark.objects.bulk_create([PatrolMark(round=made, case_id=pk, why=why) for pk, why in cases], batch_size=BATCH)
    if cases:
        start_clocks(
            [
                ClockSpec(
                    policy=PATROL.key,
                    subject_type=PATROL.subject_type,
                    subject_id=made.pk,
                    topic=topic_of(made),
                    title=clock.local(starts_at).strftime("%m-%d %H:%M"),
                    started_at=starts_at,
                    own_due_at=made.ends_at,
                )
            ],
            now=now,
        )
    return made


def _is_worked(now: dt.datetime) -> bool:
    """Whether after-sales is on shift; while nothing is planned in the rota, the hours of the policy."""
    if has_rota(now):
        return bool(on_shift(now, skill=Skill.AFTERSALES))
    hours = versions.current([PATROL.key])[PATROL.key].parameters
    return int(hours.get("from_hour", 9)) <= clock.local(now).hour < int(hours.get("to_hour", 18))


def _miss(over: PatrolRound) -> None:
    """The hour ended and something was left: a breach for the leader; what is left is carried on."""
    left = over.marks.filter(deed="").update(deed=Deed.CARRIED, at=over.ends_at)
    over.missed_at = over.ends_at
    over.save(update_fields=["missed_at"])
    _stop_clock(over, over.ends_at + A_MOMENT)
    audit.record("aftersales.patrol_missed", about=over, now=over.ends_at, left=left, total=over.total)


def _tick_off_moved(running: PatrolRound, now: dt.datetime) -> None:
    """A case that the platform, finance or a clock has moved on within the hour is handled."""
    at = min(now, running.ends_at)
    gone = Case.objects.filter(updated_at__lte=running.ends_at).exclude(pk__in=waiting(at).values("pk"))
    running.marks.filter(deed="", case__in=gone.values("pk")).update(deed=Deed.ACTED, at=at)
    _finish_if_all_marked(running, at, None)


@transaction.atomic
def remark_case(*, mark_id: int, remark: str, by: User, now: dt.datetime | None = None) -> PatrolMark:
    """Says of a case of the running round why nothing can be done about it now (RET-36).

    Raises BusinessError without words, when the round is over, and when somebody has marked the case already.
    """
    moment = now or clock.now()
    round_id = PatrolMark.objects.values_list("round_id", flat=True).get(pk=mark_id)
    running = lock_one(PatrolRound.objects.filter(pk=round_id))
    mark = lock_one(PatrolMark.objects.filter(pk=mark_id))
    words = " ".join(remark.split())[:200]
    if not words:
        raise BusinessError(_("Say why nothing can be done now."), code="remark_missing")
    if running.missed_at is not None or moment > running.ends_at:
        raise BusinessError(_("The hour of this round is over: what was left is in the next one."), code="over")
    if mark.deed:
        raise BusinessError(_("Somebody has marked this case in the meantime."), code="marked")
    mark.deed, mark.remark, mark.at, mark.by = Deed.REMARKED, words, moment, by
    mark.save(update_fields=["deed", "remark", "at", "by"])
    audit.record("aftersales.patrolled", about=f"aftersales.case:{mark.case_id}", by=by, now=moment, remark=words)
    _finish_if_all_marked(running, moment, by)
    return mark


def note_acted(*, case: Case, by: Any, now: dt.datetime) -> None:
    """A case took a step: in the running round it is handled. One query where no round looks at it."""
    mine = PatrolMark.objects.filter(
        case=case.pk, deed="", round__done_at__isnull=True, round__missed_at__isnull=True, round__ends_at__gte=now
    )
    round_ids = list(mine.values_list("round_id", flat=True))
    if not round_ids:
        return
    for running in lock(PatrolRound.objects.filter(pk__in=round_ids)):
        running.marks.filter(case=case.pk, deed="").update(deed=Deed.ACTED, at=now, by_id=actor_id(by))
        _finish_if_all_marked(running, now, by)


def _finish_if_all_marked(running: PatrolRound, now: dt.datetime, by: Any) -> None:
    if running.done_at is not None or running.marks.filter(deed="").exists():
        return
    running.done_at = now
    running.save(update_fields=["done_at"])
    _stop_clock(running, now)
    audit.record("aftersales.patrol_done", about=running, by=by, now=now, total=running.total)


def _stop_clock(running: PatrolRound, at: dt.datetime) -> None:
    stop_clocks(
        policies=[PATROL.key],
        subject_type=PATROL.subject_type,
        subject_ids=[running.pk],
        stopped_at=at,
        now=at,
    )
