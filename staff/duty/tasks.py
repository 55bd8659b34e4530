"""What beat wakes up every minute for those on shift. A tick too many finds nothing to do."""

from __future__ import annotations

from celery import shared_task

from staff.duty.assignment import assign_open


@shared_task(name="staff.share_out")
def share_out() -> None:
    """Gives the open work to who is on shift (STF-43)."""
    assign_open()
