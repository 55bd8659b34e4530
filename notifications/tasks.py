"""What beat wakes up."""

from __future__ import annotations

from celery import shared_task

from notifications.delivery import send_due


@shared_task(name="notifications.send_outbox")
def send_outbox() -> None:
    send_due()
