"""Where a clock stands on its ladder: pure functions over a clock's fields and a version's rungs."""

from __future__ import annotations

import datetime as dt

from sla.calendar import add_working
from sla.models import Clock
from sla.policies import Numbers, Policy
from sla.states import ClockState, StepKind


def rung_at(numbers: Numbers, step: int, due_at: dt.datetime) -> dt.datetime | None:
    """When rung `step` is reached; None above the top of the ladder."""
    if step >= len(numbers.steps):
        return None
    return due_at + dt.timedelta(seconds=numbers.steps[step].offset_seconds)


def passed(numbers: Numbers, due_at: dt.datetime, now: dt.datetime) -> int:
    """How many rungs lie before `now`. A rung is reached when its instant has passed, not in it."""
    return sum(due_at + dt.timedelta(seconds=step.offset_seconds) < now for step in numbers.steps)


def first_step(numbers: Numbers, started_at: dt.datetime, due_at: dt.datetime) -> int:
    """The first rung worth telling: warnings that lie before the start itself are skipped."""
    for step in numbers.steps:
        at = due_at + dt.timedelta(seconds=step.offset_seconds)
        if step.kind != StepKind.WARN or at > started_at:
            return step.number
    return len(numbers.steps)


def effective_due(own: dt.datetime, platform: dt.datetime | None) -> dt.datetime:
    """The earlier of ours and the platform's: our promise is never later than theirs."""
    return own if platform is None else min(own, platform)


def own_due(policy: Policy, numbers: Numbers, clock: Clock) -> dt.datetime:
    """What `clock` would be due by these numbers, its paused time added. Dates that people or the platform set stay."""
    if clock.facts.get("fixed") or clock.facts.get("extended"):
        return clock.own_due_at
    due = policy.due(clock.started_at, numbers, clock.facts)
    return add_working(due, clock.paused_seconds, numbers.calendar) if clock.paused_seconds else due


def place(
    clock: Clock,
    numbers: Numbers,
    *,
    own: dt.datetime,
    platform: dt.datetime | None,
    now: dt.datetime,
    taken: int | None = None,
) -> None:
    """Moves `clock` (not saved) to new due times and finds its place on the ladder.

    Rungs that a later due time puts ahead of `now` again are armed again; rungs already behind it are not told
    twice. `taken`: rungs of the *new* ladder that count as told (after an edit). The verdict is never touched.
    """
    due = effective_due(own, platform)
    told = clock.step if taken is None else taken
    step = min(told, passed(numbers, due, now)) if due >= clock.due_at or taken is not None else told
    clock.arming += step < clock.step
    clock.own_due_at, clock.platform_due_at, clock.due_at, clock.step = own, platform, due, step
    clock.version_id = numbers.version_id
    clock.next_look_at = rung_at(numbers, step, due) if clock.state == ClockState.RUNNING else None


def taken_on(old: Numbers, new: Numbers, step: int) -> int:
    """How many rungs of the new ladder correspond to `step` rungs told of the old one."""
    if step == 0:
        return 0
    last = old.steps[min(step, len(old.steps)) - 1].offset_seconds if old.steps else 0
    return sum(rung.offset_seconds <= last for rung in new.steps)
