"""What the orders floor adds to a handover: the remarks that the leaver wrote during the shift (STF-08, ORD-14)."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from audit.models import Entry
from common import masking
from orders.models import Order
from orders.services.remarks import content_of, for_the_trail
from orders.states import Flag
from staff.handover.sources import Line
from staff.handover.states import ItemKind

KEY = "orders.remark"
MOST = 100  # of one shift, the latest


def remarks_of(user_id: int, since: dt.datetime, until: dt.datetime) -> list[Line]:
    """The orders that this person put a remark on from `since` to `until`: number, flag, the words as they stand now.

    What the order knows of its buyer is masked in the words. Two statements.
    """
    latest = Entry.objects.filter(action="orders.remarked").order_by("-id")
    topics: dict[str, None] = {}
    for topic, actor, at in latest.values_list("topic", "actor", "recorded_at").iterator(chunk_size=500):
        if at < since or len(topics) == MOST:
            break  # the trail is read backwards along its index, no further than the shift
        if actor == user_id and at <= until:
            topics[topic] = None
    ids = [int(topic.rpartition(":")[2]) for topic in topics]
    return [_line(order) for order in Order.objects.filter(pk__in=ids).exclude(remark="").order_by("pk")]


def _line(order: Order) -> Line:
    told = {"order": order.order_no, "flag": Flag(order.flag).label, "remark": without_buyer(order)}
    return Line(
        kind=ItemKind.REMARK,
        subject=_("%(order)s · %(flag)s: %(remark)s") % told,
        topic=f"orders.order:{order.pk}",
        assignable=KEY,
        subject_id=order.pk,
    )


def without_buyer(order: Order) -> str:
    """The words of the order's remark with the buyer's name, phone, address and nickname masked (SEC-07)."""
    text = content_of(order.remark)
    known = (
        (order.receiver_address, masking.address),
        (order.receiver_phone, masking.phone),
        (order.receiver_name, masking.name),
        (order.buyer_nick, masking.nick),
    )
    for value, mask in known:
        if len(value) > 1:
            text = text.replace(value, mask(value))
    return for_the_trail(text)
