"""Whether it all adds up: what was lost came back, is borne by the house, or is still open; by case and by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from common import clock
from ledger.amounts import NOTHING, cents
from ledger.models import Claim, Loss, PaySlip
from ledger.states import SPENT, ClaimState, Direction

AGREED = (ClaimState.ACCEPTED, ClaimState.SETTLED)


@dataclass(frozen=True)
class Balance:
    """Yuan. `lost` is what losses say, `settled` what claims say, `came_back` what slips say; `paid_out` by slips."""

    paid_out: Decimal = NOTHING
    lost: Decimal = NOTHING
    came_back: Decimal = NOTHING
    settled: Decimal = NOTHING
    borne: Decimal = NOTHING
    open: Decimal = NOTHING

    @property
    def holds(self) -> bool:
        """What was lost is accounted for to the fen, and the money that came in is the claims' (FIN-11)."""
        return self.lost == self.came_back + self.borne + self.open and self.came_back == self.settled

    @property
    def not_lost(self) -> Decimal:
        """Paid out against goods that came back, so no loss; below zero where goods were lost without money."""
        return self.paid_out - self.lost


def _paid(topics: Iterable[str], direction: str) -> Decimal:
    found = PaySlip.objects.filter(topic__in=list(topics), direction=direction, state__in=SPENT)
    return cents(found.aggregate(total=Sum("amount"))["total"])


def _of_claims(claims: Iterable[Claim]) -> tuple[Decimal, Decimal, Decimal]:
    """(settled, borne, open) of claims."""
    settled = borne = waiting = NOTHING
    for claim in claims:
        settled += claim.settled_amount
        if claim.state == ClaimState.WRITTEN_OFF:
            borne += claim.amount
        elif claim.state in AGREED:
            borne += claim.amount - claim.agreed_amount
            waiting += claim.agreed_amount - claim.settled_amount
        else:
            waiting += claim.amount
    return settled, borne, waiting


def balance_of(topic: str) -> Balance:
    """The balance of one case («aftersales.case:42»). Four queries."""
    lost = cents(Loss.objects.filter(topic=topic).aggregate(total=Sum("total"))["total"])
    claims = list(Claim.objects.filter(loss__topic=topic))
    settled, borne, waiting = _of_claims(claims)
    return Balance(
        paid_out=_paid([topic], Direction.OUT),
        lost=lost,
        came_back=_paid([f"ledger.claim:{claim.pk}" for claim in claims], Direction.IN),
        settled=settled,
        borne=borne,
        open=waiting,
    )


def next_month(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=32)).replace(day=1)


def balance_of_month(first: dt.date) -> Balance:
    """The losses booked in the month that begins on `first` (Shanghai), whatever month their money came in.

    `paid_out` is what was paid in that month. Four queries.
    """
    start, end = clock.day_start(first), clock.day_start(next_month(first))
    losses = Loss.objects.filter(at__gte=start, at__lt=end)
    claims = list(Claim.objects.filter(loss__in=losses))
    settled, borne, waiting = _of_claims(claims)
    out = PaySlip.objects.filter(direction=Direction.OUT, state__in=SPENT, paid_at__gte=start, paid_at__lt=end)
    came = PaySlip.objects.filter(
        direction=Direction.IN, state__in=SPENT, topic__in=[f"ledger.claim:{claim.pk}" for claim in claims]
    )
    return Balance(
        paid_out=cents(out.aggregate(total=Sum("amount"))["total"]),
        lost=cents(losses.aggregate(total=Sum("total"))["total"]),
        came_back=cents(came.aggregate(total=Sum("amount"))["total"]),
        settled=settled,
        borne=borne,
        open=waiting,
    )


def last_months(now: dt.datetime, number: int = 12) -> list[tuple[dt.date, Balance]]:
    """The present month and those before it, with their balances."""
    found = []
    first = clock.day_of(now).replace(day=1)
    for _ in range(number):
        found.append((first, balance_of_month(first)))
        first = (first - dt.timedelta(days=1)).replace(day=1)
    return found
