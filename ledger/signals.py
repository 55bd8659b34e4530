"""What happened to pay slips and claims, in the past tense, for the floors above. Sent inside the transaction."""

from __future__ import annotations

from django.dispatch import Signal

# A slip was paid, or money came in on it. slip: PaySlip; by: who marked it; now: datetime.
slip_paid = Signal()

# A claim went to its party. claim: Claim; proof: references that prove it; by: who sent it; now.
claim_sent = Signal()

# A slip was declined; what it had set aside is free again. slip: PaySlip; reason: str; by; now: datetime.
slip_declined = Signal()
