"""Numbers of policies: seeding them, editing them (a new version each time), and what an edit would move."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock as house_clock
from common.exceptions import BusinessError
from common.locking import lock, lock_one
from sla import following, policies
from sla import numbers as versions
from sla.arming import effective_due, own_due, place, taken_on
from sla.models import Calendar, Clock, PolicyStep, PolicyVersion
from sla.moving import CHUNK, write_moved
from sla.policies import Numbers, Policy, Step
from sla.states import OPEN, StepKind

FIELDS = ("length_seconds", "cutoff", "calendar_id", "severity", "enabled", "parameters")
SAMPLES = 10


def ensure_policies(*, using: str = "default") -> int:
    """Gives version 1 with its rungs to every registered policy that has none; answers how many. Repeatable."""
    known = set(PolicyVersion.objects.using(using).values_list("policy", flat=True))
    missing = [policy for policy in policies.all_policies() if policy.key not in known]
    with transaction.atomic(using=using):
        for policy in missing:
            _seed(policy, using)
    return len(missing)


def _seed(policy: Policy, using: str) -> None:
    numbers = policy.defaults
    calendar = Calendar.objects.using(using).get(key=numbers.calendar) if numbers.calendar else None
    version = PolicyVersion.objects.using(using).create(
        policy=policy.key,
        version=1,
        length_seconds=numbers.length_seconds,
        cutoff=numbers.cutoff,
        calendar=calendar,
        severity=numbers.severity,
        parameters=dict(numbers.parameters),
        created_at=house_clock.now(),
    )
    _write_steps(version, numbers.steps, using)


def _write_steps(version: PolicyVersion, steps: Any, using: str = "default") -> None:
    PolicyStep.objects.using(using).bulk_create(
        PolicyStep(version=version, number=number, kind=kind, offset_seconds=offset, audiences=list(audiences))
        for number, (kind, offset, audiences) in enumerate(checked_steps(steps))
    )


def checked_steps(steps: Any) -> list[tuple[str, int, list[str]]]:
    """Rungs as (kind, seconds from due, audiences), in order. Raises BusinessError for a ladder that makes no sense."""
    ladder = sorted(((str(kind), int(at), list(who)) for kind, at, who in steps), key=lambda step: step[1])
    kinds = [kind for kind, _at, _who in ladder]
    if any(kind not in StepKind.values for kind in kinds) or kinds.count(StepKind.BREACH) > 1:
        raise BusinessError(_("A ladder has warnings, at most one breach, and escalations."), code="bad_ladder")
    if [at for _kind, at, _who in ladder] != sorted({at for _kind, at, _who in ladder}):
        raise BusinessError(_("Two steps of a ladder cannot fall on the same instant."), code="bad_ladder")
    order = {StepKind.WARN: 0, StepKind.BREACH: 1, StepKind.ESCALATE: 2}
    ranks = [order[StepKind(kind)] for kind in kinds]
    if ranks != sorted(ranks):
        raise BusinessError(_("Warnings come before the breach, escalations after it."), code="bad_ladder")
    return ladder


@transaction.atomic
def edit_policy(
    *, key: str, changes: Mapping[str, Any], by: Any, note: str, now: dt.datetime | None = None
) -> PolicyVersion:
    """Makes the next version of a policy and moves its open clocks to it; verdicts that have fallen stay.

    `changes`: any of length_seconds, cutoff, calendar_id, severity, enabled, parameters, and steps as
    (kind, seconds from due, audiences). Raises BusinessError for a note that is missing or numbers that make no sense.
    """
    moment = now or house_clock.now()
    if not note.strip():
        raise BusinessError(_("Say why the policy changes."), code="note_missing")
    policy = policies.get(key)
    newest = lock_one(PolicyVersion.objects.filter(pk=_newest_id(key)))
    old = versions.of_versions([newest.pk])[newest.pk]
    draft = changed_numbers(old, changes)
    row = PolicyVersion.objects.create(
        policy=key,
        version=newest.version + 1,
        note=note.strip()[:200],
        created_at=moment,
        created_by_id=audit.actor_id(by),
        **{name: changes.get(name, getattr(newest, name)) for name in FIELDS},
    )
    _write_steps(row, [(step.kind, step.offset_seconds, step.audiences) for step in draft.steps])
    numbers = versions.of_versions([row.pk])[row.pk]
    moved = _move_open(policy, numbers, moment)
    audit.record(
        "sla.policy_edited", about=row, by=by, now=moment, policy=key, version=row.version, note=note, moved=moved
    )
    return row


def _newest_id(key: str) -> int:
    found = PolicyVersion.objects.filter(policy=key).order_by("-version").values_list("pk", flat=True).first()
    if found is None:
        raise BusinessError(_("The policy “%(key)s” has no numbers yet.") % {"key": key}, code="no_numbers")
    return int(found)


def changed_numbers(old: Numbers, changes: Mapping[str, Any]) -> Numbers:
    """`old` with `changes` applied, not saved. Raises BusinessError for numbers that make no sense."""
    if int(changes.get("length_seconds", old.length_seconds)) <= 0:
        raise BusinessError(_("A promise needs a length."), code="bad_length")
    steps = old.steps
    if "steps" in changes:
        steps = tuple(Step(n, k, at, tuple(who)) for n, (k, at, who) in enumerate(checked_steps(changes["steps"])))
    calendar = old.calendar
    if "calendar_id" in changes:
        row = Calendar.objects.filter(pk=changes["calendar_id"]).first() if changes["calendar_id"] else None
        calendar = versions.work_calendar(row)
    return Numbers(
        version_id=old.version_id,
        policy=old.policy,
        version=old.version + 1,
        length_seconds=int(changes.get("length_seconds", old.length_seconds)),
        cutoff=changes.get("cutoff", old.cutoff),
        calendar=calendar,
        severity=changes.get("severity", old.severity),
        enabled=changes.get("enabled", old.enabled),
        parameters=changes.get("parameters", old.parameters),
        steps=steps,
    )


def _move_open(policy: Policy, numbers: Numbers, now: dt.datetime) -> int:
    """Moves the open clocks to `numbers`, a chunk at a time; answers how many got another due time."""
    if following.concerns(policy.subject_type):
        following.lock(Clock.objects.filter(policy=policy.key, state__in=OPEN).values_list("topic", flat=True))
    moved, last = 0, 0
    while True:
        ahead = Clock.objects.filter(policy=policy.key, state__in=OPEN, pk__gt=last).order_by("pk")
        ids = list(ahead.values_list("pk", flat=True)[:CHUNK])
        clocks = lock(Clock.objects.filter(pk__in=ids, state__in=OPEN))
        if not ids:
            return moved
        old = versions.of_versions(clock.version_id for clock in clocks)
        for clock in clocks:
            before = clock.due_at
            taken = taken_on(old[clock.version_id], numbers, clock.step)
            own = own_due(policy, numbers, clock)
            place(clock, numbers, own=own, platform=clock.platform_due_at, now=now, taken=taken)
            moved += clock.due_at != before
        write_moved(clocks)
        last = ids[-1]


@dataclass
class Preview:
    """What an edit would do to the clocks that are open now."""

    running: int = 0
    moved: int = 0
    earlier: int = 0
    later: int = 0
    newly_late: int = 0
    samples: list[dict[str, Any]] = field(default_factory=list)


def preview_policy_edit(*, key: str, changes: Mapping[str, Any], now: dt.datetime | None = None) -> Preview:
    """Counts what `edit_policy` with these changes would move; writes nothing. `samples` show up to ten moves.

    Newly late: open clocks without a verdict whose promise would count as broken at once and does not now.
    """
    moment = now or house_clock.now()
    policy = policies.get(key)
    old = versions.of_versions([_newest_id(key)]).popitem()[1]
    new = changed_numbers(old, changes)
    preview = Preview()
    for clock in _open_clocks(key):
        own = own_due(policy, new, clock)
        _tally(preview, clock, effective_due(own, clock.platform_due_at), old, new, moment)
    return preview


def _open_clocks(key: str) -> Iterator[Clock]:
    return Clock.objects.filter(policy=key, state__in=OPEN).order_by("due_at", "id").iterator(chunk_size=CHUNK)


def _tally(preview: Preview, clock: Clock, due: dt.datetime, old: Numbers, new: Numbers, now: dt.datetime) -> None:
    preview.running += 1
    if not clock.verdict and is_late(new, due, now) and not is_late(old, clock.due_at, now):
        preview.newly_late += 1
    if due == clock.due_at:
        return
    preview.moved += 1
    preview.earlier += due < clock.due_at
    preview.later += due > clock.due_at
    if len(preview.samples) < SAMPLES:
        preview.samples.append({"title": clock.title, "topic": clock.topic, "from": clock.due_at, "to": due})


def is_late(numbers: Numbers, due: dt.datetime, now: dt.datetime) -> bool:
    """Whether the breach rung lies before `now`."""
    breach = numbers.breach
    return breach is not None and due + dt.timedelta(seconds=breach.offset_seconds) < now
