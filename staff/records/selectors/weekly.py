"""Reading weekly records: one's own, the leader's collation, what was passed on to operations (STF-29)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from staff.models import DailyRecord, Team, User, WeeklyRecord, WeeklySummary
from staff.records import weeks
from staff.records.permissions import VIEW_WEEKLY_SUMMARY
from staff.records.services.sums import Line, Week, week_figures
from staff.selectors import active_users, leads, led_teams

PROBLEMS = ("product_problems", "logistics_problems", "service_problems", "no_deal_reasons")


def own_record(user: User, week: dt.date) -> WeeklyRecord:
    """One's record of a week; an empty one, not saved, where nothing was written yet."""
    return WeeklyRecord.objects.filter(user=user, week=week).first() or WeeklyRecord(user=user, week=week)


def readable(reader: User, record_id: int) -> WeeklyRecord:
    """One's own record, or a handed-in one of somebody whom one leads. Raises WeeklyRecord.DoesNotExist."""
    record = WeeklyRecord.objects.select_related("user").get(pk=record_id)
    if record.user_id != reader.pk and (record.handed_in_at is None or not leads(reader, record.user)):
        raise WeeklyRecord.DoesNotExist
    return record


def days_written(user: User, week: dt.date) -> list[tuple[dt.date, DailyRecord | None]]:
    """The days of a week with their daily records. One query."""
    days = weeks.days_of(week)
    found = {r.day: r for r in DailyRecord.objects.filter(user=user, day__gte=days[0], day__lte=days[-1])}
    return [(day, found.get(day)) for day in days]


@dataclass(frozen=True)
class Handed:
    """One person in the leader's collation: the record (None: nothing was asked for), the figures and the problems."""

    user: User
    record: WeeklyRecord | None
    line: Line
    problems: list[tuple[str, str]]  # (field's name, text)


@dataclass(frozen=True)
class Collation:
    team: Team
    week: dt.date
    people: list[Handed]
    sums: Week
    summary: WeeklySummary | None

    @property
    def missing(self) -> list[User]:
        return [row.user for row in self.people if row.record is not None and row.record.handed_in_at is None]


def collate(team: Team, week: dt.date) -> Collation:
    """Who handed in, the sums and what was written. A fixed number of queries, plus one a measure."""
    sums = week_figures(team, week)
    people = {user.pk: user for user in active_users().filter(employment__team=team)}
    records = {record.user_id: record for record in WeeklyRecord.objects.filter(week=week, user_id__in=people)}
    problems = _problems(list(people), week)
    return Collation(
        team=team,
        week=week,
        people=[
            Handed(people[line.user_id], records.get(line.user_id), line, problems.get(line.user_id, []))
            for line in sums.lines
            if line.user_id in people
        ],
        sums=sums,
        summary=WeeklySummary.objects.filter(team=team, week=week).first(),
    )


def _problems(ids: list[int], week: dt.date) -> dict[int, list[tuple[str, str]]]:
    days = weeks.days_of(week)
    names = {field.name: str(field.verbose_name) for field in DailyRecord._meta.fields}
    found: dict[int, list[tuple[str, str]]] = {}
    records = DailyRecord.objects.filter(
        user_id__in=ids, day__gte=days[0], day__lte=days[-1], handed_in_at__isnull=False
    )
    for record in records.order_by("day"):
        for name in PROBLEMS:
            if text := getattr(record, name):
                found.setdefault(record.user_id, []).append((f"{record.day:%m-%d} {names[name]}", text))
    return found


def summaries(reader: User) -> QuerySet[WeeklySummary]:
    """What `reader` may read: the summaries that were passed on, with the right; those of the teams he leads."""
    found = WeeklySummary.objects.select_related("team", "sent_by")
    led = found.filter(team__in=led_teams(reader))
    return led | found.filter(sent_at__isnull=False) if reader.has_perm(VIEW_WEEKLY_SUMMARY) else led
