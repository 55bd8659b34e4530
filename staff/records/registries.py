"""What the records tell the house services below them: pages of their topics, tasks as work that somebody holds."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from common import clock
from sla import topics
from sla.models import Clock
from sla.states import ClockState
from staff.records import holding, probes, sources


def due_today(day: dt.date) -> int:
    """Promises that run and are due on that day or before it."""
    return Clock.objects.filter(state=ClockState.RUNNING, due_at__lte=clock.day_end(day)).count()


for kind, url_name in {
    "staff.dailyrecord": "records:day",
    "staff.weeklyrecord": "records:week",
    "staff.weeklysummary": "records:summary",
    "staff.meeting": "records:meeting",
    "staff.task": "records:task",
    "staff.checklist": "records:checklist",
}.items():
    topics.register(kind, url_name=url_name)
holding.register()
sources.register()
probes.register("sla.due_today", _("promises due today"), due_today, "sla:desk")
