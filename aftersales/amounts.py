"""What a buyer gets back, and why: paid price pro rata, less what went back before; parts sum to the cent (FIN-02)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from aftersales.models import Case, CaseLine, FreightRule, Reason
from orders.models import Order

CENT = Decimal("0.01")
NOTHING = Decimal(0)
OURS = (
    Reason.Cause.QUALITY,
    Reason.Cause.WRONG_ITEM,
    Reason.Cause.MISSING,
    Reason.Cause.DAMAGED,
    Reason.Cause.LATE,
    Reason.Cause.SHORTAGE,
)


@dataclass(frozen=True)
class Proposal:
    """An amount and the sentences that made it."""

    total: Decimal
    reasons: tuple[str, ...]


def part_of(paid: Decimal, quantity: int, of: int, before: int = 0) -> Decimal:
    """The share of `quantity` pieces in what was `paid` for `of` pieces, when `before` of them went back already.

    Counted from the running total, so that the shares of successive refunds add up to `paid` to the cent.
    """
    if of <= 0:
        return NOTHING
    upto = (paid * min(before + quantity, of) / of).quantize(CENT, ROUND_DOWN)
    already = (paid * min(before, of) / of).quantize(CENT, ROUND_DOWN)
    last = paid if before + quantity >= of else upto
    return last - already


def paid_by_line(order: Order) -> dict[int, Decimal]:
    """What was paid for each line: the payment less postage, by the lines' prices, coupons and all; sums to the cent."""
    lines = list(order.lines.order_by("pk"))
    worth = [line.price * line.quantity for line in lines]
    total, goods = sum(worth, NOTHING), max(NOTHING, order.paid_total - order.postage)
    shares: dict[int, Decimal] = {}
    upto = given = NOTHING
    for line, value in zip(lines, worth, strict=True):
        upto += value
        here = (goods * upto / total).quantize(CENT, ROUND_DOWN) if total else NOTHING
        shares[line.pk] = here - given
        given = here
    return shares


def proposal(case: Case) -> Proposal:
    """What this case may pay back, and why. Never more than what is left of the order's payment."""
    if case.order is None:
        return Proposal(case.amount, ())
    said: list[str] = []
    total = NOTHING
    shares = paid_by_line(case.order)
    for each in case.lines.select_related("line").order_by("pk"):
        paid = shares[each.line_id]
        share = part_of(paid, each.quantity, each.line.quantity, _back_before(case, each))
        total += share
        said.append(
            _("%(goods)s: %(quantity)s of %(of)s, paid %(paid)s, so %(share)s.")
            % {
                "goods": each.line.title,
                "quantity": each.quantity,
                "of": each.line.quantity,
                "paid": paid,
                "share": share,
            }
        )
    if case.freight_amount:
        total += case.freight_amount
        said.append(_("Freight that the buyer advanced: %(amount)s.") % {"amount": case.freight_amount})
    asked = case.refund.amount if case.refund is not None else NOTHING
    if NOTHING < asked < total:
        total = asked
        said.append(_("The buyer asks for %(amount)s on the platform.") % {"amount": total})
    left = left_of(case)
    if total > left:
        total = left
        said.append(_("Only %(amount)s of what was paid is left.") % {"amount": left})
    return Proposal(total, tuple(said))


def _back_before(case: Case, each: CaseLine) -> int:
    """How many pieces of this line went back in earlier cases whose refund was approved."""
    earlier = CaseLine.objects.filter(line_id=each.line_id, case__amount__gt=0).exclude(case_id=case.pk)
    return earlier.filter(case__opened_at__lte=case.opened_at).aggregate(total=Sum("quantity"))["total"] or 0


def left_of(case: Case) -> Decimal:
    """What was paid for the order and neither paid back nor approved to be, in yuan."""
    if case.order is None:
        return NOTHING
    given = Case.objects.filter(order=case.order).exclude(pk=case.pk)
    taken = given.aggregate(total=Sum("amount"))["total"] or NOTHING
    return max(NOTHING, case.order.paid_total - taken)


def freight_rule_of(case: Case) -> FreightRule | None:
    """Who pays the freight by the table (RET-13, RET-24, RET-25); None when the table has no row for it."""
    ours = bool(case.reason and case.reason.cause in OURS)
    free = case.order is None or case.order.postage == 0
    return FreightRule.objects.filter(cause_is_ours=ours, free_shipping=free, breaks_condition=False).first()
