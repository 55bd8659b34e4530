"""A handover opens: by itself half an hour before a shift ends, or by hand."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_alone
from common.topics import topic_of
from notifications import services as notifications
from sla import services as sla
from staff.duty.selectors import shift_of
from staff.handover.following import Following, followers
from staff.handover.services.base import add_items, live_lines, running_clock, title_of
from staff.handover.sla_policies import HANDOVER
from staff.handover.states import HandoverState
from staff.models import Duty, Handover, User

AHEAD = dt.timedelta(minutes=30)
MISSED = dt.timedelta(hours=2)  # a worker that was down opens what it missed, this far back


def open_due_handovers(now: dt.datetime | None = None) -> int:
    """Opens the handover of every shift that ends within 30 minutes, each in a transaction of its own (STF-08).

    Shifts after which nobody follows and nothing is left get none. Answers how many were opened; a second call opens
    none of them again.
    """
    moment = now or clock.now()
    due = Duty.objects.filter(
        cancelled_at__isnull=True,
        ends_at__lte=moment + AHEAD,
        ends_at__gt=moment - MISSED,
        handover__isnull=True,
        user__is_active=True,
    )
    ids = list(due.order_by("ends_at", "pk").values_list("pk", flat=True))
    return sum(open_for_duty(duty_id=pk, now=moment) is not None for pk in ids)


@transaction.atomic
def open_for_duty(*, duty_id: int, now: dt.datetime) -> Handover | None:
    """The handover of one shift's end; None when it has one already, was cancelled, or there is nothing to hand on
    and nobody to take it."""
    duty = Duty.objects.select_related("user__employment", "template").get(pk=duty_id)
    lock_alone(f"staff.handover:{duty.user_id}")
    if duty.cancelled_at is not None or Handover.objects.filter(duty=duty).exists():
        return None
    handover = _page_of(duty, duty.user, now)
    next_shift = followers(handover)
    lines = live_lines(handover, next_shift, now)
    if not (next_shift.users or lines):
        return None
    handover.save()
    add_items(handover, lines)
    _start(handover, next_shift, items=len(lines), by=None, now=now)
    _tell_leaver(handover, now)
    return handover


@transaction.atomic
def open_handover(*, by: User, now: dt.datetime | None = None) -> Handover:
    """Open one's own handover by hand, at any time: of the shift one is in, or outside the rota (STF-08, STF-17).

    Raises BusinessError when one is being written already.
    """
    moment = now or clock.now()
    lock_alone(f"staff.handover:{by.pk}")
    if Handover.objects.filter(leaver=by, state=HandoverState.OPEN, shift_ends_at__gt=moment - MISSED).exists():
        raise BusinessError(_("You are writing a handover already: finish that one."), code="already")
    handover = _page_of(_duty_now(by, moment), by, moment)
    next_shift = followers(handover)
    handover.save()
    lines = live_lines(handover, next_shift, moment)
    add_items(handover, lines)
    _start(handover, next_shift, items=len(lines), by=by, now=moment)
    return handover


def _duty_now(user: User, now: dt.datetime) -> Duty | None:
    """The shift that somebody is in, if it has no handover yet."""
    duty = shift_of(user, now)
    if duty is None or duty.starts_at > now or Handover.objects.filter(duty=duty).exists():
        return None
    return duty


def _page_of(duty: Duty | None, leaver: User, now: dt.datetime) -> Handover:
    """A new page of the book, not saved yet."""
    return Handover(
        duty=duty,
        day=duty.day if duty else clock.day_of(now),
        shift=duty.template.name if duty else "",
        leaver=leaver,
        opened_at=now,
        shift_ends_at=duty.ends_at if duty else now + AHEAD,
    )


def _start(handover: Handover, next_shift: Following, *, items: int, by: User | None, now: dt.datetime) -> None:
    facts = {"shift_ends_at": handover.shift_ends_at.isoformat()}
    if next_shift.starts_at is not None:
        facts["next_starts_at"] = next_shift.starts_at.isoformat()
    spec = sla.ClockSpec(
        policy=HANDOVER,
        subject_type=HANDOVER,
        subject_id=handover.pk,
        topic=topic_of(handover),
        title=title_of(handover),
        started_at=now,
        assignee_id=handover.leaver_id,
        facts=facts,
    )
    sla.start_clocks([spec], now=now)
    audit.record("staff.handover_opened", about=handover, by=by, now=now, items=items)


def _tell_leaver(handover: Handover, now: dt.datetime) -> None:
    due_at = running_clock(handover).values_list("due_at", flat=True).first() or handover.shift_ends_at
    notifications.notify(
        kind="staff.handover_opened",
        users=[handover.leaver],
        context={"due_at": due_at.isoformat()},
        url=handover.get_absolute_url(),
        severity="warning",
        dedupe_key=f"staff.handover_opened:{handover.pk}",
        mail=False,
        now=now,
    )
