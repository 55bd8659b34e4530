"""What the world holds of records: days, weeks, a meeting, tasks, checklists, memos, material, chat statistics, waybills."""

from __future__ import annotations

import datetime as dt
from typing import Any

from common import clock
from orders.models import WaybillStock
from staff import models as staff
from staff.records import weeks

CSV = "客服,接待人数\nagent,5\n"


def add_records(supervisor: staff.User, agent: staff.User, number: int) -> dict[str, Any]:
    """One more of each; what the arguments of their routes are. The supervisor leads the agent's team."""
    now = clock.now()
    today = clock.day_of(now)
    team = _team(supervisor, agent)
    back = number * dt.timedelta(days=1)
    day = staff.DailyRecord.objects.create(
        user=agent, day=today - back, served_buyers=3, served_ids="luofang", handed_in_at=now
    )
    staff.DailyCorrection.objects.create(record=day, at=now, by=agent, reason="-", changes=[{"field": "served_ids"}])
    week = weeks.week_of(today) - 7 * back
    record = staff.WeeklyRecord.objects.create(user=agent, week=week, last_week="-", handed_in_at=now)
    summary = staff.WeeklySummary.objects.create(
        team=team, week=week, text="-", sent_at=now, sent_by=supervisor,
        figures={"lines": [], "team": {"name": "-", "user_id": None, "days_in": 0, "days_open": 0, "served": 0,
                                       "deals": 0, "amount": "0", "figures": {}}},
    )  # fmt: skip
    meeting = _meeting(team, supervisor, agent, weeks.meeting_day(today) + 7 * back, now)
    action = staff.ActionItem.objects.create(
        team=team, meeting=meeting, title=f"做 {number}", owner=agent, due_on=today
    )
    task = staff.Task.objects.create(
        title=f"任务 {number}", giver=supervisor, assignee=agent, given_at=now, due_at=now + dt.timedelta(days=1)
    )
    checklist = staff.Checklist.objects.create(key=f"world-{number}", name=f"检查 {number}", when="start")
    item = staff.ChecklistItem.objects.create(checklist=checklist, position=1, text="看")
    staff.ChecklistTick.objects.create(item=item, user=agent, day=today, at=now)
    for user in (agent, supervisor):
        memo = staff.Memo.objects.create(user=user, at=now, text="记")
    thing = staff.Material.objects.create(name="耳机", holder=agent, given_on=today)
    upload = _chats(supervisor, agent, today - back, number, now)
    WaybillStock.objects.create(carrier=("YTO", "ZTO", "SF")[number], left=9, counted_at=now, by=agent)
    return {
        "records": {"public_id": upload.public_id, "action": "receive"},
        **{key: {"pk": day.pk} for key in ("records:day", "records:daily_correct", "records:served_ids")},
        "records:week": {"pk": record.pk},
        **{key: {"pk": summary.pk} for key in ("records:summary", "records:pass_on")},
        **{key: {"pk": meeting.pk} for key in ("records:meeting", "records:minutes")},
        "records:meeting_act": {"pk": meeting.pk, "action": "draw"},
        "records:meeting_times": {"pk": team.pk},
        "records:action_end": {"pk": action.pk, "action": "done"},
        **{key: {"pk": task.pk} for key in ("records:task", "records:task_act")},
        "records:checklist": {"pk": checklist.pk},
        "records:tick": {"pk": item.pk},
        "records:memo": {"pk": memo.pk, "action": "tick"},
        "records:material_act": {"pk": thing.pk, "action": "returned"},
    }


def _team(supervisor: staff.User, agent: staff.User) -> staff.Team:
    employment = staff.Employment.objects.filter(user=agent).first()
    if employment is None:
        employment = staff.Employment.objects.create(user=agent)
    if employment.team is None:
        employment.team = staff.Team.objects.create(name="世界组", leader=supervisor)
        employment.save()
    return employment.team


def _meeting(
    team: staff.Team, supervisor: staff.User, agent: staff.User, monday: dt.date, now: dt.datetime
) -> staff.Meeting:
    meeting = staff.Meeting.objects.create(team=team, week=monday)
    session = staff.MeetingSession.objects.create(meeting=meeting, starts_at=now, led_by=supervisor)
    session.attendees.add(agent)
    staff.AgendaItem.objects.create(meeting=meeting, position=1, source="hand", title="事")
    staff.MeetingReport.objects.create(meeting=meeting, user=agent, last_week="-")
    return meeting


def _chats(supervisor: staff.User, agent: staff.User, day: dt.date, number: int, now: dt.datetime) -> staff.ChatUpload:
    layout = staff.ChatLayout.objects.create(
        name="千牛", fingerprint=f"world {number}", made_by=supervisor, made_at=now
    )
    file = staff.ChatFile.objects.create(
        name="客服.csv", sha256="", layout=layout, imported_at=now, imported_by=supervisor, counts={"created": 1}
    )
    staff.ChatStat.objects.create(user=agent, day=day, chats=5, first_response=40, file=file)
    staff.ResponseTarget.objects.create(shop_id=number + 1, seconds=40)
    return staff.ChatUpload.objects.create(
        name="客服.csv", sha256="", content=CSV.encode(), day=day, uploaded_at=now, uploaded_by=supervisor
    )
