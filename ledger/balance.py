"""Whether it all adds up: what was lost came back, is borne by the house, or is still open; by case and by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Cast, Substr, TruncMonth

from common import clock
from ledger.amounts import NOTHING, cents
from ledger.models import Claim, Loss, PaySlip
from ledger.states import SPENT, ClaimState, Direction

OF_CLAIMS = "ledger.claim:"  # the topic of a slip for a claim
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


def _parts(state: str, amount: Decimal, agreed: Decimal, settled: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """(settled, borne, open) of claims in `state`."""
    if state == ClaimState.WRITTEN_OFF:
        return settled, amount, NOTHING
    if state in AGREED:
        return settled, amount - agreed, agreed - settled
    return settled, NOTHING, amount


def balance_of(topic: str) -> Balance:
    """The balance of one case («aftersales.case:42»). Four queries."""
    lost = cents(Loss.objects.filter(topic=topic).aggregate(total=Sum("total"))["total"])
    claims = list(Claim.objects.filter(loss__topic=topic))
    parts = [_parts(claim.state, claim.amount, claim.agreed_amount, claim.settled_amount) for claim in claims]
    settled, borne, waiting = (sum(column, NOTHING) for column in zip(*parts, strict=True)) if parts else (NOTHING,) * 3
    return Balance(
        paid_out=_paid([topic], Direction.OUT),
        lost=lost,
        came_back=_paid([f"{OF_CLAIMS}{claim.pk}" for claim in claims], Direction.IN),
        settled=settled,
        borne=borne,
        open=waiting,
    )


def next_month(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=32)).replace(day=1)


def months_between(first: dt.date, until: dt.date) -> dict[dt.date, Balance]:
    """The balances of the months from `first` to before `until` (first days, Shanghai), by month. Four queries.

    A month's balance is that of the losses booked in it, whatever month their money came in; `paid_out` is what was
    paid in that month.
    """
    start, end = clock.day_start(first), clock.day_start(until)
    lost = _by_month(Loss.objects.filter(at__gte=start, at__lt=end), "at", "total")
    out = PaySlip.objects.filter(direction=Direction.OUT, state__in=SPENT, paid_at__gte=start, paid_at__lt=end)
    paid_out = _by_month(out, "paid_at", "amount")
    came_back = _by_month(_came_in(start, end), "booked_at", "amount")
    shares = _shares_by_month(start, end)
    found, month = {}, first
    while month < until:
        settled, borne, waiting = shares.get(month, (NOTHING, NOTHING, NOTHING))
        found[month] = Balance(
            paid_out=paid_out.get(month, NOTHING),
            lost=lost.get(month, NOTHING),
            came_back=came_back.get(month, NOTHING),
            settled=settled,
            borne=borne,
            open=waiting,
        )
        month = next_month(month)
    return found


def _month(column: str) -> TruncMonth:
    return TruncMonth(column, tzinfo=clock.SHANGHAI)


def _by_month(rows: QuerySet[Any], column: str, amount: str) -> dict[dt.date, Decimal]:
    sums = rows.order_by().annotate(month=_month(column)).values_list("month").annotate(sum_=Sum(amount))
    return {month.date(): cents(total) for month, total in sums}


def _came_in(start: dt.datetime, end: dt.datetime) -> QuerySet[PaySlip]:
    """Received slips of claims, each with the time at which the claim's loss was booked."""
    booked = Claim.objects.filter(pk=OuterRef("claim_pk")).values("loss__at")[:1]
    slips = PaySlip.objects.filter(direction=Direction.IN, state__in=SPENT, topic__startswith=OF_CLAIMS)
    keyed = slips.annotate(claim_pk=Cast(Substr("topic", len(OF_CLAIMS) + 1), BigIntegerField()))
    return keyed.annotate(booked_at=Subquery(booked)).filter(booked_at__gte=start, booked_at__lt=end)


def _shares_by_month(start: dt.datetime, end: dt.datetime) -> dict[dt.date, tuple[Decimal, Decimal, Decimal]]:
    """(settled, borne, open) of the claims of each month's losses."""
    rows = (
        Claim.objects.filter(loss__at__gte=start, loss__at__lt=end)
        .order_by()
        .annotate(booked=_month("loss__at"))
        .values_list("booked", "state")
        .annotate(whole=Sum("amount"), agreed=Sum("agreed_amount"), paid=Sum("settled_amount"))
    )
    found: dict[dt.date, tuple[Decimal, Decimal, Decimal]] = {}
    for booked, state, *figures in rows:
        parts = _parts(state, *map(cents, figures))
        before = found.get(booked.date(), (NOTHING, NOTHING, NOTHING))
        settled, borne, waiting = (old + new for old, new in zip(before, parts, strict=True))
        found[booked.date()] = (settled, borne, waiting)
    return found


def balance_of_month(first: dt.date) -> Balance:
    """The balance of the month that begins on `first`."""
    return months_between(first, next_month(first))[first]


def last_months(now: dt.datetime, number: int = 12) -> list[tuple[dt.date, Balance]]:
    """The present month and those before it, with their balances; the newest first."""
    first = present = clock.day_of(now).replace(day=1)
    for _step in range(number - 1):
        first = (first - dt.timedelta(days=1)).replace(day=1)
    return sorted(months_between(first, next_month(present)).items(), reverse=True)
