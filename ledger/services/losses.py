"""What a case cost and who bears it: a loss and its claims, which add up to it to the cent (SUP-08, SUP-13, SUP-14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock, lock_alone
from ledger import permissions
from ledger.amounts import HUNDRED, NOTHING, by_share, is_money
from ledger.models import Claim, Loss
from ledger.services.base import give_number, keep, move, new_number, required, start_clock, void_clocks
from ledger.sla_policies import CLAIM_SENDING
from ledger.states import INTERNAL, UNSENT, Liable
from orders.models import Order
from orders.services.remarks import for_the_trail
from sla.states import Party
from staff.models import User
from suppliers.models import Supplier

Sums = tuple[Decimal, Decimal, Decimal]  # goods, freight, compensation; yuan


@transaction.atomic
def book_loss(
    *,
    topic: str,
    order: Order | None,
    goods: Decimal,
    freight: Decimal,
    compensation: Decimal,
    shares: Mapping[str, Decimal],
    supplier: Supplier | None,
    proof: Sequence[str],
    now: dt.datetime,
    by: Any = None,
) -> Loss | None:
    """What the case `topic` cost, in yuan, shared out by percent (SUP-08, SUP-13, SUP-14, FIN-10, FIN-11).

    `proof` are references to evidence, «goods:…» or «reply:…». Booked again, the drafts are drawn anew; once a claim
    has gone out only what came on top is booked. No loss at all answers None. Raises BusinessError unless the shares
    sum to 100 and the supplier that bears one is named.
    """
    _check_shares(shares, supplier)
    sums: Sums = (goods, freight, compensation)
    if not all(is_money(each) for each in sums):
        raise BusinessError(_("The amount must be above zero, in whole fen."), code="amount")
    lock_alone(f"ledger.loss:{topic}")
    parts = sorted(lock(Loss.objects.filter(topic=topic)), key=lambda loss: loss.part)
    last = parts.pop() if parts and is_open_to_change(parts[-1]) else None
    rest = _beyond(sums, parts)
    if sum(rest) == 0:
        if last is not None:
            _take_back(last, now, by)
        return parts[-1] if parts else None
    loss = last or Loss(topic=topic, part=len(parts) + 1, order=order, at=now)
    _write(loss, rest, shares, supplier, proof, now)
    audit.record_many(
        "ledger.loss_booked", about=_topics(loss), by=by, now=now, total=str(loss.total),
        shares={party: str(percent) for party, percent in shares.items()},
    )  # fmt: skip
    return loss


def _write(
    loss: Loss,
    sums: Sums,
    shares: Mapping[str, Decimal],
    supplier: Supplier | None,
    proof: Sequence[str],
    now: dt.datetime,
) -> None:
    loss.goods, loss.freight, loss.compensation = sums
    loss.total = sum(sums, NOTHING)
    loss.save()
    _share_out(loss, shares, supplier, proof, now)


def _check_shares(shares: Mapping[str, Decimal], supplier: Supplier | None) -> None:
    if any(party not in Liable.values or percent < 0 for party, percent in shares.items()):
        raise BusinessError(_("Nobody knows this party."), code="party")
    if sum(shares.values(), NOTHING) != HUNDRED:
        raise BusinessError(_("The shares must sum to 100 %."), code="shares")
    if shares.get(Liable.SUPPLIER) and supplier is None:
        raise BusinessError(_("Name the supplier that bears a share."), code="no_supplier")


def _beyond(sums: Sums, booked: Sequence[Loss]) -> Sums:
    """What is more than was booked before, kind by kind."""
    before = (
        sum((loss.goods for loss in booked), NOTHING),
        sum((loss.freight for loss in booked), NOTHING),
        sum((loss.compensation for loss in booked), NOTHING),
    )
    goods, freight, compensation = (max(NOTHING, now - then) for now, then in zip(sums, before, strict=True))
    return goods, freight, compensation


def _topics(loss: Loss) -> list[str]:
    """Where the trail tells of it: with the case, and with each claim."""
    return [loss.topic, *(f"ledger.claim:{key}" for key in loss.claims.order_by("pk").values_list("pk", flat=True))]


def is_open_to_change(loss: Loss) -> bool:
    """Whether none of its claims has left the house."""
    return not loss.claims.exclude(state__in=UNSENT).exclude(liable__in=INTERNAL).exists()


def _take_back(loss: Loss, now: dt.datetime, by: Any) -> None:
    """A loss that turned out to be none, of which nobody was told."""
    _drop_drafts(loss, now)
    audit.record_many("ledger.loss_taken_back", about=[f"ledger.loss:{loss.pk}", loss.topic], by=by, now=now)
    loss.delete()


def _drop_drafts(loss: Loss, now: dt.datetime) -> None:
    for claim in lock(Claim.objects.filter(loss=loss)):
        void_clocks(claim, [CLAIM_SENDING.key], now, _("The shares were changed."))
        claim.delete()


def _share_out(
    loss: Loss, shares: Mapping[str, Decimal], supplier: Supplier | None, proof: Sequence[str], now: dt.datetime
) -> None:
    _drop_drafts(loss, now)
    given = {party: shares[party] for party in Liable.values if shares.get(party)}
    amounts = by_share(loss.total, given)
    for party, percent in given.items():
        if not amounts[party]:
            continue  # less than a fen
        claim = Claim.objects.create(
            number=new_number(), loss=loss, liable=party, percent=percent, amount=amounts[party], proof=list(proof),
            supplier=supplier if party in (Liable.SUPPLIER, Liable.CARRIER) else None,
        )  # fmt: skip
        give_number(claim, "CL", clock.day_of(now))
        if party in INTERNAL:
            move(claim, "write_off")
            keep(claim, [])
        else:
            _pursue(claim, loss, now)


def _pursue(claim: Claim, loss: Loss, now: dt.datetime) -> None:
    shop_id = loss.order.shop_id if loss.order else None
    start_clock(claim, CLAIM_SENDING.key, now, party=Party.AGENT, supplier_id=claim.supplier_id, shop_id=shop_id)


@transaction.atomic
def share_anew(
    *,
    loss_id: int,
    shares: Mapping[str, Decimal],
    supplier: Supplier | None,
    reason: str,
    by: User,
    now: dt.datetime | None = None,
) -> Loss:
    """Another split of a loss, with a reason: a ruling, a second look (AFT-14). Drafts are drawn anew.

    Raises BusinessError once a claim has gone out, without a reason, or unless the shares sum to 100.
    """
    now = now or clock.now()
    if not by.has_perm(permissions.WORK_CLAIM):
        raise BusinessError(_("This step is somebody else's."), code="no_right")
    why = required(reason, _("Say why the shares are changed."))
    _check_shares(shares, supplier)
    loss = lock(Loss.objects.filter(pk=loss_id))[0]
    if not is_open_to_change(loss):
        raise BusinessError(_("A claim of this loss has gone out: its shares stand."), code="sent")
    old = list(loss.claims.order_by("pk"))
    proof: list[str] = next((claim.proof for claim in old if claim.proof), [])
    _share_out(loss, shares, supplier, proof, now)
    audit.record_many(
        "ledger.shared_anew", about=_topics(loss), by=by, now=now,
        before={claim.liable: str(claim.percent) for claim in old},
        shares={party: str(percent) for party, percent in shares.items() if percent}, reason=for_the_trail(why),
    )  # fmt: skip
    return loss
