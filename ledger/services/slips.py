"""Asking for money and deciding on it: every cent in or out has its slip (FIN-02)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from ledger import permissions
from ledger.amounts import NOTHING, is_money
from ledger.limits import limit_of
from ledger.models import LineBudget, PaySlip
from ledger.remarks import remark_for, require_clean, require_shape
from ledger.services import budgets, telling
from ledger.services.base import (
    give_number,
    keep,
    move,
    new_number,
    required,
    start_clock,
    stop_clocks,
    take_slip,
    void_clocks,
)
from ledger.signals import slip_declined
from ledger.sla_policies import APPROVAL, PAY
from ledger.states import Direction, PayBy, Purpose, SlipState
from orders.models import Order, Refund
from orders.services.remarks import for_the_trail
from staff.models import User


@transaction.atomic
def ask_slip(
    *,
    topic: str,
    order: Order | None,
    shop_id: int | None,
    purpose: str,
    amount: Decimal,
    lines: Sequence[budgets.Line],
    reason: str,
    event_key: str,
    by: Any,
    now: dt.datetime,
    pay_on: dt.date | None = None,
    pay_by: str = PayBy.PLATFORM,
    direction: str = Direction.OUT,
    refund: Refund | None = None,
) -> PaySlip:
    """Ask for `amount` yuan, once for each `event_key`: a second call answers the slip that is there (FIN-02).

    Money back to a buyer is set aside in the budgets of the order: `lines` are (line's key or None for the postage,
    yuan), the rest is taken from the postage, with no line named from all in order. Up to the limit of `by`'s role it
    is approved with that (FIN-06), above it three people are needed. `pay_on` is the planned day in Shanghai (FIN-04),
    `refund` the platform's that it answers to. Raises BusinessError beyond what was paid, and for words not to be said.
    """
    if (found := _asked_before(event_key)) is not None:
        return found
    why = _checked(reason, amount)
    binds = direction == Direction.OUT and (purpose == Purpose.REFUND or bool(lines))
    open_ = _locked_budgets(order) if binds else []
    if (found := _asked_before(event_key)) is not None:
        return found  # by somebody else, while this one waited for the lock
    price = amount if purpose == Purpose.REFUND else None
    wanted = _set_aside(order, open_, price, lines, refund) if order is not None and binds else {}
    require_clean(why, topic=topic, by=by, now=now)
    slip = PaySlip(
        number=new_number(), topic=topic, event_key=event_key, order=order,
        shop_id=shop_id or (order.shop_id if order else None), direction=direction, purpose=purpose, amount=amount,
        pay_by=pay_by, reason=why, remark=require_shape(remark_for(why, by)), pay_on=pay_on, refund=refund,
    )  # fmt: skip
    return _hand_in(slip, wanted, by, now)


def _checked(reason: str, amount: Decimal) -> str:
    if not is_money(amount) or amount == 0:
        raise BusinessError(_("The amount must be above zero, in whole fen."), code="amount")
    return required(reason, _("Say what the money is for."))


def _asked_before(event_key: str) -> PaySlip | None:
    return PaySlip.objects.filter(event_key=event_key).first()


def _locked_budgets(order: Order | None) -> list[LineBudget]:
    if order is None:
        raise BusinessError(_("Money goes back for an order: name it."), code="no_order")
    return budgets.open_budgets(order)


def _set_aside(
    order: Order, open_: list[LineBudget], price: Decimal | None, lines: Sequence[budgets.Line], refund: Refund | None
) -> dict[int, Decimal]:
    """The parts of the budgets that a slip binds; `price` is what goes back of what was paid, None: its lines."""
    price = sum((part for _line, part in lines), NOTHING) if price is None else price
    wanted = budgets.spread(price, lines, open_)
    left = sum((budgets.left_in(budget) for budget in open_), NOTHING)
    if price > left - budgets.refunded_elsewhere(order, refund):
        raise BusinessError(
            _("The platform has paid back some of this order already: at most what is left after it can be asked for."),
            code="refunded_elsewhere",
        )
    return wanted


def _hand_in(slip: PaySlip, wanted: dict[int, Decimal], by: Any, now: dt.datetime) -> PaySlip:
    """Write the slip down once, bind its parts, and submit it."""
    try:
        with transaction.atomic():
            slip.save(force_insert=True)
    except IntegrityError as error:
        found = _asked_before(slip.event_key)
        if found is None:
            raise BusinessError(_("This refund has its slip already."), code="has_slip") from error
        return found
    give_number(slip, "PS", clock.day_of(now))
    budgets.bind(slip, wanted)
    _submit(slip, by, now)
    return slip


def _submit(slip: PaySlip, by: Any, now: dt.datetime) -> None:
    """Hand it in: approved with that when `by` decides so much alone, else whoever approves hears of it."""
    alone = isinstance(by, User) and slip.amount <= limit_of(by)
    user = by if isinstance(by, User) else None
    move(slip, "submit")
    slip.asked_at, slip.asked_by, slip.four_eyes = now, user, not alone
    slip.approved_at = slip.approved_by = None
    slip.declined_reason = ""
    keep(slip, ["asked_at", "asked_by", "four_eyes", "approved_at", "approved_by", "declined_reason", "remark",
                "reason", "pay_on"])  # fmt: skip
    if slip.direction == Direction.OUT:
        _start_pay_clock(slip, now)
    if alone:
        move(slip, "approve")
        slip.approved_at, slip.approved_by = now, user
        keep(slip, ["approved_at", "approved_by"])
    else:
        start_clock(slip, APPROVAL.key, now, shop_id=slip.shop_id)
        telling.to_approve(slip, now)
    audit.record_many(
        "ledger.asked", about=_topics(slip), by=by, now=now, number=slip.number, purpose=slip.purpose,
        amount=str(slip.amount), direction=slip.direction, reason=for_the_trail(slip.reason), alone=alone,
    )  # fmt: skip


def _start_pay_clock(slip: PaySlip, now: dt.datetime) -> None:
    """FIN-01: 24 hours from the submission; FIN-04: a later planned day is the promise instead, to its end."""
    planned = clock.day_end(slip.pay_on) if slip.pay_on else None
    due = planned if planned and planned > now + dt.timedelta(days=1) else None
    start_clock(slip, PAY.key, now, shop_id=slip.shop_id, own_due_at=due)


def _topics(slip: PaySlip) -> list[str]:
    """Where the trail tells of it: on the slip's page and on that of what it is about."""
    return [f"ledger.payslip:{slip.pk}", slip.topic]


