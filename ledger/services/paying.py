"""Money has moved: one slip marked by hand, or a list pasted from the platform. One payment, whoever clicks twice."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from ledger import permissions
from ledger.models import PayBatch, PaySlip
from ledger.services.base import keep, move, stop_clocks, take_slip
from ledger.signals import slip_paid
from ledger.sla_policies import PAY
from ledger.states import PayBy, SlipState
from staff.models import User

NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z\-]{3,59}")
MOST_ROWS = 200


@dataclass(frozen=True)
class RowResult:
    """What became of one line of a pasted list: paid, refused, or left as it is because it has no number."""

    row: int
    text: str
    slip: PaySlip | None = None
    refusal: str = ""


@transaction.atomic
def pay_slip(
    *,
    slip_id: int,
    version: int | None,
    platform_number: str,
    pay_by: str = "",
    by: User,
    now: dt.datetime | None = None,
) -> PaySlip:
    """Finance paid it, or has the money that came in; `platform_number` is what the platform or bank calls that.

    The clock stops, the floor above hears of it once. Raises Conflict; BusinessError unless it is approved, above the
    limit when `by` asked for or approved it (FIN-02), and for a number that another slip has.
    """
    now = now or clock.now()
    slip = take_slip(slip_id, version)
    _refuse(slip, by)
    number = _number(platform_number, pay_by or slip.pay_by)
    move(slip, "pay")
    slip.paid_at, slip.paid_by, slip.platform_number, slip.pay_by = now, by, number, pay_by or slip.pay_by
    try:
        with transaction.atomic():
            keep(slip, ["paid_at", "paid_by", "platform_number", "pay_by"])
    except IntegrityError as error:
        if "platform_number" not in str(error):
            raise
        raise BusinessError(_("Another slip has this number of the platform already."), code="number_taken") from error
    stop_clocks(slip, [PAY.key], now)
    audit.record_many(
        "ledger.paid", about=[f"ledger.payslip:{slip.pk}", slip.topic], by=by, now=now, number=slip.number,
        platform_number=number, direction=slip.direction, amount=str(slip.amount),
    )  # fmt: skip
    slip_paid.send(sender=PaySlip, slip=slip, by=by, now=now)
    return slip


def _refuse(slip: PaySlip, by: User) -> None:
    if not by.has_perm(permissions.PAY_SLIP):
        raise BusinessError(_("This step is somebody else's."), code="no_right")
    if slip.state != SlipState.APPROVED:
        raise BusinessError(
            _("It is %(state)s: that cannot be done with it now.") % {"state": slip.get_state_display()},
            code="wrong_state",
        )
    if slip.four_eyes and by.pk in (slip.asked_by_id, slip.approved_by_id):
        raise BusinessError(
            _("It is above the limit: who asked for it or approved it does not pay it."), code="same_person"
        )


def _number(text: str, pay_by: str) -> str:
    number = "".join(text.split())
    if not number and pay_by == PayBy.COUPON:
        return ""
    if not NUMBER.fullmatch(number):
        raise BusinessError(
            _("Note the number of the platform or bank: 4 to 60 letters and digits."), code="number_missing"
        )
    return number


def pay_list(*, batch_id: int | None, text: str, by: User, now: dt.datetime | None = None) -> list[RowResult]:
    """A pasted list, a line each: slip or order number, then the platform's number. Each line stands by itself.

    With a batch only its slips are meant. Answers what became of each line; a line done before says so.
    """
    now = now or clock.now()
    rows = list(_lines(text))
    if len(rows) > MOST_ROWS:
        raise BusinessError(_("At most %(most)d lines at once.") % {"most": MOST_ROWS}, code="too_many")
    results = [_pay_line(row, line, cells, batch_id, by, now) for row, line, cells in rows]
    if batch_id is not None:
        _close_batch(batch_id, by, now)
    return results


def _lines(text: str) -> Iterator[tuple[int, str, list[str]]]:
    for row, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield row, line.strip()[:120], [cell for cell in re.split(r"[\t,，;；\s]+", line.strip()) if cell]


def _pay_line(row: int, line: str, cells: list[str], batch_id: int | None, by: User, now: dt.datetime) -> RowResult:
    if len(cells) < 2:
        return RowResult(row, line)
    try:
        slip = _slip_called(cells[0].strip("=\"'’`"), batch_id)
        slip = pay_slip(slip_id=slip.pk, version=None, platform_number=cells[1].strip("=\"'’`"), by=by, now=now)
    except BusinessError as refusal:
        return RowResult(row, line, refusal=refusal.message)
    return RowResult(row, line, slip=slip)


def _slip_called(name: str, batch_id: int | None) -> PaySlip:
    """The slip of that number, or the only one of that order that is to be paid."""
    slips = PaySlip.objects.filter(batch_id=batch_id) if batch_id is not None else PaySlip.objects.all()
    found = slips.filter(number=name.upper()).first()
    if found is not None:
        return found
    of_order = list(slips.filter(order__order_no=name, state=SlipState.APPROVED).order_by("pk")[:2])
    if len(of_order) == 1:
        return of_order[0]
    if of_order:
        raise BusinessError(_("Several slips of this order are to be paid: name the slip."), code="ambiguous")
    raise BusinessError(_("No slip to pay has this number."), code="unknown")


@transaction.atomic
def _close_batch(batch_id: int, by: User, now: dt.datetime) -> None:
    """A batch is paid when none of its slips waits any more."""
    batch = PayBatch.objects.select_for_update().get(pk=batch_id)
    if batch.paid_at is None and batch.slips.exists() and not batch.slips.filter(state=SlipState.APPROVED).exists():
        batch.paid_at = now
        batch.save(update_fields=["paid_at"])
        audit.record("ledger.batch_paid", about=batch, by=by, now=now, number=batch.number)
