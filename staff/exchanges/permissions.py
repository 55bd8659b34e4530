"""The rights of swaps and leave. Whom one leads is asked beside the second (staff.exchanges.people)."""

from __future__ import annotations

ASK = "staff.ask_exchange"
DECIDE = "staff.decide_exchange"
