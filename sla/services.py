"""What may be done to clocks. Sets of them: start, stop, void, move. One by hand: pause, resume, extend, look again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock as house_clock
from common.exceptions import BusinessError
from common.locking import lock_one
from sla import following
from sla import numbers as versions
from sla.arming import place, rung_at
from sla.editing import Preview, edit_policy, ensure_policies, preview_policy_edit
from sla.models import Clock, PauseSegment
from sla.moving import lead_to, move_platform_due, write_moved
from sla.rungs import take_passed
from sla.starting import ClockSpec, start_clocks, start_first_clocks
from sla.states import OPEN, ClockState
from sla.stopping import end_pauses, stop_clocks, void_clocks

__all__ = [
    "ClockSpec",
    "Preview",
    "edit_policy",
    "ensure_policies",
    "extend_clock",
    "hand_clock",
    "lead_to",
    "look_again",
    "move_platform_due",
    "pause_clock",
    "preview_policy_edit",
    "resume_clock",
    "start_clocks",
    "start_first_clocks",
    "stop_clocks",
    "void_clocks",
]


def _locked(clock_id: int, *states: str) -> Clock:
    clock = lock_one(Clock.objects.filter(pk=clock_id))
    if clock.state not in states:
        raise BusinessError(
            _("This clock is %(state)s: that cannot be done with it now.") % {"state": clock.get_state_display()},
            code="wrong_state",
        )
    return clock


def _locked_to_move(clock_id: int, *states: str) -> Clock:
    """The clock, and before it what follows its due time."""
    following.lock(Clock.objects.filter(pk=clock_id).values_list("topic", flat=True))
    return _locked(clock_id, *states)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise BusinessError(_("Give a reason."), code="reason_missing")
    return reason.strip()[:200]


@transaction.atomic
def pause_clock(
    *,
    clock_id: int,
    reason: str,
    party: str,
    proof: str = "",
    cause: str = "",
    by: Any,
    now: dt.datetime | None = None,
) -> Clock:
    """Holds a running clock: from now on time does not count and nothing breaches. Rungs already passed are told.

    `party` is on whose account it waits, `proof` where that can be seen, `cause` the rule of the product that made
    it («orders.hold»), by which it finds its own pauses again. Raises BusinessError when the clock does not run or no
    reason is given.
    """
    moment = now or house_clock.now()
    clock = _locked_to_move(clock_id, ClockState.RUNNING)
    words = _reason(reason)
    take_passed([clock.pk], moment)
    clock.refresh_from_db()
    PauseSegment.objects.create(
        clock=clock,
        started_at=moment,
        reason=words,
        party=party,
        proof=proof[:300],
        cause=cause,
        by_id=audit.actor_id(by),
    )
    clock.state = ClockState.PAUSED
    clock.next_look_at = None
    clock.save(update_fields=["state", "next_look_at"])
    following.changed([clock.topic])
    audit.record(
        "sla.paused", about=clock.topic, by=by, now=moment, policy=clock.policy, reason=words, party=party, proof=proof
    )
    return clock


@transaction.atomic
def resume_clock(*, clock_id: int, by: Any, now: dt.datetime | None = None) -> Clock:
    """Lets a paused clock run on. Due time and next look move by exactly the paused (working) time.

    The platform's date does not wait: the effective due time stays the earlier one. Raises BusinessError when the
    clock is not paused.
    """
    moment = now or house_clock.now()
    clock = _locked_to_move(clock_id, ClockState.PAUSED)
    end_pauses({clock.pk: moment})
    clock.refresh_from_db()
    audit.record(
        "sla.resumed", about=clock.topic, by=by, now=moment, policy=clock.policy, due_at=clock.due_at.isoformat()
    )
    return clock


@transaction.atomic
def extend_clock(*, clock_id: int, until: dt.datetime, reason: str, by: Any, now: dt.datetime | None = None) -> Clock:
    """Moves our own due time to `until`; the platform's still caps it, and a verdict that has fallen stays.

    Raises BusinessError when the clock has ended, `until` is not after now, or no reason is given.
    """
    moment = now or house_clock.now()
    clock = _locked_to_move(clock_id, ClockState.RUNNING, ClockState.PAUSED)
    words = _reason(reason)
    if until <= moment:
        raise BusinessError(_("The new time must lie ahead."), code="not_ahead")
    take_passed([clock.pk], moment)
    clock.refresh_from_db()
    entry = {"from": clock.own_due_at.isoformat(), "until": until.isoformat(), "at": moment.isoformat()}
    entry |= {"reason": words, "by": audit.actor_label(by)}
    clock.facts = {**clock.facts, "extended": [*clock.facts.get("extended", []), entry]}
    numbers = versions.of_versions([clock.version_id])[clock.version_id]
    place(clock, numbers, own=until, platform=clock.platform_due_at, now=moment)
    write_moved([clock])
    told = {name: entry[name] for name in ("from", "until", "reason")}
    audit.record("sla.extended", about=clock.topic, by=by, now=moment, policy=clock.policy, **told)
    return clock


@transaction.atomic
def hand_clock(*, clock_id: int, to: Any) -> Clock:
    """Puts an open clock into somebody's hands: the ball is with `to`, who is warned from now on.

    The floor that owns the subject says so in its own trail. Raises BusinessError when the clock has ended.
    """
    clock = _locked(clock_id, *OPEN)
    clock.assignee = to
    clock.save(update_fields=["assignee"])
    return clock


@transaction.atomic
def look_again(*, clock_id: int, by: Any, now: dt.datetime | None = None) -> Clock:
    """Takes a clock that was set aside back into the sweep. Raises BusinessError when it does not run."""
    moment = now or house_clock.now()
    clock = _locked(clock_id, ClockState.RUNNING)
    numbers = versions.of_versions([clock.version_id])[clock.version_id]
    clock.next_look_at = rung_at(numbers, clock.step, clock.due_at) or moment  # without a rung it fails visibly again
    clock.failures = 0
    clock.last_error = ""
    clock.save(update_fields=["next_look_at", "failures", "last_error"])
    audit.record("sla.look_again", about=clock.topic, by=by, now=moment, policy=clock.policy)
    return clock
