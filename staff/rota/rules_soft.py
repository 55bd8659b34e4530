"""What makes a rota good to live with: shown, never in the way of publishing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from django.utils.translation import gettext as _

from staff.rota.breach import Breach, breach, hours, shown_day
from staff.rota.plan import Plan, cycle_week_of, monday_of
from staff.rota.rules_law import last_in_each
from staff.rota.sheet import Entry, Sheet, minutes_by_day, planned_days
from staff.rota.states import ShiftKind, WishKind

TOLERATED = 1  # so many more than the average are no unfair share


def rhythm(sheet: Sheet) -> Iterator[Breach]:
    """From one change day to the next everybody keeps one kind of shift (STF-05)."""
    change = sheet.plan.rules.change_weekday
    for name, entries in sheet.people():
        for before, after in pairwise(entries):
            at = after.planned or before.planned
            same_week = cycle_week_of(before.day, change) == cycle_week_of(after.day, change)
            if at and same_week and before.kind != after.kind:
                said = {"name": name, "day": shown_day(at.day)}
                sentence = _("%(name)s changes between day and night within the week (%(day)s).") % said
                yield breach("rhythm", sentence, user_id=at.user_id, day=at.day, shift_id=at.shift_id)


def counts_night(entry: Entry) -> bool:
    return entry.kind == ShiftKind.NIGHT


def counts_weekend(entry: Entry) -> bool:
    return entry.free_day


def counts_holiday(entry: Entry) -> bool:
    return entry.statutory


SHARES: dict[str, Callable[[Entry], bool]] = {
    "fair_nights": counts_night,
    "fair_weekends": counts_weekend,
    "fair_holidays": counts_holiday,
}


def sharing(plan: Plan, key: str) -> list[int]:
    """Who shares that load: those who were there all the time and could be asked for it, in the order of the plan."""
    found = []
    for person in plan.people:
        there = person.plannable and person.is_employed(plan.first) and person.is_employed(plan.last)
        if there and any(_can_bear(plan, person.user_id, day_index, key) for day_index in range(len(plan.days))):
            found.append(person.user_id)
    return found


def _can_bear(plan: Plan, user_id: int, day_index: int, key: str) -> bool:
    day, person = plan.days[day_index], plan.person[user_id]
    if (key == "fair_weekends" and not day.is_free) or (key == "fair_holidays" and not day.statutory):
        return False
    for demand in plan.demands_on(day):
        shift = plan.shift[demand.shift_id]
        barred = (key == "fair_nights" and shift.kind != ShiftKind.NIGHT) or (person.no_night and shift.touches_night)
        if not barred and plan.has_skill(person, demand.skill, day):
            return True
    return False


def fairness(sheet: Sheet) -> Iterator[Breach]:
    """Nights, weekends and holidays are shared, those before the cycle counted in: nobody has more than one above the
    average of those who can be asked (STF-04)."""
    sentences = {
        "fair_nights": _("%(name)s has %(count)s night shifts; the average is %(average)s."),
        "fair_weekends": _("%(name)s works on %(count)s days of weekends and holidays; the average is %(average)s."),
        "fair_holidays": _("%(name)s works on %(count)s public holidays; the average is %(average)s."),
    }
    for key, counts in SHARES.items():
        people = sharing(sheet.plan, key)
        had = {user_id: sum(map(counts, sheet.entries[user_id])) for user_id in people}
        total = sum(had.values())
        for user_id in people:
            planned = [e.day for e in sheet.entries[user_id] if e.planned is not None and counts(e)]
            if planned and (had[user_id] - TOLERATED) * len(people) > total:
                said = {
                    "name": sheet.plan.person[user_id].name,
                    "count": had[user_id],
                    "average": f"{round(total / len(people), 1):g}",
                }
                yield breach(key, sentences[key] % said, user_id=user_id, day=max(planned))


def agreed_hours(sheet: Sheet) -> Iterator[Breach]:
    """More hours a week than agreed, where fewer than the legal week are agreed."""
    plan = sheet.plan
    for person in plan.people:
        entries = sheet.entries[person.user_id]
        worked = sum(entry.minutes for entry in entries if plan.first <= entry.day <= plan.last)
        planned = planned_days(entries)
        agreed = person.week_minutes
        if planned and agreed < plan.rules.week_minutes and worked * 7 > agreed * len(plan.days):
            said = {"name": person.name, "hours": hours(worked * 7 / len(plan.days)), "agreed": hours(agreed)}
            sentence = _("%(name)s works %(hours)s hours a week on average; %(agreed)s are agreed.") % said
            yield breach("agreed_hours", sentence, user_id=person.user_id, day=max(planned))


def early(sheet: Sheet) -> Iterator[Breach]:
    """The minutes before each shift are presence: said where only they lead above the week's limit (STF-11)."""
    rules = sheet.plan.rules
    for name, entries in sheet.people():
        minutes = minutes_by_day(entries)
        for monday, last in last_in_each(planned_days(entries), monday_of).items():
            worked = sum(value for day, value in minutes.items() if monday_of(day) == monday)
            present = worked + rules.early_minutes * sum(monday_of(entry.day) == monday for entry in entries)
            if worked <= rules.week_minutes < present:
                said = {
                    "name": name,
                    "week": shown_day(monday),
                    "hours": hours(present),
                    "minutes": rules.early_minutes,
                    "limit": hours(rules.week_minutes),
                }
                sentence = _(
                    "%(name)s is there for %(hours)s hours in the week of %(week)s, counting the %(minutes)s minutes"
                    " before each shift; %(limit)s are allowed."
                )
                yield breach("early", sentence % said, user_id=entries[0].user_id, day=last)


def wishes(sheet: Sheet) -> Iterator[Breach]:
    """Wishes that the plan does not keep."""
    plan = sheet.plan
    had = {(duty.user_id, duty.day, duty.shift_id) for _entry, duty, _shift in sheet.planned}
    working = {(user_id, day) for user_id, day, _shift in had}
    sentences = {
        WishKind.OFF: _("%(name)s would like to be off on %(day)s."),
        WishKind.WORK: _("%(name)s would like the shift %(shift)s on %(day)s."),
        WishKind.AVOID: _("%(name)s would rather not have the shift %(shift)s on %(day)s."),
    }
    for wish in plan.wishes:
        if wish.user_id not in plan.person or wish.day not in plan.day:
            continue
        has = (wish.user_id, wish.day, wish.shift_id) in had
        kept = not has
        if wish.kind == WishKind.OFF:
            kept = (wish.user_id, wish.day) not in working
        elif wish.kind == WishKind.WORK:
            kept = has
        if not kept:
            shift = plan.shift.get(wish.shift_id) if wish.shift_id else None
            said = {
                "name": plan.person[wish.user_id].name,
                "day": shown_day(wish.day),
                "shift": shift.name if shift else "",
            }
            sentence = sentences[WishKind(wish.kind)] % said
            yield breach("wish", sentence, user_id=wish.user_id, day=wish.day, shift_id=wish.shift_id)
