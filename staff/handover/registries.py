"""What the handover book tells the house services: where its pages are."""

from __future__ import annotations

from sla import topics
from staff.handover.permissions import HAND_OVER

topics.register("staff.handover", url_name="handover:page", right=HAND_OVER)
