"""The return note 退货单 that goes with the goods (RET-10)."""

from __future__ import annotations

import datetime as dt

from aftersales.evidence import in_force
from aftersales.models import Case, Inspection
from aftersales.papers import parts
from aftersales.papers.parts import EMPTY
from common.pdf import Paper


def return_note(case: Case, *, now: dt.datetime, by: str) -> Paper:
    """Case, order, goods with quantity and condition, what proves it, signatures. Nothing of the buyer is on it."""
    paper = Paper(title="退货单", number=case.number, made_at=now, note=by)
    address = case.return_address
    paper.facts(
        [
            ("日期", parts.day(now)),
            ("类型", parts.state_of(case)),
            ("订单编号", case.order.order_no if case.order else EMPTY),
            ("店铺", str(case.shop or EMPTY)),
            ("供应商", case.supplier.name if case.supplier else EMPTY),
            ("退回单号", "、".join(row.tracking_no for row in case.return_parcels.order_by("pk")) or EMPTY),
            ("退货原因", str(case.reason or case.summary or EMPTY)),
            ("质量判定", str(case.get_judgement_display()) if case.judgement else "未判定"),
        ]
    )
    if address is not None:
        sent_to = f"{address.receiver} {address.phone} {address.address}"
        paper.facts([("退货地址", sent_to)], columns=1)
    paper.heading("货物")
    paper.table(["商家编码", "商品", "数量", "完好", "损坏", "状况"], _rows(case), [3, 6, 1.2, 1.2, 1.2, 4])
    files = list(in_force(case))
    paper.heading(f"凭证（共 {len(files)} 件）")
    photos = parts.pictures(files)
    if photos:
        paper.pictures(photos[:6])
    paper.signatures(["开单客服", "仓库", "质检"])
    return paper


def _rows(case: Case) -> list[list[str]]:
    counted = {row.case_line_id: row for row in case.inspections.order_by("pk")}
    rows = []
    for each in case.lines.select_related("line").order_by("pk"):
        found: Inspection | None = counted.get(each.pk)
        numbers = [str(found.good), str(found.bad)] if found else ["", ""]
        told = found.remark if found else "未点收"
        rows.append([each.line.sku, parts.title_of(each.line), str(each.quantity), *numbers, told])
    return rows
