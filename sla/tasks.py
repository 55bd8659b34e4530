"""What beat wakes up every minute. The database holds the truth: a tick too many finds nothing to do."""

from __future__ import annotations

from celery import shared_task

from sla.announce import announce
from sla.engine import sweep


@shared_task(name="sla.sweep")
def sweep_clocks() -> None:
    """Takes all due rungs, then tells who must know."""
    sweep()
    announce()
