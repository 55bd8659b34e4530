"""The weekly meeting: planned for each Monday, its agenda drawn from the week, closed with what is to be done (STF-24)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_one
from common.topics import topic_of
from notifications import services as notifications
from staff.models import AgendaItem, Meeting, MeetingReport, MeetingSession, MeetingTime, Team, User, WeeklyRecord
from staff.records import agenda, weeks
from staff.records.services.base import required
from staff.records.services.tasks import make_task
from staff.records.states import MeetingState
from staff.selectors import active_users

BY_HAND = "hand"
FIRST_TIMES = ((dt.time(13, 30), 30, ""), (dt.time(17), 30, "night"))  # STF-24; teams change theirs on the page
PHRASES_WITHIN = dt.timedelta(days=2)  # PHR-02
REMIND_FROM = dt.time(8)


@transaction.atomic
def plan_meetings(now: dt.datetime | None = None) -> int:
    """For every team with people the meeting of the next Monday (today's on a Monday), with its sessions and a report
    for everybody. Answers how many are new. Idempotent."""
    now = now or clock.now()
    monday = weeks.meeting_day(clock.day_of(now))
    new = 0
    for team in Team.objects.filter(members__user__is_active=True).distinct():
        _first_times(team)
        meeting, made = Meeting.objects.get_or_create(team=team, week=monday)
        if made:
            new += 1
            MeetingSession.objects.bulk_create(_sessions(meeting))
        people = active_users().filter(employment__team=team)
        MeetingReport.objects.bulk_create(
            [MeetingReport(meeting=meeting, user=user) for user in people], ignore_conflicts=True
        )
    return new


def _first_times(team: Team) -> None:
    """A team that never met begins with the rule book's times; one that took all of them away stays without."""
    if not team.meeting_times.exists() and not team.meetings.exists():
        MeetingTime.objects.bulk_create(
            [
                MeetingTime(team=team, starts=starts, minutes=minutes, name=_("night staff") if name else "")
                for starts, minutes, name in FIRST_TIMES
            ]
        )


def _sessions(meeting: Meeting) -> list[MeetingSession]:
    return [
        MeetingSession(
            meeting=meeting,
            starts_at=clock.aware(dt.datetime.combine(meeting.week + dt.timedelta(days=time.weekday), time.starts)),
            minutes=time.minutes,
            name=time.name,
            led_by=meeting.team.leader,
        )
        for time in meeting.team.meeting_times.all()
    ]


@transaction.atomic
def prepare_todays(now: dt.datetime | None = None) -> int:
    """On the day: the agenda is drawn once and the reports get the words of the weekly records, where they are empty."""
    now = now or clock.now()
    ready = 0
    for meeting in Meeting.objects.filter(week=clock.day_of(now), state=MeetingState.PLANNED):
        if not meeting.agenda.exclude(source=BY_HAND).exists():
            ready += draw_agenda(meeting_id=meeting.pk)
        fill_reports(meeting)
    return ready


def fill_reports(meeting: Meeting) -> None:
    """Empty reports take what the person wrote in the weekly record of the Friday before (STF-24)."""
    written = {
        record.user_id: record
        for record in WeeklyRecord.objects.filter(week=weeks.record_week(meeting.week), handed_in_at__isnull=False)
    }
    empty = [report for report in meeting.reports.filter(last_week="", to_improve="") if report.user_id in written]
    for report in empty:
        report.last_week = written[report.user_id].last_week
        report.to_improve = written[report.user_id].to_improve
    MeetingReport.objects.bulk_update(empty, ["last_week", "to_improve"])


@transaction.atomic
def draw_agenda(*, meeting_id: int) -> int:
    """Draw the agenda from the week anew; lines by hand and lines with an outcome stay. Answers how many were drawn.

    Raises BusinessError when the meeting was held.
    """
    meeting = _planned(meeting_id)
    meeting.agenda.filter(outcome="").exclude(source=BY_HAND).delete()
    kept = list(meeting.agenda.order_by("position"))
    known = {(item.source, item.title) for item in kept}
    drawn = [
        AgendaItem(
            meeting=meeting,
            source=key,
            title=line.title[:200],
            responsible=line.responsible[:60],
            url=line.url[:300],
        )
        for key, line in agenda.draw(meeting.team, meeting.week)
        if (key, line.title[:200]) not in known
    ]
    first = max((item.position for item in kept), default=0) + 1
    for position, item in enumerate(drawn, start=first):
        item.position = position
    AgendaItem.objects.bulk_create(drawn)
    return len(drawn)


@transaction.atomic
def remind_of_meetings(now: dt.datetime | None = None) -> int:
    """From 8:00 on the day of the meeting: everybody of the team hears when it is, once. Answers of how many meetings."""
    now = now or clock.now()
    if clock.local(now).time() < REMIND_FROM:
        return 0
    meetings = Meeting.objects.filter(week=clock.day_of(now), state=MeetingState.PLANNED).select_related("team")
    for meeting in meetings.prefetch_related("sessions"):
        notifications.notify(
            kind="staff.meeting_today",
            users=_people(meeting.team),
            context={"times": [session.starts_at.isoformat() for session in meeting.sessions.all()]},
            url=meeting.get_absolute_url(),
            dedupe_key=f"staff.meeting_today:{meeting.pk}",
            now=now,
        )
    return len(meetings)


def _people(team: Team) -> list[User]:
    people = list(active_users().filter(employment__team=team))
    return people if team.leader is None else [*people, team.leader]


@transaction.atomic
def add_agenda_item(*, meeting_id: int, title: str, responsible: str, url: str = "") -> AgendaItem:
    """A matter that the registries do not know (AFT-14). Raises BusinessError when it is empty or the meeting held."""
    meeting = _planned(meeting_id)
    last = meeting.agenda.order_by("-position").values_list("position", flat=True).first() or 0
    return AgendaItem.objects.create(
        meeting=meeting,
        position=last + 1,
        source=BY_HAND,
        title=required(title, _("Say what it is about.")),
        responsible=" ".join(responsible.split())[:60],
        url=url[:300],
    )


@transaction.atomic
def note_outcomes(*, meeting_id: int, outcomes: Mapping[int, str]) -> None:
    """What was said about the lines of the agenda, by their ids. Raises BusinessError when the meeting was held."""
    meeting = _planned(meeting_id)
    items = list(meeting.agenda.filter(pk__in=outcomes))
    for item in items:
        item.outcome = outcomes[item.pk].strip()[:1000]
    AgendaItem.objects.bulk_update(items, ["outcome"])


@transaction.atomic
def save_report(*, meeting_id: int, user: User, last_week: str, to_improve: str) -> MeetingReport:
    """What somebody reports: last week and what is to improve (STF-24). Raises BusinessError when it was held."""
    meeting = _planned(meeting_id)
    report, _new = MeetingReport.objects.update_or_create(
        meeting=meeting,
        user=user,
        defaults={"last_week": last_week.strip()[:2000], "to_improve": to_improve.strip()[:2000]},
    )
    return report


@transaction.atomic
def note_attendance(*, session_id: int, led_by: User | None, attendees: Iterable[User]) -> MeetingSession:
    """Who led a session and who was there. Raises BusinessError when the meeting was held."""
    session = MeetingSession.objects.get(pk=session_id)
    _planned(session.meeting_id)
    session.led_by = led_by
    session.save(update_fields=["led_by"])
    session.attendees.set(attendees)
    return session


@transaction.atomic
def write_minutes(*, meeting_id: int, version: int, notes: str) -> Meeting:
    """The minutes as they grow. Raises Conflict when somebody wrote meanwhile; BusinessError when it was held."""
    meeting = _planned(meeting_id, version)
    meeting.notes = notes.strip()[:8000]
    meeting.version += 1
    meeting.save(update_fields=["notes", "version"])
    return meeting


@transaction.atomic
def close_meeting(*, meeting_id: int, phrases_by: User, by: User, now: dt.datetime | None = None) -> Meeting:
    """The meeting was held: its record stands, and somebody gets the task to update the phrases from it (PHR-02).

    Raises BusinessError when it was held already, before its day, or when nobody is noted as present.
    """
    now = now or clock.now()
    meeting = _planned(meeting_id)
    if clock.day_of(now) < meeting.week:
        raise BusinessError(_("The meeting is still to come."), code="too_early")
    if not MeetingSession.attendees.through.objects.filter(meetingsession__meeting=meeting).exists():
        raise BusinessError(_("Note who was there first."), code="nobody_there")
    meeting.close()
    meeting.held_at, meeting.held_by = now, by
    meeting.version += 1
    meeting.save(update_fields=["state", "held_at", "held_by", "version"])
    audit.record("staff.meeting_held", about=meeting, by=by, now=now, week=meeting.week.isoformat())
    make_task(
        title=_("Update the phrases after the meeting of %(day)s") % {"day": f"{meeting.week:%m-%d}"},
        text=_("Go through what the meeting said and mend or add phrases."),
        assignee=phrases_by,
        due_at=now + PHRASES_WITHIN,
        by=by,
        topic=topic_of(meeting),
        now=now,
    )
    return meeting


@transaction.atomic
def set_meeting_times(
    *, team: Team, times: Sequence[tuple[int, dt.time, int, str]], by: User, now: dt.datetime | None = None
) -> None:
    """When the team sits together: (weekday with Monday 0, time, minutes, for whom). Meetings that are still to come
    and have no attendance yet take the new times."""
    now = now or clock.now()
    if len({(weekday, starts) for weekday, starts, _minutes, _name in times}) < len(times):
        raise BusinessError(_("Two sessions cannot begin at the same time."), code="twice")
    team.meeting_times.all().delete()
    MeetingTime.objects.bulk_create(
        [
            MeetingTime(team=team, weekday=weekday, starts=starts, minutes=minutes, name=name[:40])
            for weekday, starts, minutes, name in times
        ]
    )
    for meeting in Meeting.objects.filter(team=team, week__gte=clock.day_of(now), state=MeetingState.PLANNED):
        if not meeting.sessions.filter(attendees__isnull=False).exists():
            meeting.sessions.all().delete()
            MeetingSession.objects.bulk_create(_sessions(meeting))
    audit.record("staff.meeting_times_set", about=team, by=by, now=now, sessions=len(times))


def _planned(meeting_id: int, version: int | None = None) -> Meeting:
    meeting = lock_one(Meeting.objects.select_related("team").filter(pk=meeting_id), version=version)
    if meeting.state != MeetingState.PLANNED:
        raise BusinessError(_("This meeting was held: its record stands."), code="held")
    return meeting
