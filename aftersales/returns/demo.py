"""The return desk and the portal in the demo: parcels at every stage, a pool, a list, what is asked of a supplier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef

from aftersales.models import Case, CaseLine, Reason, ReturnAddress, ReturnParcel
from aftersales.returns import services
from aftersales.services import supplier_side
from aftersales.services.opening import Wanted, open_case
from aftersales.services.stepping import take_step
from aftersales.states import Channel, Kind
from orders.models import OrderLine
from orders.states import LEFT, OrderState
from staff.models import User
from staff.roles import Role
from suppliers.models import Supplier
from suppliers.selectors import supplier_of

HOUR = dt.timedelta(hours=1)
POOL = ("YT2026112000017", "SF2026112000028")
HERE = 4  # parcels that come to our own house: on the way, arrived, counted, judged; one more is on a list
CHECKED = {"checked_chat": True, "checked_order": True, "checked_parcels": True, "checked_staff": True}


def load(now: dt.datetime, by: User) -> None:
    """Adds to the demo's cases; nothing when the pool is there already, or somebody or the supplier's orders are missing."""
    people = {user.role: user for user in User.objects.filter(is_active=True).order_by("-pk")}
    needed = {Role.AGENT_AFTERSALES, Role.WAREHOUSE, Role.QUALITY, Role.SUPPLIER}
    supplier = supplier_of(people[Role.SUPPLIER]) if needed <= set(people) else None
    if supplier is None or ReturnParcel.objects.filter(tracking_no=POOL[0]).exists():
        return
    shipped, paid = _lines(supplier, [*LEFT, OrderState.FINISHED]), _lines(supplier, [OrderState.PAID])
    _at_our_desk(shipped, people, now)
    _at_the_supplier(shipped, supplier, people, now)
    _asked_of_the_supplier(shipped, paid, people, now)
    for number, note in zip(POOL, ("寄件人：杨女士，无单号", "两只杯子，盒子破损"), strict=True):
        services.put_into_pool(number=number, note=note, by=people[Role.WAREHOUSE], now=now - 3 * HOUR)


def _lines(supplier: Supplier, states: list[str]) -> Iterator[OrderLine]:
    """Lines of the supplier that no case is about, the newest first; each order once."""
    held = CaseLine.objects.filter(line__order=OuterRef("order"))
    rows = OrderLine.objects.filter(order__state__in=states, fulfilment__supplier=supplier, order__paid_total__gt=20)
    seen: set[int] = set()
    for line in rows.exclude(Exists(held)).select_related("order", "fulfilment").order_by("-order_id", "pk")[:100]:
        if line.order_id not in seen:
            seen.add(line.order_id)
            yield line


def _open(kind: str, line: OrderLine, agent: User, words: str, at: dt.datetime) -> Case:
    return open_case(
        kind=kind,
        channel=Channel.ONLINE,
        by=agent,
        order=line.order,
        lines=[Wanted(line, line.quantity)],
        reason=Reason.objects.filter(cause=Reason.Cause.NO_REASON, enabled=True).first(),
        buyer_words=words,
        now=at,
    )


def _sent_back(line: OrderLine, address: ReturnAddress, people: dict[str, User], number: str, at: dt.datetime) -> Case:
    """A return whose buyer has sent the goods."""
    agent = people[Role.AGENT_AFTERSALES]
    case = _open(Kind.RETURN, line, agent, "不太合适，想退货", at - 6 * HOUR)
    data: dict[str, Any] = {"judgement": "", "return_address": address, "freight_rule": None}
    take_step(case_id=case.pk, name="approve", data=data, by=agent, now=at - 5 * HOUR)
    sent = {"carrier": "SF", "tracking_no": number}
    return take_step(case_id=case.pk, name="send_back", data=sent, by=agent, now=at)


def _at_our_desk(lines: Iterator[OrderLine], people: dict[str, User], now: dt.datetime) -> None:
    """One parcel on the way, one arrived, one counted, one judged, one on the list for its supplier."""
    ours = ReturnAddress.objects.filter(supplier__isnull=True, retired_at__isnull=True).first()
    warehouse, quality = people[Role.WAREHOUSE], people[Role.QUALITY]
    for stage in range(HERE + 1):
        line = next(lines, None)
        if line is None or ours is None:
            return
        number = f"SF{3_000_000_000_000 + line.pk}"
        case = _sent_back(line, ours, people, number, now - 30 * HOUR)
        if stage:
            services.take_in(number=number, by=warehouse, now=now - 5 * HOUR)
        if stage > 1:
            parcel, row = case.return_parcels.get(), case.lines.get()
            data = {
                f"good_{row.pk}": row.quantity - 1,
                f"bad_{row.pk}": 1,
                "accessories": {"packing": True, "gift": False},
            }
            services.count(parcel_id=parcel.pk, data=data, mismatched=False, by=warehouse, now=now - 4 * HOUR)
        if stage > 2:
            services.judge(parcel_id=parcel.pk, verdicts={row.pk: "quality"}, by=quality, now=now - 3 * HOUR)
        if stage > 3:
            rows = parcel.inspections.values_list("pk", flat=True)
            services.decide_fate(inspection_ids=rows, fate="supplier", by=warehouse, now=now - 2 * HOUR)


def _at_the_supplier(lines: Iterator[OrderLine], supplier: Supplier, people: dict[str, User], now: dt.datetime) -> None:
    """Goods on their way to the supplier, arrived there, counted by it."""
    theirs = ReturnAddress.objects.filter(supplier=supplier, retired_at__isnull=True).first()
    user = people[Role.SUPPLIER]
    for stage in range(3):
        line = next(lines, None)
        if line is None or theirs is None:
            return
        case = _sent_back(line, theirs, people, f"SF{4_000_000_000_000 + line.pk}", now - 40 * HOUR)
        if stage:
            supplier_side.note_arrival(supplier=supplier, number=case.number, by=user, now=now - 20 * HOUR)
        if stage > 1:
            counts = {row.pk: (row.quantity, 0) for row in case.lines.all()}
            supplier_side.report_goods(
                supplier=supplier, number=case.number, counts=counts, remark="完好", by=user, now=now - 10 * HOUR
            )


def _asked_of_the_supplier(
    shipped: Iterator[OrderLine], paid: Iterator[OrderLine], people: dict[str, User], now: dt.datetime
) -> None:
    """A question about stock, something to send again, an order to stop."""
    agent = people[Role.AGENT_AFTERSALES]
    for again in (False, True):
        line = next(shipped, None)
        if line is None:
            return
        case = _open(Kind.RESHIP, line, agent, "少发了一件", now - 9 * HOUR)
        found = {**CHECKED, "check_result": "核对后确认漏发"}
        take_step(case_id=case.pk, name="look_into", data=found, by=agent, now=now - 8 * HOUR)
        take_step(case_id=case.pk, name="ask_stock", data={}, by=agent, now=now - 7 * HOUR)
        if again:
            take_step(case_id=case.pk, name="order_resend", data={}, by=agent, now=now - 6 * HOUR)
    line = next(paid, None)
    if line is not None:
        case = _open(Kind.UNSHIPPED_REFUND, line, agent, "拍错了，别发货", now - 2 * HOUR)
        how = {"stop_how": "cancel", "stop_number": ""}
        take_step(case_id=case.pk, name="stop_goods", data=how, by=agent, now=now - HOUR)
