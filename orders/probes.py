"""The figures of orders that stand beside the items of checklists (ORD-19, ORD-20, LOG-05, LOG-07)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders import querysets
from orders.models import Order
from orders.states import Flag, OrderState
from orders.waybills import low_stocks
from staff.records.probes import register
from staff.records.selectors.printing import printing_until

LIST = "orders:list"


def _counted(condition: Callable[[], Q]) -> Callable[[dt.date], int]:
    """How many orders are like that now, whatever the day: a list to work off."""
    return lambda day: Order.objects.filter(condition()).count()


def paid_after_printing(day: dt.date) -> int:
    """Orders paid on a day after the end of printing: they go out on the next day (LOG-07)."""
    until = printing_until(day)
    end = until + dt.timedelta(hours=24)
    return Order.objects.filter(state=OrderState.PAID, paid_at__gte=until, paid_at__lt=end).count()


def _red() -> Q:
    return Q(state=OrderState.PAID, flag=Flag.RED)


def _to_ship() -> Q:
    return Q(state=OrderState.PAID)


register("orders.red_flags", _("red flags to ship"), _counted(_red), LIST, f"state=paid&flag={int(Flag.RED)}")
register("orders.remarked", _("to ship with a remark"), _counted(querysets.remarked), LIST, "show=remarked")
register("orders.later_date", _("later date agreed"), _counted(querysets.later), LIST, "show=later")
register("orders.held", _("waits for notice"), _counted(querysets.held), LIST, "show=held")
register("orders.address_unchecked", _("address not checked"), _counted(querysets.unverified), LIST, "show=unverified")
register("orders.code_unknown", _("merchant code unknown"), _counted(querysets.code_unknown), LIST, "show=code_unknown")
register(
    "orders.refund_blocks", _("refund stands in the way"), _counted(querysets.refund_blocks), LIST, "show=refund_blocks"
)
register("orders.to_ship", _("Orders to ship"), _counted(_to_ship), LIST, "state=paid")
register("orders.paid_after_printing", _("paid after the end of printing"), paid_after_printing, LIST, "state=paid")
register("orders.waybills_low", _("waybills running out"), lambda day: len(low_stocks()), "orders:waybills")
