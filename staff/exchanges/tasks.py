"""What beat wakes up every five minutes for swaps and leave. A tick too many finds nothing to do."""

from __future__ import annotations

from celery import shared_task

from staff.exchanges.services import look_after


@shared_task(name="staff.look_after_exchanges")
def look_after_exchanges() -> None:
    """Finds gaps, ends swaps whose shifts are over, lets lapse what nobody answered (STF-03, STF-16)."""
    look_after()
