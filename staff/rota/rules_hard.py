"""Rules that nobody can take on: physics, leave, skills, and what the law forbids whatever is paid for it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from staff.rota.breach import Breach, breach, hours, shown_day
from staff.rota.plan import ONE_DAY, overlap
from staff.rota.sheet import Entry, Sheet, minutes_by_day, planned_days
from staff.rota.states import Skill


def overlaps(sheet: Sheet) -> Iterator[Breach]:
    """Nobody is in two places: said once for each pair, at the later of the two that the plan can change (STF-01)."""
    for name, entries in sheet.people():
        for one, other in combinations(entries, 2):
            at = other.planned or one.planned
            if at and any(overlap(a, b) for a in one.spans for b in other.spans):
                yield breach(
                    "overlap",
                    _("%(name)s has two shifts at a time on %(day)s.") % {"name": name, "day": shown_day(at.day)},
                    user_id=at.user_id,
                    day=at.day,
                    shift_id=at.shift_id,
                )


def leaves(sheet: Sheet) -> Iterator[Breach]:
    """Approved leave is kept (STF-09)."""
    for entry, duty, shift in sheet.planned:
        if sheet.plan.is_away(duty.user_id, entry.spans):
            said = {"name": sheet.plan.person[duty.user_id].name, "day": shown_day(duty.day), "shift": shift.name}
            sentence = _("%(name)s is on leave during the shift %(shift)s on %(day)s.") % said
            yield breach("leave", sentence, user_id=duty.user_id, day=duty.day, shift_id=shift.id)


def skills(sheet: Sheet) -> Iterator[Breach]:
    """Nobody works as what they cannot do; on a special workday everybody leans to its skill (STF-07, STF-32)."""
    for _entry, duty, shift in sheet.planned:
        person, day = sheet.plan.person[duty.user_id], sheet.plan.day[duty.day]
        if not sheet.plan.has_skill(person, duty.skill, day):
            said = {"name": person.name, "skill": skill_name(duty.skill), "day": shown_day(duty.day)}
            sentence = _("%(name)s does not have the skill %(skill)s asked for on %(day)s.") % said
            yield breach("skill", sentence, user_id=duty.user_id, day=duty.day, shift_id=shift.id, skill=duty.skill)


def skill_name(key: str) -> str:
    """The skill in the reader's language."""
    return str(dict(Skill.choices).get(key, key))


def employment(sheet: Sheet) -> Iterator[Breach]:
    """Nobody works before they joined or after they left."""
    for _entry, duty, shift in sheet.planned:
        person = sheet.plan.person[duty.user_id]
        if not person.is_employed(duty.day):
            sentence = _("%(name)s is not employed on %(day)s.") % {"name": person.name, "day": shown_day(duty.day)}
            yield breach("employed", sentence, user_id=duty.user_id, day=duty.day, shift_id=shift.id)


def night_bans(sheet: Sheet) -> Iterator[Breach]:
    """Those who may not work at night have no shift that touches 22:00–06:00 (Labour Law 61, 63)."""
    for _entry, duty, shift in sheet.planned:
        person = sheet.plan.person[duty.user_id]
        if person.no_night and shift.touches_night:
            said = {"name": person.name, "shift": shift.name, "day": shown_day(duty.day)}
            sentence = _("%(name)s may not work at night, but has the shift %(shift)s on %(day)s.") % said
            yield breach("night_ban", sentence, user_id=duty.user_id, day=duty.day, shift_id=shift.id)


def days_in_row(sheet: Sheet) -> Iterator[Breach]:
    """A rest day after so many days of work, and in any seven days (STF-04, Labour Law 38). Said at each day of the
    plan that is one too many; where that day lies after the plan, at the last of the plan before it."""
    limit = min(sheet.plan.rules.days_in_row, 6)
    for name, entries in sheet.people():
        for day in sorted(_days_too_many(entries, limit)):
            said = {"name": name, "day": shown_day(day), "days": limit}
            sentence = ngettext(
                "%(name)s has no rest day within more than %(days)s day of work (%(day)s).",
                "%(name)s has no rest day within more than %(days)s days of work (%(day)s).",
                limit,
            )
            yield breach("days_in_row", sentence % said, user_id=entries[0].user_id, day=day)


def _days_too_many(entries: list[Entry], limit: int) -> set[dt.date]:
    worked, planned = {entry.day for entry in entries}, planned_days(entries)
    found = set()
    for first in worked:
        stretch = [first + n * ONE_DAY for n in range(limit + 1)]
        own = [day for day in stretch if day in planned]
        if own and worked.issuperset(stretch):
            found.add(own[-1])
    return found


def days_too_long(sheet: Sheet) -> Iterator[Breach]:
    """No more than eleven hours of work begin on a day: eight and three of overtime (STF-06, Labour Law 41)."""
    most = sheet.plan.rules.day_minutes_most
    for name, entries in sheet.people():
        minutes = minutes_by_day(entries)
        for day in sorted(planned_days(entries)):
            if minutes[day] > most:
                said = {"name": name, "day": shown_day(day), "hours": hours(minutes[day]), "most": hours(most)}
                sentence = _("%(name)s works %(hours)s hours on %(day)s; %(most)s are the most.") % said
                yield breach("day_most", sentence, user_id=entries[0].user_id, day=day)


def coverage(sheet: Sheet) -> Iterator[Breach]:
    """Every shift has the people asked for, also on rest days and holidays (STF-04)."""
    plan = sheet.plan
    there = Counter((duty.day, duty.shift_id, duty.skill) for _entry, duty, _shift in sheet.planned)
    for day in plan.days:
        for demand in plan.demands_on(day):
            have = there[day.date, demand.shift_id, demand.skill]
            if have < demand.people:
                said = {
                    "day": shown_day(day.date),
                    "shift": plan.shift[demand.shift_id].name,
                    "skill": skill_name(demand.skill),
                    "have": have,
                    "asked": demand.people,
                }
                sentence = _("%(day)s, shift %(shift)s: %(have)s of %(asked)s people for %(skill)s.") % said
                yield breach("coverage", sentence, day=day.date, shift_id=demand.shift_id, skill=demand.skill)
