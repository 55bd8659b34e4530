"""What the handover book tells the house services: where its pages are."""

from __future__ import annotations

from sla import topics

topics.register("staff.handover", url_name="handover:page")
