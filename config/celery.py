"""The Celery application: it says «look now»; what is due stands in the database."""

from __future__ import annotations

import os

from celery import Celery

from common import file_broker, redis_broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

file_broker.register()
redis_broker.register()
app = Celery("houtai")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect
def note_heartbeats(sender: Celery, **_kwargs: object) -> None:
    """Watches the tasks end (config.heartbeats), once Django's settings are there."""
    from config import heartbeats  # noqa: F401
