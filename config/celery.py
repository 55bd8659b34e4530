"""The Celery application: it says «look now»; what is due stands in the database."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

app = Celery("houtai")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
