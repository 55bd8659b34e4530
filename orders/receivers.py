"""What this app does when something happened: the agents hear of new orders (ORD-07)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.dispatch import receiver
from django.urls import reverse

from notifications import services as notifications
from orders.signals import orders_imported
from staff.selectors import active_agents


@receiver(orders_imported)
def tell_agents(sender: Any, *, batch_id: int, placed: int, paid: int, now: dt.datetime, **more: Any) -> None:
    """One bell item an import, and no mail; none when nothing was placed or paid (ORD-07)."""
    if placed or paid:
        notifications.notify(
            kind="orders.imported",
            users=active_agents(),
            context={"placed": placed, "paid": paid},
            url=reverse("orders:list"),
            dedupe_key=f"orders.imported:{batch_id}",
            mail=False,
            now=now,
        )
