"""What happened to the catalogue, in the past tense, for the floors above. Sent inside the transaction."""

from __future__ import annotations

from django.dispatch import Signal

# Merchant codes came in or changed their supplier. codes: list[str]; by: Any; now: datetime.
codes_assigned = Signal()
