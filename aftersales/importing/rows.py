"""What is read of refunds and of the cases that they have or may become part of: a fixed number of queries a chunk."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Exists, OuterRef

from aftersales.importing import meaning
from aftersales.models import Case, CaseLine, CaseLink, Reason
from aftersales.states import Goods, Kind
from common.locking import lock
from orders.models import Parcel, Refund

COLUMNS = {
    "pk": "pk",
    "order_id": "order_id",
    "line_id": "line_id",
    "pieces": "line__quantity",
    "supplier_id": "line__fulfilment__supplier_id",
    "shop_id": "order__shop_id",
    "order_state": "order__state",
    "state": "state",
    "words": "kind",
    "needs_return": "needs_return",
    "amount": "amount",
    "reason": "reason",
    "buyer_words": "explanation",
    "goods_words": "goods_status",
    "intervention": "intervention",
    "carrier": "return_carrier",
    "tracking_no": "return_tracking_no",
    "applied_at": "applied_at",
    "created_at": "created_at",
    "deadline_at": "deadline_at",
    "evidence_at": "evidence_deadline_at",
    "finished_at": "finished_at",
    "has_parcel": "has_parcel",
}


@dataclass
class Row:
    """A refund as the platform lists it, and what it means here."""

    pk: int
    order_id: int
    line_id: int | None
    pieces: int | None
    supplier_id: int | None
    shop_id: int
    order_state: str
    state: str
    words: str
    needs_return: bool
    amount: Decimal
    reason: str
    buyer_words: str
    goods_words: str
    intervention: str
    carrier: str
    tracking_no: str
    applied_at: dt.datetime | None
    created_at: dt.datetime
    deadline_at: dt.datetime | None
    evidence_at: dt.datetime | None
    finished_at: dt.datetime | None
    has_parcel: bool

    @property
    def kind(self) -> Kind:
        return meaning.kind_of(self.words, self.needs_return, self.goods_words, self.order_state)

    @property
    def goods(self) -> Goods:
        return meaning.goods_of(self.goods_words, self.order_state, self.state, self.needs_return, self.has_parcel)


@dataclass
class Known:
    """What there is already: the case of each refund, open cases that nobody's refund is yet, and disputes."""

    cases: dict[int, Case] = field(default_factory=dict)  # by refund
    disputes: dict[int, Case] = field(default_factory=dict)  # by refund
    free: dict[tuple[int, str], list[Case]] = field(default_factory=lambda: defaultdict(list))  # by order and kind
    lines: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # by case

    def take_free(self, row: Row, kind: str) -> Case | None:
        """The open case of this order and kind about this line that an agent opened before the list told of it."""
        waiting = self.free.get((row.order_id, kind), [])
        for case in waiting:
            about = self.lines.get(case.pk, set())
            if row.line_id is None or not about or row.line_id in about:
                waiting.remove(case)
                return case
        return None


def read(refund_ids: Sequence[int]) -> list[Row]:
    """The refunds, in the order in which they came. One query."""
    parcels = Parcel.objects.filter(order=OuterRef("order"))
    found = Refund.objects.filter(pk__in=refund_ids).annotate(has_parcel=Exists(parcels)).order_by("pk")
    return [Row(*values) for values in found.values_list(*COLUMNS.values())]


def known(rows: Iterable[Row]) -> Known:
    """What these refunds have and may become part of; their cases are locked. Five queries."""
    rows = list(rows)
    refund_ids = [row.pk for row in rows]
    result = Known()
    for case in lock(Case.objects.filter(refund_id__in=refund_ids).select_related("return_address")):
        result.cases[case.refund_id or 0] = case
    links = dict(
        CaseLink.objects.filter(origin__refund_id__in=refund_ids, case__kind=Kind.DISPUTE).values_list(
            "case_id", "origin__refund_id"
        )
    )
    for case in lock(Case.objects.filter(pk__in=list(links)).select_related("return_address")):
        result.disputes[links[case.pk] or 0] = case
    free = Case.objects.filter(
        order_id__in={row.order_id for row in rows},
        refund__isnull=True,
        active=True,
        kind__in=[*meaning.STANDS, Kind.DISPUTE],
    ).exclude(pk__in=list(links))
    for case in lock(free.select_related("return_address")):
        result.free[case.order_id or 0, case.kind].append(case)
    ids = [case.pk for cases in result.free.values() for case in cases]
    for case_id, line_id in CaseLine.objects.filter(case_id__in=ids).values_list("case_id", "line_id"):
        result.lines[case_id].add(line_id)
    return result


class Reasons:
    """Which of our reasons a platform's words mean. One query."""

    def __init__(self) -> None:
        self._by_word: dict[str, int] = {}
        self._other: int | None = None
        for pk, cause, words in Reason.objects.order_by("-position").values_list("pk", "cause", "platform_words"):
            self._by_word |= dict.fromkeys((word.strip() for word in words), pk)
            if cause == Reason.Cause.OTHER:
                self._other = pk

    def meant_by(self, words: str) -> int | None:
        found = self._by_word.get(words.strip())
        if found is None:
            found = next((pk for word, pk in self._by_word.items() if word and word in words), self._other)
        return found
