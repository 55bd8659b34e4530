"""What follows at the return desk from what happens to cases: the pool finds its case by itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.dispatch import receiver

from aftersales.models import Case
from aftersales.returns.services import SENT_BACK, match_pool, receive_arrived
from aftersales.signals import case_moved, case_opened
from orders.signals import refund_changed


@receiver(case_moved)
@receiver(case_opened)
def find_in_pool(sender: Any, *, case: Case, now: dt.datetime, **told: Any) -> None:
    """A parcel that lies in the pool, or came before its case was ready for it, is received (RET-09)."""
    step = told.get("step")
    if case.kind in SENT_BACK and case.active and (step is None or step.name != "receive"):
        match_pool(case, now=now)


@receiver(refund_changed)
def receive_what_lies_here(sender: Any, *, now: dt.datetime, **told: Any) -> None:
    """A list that brought the number of a parcel in the pool: its case is received (RET-09). After the list's own."""
    receive_arrived(now=now)
