"""The cases of an order, on the order's page (AFT-12)."""

from __future__ import annotations

from aftersales import permissions
from aftersales.models import Case
from aftersales.workflows import machine_of
from orders.models import Order
from orders.panels import Panel
from orders.states import OrderState
from staff.models import User

MOST = 20


def cases_of(order: Order, user: User) -> Panel | None:
    """Open cases first, and the way to a new one. One query."""
    if not user.has_perm(permissions.VIEW_CASE):
        return None
    rows = Case.objects.filter(order=order).select_related("owner").order_by("-active", "-opened_at", "-pk")[:MOST]
    said = {
        "cases": [machine_of(row) for row in rows],
        "order": order,
        "may_open": user.has_perm(permissions.WORK_CASE) and order.state != OrderState.UNPAID,
    }
    return Panel("aftersales/_order_cases.html", said)
