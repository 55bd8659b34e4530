"""Why a demand stays unmet and what would mend it, in sentences (STF-04, STF-06)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from staff.rota.breach import hours, shown_day
from staff.rota.plan import ONE_DAY, Day, Person, Plan, PlannedShift, Shift, overlap
from staff.rota.rules_hard import skill_name
from staff.rota.sheet import Entry, Sheet
from staff.rota.states import WishKind

DAYS_NAMED = 5
LEAVERS_TRIED = 4
HIRES_TRIED = 3  # so many people more than can be counted out are tried
Resolve = Callable[[Plan], Plan | None]


@dataclass(frozen=True)
class Lack:
    """People of one skill who are missing in one shift, by day."""

    shift: Shift
    skill: str
    days: dict[dt.date, int]

    @property
    def worst(self) -> dt.date:
        """The first of the days on which most are missing."""
        return max(self.days, key=lambda day: (self.days[day], -day.toordinal()))


def lacks(plan: Plan) -> list[Lack]:
    """What the plan does not cover, by shift and skill."""
    there = Counter((duty.day, duty.shift_id, duty.skill) for duty in plan.duties)
    found: dict[tuple[int, str], Lack] = {}
    for day in plan.days:
        for demand in plan.demands_on(day):
            missing = demand.people - there[day.date, demand.shift_id, demand.skill]
            if missing > 0:
                empty = Lack(plan.shift[demand.shift_id], demand.skill, {})
                found.setdefault((demand.shift_id, demand.skill), empty).days[day.date] = missing
    return list(found.values())


def missing_in(plan: Plan) -> int:
    """How many duties are asked for and not covered."""
    return sum(sum(lack.days.values()) for lack in lacks(plan))


def gaps(plan: Plan, resolve: Resolve) -> list[str]:
    """A sentence on every gap of `plan` with its reasons, then what would mend them. Empty when nothing is missing.

    `resolve` answers a variant with as few gaps as possible, or None when its time is over.
    """
    found = lacks(plan)
    if not found:
        return []
    sheet = Sheet(plan)
    return [_gap(sheet, lack) for lack in found] + _mends(plan, found, resolve)


def _gap(sheet: Sheet, lack: Lack) -> str:
    """«早班, pre-sales: 2 people are missing on 11-28 Sat, 11-29 Sun. Of 3 who can do it on 11-28 Sat: 1 on leave.»"""
    total = sum(lack.days.values())
    said = {
        "shift": lack.shift.name,
        "skill": skill_name(lack.skill),
        "count": total,
        "days": _list(map(shown_day, lack.days), DAYS_NAMED),
    }
    sentence = ngettext(
        "%(shift)s, %(skill)s: %(count)s duty cannot be covered (%(days)s).",
        "%(shift)s, %(skill)s: %(count)s duties cannot be covered (%(days)s).",
        total,
    )
    return f"{sentence % said} {_reasons(sheet, lack)}"


def _list(words: Iterable[str], most: int) -> str:
    """The first words, and how many more there are."""
    all_words = list(words)
    shown = ", ".join(all_words[:most])
    more = len(all_words) - most
    return _("%(list)s and %(count)s more") % {"list": shown, "count": more} if more > 0 else shown


def _reasons(sheet: Sheet, lack: Lack) -> str:
    """What keeps those with the skill from it on the worst day."""
    plan, day = sheet.plan, sheet.plan.day[lack.worst]
    rules = plan.rules
    if lack.shift.minutes > rules.day_minutes_most:
        return _("Nobody may work it: %(hours)s hours are more than %(most)s.") % {
            "hours": hours(lack.shift.minutes),
            "most": hours(rules.day_minutes_most),
        }
    able = [p for p in plan.people if p.plannable and plan.has_skill(p, lack.skill, day)]
    if not able:
        return _("Nobody in the team has this skill.")
    counted = Counter(_why_not(sheet, person, day, lack.shift) for person in able)
    parts = [text % {"count": counted[key]} for key, text in _reason_texts().items() if counted[key]]
    said = {"day": shown_day(day.date), "count": len(able), "reasons": ", ".join(parts)}
    return (
        ngettext(
            "Of %(count)s person who can do it on %(day)s: %(reasons)s.",
            "Of %(count)s people who can do it on %(day)s: %(reasons)s.",
            len(able),
        )
        % said
    )


def _reason_texts() -> dict[str, str]:
    return {
        "here": _("%(count)s work in it"),
        "elsewhere": _("%(count)s work in another shift"),
        "leave": _("%(count)s on leave"),
        "employed": _("%(count)s not employed on that day"),
        "night": _("%(count)s may not work at night"),
        "clash": _("%(count)s still or already in a shift over midnight"),
        "rest": _("%(count)s need their rest day"),
        "limit": _("%(count)s are needed on other days"),
    }


def _why_not(sheet: Sheet, person: Person, day: Day, shift: Shift) -> str:
    """The reason why somebody does not fill the gap, as a key of the texts above."""
    plan, entries, spans = sheet.plan, sheet.entries[person.user_id], shift.spans(day.date)
    today = [entry for entry in entries if entry.day == day.date]
    answers = {
        "employed": not person.is_employed(day.date),
        "leave": plan.is_away(person.user_id, spans),
        "night": person.no_night and shift.touches_night,
        "here": any(entry.planned and entry.planned.shift_id == shift.id for entry in today),
        "elsewhere": bool(today),
        "clash": any(overlap(own, span) for entry in entries for own in entry.spans for span in spans),
        "rest": _run_with(entries, day.date) > min(plan.rules.days_in_row, 6),
    }
    return next((key for key, holds in answers.items() if holds), "limit")


def _run_with(entries: list[Entry], day: dt.date) -> int:
    """How many days in a row somebody would work who worked on `day` as well."""
    worked = {entry.day for entry in entries} | {day}
    first = last = day
    while first - ONE_DAY in worked:
        first -= ONE_DAY
    while last + ONE_DAY in worked:
        last += ONE_DAY
    return (last - first).days + 1


def _mends(plan: Plan, found: list[Lack], resolve: Resolve) -> list[str]:
    """What would close the gaps or make them smaller, tried out."""
    said = [_hiring(plan, found, resolve)]
    missing = missing_in(plan)
    said += _leaves(plan, missing, resolve)
    if any(duty.locked for duty in plan.duties):
        free = resolve(plan.with_duties(replace(duty, locked=False) for duty in plan.duties))
        if free and (closed := missing - missing_in(free)) > 0:
            said.append(_fewer(_("Without the kept duties"), closed))
    return [sentence for sentence in said if sentence]


def _fewer(condition: str, closed: int) -> str:
    sentence = ngettext(
        "%(condition)s %(count)s duty more can be covered.",
        "%(condition)s %(count)s duties more can be covered.",
        closed,
    )
    return sentence % {"condition": condition, "count": closed}


def _hiring(plan: Plan, found: list[Lack], resolve: Resolve) -> str:
    """The fewest people more, by skill, with whom everything is covered: from what can be counted out upward."""
    most = plan.rules.day_minutes_most
    more = {skill: _counted_out(plan, [k for k in found if k.skill == skill]) for skill in {k.skill for k in found}}
    for _try in range(HIRES_TRIED + 1):
        variant = resolve(replace(plan, people=plan.people + _newcomers(more)))
        if variant is None:
            return ""
        left = lacks(variant)
        if not left:
            return _people_sentence(more)
        if all(lack.shift.minutes > most for lack in left):
            return ""
        for skill in {lack.skill for lack in left}:
            more[skill] = more.get(skill, 0) + 1
    return ""


def _counted_out(plan: Plan, of_skill: list[Lack]) -> int:
    """Fewer people more cannot do: as many as are missing on one day, and one for each six days of a week."""
    by_day: Counter[dt.date] = Counter()
    for lack in of_skill:
        by_day.update(lack.days)
    days = len(plan.days) - len(plan.days) // (min(plan.rules.days_in_row, 6) + 1)
    return max(*by_day.values(), -(-by_day.total() // days), 1)


def _newcomers(more: dict[str, int]) -> tuple[Person, ...]:
    wanted = [skill for skill, count in sorted(more.items()) for _n in range(count)]
    return tuple(Person(-1 - n, "", frozenset({(skill, None)})) for n, skill in enumerate(wanted))


def _people_sentence(more: dict[str, int]) -> str:
    parts = [
        ngettext("%(count)s more person for %(skill)s", "%(count)s more people for %(skill)s", count)
        % {"count": count, "skill": skill_name(skill)}
        for skill, count in sorted(more.items())
    ]
    return _("Everything can be covered with %(people)s, or with fewer asked for on those days.") % {
        "people": ", ".join(parts)
    }


def _leaves(plan: Plan, missing: int, resolve: Resolve) -> list[str]:
    """Whose leave, if it were moved, would make room: tried one by one when it helps at all."""
    concerned = [leave for leave in plan.leaves if leave.user_id in plan.person]
    if not concerned:
        return []
    without = resolve(replace(plan, leaves=()))
    if without is None or missing_in(without) >= missing:
        return []
    said = []
    for user_id in list(dict.fromkeys(leave.user_id for leave in concerned))[:LEAVERS_TRIED]:
        variant = resolve(replace(plan, leaves=tuple(k for k in plan.leaves if k.user_id != user_id)))
        if variant and (closed := missing - missing_in(variant)) > 0:
            name = {"name": plan.person[user_id].name}
            said.append(_fewer(_("If the leave of %(name)s is moved,") % name, closed))
    return said


def notes(plan: Plan, *, optimal: bool) -> list[str]:
    """What else is worth knowing of a proposal: hours that are asked for and agreed, wishes, whether better exists."""
    said = _hours_notes(plan)
    wanted = [wish for wish in plan.wishes if wish.user_id in plan.person and wish.day in plan.day]
    if wanted:
        kept = sum(_is_kept(plan.duties, wish.user_id, wish.day, wish.kind, wish.shift_id) for wish in wanted)
        said.append(_("%(kept)s of %(all)s wishes are kept.") % {"kept": kept, "all": len(wanted)})
    if not optimal:
        said.append(_("The search ended before every better rota was ruled out; another try may find one."))
    return said


def _is_kept(duties: tuple[PlannedShift, ...], user_id: int, day: dt.date, kind: str, shift_id: int | None) -> bool:
    own = {duty.shift_id for duty in duties if (duty.user_id, duty.day) == (user_id, day)}
    return not own if kind == WishKind.OFF else (shift_id in own) == (kind == WishKind.WORK)


def _hours_notes(plan: Plan) -> list[str]:
    """Whether what is asked for fits into the legal week of the team, and into the hours agreed."""
    asked = sum(plan.shift[d.shift_id].minutes * d.people for day in plan.days for d in plan.demands_on(day))
    people = [person for person in plan.people if person.plannable]
    days = [sum(person.is_employed(day.date) for day in plan.days) for person in people]
    legal = sum(plan.rules.week_minutes * n / 7 for n in days)
    agreed = sum(person.week_minutes * n / 7 for person, n in zip(people, days, strict=True))
    weeks = len(plan.days) / 7
    said = {"asked": hours(asked / weeks), "legal": hours(legal / weeks), "agreed": hours(agreed / weeks)}
    if asked > legal:
        sentence = _(
            "What is asked for takes %(asked)s hours a week, the legal week of the team has %(legal)s:"
            " the rest is overtime."
        )
        return [sentence % said]
    if asked < agreed:
        sentence = _("What is asked for takes %(asked)s of the %(agreed)s hours a week agreed with the team.")
        return [sentence % said]
    return []
