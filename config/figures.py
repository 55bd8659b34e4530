"""What a watcher asks: is it alive, what is the oldest thing that should have happened already."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Min, Q
from kombu.exceptions import OperationalError

from common import clock
from config.celery import app
from config.heartbeats import last
from notifications.models import Message
from sla.models import Clock, ClockEvent
from sla.states import OPEN

SWEEP = "sla.sweep"
BROKER_PATIENCE = 3  # seconds


def database_error() -> str:
    """Why the database does not answer, or nothing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return type(error).__name__
    return ""


def broker_error() -> str:
    """Why the broker takes no task, or nothing."""
    if not settings.REDIS_URL:
        return "" if settings.BROKER_FOLDER.is_dir() else "FileNotFoundError"
    refusals: tuple[type[BaseException], ...] = app.connection_for_write().connection_errors
    refusals += (OperationalError, OSError)
    try:
        with app.connection_for_write(connect_timeout=BROKER_PATIENCE) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_PATIENCE)
            channel: Any = broker.default_channel  # of kombu.transport.redis, which has a client
            channel.client.ping()
    except refusals as error:
        return type(error).__name__
    return ""


def age(moment: dt.datetime | None, now: dt.datetime) -> int | None:
    """Whole seconds since `moment`; None when there is none."""
    return None if moment is None else max(0, int((now - moment).total_seconds()))


def figures(now: dt.datetime | None = None) -> dict[str, Any]:
    """The figures of /readyz and /metrics, in four queries that read only partial indexes."""
    now = now or clock.now()
    clocks = Clock.objects.filter(next_look_at__lte=now).aggregate(due=Count("id"), oldest=Min("next_look_at"))
    messages = Message.objects.filter(state__in=[Message.State.QUEUED, Message.State.DEAD]).aggregate(
        queued=Count("id", filter=Q(state=Message.State.QUEUED)),
        dead=Count("id", filter=Q(state=Message.State.DEAD)),
        oldest=Min("created_at", filter=Q(state=Message.State.QUEUED)),
    )
    return {
        "open_clocks": open_clocks(),
        "due_clocks": clocks["due"],
        "oldest_due_clock_seconds": age(clocks["oldest"], now),
        "unannounced_events": ClockEvent.objects.filter(announced_at__isnull=True).count(),
        "queued_messages": messages["queued"],
        "dead_messages": messages["dead"],
        "oldest_unsent_message_seconds": age(messages["oldest"], now),
        "sweep_heartbeat_seconds": age(last(SWEEP), now),
    }


WORTH_ESTIMATING = 10_000  # below, and before the first ANALYZE, a count is as quick and right


def open_clocks() -> int:
    """How many clocks are open: many of them by PostgreSQL's estimate, so that a million cost nothing."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass('sla_clock_desk')")
            found = cursor.fetchone()
        if found and found[0] >= WORTH_ESTIMATING:
            return int(found[0])
    return Clock.objects.filter(state__in=OPEN).count()
