"""Ours against the platform's: what was paid by us must stand in the list of refunds, with the same sum."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock
from ledger import permissions
from ledger.models import PaySlip
from ledger.services.base import keep, move, required, take_slip
from ledger.services.slips import ask_slip
from ledger.states import Direction, PayBy, Purpose, SlipState
from orders.models import Refund
from orders.services.remarks import for_the_trail
from orders.states import RefundState
from staff.models import User

OPEN = (SlipState.PAID, SlipState.MISMATCHED)


def open_slips() -> list[PaySlip]:
    """Paid by a platform and not found in its list yet, or found with another sum; locked."""
    return lock(PaySlip.objects.filter(state__in=OPEN, direction=Direction.OUT, pay_by=PayBy.PLATFORM))


@transaction.atomic
def reconcile(*, by: User | None = None, now: dt.datetime | None = None) -> dict[str, int]:
    """Look each open slip up in the imported refunds; answers how many agree and how many do not.

    A refund is the slip's by its number, or as the only finished one of the order with that sum. The number of
    queries does not grow with the slips.
    """
    now = now or clock.now()
    slips = open_slips()
    refunds = list(
        Refund.objects.filter(
            order_id__in={slip.order_id for slip in slips if slip.order_id}, state=RefundState.SUCCESS
        ).order_by("pk")
    )
    taken: set[int | None] = set(PaySlip.objects.filter(refund__in=refunds).values_list("refund_id", flat=True))
    agreed: list[PaySlip] = []
    differ: list[PaySlip] = []
    for slip in slips:
        refund = _refund_of(slip, refunds, taken)
        if refund is None:
            continue
        taken.add(refund.pk)
        slip.refund = refund
        if refund.amount == slip.amount:
            move(slip, "reconcile")
            slip.difference, slip.reconciled_at = "", now
            agreed.append(slip)
        elif slip.state == SlipState.PAID:
            move(slip, "mismatch")
            differ.append(slip)
    _write([*agreed, *differ])
    _note("ledger.reconciled", agreed, by, now)
    _note("ledger.mismatched", differ, by, now)
    return {"agreed": len(agreed), "differ": len(differ)}


def _refund_of(slip: PaySlip, refunds: Sequence[Refund], taken: set[int | None]) -> Refund | None:
    own = [refund for refund in refunds if refund.order_id == slip.order_id]
    for refund in own:
        if refund.pk == slip.refund_id or (refund.refund_no == slip.platform_number and refund.pk not in taken):
            return refund
    same = [refund for refund in own if refund.amount == slip.amount and refund.pk not in taken]
    return same[0] if len(same) == 1 and slip.refund_id is None else None


def _write(slips: Sequence[PaySlip]) -> None:
    for slip in slips:
        slip.version += 1
    PaySlip.objects.bulk_update(slips, ["state", "difference", "refund", "reconciled_at", "version"], batch_size=500)


def _note(action: str, slips: Iterable[PaySlip], by: User | None, now: dt.datetime) -> None:
    topics = [f"ledger.payslip:{slip.pk}" for slip in slips]
    if topics:
        audit.record_many(action, about=topics, by=by, now=now)


@transaction.atomic
def settle_difference(
    *, slip_id: int, version: int | None, reason: str, by: User, now: dt.datetime | None = None
) -> PaySlip:
    """Finance looked: why the slip stands all the same, by whose word. It counts as reconciled from here on.

    Raises Conflict; BusinessError without a reason, or when nothing is open.
    """
    now = now or clock.now()
    slip = take_slip(slip_id, version)
    if not by.has_perm(permissions.PAY_SLIP):
        raise BusinessError(_("This step is somebody else's."), code="no_right")
    why = required(reason, _("Say what you found out."))
    move(slip, "reconcile")
    slip.difference, slip.reconciled_at = why, now
    keep(slip, ["difference", "reconciled_at"])
    audit.record_many(
        "ledger.difference_settled", about=[f"ledger.payslip:{slip.pk}", slip.topic], by=by, now=now,
        number=slip.number, reason=for_the_trail(why),
    )  # fmt: skip
    return slip


def ask_for_refund(*, refund_id: int, reason: str, by: User, now: dt.datetime | None = None) -> PaySlip:
    """The slip that a refund of the platform lacks, written afterwards: it goes its way like any other (FIN-02).

    Raises BusinessError when `by` may not ask, or the refund has its slip.
    """
    now = now or clock.now()
    if not by.has_perm(permissions.ASK_SLIP):
        raise BusinessError(_("This step is somebody else's."), code="no_right")
    refund = Refund.objects.select_related("order").get(pk=refund_id)
    if refund.state != RefundState.SUCCESS or PaySlip.objects.filter(refund=refund).exists():
        raise BusinessError(_("This refund has its slip already."), code="has_slip")
    lines: list[tuple[int | None, Decimal]] = []
    return ask_slip(
        topic=f"orders.order:{refund.order_id}", order=refund.order, shop_id=refund.order.shop_id,
        purpose=Purpose.REFUND, amount=refund.amount, lines=lines, reason=reason,
        event_key=f"orders.refund:{refund.pk}", by=by, now=now, refund=refund,
    )  # fmt: skip
