"""What happened on this floor, told inside the transaction to those who registered (no model signals)."""

from __future__ import annotations

from django.dispatch import Signal

case_opened = Signal()  # case, by, now
buyer_had_to_ask = Signal()  # case, times, by, now
case_moved = Signal()  # case, step, before, by, now, data
