"""What the words tell the floors beside and below them: pages of their topics, lines of the weekly meeting's agenda."""

from __future__ import annotations

from sla import topics
from staff.words import sources

for kind, url_name in {"staff.phrase": "words:phrase", "staff.handbookpage": "words:page"}.items():
    topics.register(kind, url_name=url_name)
sources.register_all()
