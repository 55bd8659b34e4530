"""The hand-over list to the warehouse for a day: note, pictures, request and goods go over together (RET-11)."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Prefetch, Q

from aftersales.models import CaseLine, Inspection, ReturnParcel
from aftersales.papers import parts
from common import clock
from common.pdf import Paper


def parcels_of(day: dt.date) -> list[tuple[ReturnParcel, int]]:
    """The returns of known cases that arrived at our own warehouse on that Shanghai day, each with the number of
    its files of evidence. Four queries."""
    photos = Count("case__evidence", filter=Q(case__evidence__withdrawn_at__isnull=True), distinct=True)
    found = ReturnParcel.objects.filter(
        case__isnull=False,
        place=ReturnParcel.Place.WAREHOUSE,
        arrived_at__gte=clock.day_start(day),
        arrived_at__lte=clock.day_end(day),
    )
    lines = Prefetch("case__lines", CaseLine.objects.select_related("line").order_by("pk"))
    counted = Prefetch("case__inspections", Inspection.objects.order_by("pk"))
    rows = found.select_related("case__order", "case__reason", "arrived_by").prefetch_related(lines, counted)
    return [(row, row.files) for row in rows.annotate(files=photos).order_by("arrived_at", "pk")]


def handover_list(day: dt.date, rows: list[tuple[ReturnParcel, int]], *, now: dt.datetime, by: str) -> Paper:
    """One line a parcel, with what is asked for, and room for both signatures."""
    paper = Paper(title="退货交接单", number=day.isoformat(), made_at=now, note=by)
    paper.facts([("日期", day.isoformat()), ("包裹", f"{len(rows)} 件")])
    paper.table(
        ["序号", "案件 / 订单", "退回单号", "货物", "状况", "图片", "要求", "签收"],
        [_row(number, row, files) for number, (row, files) in enumerate(rows, 1)],
        [1.1, 4.9, 3.5, 4, 2.2, 1.2, 2.6, 1.5],
    )
    paper.signatures(["交件客服", "收件仓管", "日期时间"])
    return paper


def _row(number: int, row: ReturnParcel, files: int) -> list[str]:
    case = row.case
    assert case is not None
    goods = "\n".join(f"{each.line.sku} {each.line.title} × {each.quantity}" for each in case.lines.all())
    counted = [found for found in case.inspections.all() if found.parcel_id == row.pk]
    condition = "\n".join(f"好 {found.good} 坏 {found.bad} {found.remark}".strip() for found in counted)
    order = case.order.order_no if case.order else ""
    asked = f"{parts.state_of(case)}\n{case.reason or ''}".strip()
    names = f"{case.number}\n{order}"
    return [str(number), names, row.tracking_no, goods, condition or "未点收", str(files), asked, ""]
