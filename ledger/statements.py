"""A supplier's month: what was open, what it agreed to, what it settled, what stays open (FIN-11, SUP-08, SUP-13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from common import clock
from common.exports import Sheet
from ledger.amounts import NOTHING, cents
from ledger.balance import next_month
from ledger.models import Claim
from ledger.states import ClaimState, Liable
from suppliers.models import Supplier


@dataclass(frozen=True)
class Statement:
    """Yuan; `opening + agreed - settled = closing`. `waiting` are claims that were sent and not agreed on."""

    supplier: Supplier
    first: dt.date
    opening: Decimal
    agreed_claims: Sequence[Claim]
    settled_claims: Sequence[Claim]
    waiting_claims: Sequence[Claim]

    @property
    def agreed(self) -> Decimal:
        return sum((claim.agreed_amount for claim in self.agreed_claims), NOTHING)

    @property
    def settled(self) -> Decimal:
        return sum((claim.settled_amount for claim in self.settled_claims), NOTHING)

    @property
    def closing(self) -> Decimal:
        return self.opening + self.agreed - self.settled

    @property
    def waiting(self) -> Decimal:
        return sum((claim.amount for claim in self.waiting_claims), NOTHING)


@dataclass(frozen=True)
class Line:
    """One supplier's month in the list. Yuan."""

    supplier: Supplier
    opening: Decimal
    agreed: Decimal
    settled: Decimal
    waiting: Decimal

    @property
    def closing(self) -> Decimal:
        return self.opening + self.agreed - self.settled


def _span(first: dt.date) -> tuple[dt.datetime, dt.datetime]:
    return clock.day_start(first), clock.day_start(next_month(first))


def _opening(first: dt.date) -> Q:
    """Agreed on before the month, and not settled before it."""
    start, _end = _span(first)
    return Q(month__lt=first) & (Q(settled_at__isnull=True) | Q(settled_at__gte=start))


def _settled(first: dt.date) -> Q:
    start, end = _span(first)
    return Q(settled_at__gte=start, settled_at__lt=end)


def _waiting(first: dt.date) -> Q:
    _start, end = _span(first)
    return Q(state__in=[ClaimState.SENT, ClaimState.DISPUTED], sent_at__lt=end)


def statement(supplier: Supplier, first: dt.date) -> Statement:
    """The statement of the month that begins on `first` (Shanghai). Four queries."""
    claims = Claim.objects.filter(supplier=supplier, liable=Liable.SUPPLIER).select_related("loss__order")
    opening = cents(claims.filter(_opening(first)).aggregate(total=Sum("agreed_amount"))["total"])
    return Statement(
        supplier=supplier,
        first=first,
        opening=opening,
        agreed_claims=list(claims.filter(month=first).order_by("answered_at", "pk")),
        settled_claims=list(claims.filter(_settled(first)).order_by("settled_at", "pk")),
        waiting_claims=list(claims.filter(_waiting(first)).order_by("sent_at", "pk")),
    )


def lines(first: dt.date) -> list[Line]:
    """Every supplier that has something in the month, by code. Two queries."""
    sums = (
        Claim.objects.filter(liable=Liable.SUPPLIER)
        .order_by()
        .values_list("supplier_id")
        .annotate(
            opening=Sum("agreed_amount", filter=_opening(first)),
            agreed=Sum("agreed_amount", filter=Q(month=first)),
            settled=Sum("settled_amount", filter=_settled(first)),
            waiting=Sum("amount", filter=_waiting(first)),
        )
    )
    found = {supplier_id: [cents(each) for each in figures] for supplier_id, *figures in sums if any(figures)}
    suppliers = Supplier.objects.filter(pk__in=found).order_by("code")
    return [Line(supplier, *found[supplier.pk]) for supplier in suppliers]


def kinds_of(claim: Claim) -> str:
    """Of what the loss is made."""
    loss = claim.loss
    parts = [(loss.goods, _("goods")), (loss.freight, _("freight")), (loss.compensation, _("compensation"))]
    return ", ".join(f"{word} {sum_}" for sum_, word in parts if sum_)


def header() -> list[str]:
    return [
        _("Claim"), _("Order number"), _("Loss"), _("Loss, yuan"), _("Share, %"), _("Claim, yuan"), _("Agreed, yuan"),
        _("Agreed on"), _("Settled, yuan"), _("Settled on"), _("State"),
    ]  # fmt: skip


FIGURES = (3, 4, 5, 6, 8)  # the columns of numbers


def cells(claim: Claim) -> list[object]:
    """One claim as a row of a table; nothing of the buyer in it."""
    order = claim.loss.order
    return [
        claim.number,
        order.order_no if order else "",
        kinds_of(claim),
        claim.loss.total,
        claim.percent,
        claim.amount,
        claim.agreed_amount,
        _day(claim.answered_at) if claim.month else "",
        claim.settled_amount,
        _day(claim.settled_at),
        str(claim.get_state_display()),
    ]


def _day(moment: dt.datetime | None) -> str:
    return clock.day_of(moment).isoformat() if moment else ""


def totals(made: Statement) -> list[tuple[str, Decimal]]:
    """The sums at the foot of a statement."""
    return [
        (_("open at the beginning"), made.opening),
        (_("agreed on in the month"), made.agreed),
        (_("settled in the month"), made.settled),
        (_("open at the end"), made.closing),
        (_("sent, not agreed on"), made.waiting),
    ]


def sheets(made: Statement) -> list[Sheet]:
    """The statement as sheets of a workbook."""
    tables: list[tuple[str, Iterable[Claim]]] = [
        (_("agreed on"), made.agreed_claims),
        (_("settled"), made.settled_claims),
        (_("not agreed on"), made.waiting_claims),
    ]
    widths = (18, 24, 30, 12, 10, 12, 12, 12, 12, 12, 12)
    sums = Sheet(f"{made.first:%Y-%m}", [str(made.supplier), _("Yuan")], [[name, sum_] for name, sum_ in totals(made)])
    return [sums, *(Sheet(name, header(), [cells(claim) for claim in rows], widths) for name, rows in tables)]
