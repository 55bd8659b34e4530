"""Reading meetings: who may see which, and everything that its page shows (STF-24)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from common import clock
from sla.desk import shown_to
from sla.models import ClockEvent
from sla.states import StepKind
from staff.models import ActionItem, AgendaItem, Meeting, MeetingReport, MeetingSession, User
from staff.records import weeks
from staff.records.agenda import label_of, right_of
from staff.records.states import ActionState
from staff.roles import Role
from staff.selectors import active_users, led_teams


def meetings_of(user: User) -> QuerySet[Meeting]:
    """The meetings of one's team, of the teams one leads, and those one sat in, the newest first."""
    mine = Q(team__members__user=user) | Q(team__in=led_teams(user)) | Q(sessions__attendees=user)
    return Meeting.objects.filter(mine).select_related("team").distinct().order_by("-week", "team__name", "pk")


def open_actions(user: User) -> QuerySet[ActionItem]:
    """Open items that are one's own or of a team one leads, the most urgent first."""
    mine = Q(owner=user) | Q(team__in=led_teams(user))
    return ActionItem.objects.filter(mine, state=ActionState.OPEN).select_related("owner", "team", "meeting")


@dataclass(frozen=True)
class MeetingPage:
    """One meeting with all that hangs on it."""

    meeting: Meeting
    sessions: list[tuple[MeetingSession, set[int]]]
    agenda: list[tuple[AgendaItem, str, str]]  # with its source and the page that shows its rows
    reports: list[MeetingReport]
    decided: list[ActionItem]  # by this meeting
    earlier: list[ActionItem]  # still open from before, or ended since
    people: list[User]
    leads: bool


def meeting_page(user: User, pk: int) -> MeetingPage:
    """A fixed number of queries. Raises Meeting.DoesNotExist for a meeting that `user` has no part in."""
    meeting = meetings_of(user).get(pk=pk)
    actions = ActionItem.objects.select_related("owner").order_by("due_on", "pk")
    before = actions.filter(team=meeting.team, state=ActionState.OPEN).exclude(meeting=meeting)
    return MeetingPage(
        meeting=meeting,
        sessions=[
            (session, {person.pk for person in session.attendees.all()})
            for session in meeting.sessions.select_related("led_by").prefetch_related("attendees")
        ],
        agenda=[(item, label_of(item.source), _link(item, user)) for item in meeting.agenda.order_by("position")],
        reports=list(meeting.reports.select_related("user").order_by("user__name", "pk")),
        decided=list(actions.filter(meeting=meeting)),
        earlier=list(before),
        people=who_attends(meeting),
        leads=led_teams(user).filter(pk=meeting.team_id).exists(),
    )


def _link(item: AgendaItem, user: User) -> str:
    right = right_of(item.source)
    return item.url if not right or user.has_perm(right) else ""


def who_attends(meeting: Meeting) -> list[User]:
    """Who can be noted as present: the team, its leader, the warehouse and the managers (STF-24)."""
    return list(
        active_users().filter(
            Q(employment__team=meeting.team) | Q(pk=meeting.team.leader_id) | Q(role__in=[Role.WAREHOUSE, Role.MANAGER])
        )
    )


def broken(monday: dt.date, *, policy: str, party: str, reader: User) -> QuerySet[ClockEvent]:
    """The breaches behind a line of the agenda: of the seven days before `monday`, one promise and party.

    Promises that are somebody's own are named to their holders and leaders only.
    """
    first, last = weeks.reviewed(monday)
    found = ClockEvent.objects.filter(
        shown_to(reader, "clock__"),
        kind=StepKind.BREACH,
        at__gte=clock.day_start(first),
        at__lte=clock.day_end(last),
    ).select_related("clock", "clock__assignee")
    if policy:
        found = found.filter(clock__policy=policy)
    return found.filter(clock__party=party) if party else found
