"""Reading the return desk: what a scanned number is, and the desk's lists. A scan costs the same whatever it finds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from aftersales.models import Case, CaseLine, Evidence, Inspection, ReturnParcel, SupplierBatch
from aftersales.services.stepping import state_label
from orders.carriers import clean_number
from orders.models import Parcel

Place = ReturnParcel.Place
MOST = 20  # cases of one order that a scan offers


@dataclass
class Goods:
    """One parcel of one case: what should be in it, what was counted, what the buyer showed."""

    parcel: ReturnParcel
    case: Case
    state: str
    lines: list[CaseLine] = field(default_factory=list)
    counted: dict[int, Inspection] = field(default_factory=dict)
    photos: list[Evidence] = field(default_factory=list)

    @property
    def is_counted(self) -> bool:
        return bool(self.counted)

    @property
    def is_judged(self) -> bool:
        return self.is_counted and all(row.verdict for row in self.counted.values())

    @property
    def rows(self) -> list[tuple[CaseLine, Inspection | None]]:
        return [(line, self.counted.get(line.pk)) for line in self.lines]


@dataclass(frozen=True)
class Found:
    """What a scanned number is: announced goods, a parcel of the pool, one of our own coming back, or unknown."""

    number: str
    goods: tuple[Goods, ...] = ()
    pooled: ReturnParcel | None = None
    sent: Parcel | None = None  # we sent it: refused or turned back on the way (RET-26, LOG-17)
    cases: tuple[Case, ...] = ()  # open cases of that order

    @property
    def known(self) -> bool:
        return bool(self.goods)

    @property
    def arrives(self) -> bool:
        """Whether this scan is its arrival."""
        return any(each.parcel.arrived_at is None for each in self.goods)


def find(number: str) -> Found:
    """The parcel with this number. At most five queries."""
    clean = clean_number(number)
    rows = ReturnParcel.objects.filter(tracking_no=clean).order_by("pk")
    parcels = list(rows.select_related("case__order", "case__reason", "case__supplier", "arrived_by")) if clean else []
    known = [parcel for parcel in parcels if parcel.case is not None]
    if known:
        return Found(clean, goods=tuple(_goods(known)))
    sent = Parcel.objects.filter(tracking_no=clean).select_related("order").order_by("-pk").first() if clean else None
    cases: tuple[Case, ...] = ()
    if sent is not None:
        open_ones = Case.objects.filter(order_id=sent.order_id, active=True).order_by("-opened_at")
        cases = tuple(open_ones[:MOST])
    return Found(clean, pooled=parcels[0] if parcels else None, sent=sent, cases=cases)


def goods_of(parcel: ReturnParcel) -> Goods:
    """The same for one parcel."""
    return _goods([parcel])[0]


def _goods(parcels: list[ReturnParcel]) -> list[Goods]:
    case_ids = [parcel.case_id for parcel in parcels]
    lines: dict[int, list[CaseLine]] = defaultdict(list)
    for line in CaseLine.objects.filter(case__in=case_ids).select_related("line").order_by("pk"):
        lines[line.case_id].append(line)
    counted: dict[int, dict[int, Inspection]] = defaultdict(dict)
    rows = Inspection.objects.filter(parcel__in=parcels).select_related("counted_by", "verdict_by", "batch")
    for row in rows:
        counted[row.parcel_id or 0][row.case_line_id] = row
    photos: dict[int, list[Evidence]] = defaultdict(list)
    shown = Evidence.objects.filter(case__in=case_ids, withdrawn_at__isnull=True, type=Evidence.Type.PHOTO)
    for photo in shown.order_by("at", "pk"):
        photos[photo.case_id].append(photo)
    return [
        Goods(parcel, case, state_label(case), lines[case.pk], counted[parcel.pk], photos[case.pk])
        for parcel in parcels
        if (case := parcel.case) is not None
    ]


def expected() -> QuerySet[ReturnParcel]:
    """On their way to our warehouse."""
    return ReturnParcel.objects.filter(arrived_at__isnull=True, place=Place.WAREHOUSE, case__active=True)


def uncounted() -> QuerySet[ReturnParcel]:
    """Here, of a case, not counted."""
    here = ReturnParcel.objects.filter(arrived_at__isnull=False, place=Place.WAREHOUSE, case__isnull=False)
    return here.filter(~Exists(Inspection.objects.filter(parcel=OuterRef("pk"))))


def unjudged() -> QuerySet[ReturnParcel]:
    """Counted by the warehouse, not judged by quality (QA-08)."""
    waiting = Inspection.objects.filter(parcel=OuterRef("pk"), verdict="", counted_by__isnull=False)
    return ReturnParcel.objects.filter(Exists(waiting), case__isnull=False)


def pool() -> QuerySet[ReturnParcel]:
    """Here, of nobody knows which case."""
    return ReturnParcel.objects.filter(case__isnull=True)


def undecided() -> QuerySet[Inspection]:
    """Judged goods of which nobody said yet what becomes of them (RET-38, PUR-18)."""
    judged = Inspection.objects.filter(fate="", counted_by__isnull=False).exclude(verdict="")
    return judged.select_related("case__supplier", "case_line__line", "parcel")


def batches() -> QuerySet[SupplierBatch]:
    """All lists, the open ones among them, with how much is on each."""
    bad_only = Q(inspections__fate=Inspection.Fate.RESTOCK)
    return SupplierBatch.objects.select_related("supplier", "made_by").annotate(
        rows=Count("inspections"),
        pieces=Sum(F("inspections__bad"), filter=bad_only, default=0)
        + Sum(F("inspections__good") + F("inspections__bad"), filter=~bad_only, default=0),
    )


def on_batch(batch: SupplierBatch) -> list[Inspection]:
    """What is on a list, with `going`, the pieces that go back: the bad ones where the good ones went to stock."""
    rows = batch.inspections.select_related("case__reason", "case__order", "case_line__line", "parcel").order_by("pk")
    found = list(rows)
    for row in found:
        row.going = row.bad if row.fate == Inspection.Fate.RESTOCK else row.good + row.bad  # type: ignore[attr-defined]
    return found


def counts() -> dict[str, int]:
    """How long each list of the desk is."""
    return {
        "expected": expected().count(),
        "uncounted": uncounted().count(),
        "unjudged": unjudged().count(),
        "undecided": undecided().count(),
        "pool": pool().count(),
    }
