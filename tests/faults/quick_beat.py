"""The product's Celery application with a beat that ticks every second wherever the product's ticks within a minute."""

from __future__ import annotations

import os

from celery.schedules import crontab, schedule

from config.beat import BEAT_SCHEDULE
from config.celery import app

app.conf.beat_schedule = {
    name: {**entry, "schedule": schedule(1)}
    for name, entry in BEAT_SCHEDULE.items()
    if not isinstance(entry["schedule"], crontab)
}
app.conf.beat_scheduler = os.environ.get("BEAT_SCHEDULER") or app.conf.beat_scheduler
