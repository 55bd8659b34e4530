"""Jobs of the records: each may run again without harm."""

from __future__ import annotations

from celery import shared_task

from common import clock
from staff.records.chats.services import forget_uploads
from staff.records.services import daily, meetings, weekly


@shared_task(name="staff.records_round")
def records_round() -> None:
    """Opens the week's records (STF-29), plans the next meeting, prepares and announces today's (STF-24)."""
    now = clock.now()
    weekly.open_week(now)
    meetings.plan_meetings(now)
    meetings.prepare_todays(now)
    meetings.remind_of_meetings(now)


@shared_task(name="staff.forget_records")
def forget_records() -> None:
    """Empties buyers' ids after their time (STF-28) and removes files nobody read in."""
    now = clock.now()
    daily.forget_served_ids(now)
    forget_uploads(now)
