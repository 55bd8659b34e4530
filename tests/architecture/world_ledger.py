"""What the world holds of money: slips that wait, a batch, a difference of each kind, a loss with its claims."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from common import clock
from common.topics import topic_of
from ledger.models import Claim, PayBatch
from ledger.services import claims
from ledger.services.losses import book_loss
from ledger.services.paying import pay_slip
from ledger.services.slips import approve_slip, ask_slip
from ledger.states import Purpose
from orders.models import OrderLine
from staff.models import User
from staff.roles import Role
from suppliers.models import Supplier
from tests import factories


def add_ledger(world: Any, line: OrderLine, number: int) -> dict[str, dict[str, Any]]:
    """One row more of each list; what the arguments of the routes are."""
    users: dict[str, User] = world.users
    now = clock.now()
    order = line.order
    waiting = _slip(line, users["agent"], f"w{number}:wait", now)
    batch = PayBatch.objects.create(
        number=f"PBW{number}", platform=order.platform, shop=order.shop, made_at=now, made_by=users["finance"]
    )
    packed = _slip(line, users["agent"], f"w{number}:packed", now)
    packed.batch = batch
    packed.save(update_fields=["batch"])
    _slip(line, None, f"w{number}:approve", now)
    old = _slip(line, users["agent"], f"w{number}:old", now - dt.timedelta(days=3))
    pay_slip(
        slip_id=old.pk, version=None, platform_number=f"WORLD{number:04d}", by=users["finance"],
        now=now - dt.timedelta(days=2),
    )  # fmt: skip
    theirs = factories.RefundFactory(
        order=factories.FulfilmentFactory(order__state="shipped").order, state="success", finished_at=now
    )
    claim = _claims(line, world.supplier_a, users["agent"], number, now)
    if number:
        return {}
    slip, lost = {"pk": waiting.pk, "action": "pay"}, {"pk": claim.pk, "action": "prove"}
    return {
        "ledger": {"pk": batch.pk, "refund_pk": theirs.pk},
        "ledger:slip": slip,
        "ledger:act": slip,
        "ledger:claim": lost,
        "ledger:claim_act": lost,
        "ledger:shares": {"pk": claim.loss_id},
        "ledger:statement": {"pk": world.supplier_a.pk},
        "ledger:export_statement": {"pk": world.supplier_a.pk},
    }


def _slip(line: OrderLine, by: User | None, key: str, now: dt.datetime) -> Any:
    return ask_slip(
        topic=topic_of(line.order), order=line.order, shop_id=None, purpose=Purpose.FREIGHT, amount=Decimal("5.00"),
        lines=[], reason="退货邮费", event_key=key, by=by, now=now,
    )  # fmt: skip


def _claims(line: OrderLine, supplier: Supplier, agent: User, number: int, now: dt.datetime) -> Claim:
    """A draft, one that was accepted and settled, one that was sent."""
    keys: list[int] = []
    for kind in ("draft", "settled", "sent"):
        loss = book_loss(
            topic=f"world.{kind}:{number}", order=line.order, goods=Decimal(10), freight=Decimal(0),
            compensation=Decimal(0), shares={"supplier": Decimal(100)}, supplier=supplier, proof=["a"], now=now,
        )  # fmt: skip
        assert loss is not None
        keys.append(loss.claims.get().pk)
    for key in keys[1:]:
        claims.prove_claim(claim_id=key, version=None, reply=["b"], by=agent, now=now)
        claims.send_claim(claim_id=key, version=None, by=agent, now=now)
    claims.accept_claim(claim_id=keys[1], version=None, answer="同意", by=agent, now=now)
    slip = claims.ask_settlement(claim_id=keys[1], version=None, by=agent, now=now)
    if slip.state == "submitted":
        leader = User.objects.filter(role=Role.SUPERVISOR).order_by("pk")[0]
        slip = approve_slip(slip_id=slip.pk, version=None, by=leader, now=now)
    payer = User.objects.filter(role=Role.FINANCE).order_by("pk")[0]
    pay_slip(slip_id=slip.pk, version=None, platform_number=f"BANK{number:04d}", by=payer, now=now)
    return Claim.objects.get(pk=keys[0])
