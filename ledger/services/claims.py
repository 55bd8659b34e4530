"""A claim on its way: proved, sent, accepted or disputed, settled or written off (SUP-27, SUP-28, AFT-22, FIN-11).

`by` is somebody of the house, a supplier's user or a supplier's token; a supplier moves its own claims only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from ledger import permissions
from ledger.amounts import is_money
from ledger.models import Claim, PaySlip
from ledger.proofs import ticked
from ledger.services import telling
from ledger.services.base import keep, move, required, start_clock, stop_clocks, take_claim, void_clocks
from ledger.services.slips import ask_slip
from ledger.signals import claim_sent
from ledger.sla_policies import CLAIM_ANSWER, CLAIM_DISPUTE, CLAIM_SENDING, CLAIM_SETTLEMENT
from ledger.states import ClaimState, Direction, Liable, PayBy, Purpose
from orders.services.remarks import for_the_trail
from sla.states import Party
from staff.models import User
from staff.roles import Role
from suppliers.selectors import supplier_of

GOODS, REPLY = "goods:", "reply:"
NEEDS_REPLY = (Liable.SUPPLIER, Liable.CARRIER)  # their answer, kept as a screenshot (SUP-28)
PARTY = {Liable.SUPPLIER: Party.SUPPLIER, Liable.CARRIER: Party.CARRIER, Liable.PLATFORM: Party.PLATFORM}
MOST_PROOFS = 20


def _require(claim: Claim, by: Any, right: str = permissions.WORK_CLAIM) -> None:
    """Raises BusinessError unless `by` may move this claim: staff by right, a supplier its own."""
    if is_supplier(by):
        if claim.liable == Liable.SUPPLIER and claim.supplier_id == supplier_id_of(by):
            return
    elif isinstance(by, User) and by.has_perm(right):
        return
    raise BusinessError(_("This step is somebody else's."), code="no_right")


def is_supplier(by: Any) -> bool:
    """Whether a supplier's user or program acts."""
    return getattr(by, "role", "") == Role.SUPPLIER or (not isinstance(by, User) and hasattr(by, "supplier"))


def supplier_id_of(by: Any) -> int | None:
    if isinstance(by, User):
        supplier = supplier_of(by)
        return supplier.pk if supplier else None
    found: int = by.supplier.pk
    return found


def missing_proof(claim: Claim) -> list[str]:
    """What is still needed before the claim may be sent, in words (SUP-28, AFT-22)."""
    kinds = {REPLY if proof.startswith(REPLY) else GOODS for proof in claim.proof}
    missing = []
    if GOODS not in kinds:
        missing.append(_("a photo or video of goods and packing, with the logo"))
    if claim.liable in NEEDS_REPLY and REPLY not in kinds:
        missing.append(_("a screenshot of the other side's answer"))
    return missing


def _note(action: str, claim: Claim, by: Any, now: dt.datetime, **data: Any) -> None:
    audit.record_many(
        action, about=[f"ledger.claim:{claim.pk}", claim.loss.topic], by=by, now=now, number=claim.number, **data
    )


@transaction.atomic
def prove_claim(
    *,
    claim_id: int,
    version: int | None,
    goods: Sequence[str] = (),
    reply: Sequence[str] = (),
    by: Any,
    now: dt.datetime | None = None,
) -> Claim:
    """References to the evidence: pictures of goods and packing, the other side's answer (SUP-28, AFT-22).

    What was there stays. Raises Conflict; BusinessError while something is missing.
    """
    now = now or clock.now()
    claim = take_claim(claim_id, version)
    _require(claim, by)
    added = [f"{GOODS}{one.strip()[:80]}" for one in goods if one.strip()]
    added += [f"{REPLY}{one.strip()[:80]}" for one in reply if one.strip()]
    claim.proof = list(dict.fromkeys([*claim.proof, *added]))[:MOST_PROOFS]
    missing = missing_proof(claim)
    if missing:
        raise BusinessError(_("Still missing: %(what)s.") % {"what": "; ".join(missing)}, code="proof_missing")
    move(claim, "prove")
    keep(claim, ["proof"])
    _note("ledger.claim_proved", claim, by, now, proofs=len(claim.proof))
    return claim


@transaction.atomic
def send_claim(*, claim_id: int, version: int | None, note: str = "", by: Any, now: dt.datetime | None = None) -> Claim:
    """The claim goes to its party, or a disputed one again with a word why (SUP-27). The ball is theirs.

    Raises Conflict; BusinessError before it is proved, and for a disputed one without that word.
    """
    now = now or clock.now()
    claim = take_claim(claim_id, version)
    _require(claim, by)
    again = claim.state == ClaimState.DISPUTED
    if again:
        claim.note = required(note, _("Say why the claim stands."), 300)
    move(claim, "send")
    claim.sent_at = now
    keep(claim, ["sent_at", "note"])
    stop_clocks(claim, [CLAIM_SENDING.key, CLAIM_DISPUTE.key], now)
    _start(claim, CLAIM_ANSWER.key, now, PARTY.get(Liable(claim.liable), Party.BUYER))
    telling.claim_sent(claim, now)
    claim_sent.send(sender=Claim, claim=claim, proof=ticked(claim), by=by, now=now)
    _note("ledger.claim_sent", claim, by, now, liable=claim.liable, again=again)
    return claim


