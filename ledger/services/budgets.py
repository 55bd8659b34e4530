"""What may still go back of what was paid: a line at a time, the postage beside them (FIN-02).

The rows of an order are locked together; what is set aside is added in one UPDATE, so that the CHECK of the table
stands even where somebody forgets the lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import F
from django.db.models.functions import Round
from django.utils.translation import gettext as _

from common.exceptions import BusinessError
from common.locking import lock
from ledger.amounts import NOTHING, is_money, paid_by_line
from ledger.models import LineBudget, PaySlip, SlipLine
from ledger.states import BINDING, SPENT, Direction
from orders.models import Order, OrderLine, Refund
from orders.states import RefundState

Line = tuple[int | None, Decimal]  # the line's key, None for the postage; yuan


def open_budgets(order: Order) -> list[LineBudget]:
    """The budgets of an order, made when they are missing, brought up to what is paid by now, and locked."""
    lines = list(OrderLine.objects.filter(order=order).order_by("pk"))
    paid: dict[int | None, Decimal] = dict(paid_by_line(lines, order.paid_total, order.postage).items())
    paid[None] = order.paid_total - sum(paid.values(), NOTHING)
    if len(LineBudget.objects.filter(order=order)) < len(paid):
        LineBudget.objects.bulk_create(
            [LineBudget(order=order, line_id=line, paid=sum_) for line, sum_ in paid.items()], ignore_conflicts=True
        )
    budgets = lock(LineBudget.objects.filter(order=order))
    for budget in budgets:
        now_paid = max(paid.get(budget.line_id, NOTHING), budget.bound)
        if budget.paid != now_paid:
            budget.paid = now_paid
            budget.save(update_fields=["paid"])
    return budgets


def left_in(budget: LineBudget) -> Decimal:
    return budget.paid - budget.bound


def spread(amount: Decimal, lines: Iterable[Line], budgets: Sequence[LineBudget]) -> dict[int, Decimal]:
    """Budget key → yuan. What no line is named for comes from the postage; with no line named, from all in order.

    Raises BusinessError when a line is not of the order, or more is wanted than is left of what was paid.
    """
    by_line = {budget.line_id: budget for budget in budgets}
    wanted: dict[int, Decimal] = {}
    named = [(line, part) for line, part in lines if part]
    for line, part in named:
        if line not in by_line:
            raise BusinessError(_("This line belongs to another order."), code="other_order")
        if not is_money(part):
            raise BusinessError(_("The amount must be above zero, in whole fen."), code="amount")
        key = by_line[line].pk
        wanted[key] = wanted.get(key, NOTHING) + part
    rest = amount - sum(wanted.values(), NOTHING)
    if rest < 0:
        raise BusinessError(_("The lines sum to more than the amount."), code="lines")
    for budget in [by_line[None]] if named else sorted(budgets, key=lambda row: (row.line_id is None, row.pk)):
        part = min(rest, left_in(budget) - wanted.get(budget.pk, NOTHING))
        if part > 0:
            wanted[budget.pk] = wanted.get(budget.pk, NOTHING) + part
            rest -= part
    if rest or any(part > left_in(budget) for budget in budgets if (part := wanted.get(budget.pk, NOTHING))):
        raise too_much(budgets)
    return wanted


def too_much(budgets: Sequence[LineBudget]) -> BusinessError:
    left = sum((left_in(budget) for budget in budgets), NOTHING)
    return BusinessError(
        _("At most %(left)s yuan is left of what was paid, and no more for a line than was paid for it.")
        % {"left": left},
        code="too_much",
    )


def _add(key: int, part: Decimal) -> None:
    """In one UPDATE, to the fen: SQLite adds floating, and its CHECK would see the dust."""
    LineBudget.objects.filter(pk=key).update(bound=Round(F("bound") + part, precision=2))


def bind(slip: PaySlip, wanted: dict[int, Decimal]) -> None:
    """Set the parts aside and note which slip has them."""
    SlipLine.objects.bulk_create(SlipLine(slip=slip, budget_id=key, amount=part) for key, part in wanted.items())
    for key, part in wanted.items():
        _add(key, part)


def bind_again(slip: PaySlip) -> None:
    """Set aside anew what a declined slip had let go. Raises BusinessError when it is no longer there."""
    if slip.order is None or not slip.lines.exists():
        return
    budgets = open_budgets(slip.order)
    parts = dict(slip.lines.values_list("budget_id", "amount"))
    if any(parts.get(budget.pk, NOTHING) > left_in(budget) for budget in budgets):
        raise too_much(budgets)
    for key, part in parts.items():
        _add(key, part)


def release(slip: PaySlip) -> None:
    """What a declined slip had set aside is free again."""
    parts = list(slip.lines.values_list("budget_id", "amount"))
    lock(LineBudget.objects.filter(pk__in=[key for key, _part in parts]))
    for key, part in parts:
        _add(key, -part)


def refunded_elsewhere(order: Order, besides: Refund | None = None) -> Decimal:
    """What the platform paid back for this order without any slip of ours, in yuan.

    A refund is a slip's when the slip names it or bears its number, or else when an open or paid slip has its sum.
    """
    refunds = Refund.objects.filter(order=order, state=RefundState.SUCCESS)
    if besides is not None:
        refunds = refunds.exclude(pk=besides.pk)
    slips = list(
        PaySlip.objects.filter(order=order, state__in=BINDING, direction=Direction.OUT).values_list(
            "refund_id", "platform_number", "amount", "state"
        )
    )
    known = {refund_id for refund_id, *_rest in slips} | {number for _pk, number, *_rest in slips}
    sums = [sum_ for refund_id, _number, sum_, state in slips if refund_id is None or state not in SPENT]
    without = NOTHING
    for refund in refunds:
        if refund.pk in known or refund.refund_no in known:
            continue
        if refund.amount in sums:
            sums.remove(refund.amount)
        else:
            without += refund.amount
    return without
