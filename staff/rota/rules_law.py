"""Limits of working time that overtime may exceed if somebody answers for it: they are acknowledged at publishing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from django.utils.translation import gettext as _

from staff.rota.breach import Breach, breach, hours, shown_day
from staff.rota.plan import monday_of
from staff.rota.sheet import Sheet, minutes_by_day, month_start, overtime_by_day, planned_days


def day_hours(sheet: Sheet) -> Iterator[Breach]:
    """More than eight hours on a day (STF-06, Labour Law 36)."""
    limit, most = sheet.plan.rules.day_minutes, sheet.plan.rules.day_minutes_most
    for name, entries in sheet.people():
        minutes = minutes_by_day(entries)
        for day in sorted(planned_days(entries)):
            if limit < minutes[day] <= most:
                said = {"name": name, "day": shown_day(day), "hours": hours(minutes[day]), "limit": hours(limit)}
                sentence = _("%(name)s works %(hours)s hours on %(day)s; more than %(limit)s are overtime.") % said
                yield breach("day_hours", sentence, user_id=entries[0].user_id, day=day)


def week_hours(sheet: Sheet) -> Iterator[Breach]:
    """More than forty hours from Monday to Sunday (STF-06); said at the week's last day of the plan."""
    limit = sheet.plan.rules.week_minutes
    for name, entries in sheet.people():
        minutes = minutes_by_day(entries)
        for monday, last in last_in_each(planned_days(entries), monday_of).items():
            worked = sum(value for day, value in minutes.items() if monday_of(day) == monday)
            if worked > limit:
                said = {"name": name, "week": shown_day(monday), "hours": hours(worked), "limit": hours(limit)}
                sentence = _("%(name)s works %(hours)s hours in the week of %(week)s; %(limit)s are allowed.") % said
                yield breach("week_hours", sentence, user_id=entries[0].user_id, day=last)


def last_in_each(days: Iterable[dt.date], period: Callable[[dt.date], dt.date]) -> dict[dt.date, dt.date]:
    """The last day of each period that has any."""
    return {period(day): day for day in sorted(days)}


def average_hours(sheet: Sheet) -> Iterator[Breach]:
    """More than 44 hours a week on the average of the cycle (STF-06, Labour Law 36)."""
    plan, limit = sheet.plan, sheet.plan.rules.week_minutes_average
    for name, entries in sheet.people():
        planned = planned_days(entries)
        worked = sum(entry.minutes for entry in entries if plan.first <= entry.day <= plan.last)
        if planned and worked * 7 > limit * len(plan.days):
            said = {"name": name, "hours": hours(worked * 7 / len(plan.days)), "limit": hours(limit)}
            sentence = _("%(name)s works %(hours)s hours a week on average; %(limit)s are allowed.") % said
            yield breach("average_hours", sentence, user_id=entries[0].user_id, day=max(planned))


def month_overtime(sheet: Sheet) -> Iterator[Breach]:
    """More than 36 hours of overtime in a calendar month (STF-06, Labour Law 41); said at its last day of the plan."""
    rules = sheet.plan.rules
    for name, entries in sheet.people():
        over = overtime_by_day(minutes_by_day(entries), day_limit=rules.day_minutes, week_limit=rules.week_minutes)
        for month, last in last_in_each(planned_days(entries), month_start).items():
            total = sum(value for day, value in over.items() if month_start(day) == month)
            if total > rules.month_overtime_minutes:
                said = {
                    "name": name,
                    "month": f"{month:%Y-%m}",
                    "hours": hours(total),
                    "limit": hours(rules.month_overtime_minutes),
                }
                sentence = _("%(name)s has %(hours)s hours of overtime in %(month)s; %(limit)s are allowed.") % said
                yield breach("month_overtime", sentence, user_id=entries[0].user_id, day=last)


def holidays(sheet: Sheet) -> Iterator[Breach]:
    """Work on a statutory holiday is paid threefold and cannot be made up by time off (Labour Law 40, 44)."""
    for _entry, duty, shift in sheet.planned:
        day = sheet.plan.day[duty.day]
        if day.statutory:
            said = {"name": sheet.plan.person[duty.user_id].name, "day": shown_day(duty.day)}
            sentence = _("%(name)s works on the public holiday %(day)s: 300 %% of the wage are due.") % said
            yield breach("holiday", sentence, user_id=duty.user_id, day=duty.day, shift_id=shift.id)


def rests(sheet: Sheet) -> Iterator[Breach]:
    """Fewer than eleven hours between two days' shifts (STF-06); said at the later of them that the plan can change."""
    limit = sheet.plan.rules.rest_minutes
    for name, entries in sheet.people():
        for before, after in pairwise(entries):
            at = after.planned or before.planned
            rest = (after.starts - before.ends).total_seconds() / 60
            if at and before.day != after.day and 0 <= rest < limit:
                said = {"name": name, "day": shown_day(at.day), "hours": hours(rest), "limit": hours(limit)}
                sentence = _("%(name)s rests only %(hours)s hours between two shifts (%(day)s); %(limit)s are asked.")
                yield breach("rest", sentence % said, user_id=at.user_id, day=at.day, shift_id=at.shift_id)
