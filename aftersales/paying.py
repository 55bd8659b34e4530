"""The money of a case: pay slips are asked for when an amount is approved, losses are booked when it closes (FIN-02)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from aftersales.models import Case, Inspection
from aftersales.states import Bearer, Kind, topic
from ledger.amounts import CENT, HUNDRED, NOTHING
from ledger.models import PaySlip, SlipLine
from ledger.services.losses import book_loss
from ledger.services.slips import ask_slip
from ledger.states import SPENT, WAITING, Purpose
from orders.models import Refund

COSTS = {Kind.INCIDENT: Purpose.EXTRA_COST, Kind.REPAIR: Purpose.REPAIR}  # LOG-10, LOG-22


def ask_for_amount(case: Case, *, amount: Decimal, freight: Decimal, by: Any, now: dt.datetime) -> None:
    """A slip for what was approved, and one for the freight that the buyer advanced (RET-24, FIN-03)."""
    if amount:
        lines = [(each.line_id, each.amount) for each in case.lines.order_by("pk") if each.amount]
        purpose = Purpose.COMPENSATION if case.kind == Kind.COMPENSATION else Purpose.REFUND
        _ask(case, purpose, amount, _still_to_pay(case, lines, amount), by, now)
    if freight:
        _ask(case, Purpose.FREIGHT, freight, [], by, now)


def ask_for_cost(case: Case, *, by: Any, now: dt.datetime) -> None:
    """FIN-10: a cost that the company agreed to bear needs its slip."""
    if case.payer == Bearer.COMPANY and case.extra_cost:
        _ask(case, COSTS[Kind(case.kind)], case.extra_cost, [], by, now)


def _still_to_pay(
    case: Case, lines: Sequence[tuple[int, Decimal]], amount: Decimal
) -> list[tuple[int | None, Decimal]]:
    """The parts of this slip: what the lines were promised less what earlier slips of the case paid for them."""
    paid = paid_by_its_lines(case)
    found: list[tuple[int | None, Decimal]] = []
    left = amount
    for line_id, sum_ in lines:
        part = min(left, sum_ - paid.get(line_id, NOTHING))
        if part > 0:
            found.append((line_id, part))
            left -= part
    return found


def _ask(
    case: Case,
    purpose: Purpose,
    amount: Decimal,
    lines: Sequence[tuple[int | None, Decimal]],
    by: Any,
    now: dt.datetime,
) -> None:
    ask_slip(
        topic=topic(case.pk),
        order=case.order,
        shop_id=case.shop_id,
        purpose=purpose,
        amount=amount,
        lines=lines,
        reason=f"{purpose.label} {case.number}",
        event_key=f"case:{case.pk}:{purpose}:{case.version}",
        by=by,
        now=now,
        refund=_answered(case) if purpose == Purpose.REFUND else None,
    )


def _answered(case: Case) -> Refund | None:
    """The platform's refund that a slip answers to; an earlier slip of the case may have answered it already."""
    if case.refund is None or PaySlip.objects.filter(refund=case.refund).exists():
        return None
    return case.refund


def paid_on(case: Case) -> tuple[Decimal, Decimal]:
    """What was paid for this case, in yuan: for the goods or as compensation, and as freight."""
    spent = PaySlip.objects.filter(topic=topic(case.pk), state__in=SPENT)
    by_purpose = dict(spent.values_list("purpose").annotate(total=Sum("amount")).order_by())
    goods = sum((by_purpose.get(purpose, NOTHING) for purpose in (Purpose.REFUND, Purpose.COMPENSATION)), NOTHING)
    return goods.quantize(CENT), by_purpose.get(Purpose.FREIGHT, NOTHING).quantize(CENT)  # SQLite sums in floats


def paid_by_its_lines(case: Case) -> dict[int, Decimal]:
    """What the paid slips of this case paid for which order line, in yuan."""
    parts = SlipLine.objects.filter(
        slip__topic=topic(case.pk), slip__state__in=SPENT, budget__line__isnull=False
    ).values_list("budget__line_id")
    return {line_id: total.quantize(CENT) for line_id, total in parts.annotate(total=Sum("amount")).order_by()}


def is_paid(case_id: int) -> bool:
    """Whether the case has slips, some of them are paid, and none is waiting."""
    states = set(PaySlip.objects.filter(topic=topic(case_id)).values_list("state", flat=True))
    return bool(states & set(SPENT)) and not states & set(WAITING)


def book(case: Case, now: dt.datetime) -> None:
    """SUP-08, SUP-13, FIN-11: what a closed case cost, shared out over those who answer for it."""
    goods, freight, compensation = costs_of(case)
    if not goods + freight + compensation:
        return
    shares = {row.bearer: row.percent for row in case.responsibilities.order_by("pk")}
    book_loss(
        topic=topic(case.pk),
        order=case.order,
        goods=goods,
        freight=freight,
        compensation=compensation,
        shares=shares or {Bearer.COMPANY.value: HUNDRED},
        supplier=case.supplier,
        proof=list(case.evidence.filter(withdrawn_at__isnull=True).order_by("pk").values_list("key", flat=True)),
        now=now,
    )


def costs_of(case: Case) -> tuple[Decimal, Decimal, Decimal]:
    """What the case cost, in yuan: goods that did not come back as new, freight and other costs, compensation.

    A dispute's ruling is paid by the case that it is about; what was never shipped is still there.
    """
    extra = case.extra_cost if case.payer == Bearer.COMPANY else NOTHING
    freight = case.freight_amount + extra
    if case.kind == Kind.COMPENSATION:
        return NOTHING, freight, case.amount
    if case.kind in (Kind.DISPUTE, Kind.UNSHIPPED_REFUND):
        return NOTHING, freight, NOTHING
    return case.amount - _worth_as_new(case), freight, NOTHING


def _worth_as_new(case: Case) -> Decimal:
    """RET-38: what was paid back for pieces that went back to stock."""
    restocked = dict(
        case.inspections.filter(fate=Inspection.Fate.RESTOCK).values_list("case_line_id").annotate(good=Sum("good"))
    )
    worth = NOTHING
    for each in case.lines.all():
        pieces = min(each.quantity, restocked.get(each.pk, 0))
        worth += (each.amount * pieces / each.quantity).quantize(CENT)
    return min(case.amount, worth)
