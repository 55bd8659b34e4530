"""What the services of the ledger share: taking a slip or claim for a change, and giving it back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from django_fsm import can_proceed

from common.exceptions import BusinessError
from common.locking import lock_one
from ledger.models import Claim, PayBatch, PaySlip
from sla import services as sla

SLIP = "ledger.payslip"
CLAIM = "ledger.claim"
T = TypeVar("T", PaySlip, Claim)


def take_slip(slip_id: int, version: int | None) -> PaySlip:
    """The slip, locked until the transaction ends. Raises Conflict when `version` is no longer the row's."""
    rows = PaySlip.objects.select_related("order", "shop")
    return lock_one(rows.filter(pk=slip_id), version=version)


def take_claim(claim_id: int, version: int | None) -> Claim:
    """The claim, locked until the transaction ends. Raises Conflict when `version` is no longer the row's."""
    return lock_one(Claim.objects.select_related("loss", "supplier").filter(pk=claim_id), version=version)


def move(row: T, step: str) -> None:
    """One transition of the machine. Raises BusinessError from where it does not lead."""
    transition: Callable[[], None] = getattr(row, step)
    if not can_proceed(transition):
        raise BusinessError(
            _("It is %(state)s: that cannot be done with it now.") % {"state": row.get_state_display()},
            code="wrong_state",
        )
    transition()


def keep(row: T, fields: Iterable[str]) -> None:
    """Save the state and `fields`; forms that were drawn before are out of date from here on."""
    row.version += 1
    row.save(update_fields=["state", *fields, "version"])


def required(text: str, refusal: str, most: int = 200) -> str:
    """`text` in one line. Raises BusinessError with `refusal` when nothing is left of it."""
    line = " ".join(text.split())
    if not line:
        raise BusinessError(refusal, code="missing")
    return line[:most]


def new_number() -> str:
    """Holds the place of a number until the row has its key."""
    return uuid.uuid4().hex[:20]


def give_number(row: PaySlip | Claim | PayBatch, letters: str, day: dt.date) -> None:
    """The number that people say: letters, the day and a running number."""
    row.number = f"{letters}{day:%y%m%d}{row.pk:06d}"
    row.save(update_fields=["number"])


def stop_clocks(row: T, policies: list[str], now: dt.datetime, reason: str = "") -> None:
    subject = SLIP if isinstance(row, PaySlip) else CLAIM
    sla.stop_clocks(policies=policies, subject_type=subject, subject_ids=[row.pk], now=now, reason=reason)


def void_clocks(row: T, policies: list[str], now: dt.datetime, reason: str) -> None:
    subject = SLIP if isinstance(row, PaySlip) else CLAIM
    sla.void_clocks(policies=policies, subject_type=subject, subject_ids=[row.pk], now=now, reason=reason)


def start_clock(row: T, policy: str, now: dt.datetime, **more: Any) -> None:
    """Start one clock on a slip or claim; its page is the row's own."""
    subject = SLIP if isinstance(row, PaySlip) else CLAIM
    spec = sla.ClockSpec(
        policy=policy, subject_type=subject, subject_id=row.pk, topic=f"{subject}:{row.pk}", title=row.number,
        started_at=now, **more,
    )  # fmt: skip
    sla.start_clocks([spec], now=now)
