"""What this floor tells the floors below: where a case has its page."""

from __future__ import annotations

from sla import topics


def register() -> None:
    topics.register("aftersales.case", url_name="aftersales:case")
