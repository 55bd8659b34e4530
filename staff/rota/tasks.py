"""Jobs of the rota."""

from __future__ import annotations

from celery import shared_task

from staff.rota.services import run_waiting_proposals


@shared_task(name="staff.run_waiting_proposals")
def run_waiting_proposals_task() -> int:
    """Proposals that wait, or whose worker died."""
    return run_waiting_proposals()
