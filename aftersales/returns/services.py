"""What the return desk does: takes parcels in, counts them, judges them, says what becomes of the goods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from aftersales.machine import steps
from aftersales.models import Case, Inspection, ReturnParcel
from aftersales.returns.batches import open_batch
from aftersales.services import inspecting
from aftersales.services.evidence import add_evidence
from aftersales.services.stepping import take_step
from aftersales.states import Kind, ReturnState
from aftersales.workflows import BY_KIND
from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock, lock_one
from notifications.services import notify
from orders.carriers import clean_number, plausible
from sla.states import Party

Place = ReturnParcel.Place
Fate = Inspection.Fate
SENT_BACK = (Kind.RETURN, Kind.EXCHANGE)
WAITING_FOR_GOODS = (ReturnState.APPROVED, ReturnState.COMING_BACK)  # the exchange's states are called the same


def topic_of(case_id: int | None, parcel: ReturnParcel) -> str:
    """What the trail files it under: the case, or the parcel while nobody knows its case."""
    return f"aftersales.case:{case_id}" if case_id else f"aftersales.returnparcel:{parcel.pk}"


@transaction.atomic
def take_in(*, number: str, by: Any, now: dt.datetime | None = None) -> list[ReturnParcel]:
    """A parcel lies on the desk: notes when and by whom; its cases go on to «received» (RET-09). Again: nothing new.

    One parcel may hold the goods of several cases of a buyer. Raises BusinessError when nobody announced the number.
    """
    now = now or clock.now()
    parcels = _locked(clean_number(number))
    if not parcels:
        raise BusinessError(_("Nobody announced this number: put it into the pool."), code="unknown_parcel")
    for parcel in parcels:
        if parcel.arrived_at is None:
            parcel.arrived_at, parcel.arrived_by, parcel.place = now, by, Place.WAREHOUSE
            parcel.save(update_fields=["arrived_at", "arrived_by", "place"])
            audit.record(
                "aftersales.parcel_arrived", about=topic_of(parcel.case_id, parcel), by=by, now=now,
                number=parcel.tracking_no,
            )  # fmt: skip
        if parcel.case_id is not None:
            receive_if_due(parcel.case_id, by=by, now=now)
    return parcels


def _locked(number: str) -> list[ReturnParcel]:
    """The parcels of this number, after their cases: everybody locks cases first."""
    rows = ReturnParcel.objects.filter(tracking_no=number)
    lock(Case.objects.filter(pk__in=rows.filter(case__isnull=False).values("case")))
    return lock(rows)


def receive_if_due(case_id: int, *, by: Any, now: dt.datetime) -> Case | None:
    """Takes the step «received» where the case waits for goods; None where it does not."""
    case = Case.objects.get(pk=case_id)
    return take_step(case_id=case_id, name="receive", data={}, by=by, now=now) if possible(case, "receive") else None


def possible(case: Case, name: str) -> bool:
    """Whether the machine of the case has this step from where it is."""
    return any(step.name == name and case.state in step.sources for step in steps(BY_KIND[case.kind]))


@transaction.atomic
def put_into_pool(
    *, number: str, by: Any, note: str = "", carrier: str = "", now: dt.datetime | None = None
) -> ReturnParcel:
    """A parcel that nobody announced waits until a case gets its number. The same number again is the same parcel.

    Raises BusinessError for what cannot be a tracking number, and for a number that belongs to a case.
    """
    now = now or clock.now()
    clean = clean_number(number)
    if not plausible(clean):
        raise BusinessError(_("This does not look like a tracking number: scan it again."), code="bad_number")
    if ReturnParcel.objects.filter(tracking_no=clean, case__isnull=False).exists():
        raise BusinessError(_("This number belongs to a case: scan it again."), code="known_parcel")
    try:
        with transaction.atomic():
            parcel = ReturnParcel.objects.create(
                tracking_no=clean, carrier=carrier, note=note.strip()[:200], arrived_at=now, arrived_by=by
            )
    except IntegrityError:
        return ReturnParcel.objects.get(tracking_no=clean, case__isnull=True)
    audit.record("aftersales.parcel_pooled", about=topic_of(None, parcel), by=by, now=now, number=clean)
    return parcel


@transaction.atomic
def assign(*, parcel_id: int, case_id: int, by: Any, now: dt.datetime | None = None) -> ReturnParcel:
    """Gives a parcel of the pool to the case it belongs to; the case goes on to «received» if it waited for it.

    Raises BusinessError when the parcel has a case already.
    """
    now = now or clock.now()
    case = lock_one(Case.objects.filter(pk=case_id))
    parcel = lock_one(ReturnParcel.objects.filter(pk=parcel_id))
    if parcel.case_id is not None:
        raise BusinessError(_("This parcel belongs to a case already."), code="known_parcel")
    parcel.case, parcel.supplier_id = case, case.supplier_id
    parcel.sent_at = parcel.sent_at or parcel.arrived_at
    parcel.save(update_fields=["case", "supplier", "sent_at"])
    audit.record(
        "aftersales.parcel_matched", about=topic_of(case.pk, parcel), by=by, now=now, number=parcel.tracking_no
    )
    receive_if_due(case.pk, by=None, now=now)
    return parcel


def match_pool(case: Case, *, now: dt.datetime) -> None:
    """A case that waits for goods finds what lies on the desk already: by its own parcels, or by the platform's number.

    Called when a case moves and when a refund list brings a number; the other direction is `take_in`.
    """
    number = clean_number(case.refund.return_tracking_no) if case.refund is not None else ""
    if number:
        waiting = ReturnParcel.objects.filter(tracking_no=number, case__isnull=True).first()
        known = case.return_parcels.filter(tracking_no=number).exists()
        if waiting is not None and not known:
            assign(parcel_id=waiting.pk, case_id=case.pk, by=None, now=now)
            return
    if not possible(case, "receive"):
        return
    if case.return_parcels.filter(arrived_at__isnull=False, place=Place.WAREHOUSE).exists():
        receive_if_due(case.pk, by=None, now=now)


def count(
    *,
    parcel_id: int,
    data: dict[str, Any],
    mismatched: bool,
    photos: Sequence[Any] = (),
    by: Any,
    now: dt.datetime | None = None,
) -> Case:
    """Writes what was counted, with photos (RET-09). Not as agreed: the call-back clock starts at once (RET-04, RET-05).

    `data` as `inspecting.note_inspection` takes it. Otherwise the case waits for the word of quality (QA-08). Raises
    BusinessError when the parcel has no case, has not arrived, quality has judged it already, or a photo cannot be kept:
    then nothing is written.
    """
    now = now or clock.now()
    safe = inspecting.safe_photos(photos)
    with transaction.atomic():
        case = _count(parcel_id, data, mismatched, by, now)
        for photo in safe:
            add_evidence(case=case, file=photo, kind="", by=by, source=Party.WAREHOUSE, now=now)
    return case


def _count(parcel_id: int, data: dict[str, Any], mismatched: bool, by: Any, now: dt.datetime) -> Case:
    parcel, case = _of_a_case(parcel_id)
    if parcel.inspections.exclude(verdict="").exists():
        raise BusinessError(_("Quality has judged this parcel: it is not counted again."), code="judged")
    data = {**data, "parcel_id": parcel.pk}
    if mismatched and possible(case, "find_mismatch"):
        return take_step(case_id=case.pk, name="find_mismatch", data=data, by=by, now=now)
    inspecting.note_inspection(case, data, by, now)
    audit.record(
        "aftersales.counted", about=topic_of(case.pk, parcel), by=by, now=now, number=parcel.tracking_no,
        good=sum(value for key, value in data.items() if key.startswith("good_")),
        bad=sum(value for key, value in data.items() if key.startswith("bad_")),
    )  # fmt: skip
    return case


@transaction.atomic
def judge(
    *,
    parcel_id: int,
    verdicts: dict[int, str],
    by: Any,
    remark: str = "",
    now: dt.datetime | None = None,
) -> Case:
    """The word of quality on what was counted, line by line (`verdicts`: line of the case → Inspection.Verdict) (QA-08).

    In order: the service may pay. Not as agreed, or fewer than agreed: the buyer is called back (RET-04). Where the case has
    moved on meanwhile, or another of its parcels is still to come, the word is kept and the case stays. Raises
    BusinessError when it was not counted, or `by` counted it himself.
    """
    now = now or clock.now()
    parcel, case = _of_a_case(parcel_id)
    rows = list(parcel.inspections.order_by("pk"))
    if not rows:
        raise BusinessError(_("First it is counted."), code="not_counted")
    data: dict[str, Any] = {"parcel_id": parcel.pk, "inspection_remark": remark}
    for row in rows:
        verdict = verdicts.get(row.case_line_id, "")
        data |= {f"good_{row.case_line_id}": row.good, f"bad_{row.case_line_id}": row.bad}
        data[f"verdict_{row.case_line_id}"] = verdict
    step = _step_after(case, parcel, verdicts.values())
    if step:
        return take_step(case_id=case.pk, name=step, data=data, by=by, now=now)
    if changed := inspecting.note_inspection(case, data, by, now):
        case.version, case.updated_at = case.version + 1, now
        case.save(update_fields=[*changed, "version", "updated_at"])
    audit.record("aftersales.judged", about=topic_of(case.pk, parcel), by=by, now=now, number=parcel.tracking_no)
    return case


def _step_after(case: Case, parcel: ReturnParcel, verdicts: Iterable[str]) -> str:
    """The step that follows from these verdicts; empty where the case waits for more, or is past it."""
    others = case.return_parcels.exclude(pk=parcel.pk)
    if others.filter(arrived_at__isnull=True).exists():
        return ""
    if others.filter(inspections__verdict="", inspections__isnull=False).exists():
        return ""
    bad = any(word in inspecting.NOT_AS_AGREED for word in verdicts) or inspecting.is_short(
        case, case.inspections.all()
    )
    wanted = ("find_mismatch", "inspect") if bad else ("inspect",)
    return next((name for name in wanted if possible(case, name)), "")


def _of_a_case(parcel_id: int) -> tuple[ReturnParcel, Case]:
    """A parcel that lies here and its case, both locked. Raises BusinessError."""
    case_id = ReturnParcel.objects.values_list("case_id", flat=True).get(pk=parcel_id)
    if case_id is None:
        raise BusinessError(_("Nobody knows yet what this parcel is about: give it to its case first."), code="unknown")
    case = lock_one(Case.objects.filter(pk=case_id))
    parcel = lock_one(ReturnParcel.objects.filter(pk=parcel_id))
    if parcel.arrived_at is None:
        raise BusinessError(_("This parcel has not arrived yet: scan it first."), code="not_here")
    return parcel, case


@transaction.atomic
def receive_arrived(*, now: dt.datetime) -> int:
    """Cases that wait for goods which lie on the desk already are received; answers how many. One query when none is.

    A refund list gives parcels of the pool to their cases set by set; this moves those cases on.
    """
    here = ReturnParcel.objects.filter(arrived_at__isnull=False, place=Place.WAREHOUSE, case__active=True)
    waiting = here.filter(case__kind__in=SENT_BACK, case__state__in=WAITING_FOR_GOODS)
    ids = sorted(set(waiting.values_list("case_id", flat=True)))
    for case_id in ids:
        receive_if_due(case_id or 0, by=None, now=now)
    return len(ids)


@transaction.atomic
def decide_fate(*, inspection_ids: Iterable[int], fate: str, by: Any, now: dt.datetime | None = None) -> int:
    """What becomes of judged goods: back to stock, back to the supplier, scrapped (RET-38, PUR-18). Answers how many rows.

    Of goods back to stock the bad pieces go back to the supplier. The service hears of what is in stock again. Raises
    BusinessError when one of them is not judged, is decided already, or has no supplier to go back to.
    """
    now = now or clock.now()
    rows = lock(Inspection.objects.filter(pk__in=list(inspection_ids)))
    for row in rows:
        if not row.verdict:
            raise BusinessError(_("First quality judges it (QA-08)."), code="not_judged")
        if row.fate:
            raise BusinessError(_("Somebody decided this in the meantime."), code="changed_meanwhile")
        row.fate = fate
        if fate == Fate.SUPPLIER or (fate == Fate.RESTOCK and row.bad):
            row.batch = open_batch(row.case, by=by, now=now)
        row.save(update_fields=["fate", "batch"])
        audit.record(
            "aftersales.fate",
            about=f"aftersales.case:{row.case_id}",
            by=by,
            now=now,
            fate=fate,
            good=row.good,
            bad=row.bad,
        )
        if fate == Fate.RESTOCK:
            _tell_service(row, now)
    return len(rows)


def _tell_service(row: Inspection, now: dt.datetime) -> None:
    """RET-38: whoever has the case hears that the goods are back in stock."""
    owner = row.case.owner
    if owner is not None:
        notify(
            kind="aftersales.restocked",
            users=[owner],
            context={"number": row.case.number, "pieces": row.good},
            url=row.case.get_absolute_url(),
            dedupe_key=f"restocked:{row.pk}",
            mail=False,
            now=now,
        )
