"""What a buyer gets back, and why: paid price pro rata, less what went back before; parts sum to the cent (FIN-02)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from aftersales.models import Case, CaseLine, FreightRule, Reason
from aftersales.states import Kind, ReturnState
from ledger.amounts import CENT, NOTHING, paid_by_line, split
from orders.models import Order

OURS = (
    Reason.Cause.QUALITY,
    Reason.Cause.WRONG_ITEM,
    Reason.Cause.MISSING,
    Reason.Cause.DAMAGED,
    Reason.Cause.LATE,
    Reason.Cause.SHORTAGE,
)


@dataclass(frozen=True)
class Share:
    """What one line of a case may bring back."""

    case_line: CaseLine
    amount: Decimal


@dataclass(frozen=True)
class Proposal:
    """An amount in yuan, its parts by line, and the sentences that made it."""

    total: Decimal
    reasons: tuple[str, ...]
    shares: tuple[Share, ...] = ()


def part_of(paid: Decimal, quantity: int, of: int, before: int = 0, given: Decimal = NOTHING) -> Decimal:
    """The share of `quantity` pieces in what was `paid` for `of` pieces, when `before` of them brought back `given`.

    The last pieces bring what is left, so that the shares of successive refunds add up to `paid` to the cent, in
    whatever order and sizes they come.
    """
    if of <= 0:
        return NOTHING
    left = max(NOTHING, paid - given)
    if before + quantity >= of:
        return left
    return min(left, (paid * quantity / of).quantize(CENT, ROUND_DOWN))


def paid_for_lines(order: Order) -> dict[int, Decimal]:
    """What was paid for each line, by its key, in yuan; together the payment less postage."""
    return paid_by_line(order.lines.all(), order.paid_total, order.postage)


def proposal(case: Case) -> Proposal:
    """What this case may pay back for its goods, and why: never more than what is left of the order's payment.

    Of a case that was reopened: what may go back on top of what it brought before.
    Freight that the buyer advanced is beside it (FIN-03): `case.freight_amount`, by a slip of its own.
    """
    if case.order is None:
        return Proposal(case.amount, ())
    said: list[str] = []
    shares: list[Share] = []
    paid_for = paid_for_lines(case.order)
    lines = lines_of(case)
    before = _back_before(case, lines)
    came = _came_back(case)
    for each in lines:
        paid = paid_for[each.line_id]
        pieces, given = before.get(each.line_id, (0, NOTHING))
        given += each.amount if case.reopened else NOTHING
        many = min(each.quantity, came.get(each.pk, each.quantity))
        share = part_of(paid, many, each.line.quantity, pieces, given)
        shares.append(Share(each, share))
        said.append(_line_sentence(each, many, paid, share, given))
        if many < each.quantity:
            told = {"goods": each.line.title, "many": many, "quantity": each.quantity}
            said.append(_("%(goods)s: only %(many)s of %(quantity)s came back.") % told)
    total = sum((share.amount for share in shares), NOTHING)
    asked = case.refund.amount if case.refund is not None else NOTHING
    if asked > NOTHING and (asked < total or not lines):
        total = asked
        said.append(_("The buyer asks for %(amount)s on the platform.") % {"amount": total})
    left = left_of(case) if case.reopened else left_of(case) + case.amount
    if total > left:
        total = left
        said.append(_("Only %(amount)s of what was paid is left.") % {"amount": left})
    return Proposal(total, tuple(said), tuple(shares))


def lines_of(case: Case) -> list[CaseLine]:
    """The lines of a case with those of the order; as they were read already, where somebody did (prefetch)."""
    if "lines" in getattr(case, "_prefetched_objects_cache", {}):
        return list(case.lines.all())
    return list(case.lines.select_related("line").order_by("pk"))


def _came_back(case: Case) -> dict[int, int]:
    """RET-04: where other goods came back than agreed, how many pieces of a line did, by the case line's key."""
    if case.kind != Kind.RETURN or case.state not in (ReturnState.MISMATCHED, ReturnState.CALLED_BACK):
        return {}
    counted = case.inspections.values_list("case_line_id").annotate(many=Sum(F("good") + F("bad")))
    return dict(counted.order_by())


def _line_sentence(each: CaseLine, many: int, paid: Decimal, share: Decimal, given: Decimal) -> str:
    told = {"goods": each.line.title, "quantity": many, "of": each.line.quantity, "paid": paid, "share": share}
    if given:
        return _("%(goods)s: %(quantity)s of %(of)s, paid %(paid)s, %(given)s went back before, so %(share)s.") % {
            **told,
            "given": given,
        }
    return _("%(goods)s: %(quantity)s of %(of)s, paid %(paid)s, so %(share)s.") % told


def _counted() -> QuerySet[CaseLine]:
    """Lines whose refund was approved. A dispute's ruling is paid by the case that it is about."""
    return CaseLine.objects.filter(amount__gt=0).exclude(kind=Kind.DISPUTE)


def _back_before(case: Case, lines: Iterable[CaseLine]) -> dict[int, tuple[int, Decimal]]:
    """By order line: how many pieces went back in other cases, and what they brought."""
    others = _counted().filter(line__in=[each.line_id for each in lines]).exclude(case_id=case.pk)
    found = others.values_list("line_id").annotate(pieces=Sum("quantity"), given=Sum("amount"))
    return {line_id: (pieces, given.quantize(CENT)) for line_id, pieces, given in found}  # SQLite sums in floats


def parts_of(case: Case, amount: Decimal) -> dict[int, Decimal]:
    """What of `amount` is for which line of the case, by the case line's key; what no line can bear is left out.

    As the calculator says when the amount is its own; a higher one fills the lines up to what was paid for them.
    """
    if case.order is None or case.kind == Kind.COMPENSATION:
        return {}  # a compensation is for the trouble, not for pieces
    told = proposal(case).shares
    proposed = sum((share.amount for share in told), NOTHING)
    if amount <= proposed:
        parts = split(amount, [share.amount for share in told])
        return {share.case_line.pk: part for share, part in zip(told, parts, strict=True)}
    paid, rest = paid_for_lines(case.order), amount - proposed
    given = {line_id: sum_ for line_id, (_pieces, sum_) in _back_before(case, [s.case_line for s in told]).items()}
    found: dict[int, Decimal] = {}
    for share in told:
        line = share.case_line
        room = paid[line.line_id] - given.get(line.line_id, NOTHING) - line.amount - share.amount
        more = min(rest, max(NOTHING, room))
        found[line.pk], rest = share.amount + more, rest - more
    return found


def left_of(case: Case) -> Decimal:
    """What was paid for the order and neither paid back nor approved to be, by this or another case, in yuan."""
    if case.order is None:
        return NOTHING
    given = Case.objects.filter(order=case.order).exclude(kind=Kind.DISPUTE)
    taken = given.aggregate(total=Sum("amount", filter=Q(amount__gt=0)))["total"] or NOTHING
    return max(NOTHING, case.order.paid_total - taken.quantize(CENT))


def freight_rule_of(case: Case, rules: Iterable[FreightRule] | None = None) -> FreightRule | None:
    """Who pays the freight by the table (RET-13, RET-24, RET-25); None when the table has no row for it.

    `rules`: the table, where somebody has read it already.
    """
    ours = bool(case.reason and case.reason.cause in OURS)
    free = case.order is None or case.order.postage == 0
    table = FreightRule.objects.filter(breaks_condition=False) if rules is None else rules
    wanted = (ours, free, False)
    return next((row for row in table if (row.cause_is_ours, row.free_shipping, row.breaks_condition) == wanted), None)
