"""What beat wakes up."""

from __future__ import annotations

from celery import shared_task

from reports.services import send_due_reports


@shared_task(name="reports.send_daily")
def send_daily() -> None:
    send_due_reports()
