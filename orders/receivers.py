"""What this app does when something happened: the agents hear of new orders (ORD-07)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.dispatch import receiver
from django.urls import reverse

from notifications import audiences
from notifications import services as notifications
from notifications.audiences import Facts
from orders.imports.routing import route_known_codes
from orders.signals import orders_imported
from suppliers.signals import codes_assigned


@receiver(orders_imported)
def tell_agents(sender: Any, *, batch_id: int, placed: int, paid: int, now: dt.datetime, **more: Any) -> None:
    """One bell item an import for the agents on shift, and no mail; none when nothing was placed or paid (ORD-07)."""
    if placed or paid:
        notifications.notify(
            kind="orders.imported",
            users=audiences.resolve("agent", Facts(), now=now),
            context={"placed": placed, "paid": paid},
            url=reverse("orders:list"),
            dedupe_key=f"orders.imported:{batch_id}",
            mail=False,
            now=now,
        )


@receiver(codes_assigned)
def route_lines(sender: Any, *, by: Any, now: dt.datetime, **more: Any) -> None:
    """Lines that waited for their code go to its supplier."""
    route_known_codes(by=by, now=now)
