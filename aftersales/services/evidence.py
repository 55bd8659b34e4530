"""Evidence is added, put in its place, shared with the supplier and withdrawn; nothing of it is ever deleted."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from aftersales.models import Case, Evidence, EvidenceKit
from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_one
from common.photos import SafeFile, make_safe
from sla.states import Party
from suppliers import quota
from suppliers.models import Supplier

MOST_FILES = 60  # of one case


@dataclass
class Added:
    """What became of several files that came together."""

    files: list[Evidence] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


def add_evidence(
    *,
    case: Case,
    file: Any,
    kind: str,
    by: Any,
    source: str = Party.BUYER,
    now: dt.datetime | None = None,
    note: str = "",
    share: bool = False,
    supplier: Supplier | None = None,
) -> Evidence:
    """Keeps one photo or film of a case, made safe (RET-06).

    `file` is an upload, or the SafeFile that `common.photos.make_safe` made of one; `kind` is what it shows
    (EvidenceNeed.slot), empty when nobody said; `source` is the party that it comes from. What a supplier sends is
    seen by that supplier; `share` lets the case's supplier see it. Raises BusinessError for a file that cannot be
    kept, the same file again, or too many.
    """
    safe = file if isinstance(file, SafeFile) else make_safe(file, getattr(file, "name", "") or "")
    supplier = supplier or getattr(by, "supplier", None)
    moment = now or clock.now()
    if supplier is not None:
        quota.spend(supplier=supplier, size=getattr(file, "size", 0) or safe.size, now=moment)
    row = Evidence(
        case_id=case.pk,
        slot=" ".join(kind.split())[:40],
        type=safe.kind,
        key=secrets.token_hex(16),
        extension=safe.extension,
        name=safe.name,
        size=safe.size,
        sha256=safe.sha256,
        origin=source,
        note=" ".join(note.split())[:200],
        at=moment,
        by=by if supplier is None else None,
        by_supplier=supplier,
        shared_at=moment if share else None,
    )
    _keep(row, safe, by, moment)
    return row


@transaction.atomic
def _keep(row: Evidence, safe: SafeFile, by: Any, now: dt.datetime) -> None:
    lock_one(Case.objects.filter(pk=row.case_id))
    kept = Evidence.objects.filter(case=row.case_id, withdrawn_at__isnull=True)
    if kept.filter(sha256=row.sha256).exists():
        raise BusinessError(_("“%(name)s” is there already.") % {"name": row.name}, code="already_there")
    if kept.count() >= MOST_FILES:
        raise BusinessError(_("A case holds at most %(most)d files.") % {"most": MOST_FILES}, code="too_many")
    row.file.save(row.key, File(safe.content), save=False)
    if safe.thumbnail:
        row.thumbnail.save(row.key, ContentFile(safe.thumbnail), save=False)
    row.save()
    audit.record("aftersales.evidence_added", about=_topic(row), by=by, now=now, type=row.type, slot=row.slot)


def add_many(*, case: Case, files: Iterable[Any], by: Any, now: dt.datetime | None = None, **more: Any) -> Added:
    """Keeps each of these uploads; one that is refused does not keep the others out. `more` as for `add_evidence`."""
    added = Added()
    for file in files:
        try:
            added.files.append(add_evidence(case=case, file=file, by=by, now=now, **more))
        except BusinessError as refusal:
            added.refusals.append(refusal.message)
    return added


@transaction.atomic
def sort_evidence(*, evidence_id: int, slot: str, by: Any, now: dt.datetime | None = None) -> Evidence:
    """Says what a file shows, in the words of the reason's list. Raises BusinessError for a word that is not on it."""
    row = _open(evidence_id)
    reason = row.case.reason
    if slot and (reason is None or not reason.needs.filter(slot=slot).exists()):
        raise BusinessError(_("The reason of this case does not ask for that."), code="unknown_slot")
    before, row.slot = row.slot, slot
    row.save(update_fields=["slot"])
    audit.record("aftersales.evidence_sorted", about=_topic(row), by=by, now=now, before=before, slot=slot)
    return row


@transaction.atomic
def share_evidence(*, evidence_id: int, shared: bool, by: Any, now: dt.datetime | None = None) -> Evidence:
    """Lets the case's supplier see a file, or no longer. Raises BusinessError when the case has no supplier."""
    row = _open(evidence_id)
    if shared and row.case.supplier_id is None:
        raise BusinessError(_("This case has no supplier."), code="no_supplier")
    moment = now or clock.now()
    row.shared_at = moment if shared else None
    row.save(update_fields=["shared_at"])
    audit.record("aftersales.evidence_shared", about=_topic(row), by=by, now=moment, shared=shared, slot=row.slot)
    return row


def share_proof(*, case_id: int, supplier_id: int, keys: Sequence[str], by: Any, now: dt.datetime) -> None:
    """SUP-28: a supplier sees the files of its case that prove a claim; called inside the claim's transaction."""
    own = Evidence.objects.filter(case_id=case_id, case__supplier=supplier_id, key__in=keys)
    for row in own.filter(shared_at__isnull=True, withdrawn_at__isnull=True).order_by("pk"):
        share_evidence(evidence_id=row.pk, shared=True, by=by, now=now)


@transaction.atomic
def withdraw_evidence(*, evidence_id: int, why: str, by: Any, now: dt.datetime | None = None) -> Evidence:
    """Takes a file out of the evidence: it counts no more and is kept with the reason (AFT-12).

    Raises BusinessError without a reason, and when it was sent to the platform with a kit.
    """
    row = _open(evidence_id)
    words = " ".join(why.split())[:200]
    if not words:
        raise BusinessError(_("Give a reason."), code="reason_missing")
    if _was_sent(row):
        raise BusinessError(_("This file was sent to the platform: it stays."), code="sent")
    moment = now or clock.now()
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = moment, by, words
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    audit.record("aftersales.evidence_withdrawn", about=_topic(row), by=by, now=moment, slot=row.slot, why=words)
    return row


def _was_sent(row: Evidence) -> bool:
    """Whether a kit of the case, or of one that grew out of it in two generations, holds the file."""
    own = Q(case=row.case_id) | Q(case__links_from__origin=row.case_id)
    kits = EvidenceKit.objects.filter(own | Q(case__links_from__origin__links_from__origin=row.case_id))
    return any(file["key"] == row.key for files in kits.values_list("files", flat=True) for file in files)


def _open(evidence_id: int) -> Evidence:
    """The file, locked: a kit that is being frozen and a withdrawal wait for each other."""
    row = lock_one(Evidence.objects.filter(pk=evidence_id))
    if row.withdrawn_at is not None:
        raise BusinessError(_("This file was withdrawn already."), code="withdrawn")
    return row


def _topic(row: Evidence) -> str:
    return f"aftersales.case:{row.case_id}"
