"""Who hears of slips and claims. Notices carry numbers and sums, never anything of the buyer."""

from __future__ import annotations

import datetime as dt

from ledger.models import Claim, PaySlip
from notifications import audiences
from notifications.audiences import Facts
from notifications.services import notify, queue_mail
from staff.models import User


def to_approve(slip: PaySlip, now: dt.datetime) -> None:
    """Those who may approve, except who asked: it waits for them (FIN-02)."""
    people = audiences.resolve("supervisor", Facts(shop_id=slip.shop_id), now=now)
    notify(
        kind="ledger.to_approve",
        users=[user for user in people if user.pk != slip.asked_by_id],
        context={"number": slip.number, "amount": str(slip.amount)},
        url=slip.get_absolute_url(),
        severity="warning",
        dedupe_key=f"ledger.to_approve:{slip.pk}:{slip.version}",
        now=now,
    )


def declined(slip: PaySlip, by: User, now: dt.datetime) -> None:
    """Who asked hears that it is not paid."""
    if slip.asked_by is None or slip.asked_by_id == by.pk:
        return
    notify(
        kind="ledger.declined",
        users=[slip.asked_by],
        context={"number": slip.number, "amount": str(slip.amount)},
        url=slip.get_absolute_url(),
        severity="warning",
        dedupe_key=f"ledger.declined:{slip.pk}:{slip.version}",
        now=now,
    )


def claim_sent(claim: Claim, now: dt.datetime) -> None:
    """The supplier hears of a claim against it, and is reminded to pursue the courier where that one answers (SUP-29)."""
    if claim.supplier is None or not claim.supplier.email:
        return
    order = claim.loss.order
    queue_mail(
        kind="ledger.claim_sent" if claim.liable == "supplier" else "ledger.pursue_courier",
        address=claim.supplier.email,
        context={
            "number": claim.number,
            "order_no": order.order_no if order else "",
            "amount": str(claim.amount),
        },
        language="zh-hans",
        dedupe_key=f"ledger.claim_sent:{claim.pk}:{claim.version}",
        now=now,
    )


def claim_answered(claim: Claim, now: dt.datetime) -> None:
    """The service hears that a supplier disputes a claim: it is theirs to prove or to give in."""
    order = claim.loss.order
    facts = Facts(shop_id=order.shop_id if order else None, skill="aftersales")
    notify(
        kind="ledger.claim_disputed",
        users=audiences.resolve("agent", facts, now=now),
        context={"number": claim.number, "amount": str(claim.amount)},
        url=claim.get_absolute_url(),
        severity="warning",
        dedupe_key=f"ledger.claim_disputed:{claim.pk}:{claim.version}",
        now=now,
    )
