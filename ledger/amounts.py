"""How sums are split so that the parts add up to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal

from orders.models import OrderLine

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")
HUNDRED = Decimal(100)


def is_money(amount: Decimal) -> bool:
    """Whether `amount` is finite, not below zero, and has whole fen."""
    return amount.is_finite() and amount >= 0 and amount == amount.quantize(CENT)


def cents(amount: Decimal | None) -> Decimal:
    """A sum from the database to the fen: SQLite adds up floating, and says nothing where there is nothing."""
    return NOTHING if amount is None else amount.quantize(CENT)


def split(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """`total` (yuan) in parts proportional to `weights`; counted on the running sum, so that they add up to the cent.

    Without any weight the parts are nothing.
    """
    whole = sum(weights, NOTHING)
    parts: list[Decimal] = []
    upto = given = NOTHING
    for weight in weights:
        upto += weight
        here = (total * upto / whole).quantize(CENT, ROUND_DOWN) if whole else NOTHING
        parts.append(here - given)
        given = here
    return parts


def paid_by_line(lines: Iterable[OrderLine], paid: Decimal, postage: Decimal) -> dict[int, Decimal]:
    """What was paid for each line: `paid` less `postage`, by price × quantity, coupons and all (FIN-02)."""
    rows = sorted(lines, key=lambda line: line.pk)
    goods = max(NOTHING, paid - postage)
    parts = split(goods, [line.price * line.quantity for line in rows])
    return {line.pk: part for line, part in zip(rows, parts, strict=True)}


def by_share(total: Decimal, shares: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """A loss over the parties that bear it, by percent; the amounts add up to `total` (SUP-14, FIN-11)."""
    return dict(zip(shares, split(total, list(shares.values())), strict=True))
