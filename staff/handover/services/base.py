"""What the services of a handover share: taking it for a change, its live lines, its clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from common.exceptions import BusinessError
from common.locking import lock_one
from sla import services as sla
from sla.models import Clock
from sla.states import OPEN
from staff.handover.following import Following
from staff.handover.gathering import AHEAD, gather
from staff.handover.sla_policies import HANDOVER
from staff.handover.sources import Line
from staff.handover.states import HandoverState
from staff.models import Handover, HandoverItem, User

WITHOUT_DUTY = dt.timedelta(hours=12)  # how far back a handover outside the rota looks
SHOWN = ("kind", "subject", "topic", "due_at")


def take(handover_id: int, version: int | None) -> Handover:
    """The handover, locked until the transaction ends. Raises Conflict when `version` is no longer the row's.

    The taker is not joined: PostgreSQL, having waited for the lock, answers the new row with what it had joined before.
    """
    rows = Handover.objects.select_related("leaver__employment", "duty")
    return lock_one(rows.filter(pk=handover_id), version=version)


def keep(handover: Handover, fields: Iterable[str]) -> None:
    """Save `fields`; pages that were drawn before are out of date from here on."""
    handover.version += 1
    handover.save(update_fields=[*fields, "version"])


def require_state(handover: Handover, *states: str) -> None:
    if handover.state not in states:
        raise BusinessError(
            _("This handover is %(state)s: that cannot be done with it now.") % {"state": handover.get_state_display()},
            code="wrong_state",
        )


def require_leaver(handover: Handover, by: User) -> None:
    """Nobody writes or signs for another (STF-10)."""
    if handover.leaver_id != by.pk:
        raise BusinessError(_("Only the one who hands over may do that."), code="not_yours")


def live_lines(handover: Handover, next_shift: Following, now: dt.datetime) -> list[Line]:
    """What there is to hand on at `now`, up to the end of the next shift."""
    since = handover.duty.starts_at if handover.duty else now - WITHOUT_DUTY
    until = next_shift.ends_at or handover.shift_ends_at + AHEAD
    return gather(handover.leaver, since=since, until=until, now=now)


def reread(handover: Handover, lines: Iterable[Line]) -> int:
    """Bring the prefilled items up to date and keep all that was typed (STF-08). Answers how many are new.

    What is settled meanwhile goes, unless something was written about it or it was accepted.
    """
    fresh = {(line.assignable, line.subject_id): line for line in lines}
    gone, moved = [], []
    for item in handover.items.exclude(assignable=""):
        line = fresh.pop((item.assignable, item.subject_id or 0), None)
        if line is None:
            if not (item.follow_up or item.result or item.accepted_at):
                gone.append(item.pk)
        elif item.accepted_at is None:
            moved.append(_moved(item, line))
    handover.items.filter(pk__in=gone).delete()
    HandoverItem.objects.bulk_update(moved, SHOWN, batch_size=200)
    add_items(handover, fresh.values())
    return len(fresh)


def _moved(item: HandoverItem, line: Line) -> HandoverItem:
    item.kind, item.subject, item.topic, item.due_at = line.kind, line.subject[:200], line.topic, line.due_at
    return item


def add_items(handover: Handover, lines: Iterable[Line]) -> None:
    """Put lines at the end of the page."""
    first = next_position(handover)
    HandoverItem.objects.bulk_create(
        [
            HandoverItem(
                handover=handover,
                position=number,
                kind=line.kind,
                subject=line.subject[:200],
                topic=line.topic,
                assignable=line.assignable,
                subject_id=line.subject_id,
                due_at=line.due_at,
            )
            for number, line in enumerate(lines, start=first)
        ],
        batch_size=200,
    )


def next_position(handover: Handover) -> int:
    return int(handover.items.aggregate(last=Max("position"))["last"] or 0) + 1


def running_clock(handover: Handover) -> QuerySet[Clock]:
    return Clock.objects.filter(policy=HANDOVER, subject_type=HANDOVER, subject_id=handover.pk, state__in=OPEN)


def pass_clock(handover: Handover, to: User) -> None:
    """From now on the clock of the handover warns `to`: the ball is with him."""
    for clock_id in running_clock(handover).values_list("pk", flat=True):
        sla.hand_clock(clock_id=clock_id, to=to)


def title_of(handover: Handover) -> str:
    """How lists name a handover: day, shift and who hands over."""
    return " ".join(part for part in (f"{handover.day:%m-%d}", handover.shift, handover.leaver.name) if part)


UNSIGNED = (HandoverState.OPEN, HandoverState.SIGNED_BY_LEAVER)
