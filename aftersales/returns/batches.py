"""Goods that go back to a supplier together, with their papers (PUR-18, PUR-19)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.models import Case, Inspection, SupplierBatch
from aftersales.sla_policies import BATCH, BATCH_DUE
from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_alone, lock_one
from common.topics import topic_of
from orders.carriers import clean_number, fits
from sla import services as sla

PAPERS: dict[str, str | Promise] = {  # PUR-19: what travels with the goods
    "pictures": gettext_lazy("pictures of the request and of the flaw"),
    "slip": gettext_lazy("courier slip of the return"),
    "list": gettext_lazy("this list, signed"),
}


def open_batch(case: Case, *, by: Any, now: dt.datetime) -> SupplierBatch:
    """The list of the case's supplier that is not sent yet; a new one when there is none.

    Raises BusinessError when the case has no supplier. Called in the caller's transaction.
    """
    if case.supplier_id is None:
        raise BusinessError(
            _("Case %(number)s has no supplier: these goods go to stock or are scrapped.") % {"number": case.number},
            code="no_supplier",
        )
    lock_alone(f"aftersales.batch:{case.supplier_id}")
    found = SupplierBatch.objects.filter(supplier_id=case.supplier_id, sent_at__isnull=True).first()
    if found is not None:
        _start_clock(found, now)
        return found
    batch = SupplierBatch.objects.create(
        number=f"new-{case.supplier_id}", supplier_id=case.supplier_id, made_at=now, made_by=by
    )
    batch.number = f"RB{clock.day_of(now):%y%m%d}{batch.pk:05d}"
    batch.save(update_fields=["number"])
    audit.record("aftersales.batch_made", about=batch, by=by, now=now, number=batch.number)
    _start_clock(batch, now)
    return batch


def _start_clock(batch: SupplierBatch, now: dt.datetime) -> None:
    """PUR-18: the list leaves when the supplier's interval is over; a clock that runs already stays as it is."""
    day = clock.day_of(now) + dt.timedelta(days=batch.supplier.returns_every_days)
    spec = sla.ClockSpec(
        policy=BATCH_DUE.key,
        subject_type=BATCH,
        subject_id=batch.pk,
        topic=topic_of(batch),
        title=batch.number,
        started_at=now,
        supplier_id=batch.supplier_id,
        own_due_at=clock.day_end(day),
    )
    sla.start_clocks([spec], now=now)


def leaves_from(batch: SupplierBatch) -> dt.date | None:
    """PUR-18: the first day on which this list may leave: an interval after the one before; None: any day."""
    sent = SupplierBatch.objects.filter(supplier=batch.supplier_id, sent_at__isnull=False).order_by("-sent_at").first()
    if sent is None or sent.sent_at is None or not batch.supplier.returns_every_days:
        return None
    return clock.day_of(sent.sent_at) + dt.timedelta(days=batch.supplier.returns_every_days)


@transaction.atomic
def send_batch(
    *,
    batch_id: int,
    carrier: str,
    tracking_no: str,
    papers: list[str],
    by: Any,
    now: dt.datetime | None = None,
) -> SupplierBatch:
    """The goods leave for the supplier, papers and all, one list an interval (PUR-18, PUR-19).

    Raises BusinessError when it was sent, is empty, comes too soon after the one before, a paper is missing, or the
    number does not fit the carrier.
    """
    now = now or clock.now()
    batch = lock_one(SupplierBatch.objects.filter(pk=batch_id).select_related("supplier"))
    if batch.sent_at is not None:
        raise BusinessError(_("This list was sent already."), code="sent")
    if not batch.inspections.exists():
        raise BusinessError(_("Nothing is on this list."), code="empty")
    first_day = leaves_from(batch)
    if first_day is not None and clock.day_of(now) < first_day:
        raise BusinessError(
            _(
                "Returned goods leave for this supplier together, every %(days)d days: this list from %(day)s on (PUR-18)."
            )
            % {"days": batch.supplier.returns_every_days, "day": first_day.isoformat()},
            code="too_soon",
        )
    if missing := [str(label) for key, label in PAPERS.items() if key not in papers]:
        raise BusinessError(
            _("The papers travel with the goods (PUR-19). Missing: %(papers)s.") % {"papers": "、".join(missing)},
            code="papers_missing",
        )
    number = clean_number(tracking_no)
    if not number or not fits(carrier, number):
        raise BusinessError(_("This tracking number does not fit the carrier: look again."), code="bad_number")
    batch.carrier, batch.tracking_no, batch.papers, batch.sent_at = carrier, number, sorted(papers), now
    batch.save(update_fields=["carrier", "tracking_no", "papers", "sent_at"])
    sla.stop_clocks(policies=[BATCH_DUE.key], subject_type=BATCH, subject_ids=[batch.pk], stopped_at=now, now=now)
    audit.record("aftersales.batch_sent", about=batch, by=by, now=now, number=batch.number, tracking=number)
    return batch


@transaction.atomic
def take_off(*, inspection_id: int, by: Any, now: dt.datetime | None = None) -> Inspection:
    """Takes goods off a list that is not sent yet: what becomes of them is open again. Raises BusinessError."""
    now = now or clock.now()
    row = lock_one(Inspection.objects.filter(pk=inspection_id))
    batch = row.batch
    if batch is None or batch.sent_at is not None:
        raise BusinessError(_("This list was sent already."), code="sent")
    row.fate, row.batch = "", None
    row.save(update_fields=["fate", "batch"])
    if not batch.inspections.exists():
        sla.void_clocks(
            policies=[BATCH_DUE.key],
            subject_type=BATCH,
            subject_ids=[batch.pk],
            reason="nothing is on the list",
            now=now,
        )
    audit.record("aftersales.batch_left", about=f"aftersales.case:{row.case_id}", by=by, now=now, number=batch.number)
    return row
