"""What a supplier sees of cases: goods on their way to it, questions, requests, what it must send, shortages, claims.

Every queryset begins with the supplier; nothing here takes a key that another supplier could count up.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from aftersales.evidence import shared_with
from aftersales.models import Case, CaseLine, Evidence, Inspection, Intercept, Resend, ReturnParcel, StockQuestion
from aftersales.sla_policies import CASE
from aftersales.states import ExchangeState, Goods, Kind, ReshipState, ReturnState, Subject
from ledger.models import Claim
from ledger.selectors import claims_of_supplier
from ledger.sla_policies import CLAIM
from ledger.states import ClaimState
from sla.models import Clock
from sla.states import OPEN, ClockState, Party
from suppliers.models import Supplier

R, X = ReturnState, ExchangeState
GOODS_KINDS = (Kind.RETURN, Kind.EXCHANGE)
ON_THE_WAY = (R.APPROVED, R.COMING_BACK)  # the exchange's states are called the same
TO_COUNT = (R.RECEIVED,)
RETURN_STATES = ("on_the_way", "to_count", "done", "all")
CLAIM_STATES = ("open", "answered", "all")
FEEDBACK = ("aftersales.supplier_feedback", "aftersales.resend")
WAITING = (*FEEDBACK, "aftersales.stock_answer", "aftersales.stop_goods", "aftersales.reship", "aftersales.promised")


@dataclass(frozen=True)
class Due:
    """Until when we wait for the supplier, and whether that is past."""

    at: dt.datetime
    late: bool


def _shown(rows: QuerySet[Case]) -> QuerySet[Case]:
    lines = CaseLine.objects.select_related("line").order_by("pk")
    return rows.select_related("order", "reason").prefetch_related(Prefetch("lines", lines))


def returns_of(supplier: Supplier, state: str = "all") -> QuerySet[Case]:
    """Goods that buyers were told to send to this supplier, by RETURN_STATES (RET-03), and parcels of its own that a
    carrier turns back (LOG-18): those need not be counted."""
    strayed = ReturnParcel.objects.filter(
        case=OuterRef("pk"), place=ReturnParcel.Place.WAREHOUSE, arrived_at__isnull=False
    )  # it turned up at our own desk
    own = ReturnParcel.objects.filter(case=OuterRef("pk"), place=ReturnParcel.Place.SUPPLIER)
    sent_back = Q(kind__in=GOODS_KINDS, return_address__supplier=supplier)
    turned_back = Q(Exists(own), kind=Kind.UNSHIPPED_REFUND, goods__in=(Goods.COMING_BACK, Goods.BACK))
    rows = Case.objects.filter(sent_back | turned_back, ~Exists(strayed), supplier=supplier)
    counted = Exists(Inspection.objects.filter(case=OuterRef("pk"), counted_by_supplier=supplier))
    under_way = Q(state__in=ON_THE_WAY) | turned_back & Q(goods=Goods.COMING_BACK)
    done = Q(counted) | turned_back & Q(goods=Goods.BACK)
    if state == "on_the_way":
        rows = rows.filter(under_way)
    elif state == "to_count":
        rows = rows.filter(state__in=TO_COUNT)
    elif state == "done":
        rows = rows.filter(done)
    else:
        rows = rows.filter(under_way | Q(state__in=TO_COUNT) | done)
    parcels = ReturnParcel.objects.filter(place=ReturnParcel.Place.SUPPLIER).order_by("pk")
    results = Inspection.objects.filter(counted_by_supplier=supplier).select_related("case_line__line").order_by("pk")
    return _shown(rows).prefetch_related(
        Prefetch("return_parcels", parcels),
        Prefetch("inspections", results),
        Prefetch("evidence", shared_with(supplier), to_attr="seen_evidence"),
    )


def stage_of(case: Case) -> str:
    """How far a return is, in the words that suppliers get: announced, on_the_way, arrived, counted, mismatched."""
    if case.kind == Kind.UNSHIPPED_REFUND:
        return "on_the_way" if case.goods == Goods.COMING_BACK else "counted"
    if case.state == R.MISMATCHED:
        return "mismatched"
    names = {R.APPROVED: "announced", R.COMING_BACK: "on_the_way", R.RECEIVED: "arrived"}
    return names.get(R(case.state), "counted") if case.state in R.values else "counted"


def questions_of(supplier: Supplier, *, answered: bool = False) -> QuerySet[StockQuestion]:
    """Questions about stock: those that wait, or those the supplier has answered (SUP-05, SUP-09)."""
    rows = StockQuestion.objects.filter(supplier=supplier).select_related("case__order")
    if answered:
        return rows.exclude(answer="")
    return rows.filter(answered_at__isnull=True, case__active=True)


def stops_of(supplier: Supplier, *, answered: bool = False) -> QuerySet[Intercept]:
    """Requests to cancel or to intercept: those that wait, or those the supplier has answered (SUP-25, LOG-17)."""
    lines = CaseLine.objects.select_related("line").order_by("pk")
    rows = Intercept.objects.filter(supplier=supplier).select_related("case__order")
    rows = rows.prefetch_related(Prefetch("case__lines", lines))
    if answered:
        return rows.exclude(answer="")
    return rows.filter(answered_at__isnull=True, case__active=True)


def resends_of(supplier: Supplier) -> QuerySet[Case]:
    """What the supplier must send again: exchanges that came back to it, and what was missing (SUP-06, SUP-09)."""
    here = Q(return_address__supplier=supplier)
    due = Q(kind=Kind.EXCHANGE, state=X.RESEND_DUE, ball=Party.SUPPLIER)
    counted = here & Q(kind=Kind.EXCHANGE, state=X.INSPECTED)
    missing = Q(kind=Kind.RESHIP, state=ReshipState.RESEND_DUE)
    return _shown(Case.objects.filter(due | counted | missing, supplier=supplier))


def resent_by(supplier: Supplier) -> QuerySet[Case]:
    """Cases in which the supplier has sent something again."""
    return _shown(
        Case.objects.filter(
            Exists(Resend.objects.filter(case=OuterRef("pk"), by_supplier=supplier)), supplier=supplier
        ).prefetch_related("resends")
    )


def shortages_of(supplier: Supplier) -> QuerySet[Case]:
    """Shortages of this supplier, reported by it or noted by the service (SUP-11)."""
    return _shown(Case.objects.filter(supplier=supplier, kind=Kind.SHORTAGE))


def order_sheets_of(supplier: Supplier) -> QuerySet[Case]:
    """Order sheets that this supplier found wrong, with our answers (SUP-23)."""
    own = Case.objects.filter(supplier=supplier, kind=Kind.CONSULTATION, report__subject=Subject.ORDER_SHEET)
    return own.select_related("order").order_by("-opened_at", "-pk")


def claims_of(supplier: Supplier, state: str = "all") -> QuerySet[Claim]:
    """Claims that were sent to this supplier, by CLAIM_STATES (SUP-27)."""
    rows = claims_of_supplier(supplier.pk)
    if state == "open":
        return rows.filter(state=ClaimState.SENT)
    return rows.exclude(state=ClaimState.SENT) if state == "answered" else rows


def due_of(case_ids: Iterable[int], *, now: dt.datetime, policies: tuple[str, ...] = WAITING) -> dict[int, Due]:
    """Until when we wait for the supplier, a case: the earliest open clock in its court. One query."""
    found: dict[int, Due] = {}
    clocks = Clock.objects.filter(
        subject_type=CASE, subject_id__in=list(case_ids), policy__in=policies, party=Party.SUPPLIER, state__in=OPEN
    ).order_by("-due_at")
    for subject, due_at, state in clocks.values_list("subject_id", "due_at", "state"):
        found[subject] = Due(due_at, state == ClockState.RUNNING and due_at < now)
    return found


def claim_due_of(claims: Iterable[Claim], *, now: dt.datetime) -> dict[int, Due]:
    """Until when we wait for an answer to each claim. One query."""
    clocks = Clock.objects.filter(
        subject_type=CLAIM, subject_id__in=[row.pk for row in claims], party=Party.SUPPLIER, state__in=OPEN
    ).order_by("-due_at")
    rows = clocks.values_list("subject_id", "due_at", "state")
    return {subject: Due(at, state == ClockState.RUNNING and at < now) for subject, at, state in rows}


def claim_cases_of(supplier: Supplier, claims: Iterable[Claim]) -> dict[int, Case]:
    """What each claim is about: its case with the goods, where it is this supplier's own. Two queries."""
    case_of = _cases_of(claims)
    cases = {row.pk: row for row in _shown(Case.objects.filter(pk__in=case_of.values(), supplier=supplier))}
    return {claim: cases[case] for claim, case in case_of.items() if case in cases}


def _cases_of(claims: Iterable[Claim]) -> dict[int, int]:
    topics = {row.pk: row.loss.topic.partition(":") for row in claims}
    return {claim: int(key) for claim, (kind, _colon, key) in topics.items() if kind == CASE}


def claim_photos_of(supplier: Supplier, claims: Iterable[Claim]) -> dict[int, list[Evidence]]:
    """The pictures of each claim's case that this supplier may see. One query."""
    case_of = _cases_of(claims)
    seen: dict[int, list[Evidence]] = defaultdict(list)
    for photo in shared_with(supplier).filter(case__in=set(case_of.values())):
        seen[photo.case_id].append(photo)
    return {claim: seen[case] for claim, case in case_of.items()}
