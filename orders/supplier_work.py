"""What a supplier sees of orders: its own paid parts and nothing else, first paid first (SUP-15)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from orders.models import Fulfilment, OrderLine, ShipmentUpload
from orders.states import UNSHIPPED, FulfilmentState, ShipMode
from sla.models import Clock
from sla.states import OPEN, ClockState, Verdict
from suppliers.models import Supplier

STATES: dict[str, tuple[str, ...]] = {
    "to_ship": UNSHIPPED,
    "part_shipped": (FulfilmentState.PART_SHIPPED,),
    "shipped": (FulfilmentState.SHIPPED,),
    "all": (*UNSHIPPED, FulfilmentState.SHIPPED, FulfilmentState.CANCELLED),
}
PROMISES = {
    "orders.ship_daily": "daily",
    "orders.ship_promotion": "promotion",
    "orders.ship_promised": "promised",
    "orders.chased": "chased",
    "orders.platform_ship_by": "platform",
}
SOON = dt.timedelta(hours=4)
SUBJECT = "orders.fulfilment"


@dataclass(frozen=True)
class Due:
    """When a part must be shipped at the latest, by which promise, and whether that is past."""

    at: dt.datetime
    promise: str
    late: bool
    paused: bool = False


def parts_of(supplier: Supplier, state: str = "to_ship") -> QuerySet[Fulfilment]:
    """The supplier's own paid parts in `state`, one of STATES."""
    return Fulfilment.objects.filter(supplier=supplier, state__in=STATES[state], paid_at__isnull=False)


def lines_of(supplier: Supplier, state: str = "to_ship") -> QuerySet[OrderLine]:
    """The lines of those parts."""
    return OrderLine.objects.filter(
        fulfilment__supplier=supplier, fulfilment__state__in=STATES[state], fulfilment__paid_at__isnull=False
    )


def uploads_of(supplier: Supplier) -> QuerySet[ShipmentUpload]:
    """The supplier's own uploads, newest first."""
    return ShipmentUpload.objects.filter(supplier=supplier).order_by("-id")


def only(parts: QuerySet[Fulfilment], wish: str, now: dt.datetime) -> QuerySet[Fulfilment]:
    """Those of `parts` that are late, due soon, on hold (SUP-26), or short (SUP-11)."""
    if wish == "hold":
        return parts.filter(order__ship_mode=ShipMode.HOLD)
    if wish == "short":
        return parts.filter(Exists(OrderLine.objects.filter(fulfilment=OuterRef("pk")).exclude(hold="")))
    running = Clock.objects.filter(
        subject_type=SUBJECT, subject_id=OuterRef("pk"), policy__in=PROMISES, state=ClockState.RUNNING
    )
    if wish == "late":
        return parts.filter(Exists(running.filter(due_at__lt=now)))
    if wish == "soon":
        return parts.filter(Exists(running.filter(due_at__gte=now, due_at__lt=now + SOON)))
    return parts


def due_of(part_ids: Iterable[int], *, now: dt.datetime) -> dict[int, Due]:
    """The deciding clock of each part, in one query: the earliest open one, else the one that ended last."""
    clocks = Clock.objects.filter(subject_type=SUBJECT, subject_id__in=list(part_ids), policy__in=PROMISES).exclude(
        state=ClockState.VOID
    )
    found: dict[int, tuple[tuple[int, float], Due]] = {}
    for row in clocks.values_list("subject_id", "policy", "due_at", "state", "verdict"):
        subject, policy, due_at, state, verdict = row
        is_open = state in OPEN
        rank = (0, due_at.timestamp()) if is_open else (1, -due_at.timestamp())
        late = state == ClockState.RUNNING and due_at < now if is_open else verdict == Verdict.BREACHED
        due = Due(due_at, PROMISES[policy], late, state == ClockState.PAUSED)
        if subject not in found or rank < found[subject][0]:
            found[subject] = (rank, due)
    return {subject: due for subject, (_rank, due) in found.items()}