def _start(claim: Claim, policy: str, now: dt.datetime, party: str) -> None:
    order = claim.loss.order
    start_clock(
        claim, policy, now, party=party, supplier_id=claim.supplier_id, shop_id=order.shop_id if order else None
    )


@transaction.atomic
def accept_claim(
    *,
    claim_id: int,
    version: int | None,
    answer: str = "",
    amount: Decimal | None = None,
    by: Any,
    now: dt.datetime | None = None,
) -> Claim:
    """The party pays it; it stands on the statement of this month (FIN-11). `amount` when less was agreed on.

    The rest is borne by the house. A supplier accepts the whole claim; less is noted by the house, with the party's
    words. Raises Conflict, BusinessError.
    """
    now = now or clock.now()
    claim = take_claim(claim_id, version)
    _require(claim, by)
    agreed = claim.amount if amount is None else amount
    if not is_money(agreed) or not 0 < agreed <= claim.amount:
        raise BusinessError(_("At most the amount of the claim, and more than nothing."), code="amount")
    if agreed != claim.amount and is_supplier(by):
        raise BusinessError(_("Accept the claim as it is, or dispute it with a reason."), code="partial")
    said = " ".join(answer.split())[:500]
    if not is_supplier(by) and not said:
        raise BusinessError(_("Note what they answered."), code="missing")
    move(claim, "accept")
    claim.agreed_amount, claim.answered_at = agreed, now
    claim.answer = said or claim.answer
    claim.month = clock.day_of(now).replace(day=1)
    keep(claim, ["agreed_amount", "answered_at", "answer", "month"])
    stop_clocks(claim, [CLAIM_ANSWER.key, CLAIM_DISPUTE.key], now)
    _start(claim, CLAIM_SETTLEMENT.key, now, PARTY.get(Liable(claim.liable), Party.BUYER))
    _note("ledger.claim_accepted", claim, by, now, amount=str(agreed))
    return claim


@transaction.atomic
def dispute_claim(*, claim_id: int, version: int | None, reason: str, by: Any, now: dt.datetime | None = None) -> Claim:
    """The party says that it is not theirs, and why: ours to prove or to give in (SUP-27).

    Raises Conflict; BusinessError without a reason.
    """
    now = now or clock.now()
    claim = take_claim(claim_id, version)
    _require(claim, by)
    claim.answer = required(reason, _("Say why."), 500)
    move(claim, "dispute")
    claim.answered_at = now
    keep(claim, ["answer", "answered_at"])
    stop_clocks(claim, [CLAIM_ANSWER.key], now)
    _start(claim, CLAIM_DISPUTE.key, now, Party.AGENT)
    telling.claim_answered(claim, now)
    _note("ledger.claim_disputed", claim, by, now, reason=for_the_trail(claim.answer[:200]))
    return claim


@transaction.atomic
def ask_settlement(*, claim_id: int, version: int | None, by: User, now: dt.datetime | None = None) -> PaySlip:
    """The slip for the money that the party owes by an accepted claim (FIN-02, FIN-11): once it is marked as
    received, the claim is settled. Raises Conflict; BusinessError unless the claim is accepted."""
    now = now or clock.now()
    claim = take_claim(claim_id, version)
    _require(claim, by)
    if claim.state != ClaimState.ACCEPTED or is_supplier(by):
        raise BusinessError(_("Only an accepted claim is settled."), code="wrong_state")
    slip = ask_slip(
        topic=f"ledger.claim:{claim.pk}", order=claim.loss.order, shop_id=None, purpose=Purpose.CLAIM,
        amount=claim.agreed_amount, lines=[],
        reason=_("Claim %(number)s: %(party)s") % {"number": claim.number, "party": claim.get_liable_display()},
        event_key=f"ledger.claim:{claim.pk}", by=by, now=now, pay_by=PayBy.BANK, direction=Direction.IN,
    )  # fmt: skip
    _note("ledger.claim_billed", claim, by, now, slip=slip.number)
    return slip


def settle_claim(*, slip: PaySlip, by: Any, now: dt.datetime) -> Claim | None:
    """The money of a claim came in with `slip`; called inside its transaction."""
    kind, _colon, key = slip.topic.partition(":")
    if kind != "ledger.claim" or slip.direction != Direction.IN:
        return None
    claim = take_claim(int(key), None)
    move(claim, "settle")
    claim.settled_amount, claim.settled_at = slip.amount, now
    keep(claim, ["settled_amount", "settled_at"])
    stop_clocks(claim, [CLAIM_SETTLEMENT.key], now)
    _note("ledger.claim_settled", claim, by, now, amount=str(slip.amount))
    return claim


@transaction.atomic
def write_off_claim(
    *, claim_id: int, version: int | None, reason: str, by: User, now: dt.datetime | None = None
) -> Claim:
    """The house bears it after all, with a reason, by somebody who may approve money. Raises Conflict, BusinessError."""
    now = now or clock.now()
    claim = take_claim(claim_id, version)
    if not isinstance(by, User) or not by.has_perm(permissions.APPROVE_SLIP):
        raise BusinessError(_("This step is somebody else's."), code="no_right")
    claim.note = required(reason, _("Say why the house bears it."), 300)
    move(claim, "write_off")
    keep(claim, ["note"])
    running = [CLAIM_SENDING.key, CLAIM_ANSWER.key, CLAIM_DISPUTE.key]
    void_clocks(claim, running, now, claim.note)
    _note("ledger.claim_written_off", claim, by, now, reason=for_the_trail(claim.note[:200]))
    return claim
