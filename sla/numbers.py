"""Policy versions read from the database into plain frozen values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache

from django.db.models import QuerySet

from common.kept import Kept
from common.prepared import Prepared
from sla.calendar import WorkCalendar, windows_from
from sla.models import Calendar, CalendarDay, PolicyVersion
from sla.policies import Numbers, Step


def work_calendar(row: Calendar | None) -> WorkCalendar | None:
    """A calendar's row, with the overriding days, as a value. None stays None: every second counts."""
    if row is None:
        return None
    off: set[dt.date] = set()
    work: set[dt.date] = set()
    if row.workdays_only:
        for day, kind in CalendarDay.objects.values_list("day", "kind"):
            (off if kind == CalendarDay.Kind.OFF else work).add(day)
    return WorkCalendar(row.key, windows_from(row.windows), row.workdays_only, frozenset(off), frozenset(work))


def _numbers(row: PolicyVersion, calendar: WorkCalendar | None) -> Numbers:
    return Numbers(
        version_id=row.pk,
        policy=row.policy,
        version=row.version,
        length_seconds=row.length_seconds,
        cutoff=row.cutoff,
        calendar=calendar,
        severity=row.severity,
        enabled=row.enabled,
        parameters=row.parameters,
        steps=tuple(
            Step(step.number, step.kind, step.offset_seconds, tuple(step.audiences))
            for step in sorted(row.steps.all(), key=lambda step: step.number)
        ),
    )


def _read(rows: QuerySet[PolicyVersion]) -> list[Numbers]:
    found = list(rows.select_related("calendar").prefetch_related("steps"))
    calendars: dict[int | None, WorkCalendar | None] = {None: None}
    for row in found:
        if row.calendar_id not in calendars:
            calendars[row.calendar_id] = work_calendar(row.calendar)
    return [_numbers(row, calendars[row.calendar_id]) for row in found]


_known: Kept[dict[int, Numbers]] = Kept(dict)  # by version


@cache
def _newest(many: int | None) -> Prepared:
    """Asks for the versions of so many policies, or of all: the newest of each comes last."""
    chosen = "" if many is None else f"WHERE policy IN ({', '.join(['%s'] * many) or 'NULL'})"
    return Prepared(f"SELECT policy, id FROM sla_policyversion {chosen} ORDER BY version")


def current(keys: Iterable[str] | None = None) -> dict[str, Numbers]:
    """The numbers in force by policy. Which version that is, is asked each time, in one query; the version itself,
    which nobody edits, is read with its rungs and calendar at most every few seconds (common.kept)."""
    wanted = None if keys is None else list(keys)
    newest = dict(_newest(None if wanted is None else len(wanted)).fetch(wanted or ()))
    known = _known()
    if missing := set(newest.values()) - set(known):
        known |= of_versions(missing)
    return {policy: known[pk] for policy, pk in newest.items()}


def of_versions(version_ids: Iterable[int]) -> dict[int, Numbers]:
    """The numbers of these versions by id."""
    return {numbers.version_id: numbers for numbers in _read(PolicyVersion.objects.filter(pk__in=set(version_ids)))}
