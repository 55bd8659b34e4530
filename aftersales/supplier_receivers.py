"""A supplier's people hear at once that something is asked of them; what is late stands in their digest."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.dispatch import receiver
from django.urls import reverse

from aftersales.actors import supplier_behind
from aftersales.models import Case
from aftersales.signals import case_moved
from notifications.services import notify
from sla.states import Party, Severity
from staff.models import User

PAGES = {  # the states in which a supplier is asked → where it answers
    "stock_asked": "supply:requests",
    "stopping": "supply:requests",
    "resend_due": "supply:requests",
    "received": "supply:returns",
}


@receiver(case_moved)
def ask_supplier(sender: Any, *, case: Case, before: str, by: Any, now: dt.datetime, **told: Any) -> None:
    """SUP-05, SUP-09, SUP-25, RET-03: one notice a request, never about what the supplier did itself."""
    page = PAGES.get(case.state)
    if page is None or case.ball != Party.SUPPLIER or case.state == before or supplier_behind(by) is not None:
        return
    notify(
        kind="aftersales.asks_supplier",
        users=User.objects.filter(is_active=True, supplier_member__supplier=case.supplier_id),
        context={
            "number": case.number,
            "state": case.state,
            "order_no": case.order.order_no if case.order else "",
        },
        url=reverse(page),
        severity=Severity.WARNING if case.state == "stopping" else Severity.INFO,
        dedupe_key=f"aftersales.asks_supplier:{case.pk}:{case.version}",
        now=now,
    )
