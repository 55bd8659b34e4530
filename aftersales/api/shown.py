"""Cases as suppliers' programs see them: no key of ours, no buyer, times in Asia/Shanghai."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from rest_framework.request import Request

from aftersales.models import Case, Evidence, Intercept, StockQuestion
from aftersales.supplier_work import Due, stage_of
from common.clock import local
from ledger.models import Claim
from suppliers.models import Supplier


def time_of(moment: dt.datetime | None) -> str | None:
    return local(moment).isoformat() if moment else None


def due_fields(due: Due | None) -> dict[str, Any]:
    return {"due_at": time_of(due.at) if due else None, "late": due.late if due else False}


def case(row: Case, due: Due | None) -> dict[str, Any]:
    """What every case shows: its number, order and lines; what this supplier counted, where it did."""
    return {
        "number": row.number,
        "kind": row.kind,
        "order_no": row.order.order_no if row.order else "",
        "reason": row.reason.name if row.reason else row.summary,
        **due_fields(due),
        "lines": [
            {
                "sku": each.line.sku,
                "title": each.line.title,
                "attributes": each.line.attributes,
                "quantity": each.quantity,
                "wanted": each.wanted,
                "good": None,
                "bad": None,
            }
            for each in row.lines.all()
        ],
    }


def returned(request: Request, row: Case, due: Due | None, supplier: Supplier) -> dict[str, Any]:
    """A return or an exchange whose goods go to the supplier."""
    body = case(row, due)
    counted = {each.case_line_id: each for each in row.inspections.all()}
    for each, shown in zip(row.lines.all(), body["lines"], strict=True):
        if each.pk in counted:
            shown |= {"good": counted[each.pk].good, "bad": counted[each.pk].bad}
    parcels = [
        {"carrier": each.carrier, "tracking_no": each.tracking_no, "sent_at": time_of(each.sent_at)}
        for each in row.return_parcels.all()
    ]
    seen: Iterable[Evidence] = row.seen_evidence  # type: ignore[attr-defined]
    return body | {
        "stage": stage_of(row),
        "buyer_words": row.buyer_words,
        "parcels": parcels,
        "photos": photos(request, seen, supplier),
    }


def photos(request: Request, rows: Iterable[Evidence], supplier: Supplier) -> list[dict[str, Any]]:
    return [
        {
            "url": request.build_absolute_uri(reverse("api:photo", args=[row.key])),
            "name": row.name,
            "sent_by_you": row.by_supplier_id == supplier.pk,
        }
        for row in rows
    ]


def question(row: StockQuestion, due: Due | None) -> dict[str, Any]:
    return {
        "id": str(row.public_id),
        "case": row.case.number,
        "order_no": row.case.order.order_no if row.case.order else "",
        "sku": row.sku,
        "title": row.title,
        "quantity": row.quantity,
        "asked_at": time_of(row.asked_at),
        **due_fields(None if row.answered_at else due),
        "answer": row.answer,
        "again_on": row.again_on.isoformat() if row.again_on else None,
        "note": row.note,
    }


def stop(row: Intercept, due: Due | None) -> dict[str, Any]:
    return {
        "id": str(row.public_id),
        "case": row.case.number,
        "order_no": row.case.order.order_no if row.case.order else "",
        "how": row.how,
        "tracking_no": row.tracking_no,
        "goods": [f"{each.line.sku} × {each.quantity}" for each in row.case.lines.all()],
        "asked_at": time_of(row.asked_at),
        **due_fields(None if row.answered_at else due),
        "answer": row.answer,
        "note": row.note,
    }


def claim(row: Claim, due: Due | None, pictures: list[dict[str, Any]], about: Case | None) -> dict[str, Any]:
    """A claim, with the case that it is `about` where that is the supplier's own, and its goods."""
    lines = about.lines.all() if about is not None else ()
    return {
        "number": row.number,
        "case": about.number if about is not None else "",
        "goods": [{"sku": each.line.sku, "title": each.line.title, "quantity": each.quantity} for each in lines],
        "order_no": row.loss.order.order_no if row.loss.order else "",
        "percent": str(row.percent),
        "amount": str(row.amount),
        "state": row.state,
        "sent_at": time_of(row.sent_at),
        **due_fields(due),
        "answer": row.answer,
        "note": row.note,
        "month": row.month.isoformat() if row.month else None,
        "photos": pictures,
    }
