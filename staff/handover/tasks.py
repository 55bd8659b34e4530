"""Handovers open by themselves before a shift ends."""

from __future__ import annotations

from celery import shared_task

from staff.handover import services


@shared_task(name="staff.open_handovers")
def open_handovers() -> None:
    """Opens the handovers of shifts that end within half an hour (STF-08)."""
    services.open_due_handovers()
