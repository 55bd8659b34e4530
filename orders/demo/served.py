"""Whose deals the demo's orders are, so that records, evaluation and commission have figures; and counted waybills."""

from __future__ import annotations

import datetime as dt

from orders.models import Order
from orders.waybills import count_waybills
from staff.models import ServiceRules, User
from staff.selectors import active_agents

NOBODYS = 9  # every so many orders carry no staff number
PERCENT = "1.50"
COUNTS = (("YTO", "electronic", 900), ("ZTO", "electronic", 35), ("SF", "paper", 120))


def serve(now: dt.datetime, by: User) -> None:
    """Shares the paid orders out among the agents and counts what the couriers left."""
    agents = list(active_agents().values_list("pk", flat=True))
    orders = list(Order.objects.filter(paid_at__isnull=False, owner=None).only("pk", "owner").order_by("pk"))
    for order in orders:
        order.owner_id = None if order.pk % NOBODYS == 0 else agents[order.pk * 7 % len(agents)]
    Order.objects.bulk_update(orders, ["owner"], batch_size=500)
    ServiceRules.objects.update_or_create(pk=1, defaults={"commission_percent": PERCENT})
    for carrier, kind, left in COUNTS:
        count_waybills(carrier=carrier, kind=kind, left=left, warn_days=2, by=by, now=now - dt.timedelta(hours=20))
