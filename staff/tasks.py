"""Housekeeping of the night."""

from __future__ import annotations

from celery import shared_task

from common import clock
from staff import presence, services
from staff.conduct import tasks as conduct  # noqa: F401
from staff.duty import tasks as duty  # noqa: F401
from staff.exchanges import tasks as exchanges  # noqa: F401
from staff.handover import tasks as handover  # noqa: F401
from staff.models import Session
from staff.records import tasks as records  # noqa: F401
from staff.rota import tasks as rota  # noqa: F401


@shared_task(name="staff.tidy_up")
def tidy_up() -> None:
    """Removes sessions that are over, counters whose time is over, and who looked at what yesterday."""
    now = clock.now()
    Session.objects.filter(expire_date__lt=now).delete()
    services.forget_old_failures(now)
    presence.forget_gone(now)
