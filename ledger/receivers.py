"""What this app does when something happened: a claim is settled with its slip, refunds are compared when they come."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.dispatch import receiver

from ledger.models import PaySlip
from ledger.services.claims import settle_claim
from ledger.services.reconciling import reconcile
from ledger.signals import slip_paid
from orders.signals import refund_changed


@receiver(slip_paid)
def claim_is_settled(sender: Any, *, slip: PaySlip, by: Any, now: dt.datetime, **more: Any) -> None:
    """The money for a claim has come in (FIN-11)."""
    settle_claim(slip=slip, by=by, now=now)


@receiver(refund_changed)
def compare(sender: Any, *, refund_ids: list[int], now: dt.datetime, **more: Any) -> None:
    """A new list of the platform: what was paid is looked up in it, in a fixed number of queries."""
    if refund_ids:
        reconcile(now=now)
