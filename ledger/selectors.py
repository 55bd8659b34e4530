"""Reading slips: the queue, one slip, batches, differences; and what a topic has cost so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from common import clock
from ledger.amounts import cents
from ledger.models import Claim, Loss, PayBatch, PaySlip, SlipLine
from ledger.states import BINDING, Direction, PayBy, SlipState
from orders.models import Refund
from orders.states import RefundState
from sla.models import Clock
from sla.states import OPEN, ClockState

SLIP = "ledger.payslip"
GRACE = dt.timedelta(hours=24)  # so long the platform's list may lag behind what was paid
LOOK_BACK = dt.timedelta(days=30)
MOST = 200


def slip_rows() -> QuerySet[PaySlip]:
    """Slips with what a list shows of them."""
    return PaySlip.objects.select_related("order", "shop", "asked_by", "approved_by", "paid_by", "batch", "refund")


def dress(slips: Iterable[PaySlip]) -> list[tuple[PaySlip, dt.datetime | None, bool]]:
    """Each slip with when it is to be paid, and whether that clock is paused. One query."""
    rows = list(slips)
    clocks = Clock.objects.filter(
        subject_type=SLIP, subject_id__in=[slip.pk for slip in rows], policy="ledger.pay", state__in=OPEN
    ).values_list("subject_id", "due_at", "state")
    due = {subject: (at, state == ClockState.PAUSED) for subject, at, state in clocks}
    return [(slip, *due.get(slip.pk, (None, False))) for slip in rows]


def counts() -> dict[str, tuple[int, Decimal]]:
    """How many slips, and how many yuan, wait to be approved and to be paid. One query."""
    rows = (
        PaySlip.objects.filter(state__in=[SlipState.SUBMITTED, SlipState.APPROVED], direction=Direction.OUT)
        .order_by()
        .values_list("state")
        .annotate(number=Count("pk"), total=Sum("amount"))
    )
    return {state: (number, cents(total)) for state, number, total in rows}


def slip_page(pk: int) -> tuple[PaySlip, list[SlipLine]]:
    """One slip and what of it is for which line. Raises PaySlip.DoesNotExist."""
    slip = slip_rows().get(pk=pk)
    return slip, list(slip.lines.select_related("budget__line").order_by("pk"))


def slips_of(topic: str) -> list[PaySlip]:
    """The slips about a topic («aftersales.case:42»), the oldest first. One query."""
    return list(slip_rows().filter(topic=topic).order_by("pk"))


def losses_of(topic: str) -> list[Loss]:
    """The losses of a topic with their claims. Two queries."""
    return list(Loss.objects.filter(topic=topic).prefetch_related("claims__supplier").order_by("part"))


def claims_of_supplier(supplier_id: int) -> QuerySet[Claim]:
    """What a supplier sees: the claims against itself that have been sent, newest first."""
    return (
        Claim.objects.filter(supplier_id=supplier_id, liable="supplier", sent_at__isnull=False)
        .select_related("loss__order")
        .order_by("-sent_at", "-pk")
    )


def bound_of(order_id: int) -> Decimal:
    """What is set aside or was paid back for an order by slips, in yuan."""
    found = SlipLine.objects.filter(budget__order_id=order_id, slip__state__in=BINDING).aggregate(total=Sum("amount"))
    return cents(found["total"])


def batch_rows() -> QuerySet[PayBatch]:
    """Batches with their number of slips, how many are left, and the sum."""
    return PayBatch.objects.select_related("shop", "made_by").annotate(
        cases=Count("slips"),
        left=Count("slips", filter=Q(slips__state=SlipState.APPROVED)),
        total=Sum("slips__amount"),
    )


# ── Differences ──────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Differences:
    """Where ours and the platform's do not agree: other sums, paid by us and not found there, found there only."""

    other_sum: Sequence[PaySlip]
    not_found: Sequence[PaySlip]
    only_theirs: Sequence[Refund]
    since: dt.datetime

    @property
    def number(self) -> int:
        return len(self.other_sum) + len(self.not_found) + len(self.only_theirs)


def differences(now: dt.datetime) -> Differences:
    """What finance has to look into: at most 200 of each kind, the oldest first. Three queries.

    Refunds of the platform without a slip are those that finished in the last 30 days.
    """
    open_ = slip_rows().filter(direction=Direction.OUT, pay_by=PayBy.PLATFORM)
    since = clock.day_start(clock.day_of(now - LOOK_BACK))
    own = PaySlip.objects.filter(order_id=OuterRef("order_id"), state__in=BINDING, direction=Direction.OUT)
    only_theirs = (
        Refund.objects.filter(state=RefundState.SUCCESS, finished_at__gte=since, slip__isnull=True, amount__gt=0)
        .exclude(Exists(own.filter(amount=OuterRef("amount"), refund__isnull=True)))
        .select_related("order__shop")
        .order_by("finished_at", "pk")
    )
    return Differences(
        other_sum=list(open_.filter(state=SlipState.MISMATCHED).order_by("paid_at", "pk")[:MOST]),
        not_found=list(
            open_.filter(state=SlipState.PAID, paid_at__lt=now - GRACE, refund__isnull=True).order_by("paid_at", "pk")[
                :MOST
            ]
        ),
        only_theirs=list(only_theirs[:MOST]),
        since=since,
    )
