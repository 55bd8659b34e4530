"""When did each scheduled task last end well? Kept in the cache: a watcher's figure, nothing depends on it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from celery import Task
from celery.signals import task_success

from common import clock, hints

KEPT_SECONDS = 7 * 24 * 3600


def _key(task: str) -> str:
    return f"heartbeat:{task}"


@task_success.connect
def note(sender: Task[Any, Any], **_kwargs: Any) -> None:
    hints.leave(_key(sender.name), clock.now().isoformat(), KEPT_SECONDS)


def last(task: str) -> dt.datetime | None:
    """When `task` last ended well (UTC), or None if that is not known."""
    noted = hints.find(_key(task))
    return dt.datetime.fromisoformat(noted) if noted else None
