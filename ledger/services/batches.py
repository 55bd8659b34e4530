"""Slips packed into batches as a platform takes them: so many cases, so many yuan (data: PlatformLimit)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock, lock_alone
from ledger import permissions
from ledger.amounts import NOTHING
from ledger.limits import BatchLimit, batch_limit
from ledger.models import PayBatch, PaySlip
from ledger.services.base import give_number, new_number
from ledger.states import Direction, PayBy, SlipState
from orders.models import Shop
from staff.models import User


def pack(sums: Iterable[tuple[int, Decimal]], limit: BatchLimit) -> list[list[int]]:
    """Keys in batches, in the order given, each into the first batch that has room (first fit).

    One sum that is above the platform's limit by itself is a batch of its own.
    """
    batches: list[list[int]] = []
    totals: list[Decimal] = []
    for key, amount in sums:
        for number, batch in enumerate(batches):
            if _fits(len(batch) + 1, totals[number] + amount, limit):
                batch.append(key)
                totals[number] += amount
                break
        else:
            batches.append([key])
            totals.append(amount)
    return batches


def _fits(cases: int, total: Decimal, limit: BatchLimit) -> bool:
    return (limit.cases is None or cases <= limit.cases) and (limit.amount is None or total <= limit.amount)


def to_batch(day: dt.date) -> Q:
    """Approved slips that the platform pays, planned for no later day, and in no batch yet."""
    planned = Q(pay_on__isnull=True) | Q(pay_on__lte=day)
    return planned & Q(
        state=SlipState.APPROVED,
        direction=Direction.OUT,
        pay_by=PayBy.PLATFORM,
        batch__isnull=True,
        shop__isnull=False,
    )


@transaction.atomic
def make_batches(*, by: User, now: dt.datetime | None = None) -> list[PayBatch]:
    """Pack everything that is to be paid by platforms into batches, a shop at a time, the longest waiting first.

    Raises BusinessError when `by` does not pay, or nothing is to be packed.
    """
    now = now or clock.now()
    if not by.has_perm(permissions.PAY_SLIP):
        raise BusinessError(_("This step is somebody else's."), code="no_right")
    lock_alone("ledger.make_batches")
    day = clock.day_of(now)
    slips = {slip.pk: slip for slip in lock(PaySlip.objects.filter(to_batch(day)))}
    if not slips:
        raise BusinessError(_("Nothing approved waits for a batch."), code="nothing")
    made: list[PayBatch] = []
    shops = Shop.objects.filter(pk__in={slip.shop_id for slip in slips.values()}).order_by("platform", "name")
    for shop in shops:
        waiting = sorted(
            (slip for slip in slips.values() if slip.shop_id == shop.pk), key=lambda slip: (slip.asked_at, slip.pk)
        )
        limit = batch_limit(shop.platform, day)
        packed = pack([(slip.pk, slip.amount) for slip in waiting], limit)
        made += [_make(shop, [slips[key] for key in keys], by, now) for keys in packed]
    return made


def _make(shop: Shop, slips: list[PaySlip], by: User, now: dt.datetime) -> PayBatch:
    batch = PayBatch.objects.create(number=new_number(), platform=shop.platform, shop=shop, made_at=now, made_by=by)
    give_number(batch, "PB", clock.day_of(now))
    PaySlip.objects.filter(pk__in=[slip.pk for slip in slips]).update(batch=batch)
    total = sum((slip.amount for slip in slips), NOTHING)
    audit.record(
        "ledger.batch_made", about=batch, by=by, now=now, number=batch.number, cases=len(slips), amount=str(total)
    )
    return batch


@transaction.atomic
def dissolve_batch(*, batch_id: int, by: User, now: dt.datetime | None = None) -> None:
    """Take what is not paid yet out of a batch, to be packed anew. Raises BusinessError when all of it is paid."""
    now = now or clock.now()
    if not by.has_perm(permissions.PAY_SLIP):
        raise BusinessError(_("This step is somebody else's."), code="no_right")
    batch = PayBatch.objects.select_for_update().get(pk=batch_id)
    freed = lock(PaySlip.objects.filter(batch=batch, state=SlipState.APPROVED))
    if not freed:
        raise BusinessError(_("Nothing of this batch is left to pay."), code="nothing")
    PaySlip.objects.filter(pk__in=[slip.pk for slip in freed]).update(batch=None)
    if batch.slips.exists():
        batch.paid_at = now
        batch.save(update_fields=["paid_at"])
    audit.record("ledger.batch_dissolved", about=batch, by=by, now=now, number=batch.number, cases=len(freed))
