"""Housekeeping of the night."""

from __future__ import annotations

from celery import shared_task

from suppliers import idempotency


@shared_task(name="suppliers.forget_old_requests")
def forget_old_requests() -> int:
    """Answers kept for repeated requests go after seven days."""
    return idempotency.forget_old()
