"""It has left: the number that an agent got by other ways, and «marked as shipped» on the platform (AFT-01, ORD-11)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from orders.models import Order
from orders.querysets import unshipped_parts
from orders.services.base import keep, require_state, take
from orders.shipments import ShipmentRow, accept_rows
from orders.states import LEFT, OrderState, ParcelSource, Verdict
from staff.models import User

DONE = (Verdict.ACCEPTED, Verdict.REPLACED, Verdict.UNCHANGED)


@transaction.atomic
def record_tracking_number(
    *,
    order_id: int,
    version: int,
    part: int,
    carrier: str,
    tracking_no: str,
    confirm_odd: bool = False,
    by: User,
    now: dt.datetime | None = None,
) -> Order:
    """Store the number of a part that has left, on the same path as the supplier's own uploads (AFT-01, SUP-04).

    `part` is the id of an unshipped supplier's part of the order. Raises Conflict; BusinessError with the verdict's
    sentence when the number is not accepted, or the part has no supplier.
    """
    now = now or clock.now()
    order = take(order_id, version)
    require_state(order, [OrderState.PAID], _("Only an order that is to be shipped can leave."))
    found = unshipped_parts(order.pk).filter(pk=part).select_related("supplier").first()
    if found is None:
        raise BusinessError(_("This part is not waiting to be shipped."), code="no_such_part")
    if found.supplier is None:
        raise BusinessError(_("Assign the merchant code to a supplier first."), code="no_supplier")
    result = accept_rows(
        [ShipmentRow(row=1, order_no=order.order_no, carrier=carrier, tracking_no=tracking_no)],
        supplier=found.supplier,
        by=by,
        source=ParcelSource.AGENT,
        confirm_odd_numbers=confirm_odd,
        now=now,
    ).rows[0]
    if result.verdict not in DONE:
        raise BusinessError(result.message or str(result.verdict.label), code=str(result.verdict))
    order.refresh_from_db()
    if order.version == version:
        keep(order, [], now)
    return order


@transaction.atomic
def mark_on_platform(*, order_id: int, version: int, by: User, now: dt.datetime | None = None) -> Order:
    """Note that the order is marked as shipped on the platform now (AFT-01, ORD-11).

    Raises Conflict; BusinessError when it has not left, or the platform knows already.
    """
    now = now or clock.now()
    order = take(order_id, version)
    require_state(order, LEFT, _("Only an order with a tracking number can be marked."))
    if order.platform_state != OrderState.PAID:
        raise BusinessError(_("The platform knows that it has left."), code="already")
    order.platform_state = OrderState.SHIPPED
    keep(order, ["platform_state"], now)
    audit.record("orders.marked_on_platform", about=order, by=by, now=now)
    return order
