"""What beat wakes up for cases. A tick too many finds nothing to do."""

from __future__ import annotations

from celery import shared_task

from aftersales.services.patrol import go_round


@shared_task(name="aftersales.patrol")
def patrol() -> None:
    """Ends the rounds whose hour is over and begins this hour's, while after-sales is on shift (RET-36)."""
    go_round()
