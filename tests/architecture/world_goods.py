"""What the world holds of goods that travel: parcels, what a supplier is asked, claims. All supplier A's."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from aftersales.models import (
    Case,
    CaseLine,
    Evidence,
    Inspection,
    Intercept,
    ReturnAddress,
    ReturnParcel,
    StockQuestion,
    SupplierBatch,
)
from common import clock
from ledger.models import Claim, Loss
from orders.models import OrderLine
from sla.states import Party
from staff.models import User
from suppliers.models import Supplier


def _case(line: OrderLine, kind: str, state: str, number: str, **more: Any) -> Case:
    now = clock.now()
    case = Case.objects.create(
        number=number, kind=kind, state=state, channel="hotline", order=line.order, shop=line.order.shop,
        supplier=line.fulfilment.supplier, opened_at=now, entered_at=now, updated_at=now, **more,
    )  # fmt: skip
    CaseLine.objects.create(case=case, line=line, kind=kind)
    return case


def add_goods(by: User, supplier: Supplier, line: OrderLine, number: int) -> dict[str, Any]:
    """One of everything that is asked, counted and sent; what the arguments of its routes are."""
    now = clock.now()
    address = ReturnAddress.objects.create(
        name=f"退货{number}", supplier=supplier, receiver="仓", phone="0", address="义乌"
    )
    back = _case(line, "return", "coming_back", f"WR{number}", return_address=address)
    exchange = _case(line, "exchange", "stock_asked", f"WX{number}", ball=Party.SUPPLIER)
    again = _case(line, "reship", "resend_due", f"WA{number}", ball=Party.SUPPLIER)
    refund = _case(line, "unshipped_refund", "stopping", f"WU{number}", ball=Party.SUPPLIER)
    _case(line, "shortage", "reported", f"WS{number}")
    _case(line, "consultation", "answered", f"WO{number}", report={"subject": "order_sheet"}, result="已改单")
    parcel = ReturnParcel.objects.create(case=refund, tracking_no=f"SF10000000000{number}", sent_at=now, arrived_at=now)
    ReturnParcel.objects.create(case=back, tracking_no=f"SF50000000000{number}", sent_at=now, place="supplier")
    ReturnParcel.objects.create(case=again, tracking_no=f"SF20000000000{number}", sent_at=now)
    ReturnParcel.objects.create(tracking_no=f"SF30000000000{number}", arrived_at=now, arrived_by=by)
    batch = SupplierBatch.objects.create(number=f"RB{number}", supplier=supplier, made_at=now, made_by=by)
    counted = _inspection(exchange, by, number, fate="supplier", batch=batch, verdict="quality")
    _inspection(refund, by, number, verdict="conforms")
    _inspection(again, by, number, verdict="")
    key = uuid.uuid4().hex
    Evidence.objects.create(
        case=back, type="photo", key=key, extension="jpg", name="a.jpg", file=ContentFile(b"jpeg", name="a.jpg"), size=1,
        sha256=key * 2, at=now, by=by, shared_at=now,
    )  # fmt: skip
    question = StockQuestion.objects.create(
        public_id=uuid.uuid4(), case=exchange, supplier=supplier, sku="A", title="杯子", quantity=1, asked_at=now
    )
    stop = Intercept.objects.create(public_id=uuid.uuid4(), case=refund, how="cancel", supplier=supplier, asked_at=now)
    loss = Loss.objects.create(
        topic=f"aftersales.case:{back.pk}", order=line.order, goods=Decimal(9), total=Decimal(9), at=now
    )
    claim = Claim.objects.create(
        number=f"WC{number}", loss=loss, liable="supplier", supplier=supplier, percent=100, amount=Decimal(9),
        state="sent", sent_at=now,
    )  # fmt: skip
    return _arguments(parcel, batch, counted, back, again, question, stop, claim, key)


def _inspection(case: Case, by: User, number: int, **more: Any) -> Inspection:
    now = clock.now()
    parcel = ReturnParcel.objects.create(
        case=case, tracking_no=f"SF4{case.pk:09d}{number}", sent_at=now, arrived_at=now
    )
    judged = {"verdict_at": now, "verdict_by": by} if more.get("verdict") else {}
    return Inspection.objects.create(
        case=case,
        case_line=case.lines.get(),
        parcel=parcel,
        good=1,
        bad=0,
        counted_at=now,
        counted_by=by,
        **judged,
        **more,
    )


def _arguments(
    parcel: ReturnParcel,
    batch: SupplierBatch,
    counted: Inspection,
    back: Case,
    again: Case,
    question: StockQuestion,
    stop: Intercept,
    claim: Claim,
    key: str,
) -> dict[str, Any]:
    ours = {name: {"pk": batch.pk} for name in ("returns:batch", "returns:send", "returns:print")}
    portal = {
        "supply": {"number": back.number, "key": key, "public_id": question.public_id},
        "supply:answer_stop": {"public_id": stop.public_id},
        "supply:send_again": {"number": again.number},
        "supply:answer_claim": {"number": claim.number},
    }
    rest = {f"api:return-{name}": {"number": back.number} for name in ("arrival", "receipt", "mismatch")}
    rest |= {
        "api:photo": {"key": key},
        "api:stock-answer": {"public_id": question.public_id},
        "api:stop-answer": {"public_id": stop.public_id},
        "api:resend": {"number": again.number},
        "api:claim-accept": {"number": claim.number},
        "api:claim-dispute": {"number": claim.number},
    }
    desk = {"returns": {"pk": parcel.pk, "which": "pool"}, "returns:take_off": {"pk": counted.pk}}
    return desk | ours | portal | rest
