"""Cases whose goods travel, for the tests of the return desk and of the suppliers' side."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from aftersales.models import Case, Intercept, ReturnAddress, ReturnParcel, StockQuestion
from aftersales.services.opening import Wanted, open_case
from aftersales.services.stepping import take_step
from ledger.models import Claim, Loss
from ledger.states import ClaimState
from orders.models import OrderLine
from orders.states import OrderState
from staff.models import User
from suppliers.models import Supplier
from tests.factories import NOON, FulfilmentFactory, OrderFactory, OrderLineFactory

SF, YT, ZTO = "SF1234567890123", "YT1234567890123", "78244801702286"


def a_line(supplier: Supplier, quantity: int = 1, state: str = OrderState.DELIVERED, **more: Any) -> OrderLine:
    part = FulfilmentFactory(order=OrderFactory(state=state, delivered_at=NOON, **more), supplier=supplier)
    return OrderLineFactory(fulfilment=part, quantity=quantity)


def an_address(supplier: Supplier | None = None) -> ReturnAddress:
    return ReturnAddress.objects.create(
        name="退货仓", supplier=supplier, receiver="退货组", phone="057188880000", address="浙江省金华市义乌市工业路8号"
    )


def a_case(kind: str, by: User, line: OrderLine, quantity: int | None = None, **more: Any) -> Case:
    wanted = [Wanted(line, quantity or line.quantity)]
    return open_case(kind=kind, channel="hotline", by=by, order=line.order, lines=wanted, **more)


def approved(
    by: User, supplier: Supplier, *, to_supplier: bool = False, quantity: int = 1, kind: str = "return"
) -> Case:
    """A case whose buyer was told where to send the goods."""
    case = a_case(kind, by, a_line(supplier, quantity))
    address = an_address(supplier if to_supplier else None)
    data = {"judgement": "", "return_address": address, "freight_rule": None}
    return take_step(case_id=case.pk, name="approve", data=data, by=by)


def coming_back(
    by: User,
    supplier: Supplier,
    *,
    to_supplier: bool = False,
    quantity: int = 1,
    number: str = SF,
    kind: str = "return",
) -> Case:
    """A case whose buyer has sent the goods under `number`."""
    case = approved(by, supplier, to_supplier=to_supplier, quantity=quantity, kind=kind)
    carrier = "SF" if number.startswith("SF") else "YTO"
    return take_step(case_id=case.pk, name="send_back", data={"carrier": carrier, "tracking_no": number}, by=by)


def parcel_of(case: Case) -> ReturnParcel:
    return ReturnParcel.objects.get(case=case)


def counted(case: Case, good: int, bad: int) -> dict[str, int]:
    """The answers of a count for the one line of the case."""
    line = case.lines.get()
    return {f"good_{line.pk}": good, f"bad_{line.pk}": bad}


def picture(name: str = "flaw.jpg", colour: str = "red") -> SimpleUploadedFile:
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(stream, "JPEG")
    return SimpleUploadedFile(name, stream.getvalue(), "image/jpeg")


def asked(kind: str, ana: Any, supplier: Any) -> tuple[Case, StockQuestion]:
    """A case whose supplier was asked for stock, as the service's step asks."""
    case = a_case(kind, ana, a_line(supplier))
    if kind == "reship":
        checked = {"checked_chat": True, "checked_order": True, "checked_parcels": True, "checked_staff": True}
        take_step(case_id=case.pk, name="look_into", data={**checked, "check_result": "漏发"}, by=ana)
    take_step(case_id=case.pk, name="ask_stock", data={}, by=ana)
    return Case.objects.get(pk=case.pk), StockQuestion.objects.get(case=case)


def stopping(how: str, ana: Any, supplier: Any) -> tuple[Case, Intercept]:
    case = a_case("unshipped_refund", ana, a_line(supplier, state=OrderState.PAID))
    data = {"stop_how": how, "stop_number": ZTO if how == "intercept" else ""}
    take_step(case_id=case.pk, name="stop_goods", data=data, by=ana)
    return case, Intercept.objects.get(case=case)


def a_claim(supplier: Any, case: Case, number: str = "CL1", state: str = ClaimState.SENT) -> Claim:
    loss = Loss.objects.create(
        topic=f"aftersales.case:{case.pk}", order=case.order, goods=Decimal(50), total=Decimal(50), at=NOON
    )
    return Claim.objects.create(
        number=number, loss=loss, liable="supplier", supplier=supplier, percent=100, amount=Decimal(50),
        state=state, sent_at=NOON if state == ClaimState.SENT else None,
    )  # fmt: skip
