"""What a phrase is filled with from an order, and what the checker must know of it (PHR-01, PHR-22, SEC-09).

The buyer's name, phone and address are no variables: nothing masked gets out by a copied phrase.
"""

from __future__ import annotations

import datetime as dt

from common import clock
from orders import carriers
from orders.models import BuyerNote, Order, OrderLine
from orders.states import Consent
from sla.models import Clock
from sla.states import OPEN
from staff.words.checker import CheckContext

SHIP_BY = ("orders.ship_promised", "orders.chased", "orders.ship_daily", "orders.ship_promotion")
WORKING_DAYS = 3  # what {days} says unless somebody changes it in the text


def values_of(order: Order) -> dict[str, str]:
    """The variables of a phrase about `order`; empty where nothing is known yet. Three queries."""
    parcel = order.parcels.filter(replaced_by__isnull=True).order_by("-pk").first()
    titles = list(order.lines.order_by("pk").values_list("title", flat=True)[:3])
    return {
        "company": order.shop.name,
        "order_no": order.order_no,
        "carrier": carriers.name_of(parcel.carrier) if parcel else "",
        "tracking_no": parcel.tracking_no if parcel else "",
        "goods": "、".join(titles),
        "due": _time(_due(order)),
        "days": str(WORKING_DAYS),
    }


def _due(order: Order) -> dt.datetime | None:
    """Until when the shipping is promised; None when nothing is."""
    if order.promised_ship_at:
        return order.promised_ship_at
    parts = order.fulfilments.values("pk")
    running = Clock.objects.filter(
        subject_type="orders.fulfilment", subject_id__in=parts, policy__in=SHIP_BY, state__in=OPEN
    )
    return running.order_by("-due_at").values_list("due_at", flat=True).first()


def _time(moment: dt.datetime | None) -> str:
    return clock.local(moment).strftime("%m月%d日%H:%M") if moment else ""


def note_of(order: Order) -> BuyerNote | None:
    """What the service remembers of the order's buyer; None when nothing."""
    if not order.buyer_nick:
        return None
    return BuyerNote.objects.filter(shop_id=order.shop_id, buyer_nick=order.buyer_nick).first()


def context_of(order: Order) -> CheckContext:
    """Whether its goods are really no longer made (PHR-22) and whether its buyer agreed to advertising (SEC-09)."""
    made = OrderLine.objects.filter(order=order).exclude(product__discontinued=True).exists()
    note = note_of(order)
    return CheckContext(discontinued=not made, consent=note.consent if note else Consent.NONE)