def _require(by: User, right: str) -> None:
    if not by.has_perm(right):
        raise BusinessError(_("This step is somebody else's."), code="no_right")


@transaction.atomic
def approve_slip(*, slip_id: int, version: int | None, by: User, now: dt.datetime | None = None) -> PaySlip:
    """Somebody else than who asked for it lets it be paid (FIN-02, FIN-06). Raises Conflict, BusinessError."""
    now = now or clock.now()
    slip = take_slip(slip_id, version)
    _require(by, permissions.APPROVE_SLIP)
    if slip.four_eyes and slip.asked_by_id == by.pk:
        raise BusinessError(_("Who asked for it does not approve it: it is above the limit."), code="same_person")
    move(slip, "approve")
    slip.approved_at, slip.approved_by = now, by
    keep(slip, ["approved_at", "approved_by"])
    stop_clocks(slip, [APPROVAL.key], now)
    audit.record_many("ledger.approved", about=_topics(slip), by=by, now=now, number=slip.number)
    return slip


@transaction.atomic
def decline_slip(
    *, slip_id: int, version: int | None, reason: str, by: User, now: dt.datetime | None = None
) -> PaySlip:
    """Not to be paid, with a reason; what it had set aside is free again. Who asked may take it back so.

    Raises Conflict; BusinessError once it is paid, without a reason, or for somebody who neither asked nor decides.
    """
    now = now or clock.now()
    slip = take_slip(slip_id, version)
    if slip.asked_by_id != by.pk and not (by.has_perm(permissions.APPROVE_SLIP) or by.has_perm(permissions.PAY_SLIP)):
        raise BusinessError(_("This step is somebody else's."), code="no_right")
    why = required(reason, _("Say why it is not paid."))
    move(slip, "decline")
    slip.declined_reason, slip.batch = why, None
    keep(slip, ["declined_reason", "batch"])
    budgets.release(slip)
    void_clocks(slip, [PAY.key, APPROVAL.key], now, why)
    audit.record_many(
        "ledger.declined", about=_topics(slip), by=by, now=now, number=slip.number, reason=for_the_trail(why)
    )
    telling.declined(slip, by, now)
    slip_declined.send(sender=PaySlip, slip=slip, reason=why, by=by, now=now)
    return slip


@transaction.atomic
def submit_again(
    *,
    slip_id: int,
    version: int | None,
    reason: str,
    pay_on: dt.date | None = None,
    by: User,
    now: dt.datetime | None = None,
) -> PaySlip:
    """Hand a declined slip in again, with a better reason; the amount stays, another one is another slip.

    Raises Conflict; BusinessError when it is not declined, or what it needs went elsewhere meanwhile.
    """
    now = now or clock.now()
    slip = take_slip(slip_id, version)
    _require(by, permissions.ASK_SLIP)
    if slip.state != SlipState.DECLINED:
        raise BusinessError(_("Only a declined slip is handed in again."), code="wrong_state")
    slip.reason = required(reason, _("Say what the money is for."))
    require_clean(slip.reason, topic=slip.topic, by=by, now=now)
    slip.remark, slip.pay_on = require_shape(remark_for(slip.reason, by)), pay_on
    budgets.bind_again(slip)
    _submit(slip, by, now)
    return slip


@transaction.atomic
def plan_slip(
    *, slip_id: int, version: int | None, pay_on: dt.date, by: User, now: dt.datetime | None = None
) -> PaySlip:
    """The department says on which day (Shanghai) it is paid (FIN-04); the clock goes with it.

    Raises Conflict; BusinessError for a day that is past, or once it is paid or declined.
    """
    now = now or clock.now()
    slip = take_slip(slip_id, version)
    _require(by, permissions.ASK_SLIP)
    if slip.state not in (SlipState.SUBMITTED, SlipState.APPROVED):
        raise BusinessError(_("Only what is still to be paid can be planned."), code="wrong_state")
    if pay_on < clock.day_of(now):
        raise BusinessError(_("The day must not be past."), code="past")
    slip.pay_on = pay_on
    keep(slip, ["pay_on"])
    if slip.direction == Direction.OUT:
        void_clocks(slip, [PAY.key], now, _("Planned for another day."))
        _start_pay_clock(slip, now)
    audit.record_many("ledger.planned", about=_topics(slip), by=by, now=now, number=slip.number, day=pay_on.isoformat())
    return slip
