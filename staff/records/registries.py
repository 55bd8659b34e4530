"""What the records tell the house services below them: pages of their topics, tasks as work that somebody holds."""

from __future__ import annotations

from sla import topics
from staff.records import holding, sources

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
