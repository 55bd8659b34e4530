"""Weekly records and their summaries: opened on Monday, handed in by Friday 11:00, passed on that afternoon (STF-29)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError, Conflict
from common.locking import lock_one
from common.topics import topic_of
from notifications import services as notifications
from sla import services as sla
from staff.models import Duty, Team, User, WeeklyRecord, WeeklySummary
from staff.records import weeks
from staff.records.services.base import required
from staff.records.services.sums import week_figures
from staff.records.sla_policies import WEEKLY_RECORD, WEEKLY_SUMMARY
from staff.roles import AGENTS, Role
from staff.selectors import active_agents, active_users, led_teams

RECORD, SUMMARY = "staff.weeklyrecord", "staff.weeklysummary"


@transaction.atomic
def open_week(now: dt.datetime | None = None) -> int:
    """From Monday on, a record for everybody who works in the week and a summary for each of their teams, with clocks.

    Who gets a duty later is taken in by the next call, who lost all of them is let off. Answers how many clocks began.
    At the weekend the week has begun but nothing is asked for yet. Idempotent.
    """
    now = now or clock.now()
    today = clock.day_of(now)
    week = weeks.week_of(today)
    if today < weeks.monday_of(week):
        return 0
    people = list(working(week))
    WeeklyRecord.objects.bulk_create([WeeklyRecord(user=user, week=week) for user in people], ignore_conflicts=True)
    _let_off(week, people, now)
    records = WeeklyRecord.objects.filter(week=week, user__in=people, handed_in_at=None).select_related("user")
    specs = [_record_spec(record, now) for record in records]
    teams = list(Team.objects.filter(members__user__in=people).distinct())
    WeeklySummary.objects.bulk_create([WeeklySummary(team=team, week=week) for team in teams], ignore_conflicts=True)
    summaries = WeeklySummary.objects.filter(week=week, team__in=teams, sent_at=None).select_related("team")
    specs += [_summary_spec(summary, now) for summary in summaries]
    return sla.start_clocks(specs, now=now)


def working(week: dt.date) -> Iterable[User]:
    """Who has a published duty in the week; where nobody has one, every active agent: such a house plans elsewhere."""
    days = weeks.days_of(week)
    duties = Duty.objects.filter(day__gte=days[0], day__lte=days[-1], cancelled_at=None)
    on_rota = list(active_users(*AGENTS).filter(pk__in=duties.values("user_id")))
    return on_rota or list(active_agents())


def _let_off(week: dt.date, people: Iterable[User], now: dt.datetime) -> None:
    off = WeeklyRecord.objects.filter(week=week, handed_in_at=None).exclude(user__in=people)
    sla.void_clocks(
        policies=[WEEKLY_RECORD.key],
        subject_type=RECORD,
        subject_ids=list(off.values_list("pk", flat=True)),
        reason=_("No duty in this week."),
        now=now,
    )


def _record_spec(record: WeeklyRecord, now: dt.datetime) -> sla.ClockSpec:
    return sla.ClockSpec(
        policy=WEEKLY_RECORD.key,
        subject_type=RECORD,
        subject_id=record.pk,
        topic=topic_of(record),
        title=f"{record.user.name} {record.week:%m-%d}",
        started_at=now,
        assignee_id=record.user_id,
        facts={"week": record.week.isoformat()},
    )


def _summary_spec(summary: WeeklySummary, now: dt.datetime) -> sla.ClockSpec:
    return sla.ClockSpec(
        policy=WEEKLY_SUMMARY.key,
        subject_type=SUMMARY,
        subject_id=summary.pk,
        topic=topic_of(summary),
        title=f"{summary.team.name} {summary.week:%m-%d}",
        started_at=now,
        assignee_id=summary.team.leader_id,
        facts={"week": summary.week.isoformat()},
    )


@transaction.atomic
def save_weekly(
    *,
    user: User,
    week: dt.date,
    version: int,
    last_week: str,
    to_improve: str,
    hand_in: bool = False,
    now: dt.datetime | None = None,
) -> WeeklyRecord:
    """Keep one's weekly record; `hand_in` ends its clock and closes it (STF-29).

    Raises Conflict; BusinessError when it is handed in already, lies ahead, or is handed in without both answers.
    """
    now = now or clock.now()
    if week != weeks.week_of(week) or week > weeks.week_of(clock.day_of(now)):
        raise BusinessError(_("This week cannot be written yet."), code="closed")
    WeeklyRecord.objects.get_or_create(user=user, week=week)
    record = lock_one(WeeklyRecord.objects.filter(user=user, week=week))
    if record.handed_in_at is not None:
        raise BusinessError(_("This record is handed in."), code="handed_in")
    if record.version != version:
        raise Conflict(_("Somebody changed this in the meantime. Your text is kept: look at both and save again."))
    record.last_week, record.to_improve = last_week.strip()[:2000], to_improve.strip()[:2000]
    record.version += 1
    if hand_in:
        required(record.last_week, _("Say how last week went."))
        required(record.to_improve, _("Say what is to improve."))
        record.handed_in_at = now
        sla.stop_clocks(policies=[WEEKLY_RECORD.key], subject_type=RECORD, subject_ids=[record.pk], now=now)
        audit.record("staff.weekly_handed_in", about=record, by=user, now=now, week=week.isoformat())
    record.save(update_fields=["last_week", "to_improve", "version", "handed_in_at"])
    return record


@transaction.atomic
def pass_on_week(*, summary_id: int, text: str, by: User, now: dt.datetime | None = None) -> WeeklySummary:
    """Freeze the team's sums and pass the week on to operations by page and mail; ends its clock (STF-29).

    Raises WeeklySummary.DoesNotExist unless `by` leads the team; BusinessError when it was passed on already or says
    nothing.
    """
    now = now or clock.now()
    summary = lock_one(WeeklySummary.objects.filter(pk=summary_id, team__in=led_teams(by)))
    if summary.sent_at is not None:
        raise BusinessError(_("This week is passed on already."), code="sent")
    required(text, _("Say what operations should know."))
    summary.text = text.strip()[:4000]
    summary.figures = week_figures(summary.team, summary.week).as_json()
    summary.sent_at, summary.sent_by = now, by
    summary.save(update_fields=["text", "figures", "sent_at", "sent_by"])
    sla.stop_clocks(policies=[WEEKLY_SUMMARY.key], subject_type=SUMMARY, subject_ids=[summary.pk], now=now)
    audit.record("staff.week_passed_on", about=summary, by=by, now=now, week=summary.week.isoformat())
    notifications.notify(
        kind="staff.week_passed_on",
        users=active_users(Role.OPERATIONS),
        context={"team": summary.team.name, "week": summary.week.isoformat(), "summary": summary.pk},
        url=summary.get_absolute_url(),
        dedupe_key=f"staff.week_passed_on:{summary.pk}",
        now=now,
    )
    return summary


def save_summary(*, summary_id: int, text: str, by: User) -> WeeklySummary:
    """Keep the leader's draft. Raises WeeklySummary.DoesNotExist unless `by` leads the team; BusinessError when sent."""
    with transaction.atomic():
        summary = lock_one(WeeklySummary.objects.filter(pk=summary_id, team__in=led_teams(by)))
        if summary.sent_at is not None:
            raise BusinessError(_("This week is passed on already."), code="sent")
        summary.text = text.strip()[:4000]
        summary.save(update_fields=["text"])
    return summary
