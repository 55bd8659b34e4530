"""Custom-made goods: what was agreed is recorded with the order (ORD-23, ORD-24)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from orders.models import CustomTerms, Order
from orders.services.base import keep, required, take
from orders.services.remarks import for_the_trail
from staff.models import User


@transaction.atomic
def agree_custom_terms(
    *,
    order_id: int,
    version: int,
    spec: str,
    agreed_how: str,
    no_return: bool,
    factory_told: bool,
    by: User,
    now: dt.datetime | None = None,
) -> Order:
    """Records what is made for the buyer, where the buyer confirmed it, and whether the factory has (ORD-23).

    Without this record a custom order's loss is that of whoever served it (ORD-24), and its goods are taken back like
    any others (RET-30). Raises Conflict; BusinessError when nothing of the order is custom-made or a word is missing.
    """
    now = now or clock.now()
    order = take(order_id, version)
    if not order.lines.filter(product__custom_made=True).exists():
        raise BusinessError(_("Nothing of this order is custom-made."), code="not_custom")
    words = {
        "spec": required(spec, _("Say what is made for the buyer.")),
        "agreed_how": required(agreed_how, _("Say how the buyer agreed.")),
    }
    told = {**words, "no_return": no_return, "factory_told": factory_told, "at": now, "by": by}
    CustomTerms.objects.update_or_create(order=order, defaults=told)
    keep(order, [], now)
    audit.record(
        "orders.custom_agreed", about=order, by=by, now=now, spec=for_the_trail(words["spec"])[:100],
        no_return=no_return, factory_told=factory_told,
    )  # fmt: skip
    return order
