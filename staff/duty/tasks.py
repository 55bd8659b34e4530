"""What beat wakes up every minute for those on shift. A tick too many finds nothing to do."""

from __future__ import annotations

from celery import shared_task

from staff.duty.assignment import assign_open
from staff.duty.watching import watch


@shared_task(name="staff.share_out")
def share_out() -> None:
    """Gives the open work to who is on shift (STF-43)."""
    assign_open()


@shared_task(name="staff.watch_shifts")
def watch_shifts() -> None:
    """Extends shifts, closes forgotten ones, reminds of absences, warns of windows that nobody covers."""
    watch()
