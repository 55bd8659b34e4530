"""Lines that are held back from shipping because the supplier has run out of them (SUP-11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from orders.models import Fulfilment, Order, OrderLine
from orders.querysets import unshipped_parts
from orders.services.base import keep, take
from orders.sla_policies import CANCELLED_SHORT, SHIP_KEYS
from orders.states import LineHold
from sla import services as sla
from sla.models import Clock
from sla.states import ClockState, Party

FULFILMENT = "orders.fulfilment"


@transaction.atomic
def hold_lines(
    *, order_id: int, line_ids: Collection[int], hold: str, by: Any, now: dt.datetime | None = None
) -> Order | None:
    """Holds these lines of the order, or lets them go (`hold` is a LineHold); None when they stand so already.

    A shortage alone stops no clock: to run out is no excuse for being late (SUP-13), and a later date that the buyer
    agrees to is a promise of its own (SUP-12). Once the buyer cancels, nothing of it is to be shipped: the clocks of a
    part that has nothing else left are paused, and run on if the buyer keeps the order after all.
    """
    now = now or clock.now()
    order = take(order_id, None)
    changed = OrderLine.objects.filter(order=order, pk__in=line_ids).exclude(hold=hold)
    if not (count := changed.update(hold=hold)):
        return None
    keep(order, [], now)
    for part in unshipped_parts(order.pk).prefetch_related("lines").order_by("pk"):
        _fit_clocks(part, by, now)
    audit.record("orders.lines_held", about=order, by=by, now=now, hold=hold, count=count)
    return order


def _fit_clocks(part: Fulfilment, by: Any, now: dt.datetime) -> None:
    left = [line for line in part.lines.all() if line.shipped_quantity < line.quantity]
    nothing_to_send = bool(left) and all(line.hold == LineHold.CANCELLED for line in left)
    clocks = Clock.objects.filter(subject_type=FULFILMENT, subject_id=part.pk, policy__in=SHIP_KEYS).order_by("pk")
    if nothing_to_send:
        for clock_id in clocks.filter(state=ClockState.RUNNING).values_list("pk", flat=True):
            sla.pause_clock(
                clock_id=clock_id,
                reason=_("The buyer cancels what is short."),
                party=Party.AGENT,
                cause=CANCELLED_SHORT,
                by=by,
                now=now,
            )
        return
    paused = clocks.filter(pauses__cause=CANCELLED_SHORT, pauses__ended_at__isnull=True)
    for clock_id in paused.values_list("pk", flat=True):
        sla.resume_clock(clock_id=clock_id, by=by, now=now)
