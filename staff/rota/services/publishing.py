"""Publishing: what is planned becomes binding, with the broken rules that somebody took on, and those touched are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock, lock_alone
from notifications import services as notifications
from staff.models import Duty, PlannedDuty, Rota, RotaVersion, User
from staff.rota.loading import load_plan
from staff.rota.rules import HARD, SOFT, Breach, check
from staff.rota.services.duties import SECTION, NewDuty, make_duties, take_back
from staff.rota.services.planning import keep, take

COVERAGE = "coverage"  # the one hard rule that may be taken on, with a reason
Row = Duty | PlannedDuty
SHOWN = 5  # broken rules named in a refusal


@dataclass
class Difference:
    """What publishing would do: duties to take back, to make, and to keep with another skill."""

    gone: list[Duty]
    new: list[PlannedDuty]
    other_skill: list[tuple[Duty, PlannedDuty]]

    @property
    def touched(self) -> set[int]:
        """The people whose duties change."""
        people = {duty.user_id for duty in self.gone} | {planned.user_id for planned in self.new}
        return people | {duty.user_id for duty, _planned in self.other_skill}

    @property
    def count(self) -> int:
        return len(self.changes())

    def changes(self) -> list[dict[str, Any]]:
        """One line a person and day, as it is kept: {user, day, before, after}, each a list of shift, skill, hours."""
        lines: dict[tuple[int, dt.date], dict[str, Any]] = {}

        def line(row: Row) -> dict[str, Any]:
            empty = {"user": row.user_id, "day": row.day.isoformat(), "before": [], "after": []}
            return lines.setdefault((row.user_id, row.day), empty)

        for duty in self.gone:
            line(duty)["before"].append(_told(duty))
        for planned in self.new:
            line(planned)["after"].append(_told(planned))
        for duty, planned in self.other_skill:
            line(duty)["before"].append(_told(duty))
            line(planned)["after"].append(_told(planned))
        return [lines[key] for key in sorted(lines, key=lambda key: (key[1], key[0]))]


def _told(row: Row) -> dict[str, str]:
    return {"shift": row.template.name, "short": row.template.short, "skill": row.skill, "hours": _hours(row)}


def _hours(row: Row) -> str:
    """«10:00–14:00 17:30–23:00» on the wall clock."""
    windows = (
        ((window.starts_at, window.ends_at) for window in row.windows.all())
        if isinstance(row, Duty)
        else NewDuty(row.rota, row.user, row.day, row.template, row.skill, "").hours()
    )
    return " ".join(f"{clock.local(start):%H:%M}–{clock.local(end):%H:%M}" for start, end in windows)


def difference(rota: Rota, now: dt.datetime) -> Difference:
    """What stands in the plan and is not published yet, and the other way round. What is over is left alone.

    A shift whose hours were set up anew since counts as changed. Four queries.
    """
    published = rota.versions.exists()
    today = clock.day_of(now)
    standing = Duty.objects.filter(rota=rota, cancelled_at__isnull=True).select_related("template", "user", "rota")
    plan = PlannedDuty.objects.filter(rota=rota).select_related("template", "user", "rota").order_by("day", "pk")
    if published:
        standing, plan = standing.filter(ends_at__gt=now, day__gte=today), plan.filter(day__gte=today)
    duties = {(duty.user_id, duty.day, duty.template_id): duty for duty in standing.prefetch_related("windows")}
    found = Difference([], [], [])
    for planned in plan.prefetch_related("template__windows"):
        duty = duties.pop((planned.user_id, planned.day, planned.template_id), None)
        if duty is None:
            found.new.append(planned)
        elif _hours(duty) != _hours(planned):
            found.gone.append(duty)
            found.new.append(planned)
        elif duty.skill != planned.skill:
            found.other_skill.append((duty, planned))
    found.gone.extend(duties.values())
    if published:
        found.new = [planned for planned in found.new if not _is_over(planned, now)]
    return found


def _is_over(planned: PlannedDuty, now: dt.datetime) -> bool:
    return NewDuty(planned.rota, planned.user, planned.day, planned.template, planned.skill, "").hours()[-1][1] <= now


def breaches_of(rota: Rota, now: dt.datetime) -> list[Breach]:
    """What the plan breaks (STF-06); of a rota that binds already only what can still be changed."""
    found = check(load_plan(rota))
    if not rota.versions.exists():
        return found
    today = clock.day_of(now)
    return [breach for breach in found if breach.day is None or breach.day >= today]


@transaction.atomic
def publish_rota(
    *,
    rota: Rota,
    version: int | None,
    acknowledged: Collection[str],
    note: str,
    by: Any,
    now: dt.datetime | None = None,
) -> RotaVersion:
    """Makes the plan binding as its next version and tells those whose duties change (STF-06).

    `acknowledged` holds the keys of the broken rules that `by` takes on. Raises Conflict; BusinessError when nothing
    changed, a hard rule other than coverage is broken, a broken rule was not taken on, or too few people are taken
    on without a note that says why.
    """
    now = now or clock.now()
    lock_alone(SECTION)
    rota = take(rota, version)
    broken = [breach for breach in breaches_of(rota, now) if breach.severity != SOFT]
    _refuse_broken(broken, acknowledged, note)
    lock(Duty.objects.filter(rota=rota, cancelled_at__isnull=True))
    changed = difference(rota, now)
    if not changed.touched:
        raise BusinessError(_("Nothing has changed since the last version."), code="nothing")
    lines = changed.changes()
    _carry_out(changed, now)
    made = RotaVersion.objects.create(
        rota=rota,
        number=(rota.versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        published_at=now,
        published_by=by,
        note=" ".join(note.split())[:300],
        acknowledged=[_kept(breach) for breach in broken],
        changes=lines,
    )
    keep(rota)
    audit.record("staff.rota_published", about=rota, by=by, now=now, number=made.number, count=len(lines))
    _tell(made, lines, now)
    return made


def _refuse_broken(broken: Sequence[Breach], acknowledged: Collection[str], note: str) -> None:
    never = [breach.sentence for breach in broken if breach.severity == HARD and breach.rule != COVERAGE]
    if never:
        said = " ".join(never[:SHOWN])
        raise BusinessError(_("This cannot be published: %(sentences)s") % {"sentences": said}, code="hard")
    open_ones = [breach for breach in broken if breach.rule not in acknowledged]
    if open_ones:
        said = " ".join(breach.sentence for breach in open_ones[:SHOWN])
        raise BusinessError(
            _("Say that you take these broken rules on, or change the plan: %(sentences)s") % {"sentences": said},
            code="not_acknowledged",
        )
    if not note.strip() and any(breach.rule == COVERAGE for breach in broken):
        raise BusinessError(_("Say in the note why too few people are planned."), code="note")


def _kept(breach: Breach) -> dict[str, Any]:
    """A broken rule as a version keeps it: numbers, no names."""
    return {
        "rule": breach.rule,
        "user": breach.user_id,
        "day": breach.day.isoformat() if breach.day else None,
        "article": breach.article,
    }


def _carry_out(changed: Difference, now: dt.datetime) -> None:
    take_back(changed.gone, now)
    for duty, planned in changed.other_skill:
        duty.skill = planned.skill
    Duty.objects.bulk_update([duty for duty, _planned in changed.other_skill], ["skill"])
    make_duties([NewDuty(row.rota, row.user, row.day, row.template, row.skill, row.origin) for row in changed.new])


def _tell(version: RotaVersion, lines: Iterable[dict[str, Any]], now: dt.datetime) -> None:
    """Everybody whose duties changed hears of their own changes, and of nobody else's."""
    own: dict[int, list[dict[str, Any]]] = {}
    for line in lines:
        own.setdefault(line["user"], []).append({key: line[key] for key in ("day", "before", "after")})
    for user in User.objects.filter(pk__in=own).order_by("pk"):
        notifications.notify(
            kind="staff.rota_published",
            users=[user],
            context={"number": version.number, "note": version.note, "changes": own[user.pk]},
            url=reverse("rota:mine"),
            dedupe_key=f"staff.rota_published:{version.pk}",
            now=now,
        )
