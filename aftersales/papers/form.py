"""The return and exchange form 商品退换流程表 with its eleven fields, photos behind it (RET-07, RET-20)."""

from __future__ import annotations

import datetime as dt

from aftersales.evidence import in_force
from aftersales.models import Case
from aftersales.papers import parts
from aftersales.papers.parts import EMPTY, Buyer
from aftersales.states import Kind
from common.pdf import Paper

WAYS = {Kind.RETURN: "退货", Kind.EXCHANGE: "换货", Kind.RESHIP: "补发", Kind.UNSHIPPED_REFUND: "退款"}


def exchange_form(case: Case, buyer: Buyer, *, now: dt.datetime, by: str) -> Paper:
    """The form as it lies in the binder: the fields in the order of the seed, the leader's decision last."""
    paper = Paper(title="商品退换流程表", number=case.number, made_at=now, note=by)
    judged = str(case.get_judgement_display()) if case.judgement else ""
    paper.facts(
        [
            ("日期", parts.day(case.opened_at)),
            ("处理人员", case.owner.name if case.owner else EMPTY),
            ("客户姓名", buyer.name or EMPTY),
            ("客户联系电话", buyer.phone or EMPTY),
            ("订货单号", case.order.order_no if case.order else EMPTY),
            ("出货单号", parts.tracking_numbers(case.order) or EMPTY),
        ]
    )
    paper.facts([("客户地址", buyer.address or EMPTY)], columns=1)
    photos = parts.pictures(in_force(case), small=False)
    reason = "\n".join(word for word in (str(case.reason or ""), case.summary, case.buyer_words) if word)
    paper.facts(
        [
            ("退换货物原因", f"{reason or EMPTY}\n（图片附后，共 {len(photos)} 张）"),
            ("处理意见", "；".join(word for word in (judged, case.result) if word) or EMPTY),
            ("内容说明", f"{WAYS.get(Kind(case.kind), str(Kind(case.kind).label))}\n{_goods(case)}"),
            ("领导批示", _decision(case)),
        ],
        columns=1,
    )
    paper.signatures(["处理人员", "质检", "领导"])
    if photos:
        paper.new_page()
        paper.heading("图片")
        paper.pictures(photos, per_row=2)
    return paper


def _goods(case: Case) -> str:
    rows = [
        f"{line.sku} {parts.title_of(line)} × {quantity}" + (f"，换 {wanted}" if wanted else "")
        for line, quantity, wanted in parts.goods_rows(case)
    ]
    return "\n".join(rows) or EMPTY


def _decision(case: Case) -> str:
    if not case.leader_note:
        return " "
    return f"{case.leader_note}\n{case.leader_by.name if case.leader_by else ''}".strip()
