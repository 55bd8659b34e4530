"""Slips and claims brought to a state by the services, as people would."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

from ledger.models import Claim, LineBudget, Loss, PaySlip
from ledger.services.losses import book_loss
from ledger.services.paying import pay_slip
from ledger.services.slips import approve_slip, ask_slip
from ledger.states import Purpose
from orders.models import Order
from orders.states import OrderState
from staff.models import User
from suppliers.models import Supplier
from tests import factories
from tests.factories import NOON

D = Decimal
_running = itertools.count(1)


def an_order(prices: tuple[str, ...] = ("60.00", "40.00"), postage: str = "0.00", **more: Any) -> Order:
    """A shipped order, paid in full, with one line a price."""
    total = sum(map(D, prices), D(postage))
    told = {"state": OrderState.SHIPPED, "paid_total": total, "total_due": total, "postage": D(postage)} | more
    part = factories.FulfilmentFactory(order=factories.OrderFactory(**told))
    for number, price in enumerate(prices):
        factories.OrderLineFactory(fulfilment=part, price=D(price), line_key=f"line{number}")
    return part.order


def asked(order: Order | None, amount: str, by: Any, *, key: str = "", **more: Any) -> PaySlip:
    told: dict[str, Any] = {
        "topic": f"orders.order:{order.pk}" if order else "orders.order:0",
        "order": order,
        "shop_id": None,
        "purpose": Purpose.REFUND,
        "amount": D(amount),
        "lines": [],
        "reason": "少件退款",
        "event_key": key or f"test:{next(_running)}",
        "by": by,
        "now": NOON,
    }
    return ask_slip(**told | more)


def approved(order: Order, amount: str, by: User, approver: User, **more: Any) -> PaySlip:
    slip = asked(order, amount, by, **more)
    if slip.state == "submitted":
        slip = approve_slip(slip_id=slip.pk, version=slip.version, by=approver, now=NOON)
    return slip


def paid(slip: PaySlip, by: User, number: str = "") -> PaySlip:
    return pay_slip(
        slip_id=slip.pk, version=None, platform_number=number or f"ALI{next(_running):08d}", by=by, now=NOON
    )


def a_loss(
    shares: dict[str, str],
    *,
    supplier: Supplier | None = None,
    sums: tuple[str, str, str] = ("80.00", "12.00", "8.00"),
    topic: str = "",
    order: Order | None = None,
    proof: tuple[str, ...] = (),
    now: Any = NOON,
) -> Loss:
    goods, freight, compensation = map(D, sums)
    loss = book_loss(
        topic=topic or f"aftersales.case:{next(_running) + 1000}",
        order=order,
        goods=goods,
        freight=freight,
        compensation=compensation,
        shares={party: D(percent) for party, percent in shares.items()},
        supplier=supplier,
        proof=proof,
        now=now,
    )
    assert loss is not None
    return loss


def claim_of(loss: Loss, party: str = "supplier") -> Claim:
    return Claim.objects.get(loss=loss, liable=party)


def budgets(order: Order) -> list[tuple[Decimal, Decimal]]:
    """(paid, bound) of each line, the postage last."""
    rows = LineBudget.objects.filter(order=order)
    return [(row.paid, row.bound) for row in sorted(rows, key=lambda row: (row.line_id is None, row.line_id or 0))]
