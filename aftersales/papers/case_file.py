"""The complete file of a case 售后服务档案: every field, talk, event, number, share and photo (AFT-12)."""

from __future__ import annotations

import datetime as dt

from aftersales.case_page import CasePage
from aftersales.evidence import EvidenceShown
from aftersales.models import Case
from aftersales.papers import parts
from aftersales.papers.parts import EMPTY, Buyer
from common.pdf import Pair, Paper
from orders import carriers


def case_file(page: CasePage, evidence: EvidenceShown, buyer: Buyer, *, now: dt.datetime, by: str) -> Paper:
    """All that the house knows of the case, in the order in which somebody reads it; the buyer is masked."""
    case = page.case
    paper = Paper(title="售后服务档案", number=case.number, made_at=now, note=by)
    paper.facts([(name, said) for name, said in _facts(page, buyer) if said])
    for name, said in (("事由", case.summary), ("客户原话", case.buyer_words), ("处理结果", case.result)):
        if said:
            paper.facts([(name, said)], columns=1)
    if told := _report(case):
        paper.heading("报告")
        paper.facts(told, columns=1)
    _goods(paper, page)
    _parcels(paper, page)
    shares = list(case.responsibilities.select_related("user").order_by("-percent", "pk"))
    if shares:
        paper.heading("责任")
        paper.table(
            ["责任方", "比例", "人员", "说明"],
            [
                [str(row.get_bearer_display()), f"{row.percent} %", row.user.name if row.user else "", row.note]
                for row in shares
            ],
            [2, 1, 2, 5],
        )
    if page.links:
        paper.heading("关联案件")
        paper.table(["案件", "关系", "状态"], [[x.case.number, x.how, parts.state_of(x.case)] for x in page.links])
    _talks(paper, page)
    paper.heading("经过")
    paper.table(
        ["时间", "人员", "事项"], [[parts.time(x.at), x.who, x.text] for x in reversed(page.events)], [2.2, 2, 7]
    )
    _evidence(paper, evidence)
    return paper


def _facts(page: CasePage, buyer: Buyer) -> list[Pair]:
    case, order = page.case, page.case.order
    return [
        ("状态", parts.state_of(case)),
        ("渠道", str(case.get_channel_display())),
        ("立案", f"{parts.time(case.opened_at)} {case.opened_by.name if case.opened_by else ''}".strip()),
        ("结案", parts.time(case.closed_at)),
        ("负责人", case.owner.name if case.owner else EMPTY),
        ("当前责任方", str(case.get_ball_display())),
        ("店铺", str(case.shop or "")),
        ("供应商", case.supplier.name if case.supplier else ""),
        ("订单编号", order.order_no if order else ""),
        ("物流单号", parts.tracking_numbers(order)),
        ("平台退款编号", case.refund.refund_no if case.refund else ""),
        ("客户", " ".join(word for word in (buyer.name, buyer.phone) if word)),
        ("原因", str(case.reason or "")),
        ("质量判定", _judged(page)),
        ("货物位置", str(case.get_goods_display())),
        ("退货地址", case.return_address.name if case.return_address else ""),
        ("地址发出", parts.time(case.address_sent_at)),
        ("金额", f"{case.amount} 元" if case.amount else ""),
        ("退还运费", f"{case.freight_amount} 元" if case.freight_amount else ""),
        ("运费规则", str(case.freight_rule or "")),
        ("异常类型", str(case.get_incident_display()) if case.incident else ""),
        ("费用承担", str(case.get_payer_display()) if case.payer else ""),
        ("额外费用", f"{case.extra_cost} 元" if case.extra_cost else ""),
        ("承诺时间", parts.time(case.promised_at)),
        ("平台期限", parts.time(case.platform_due_at)),
        ("举证期限", parts.time(case.evidence_due_at)),
        ("已告知客户", parts.time(case.buyer_told_at)),
        ("领导批示", case.leader_note),
        ("重开次数", str(case.reopened) if case.reopened else ""),
    ]


def _judged(page: CasePage) -> str:
    case = page.case
    if not case.judgement:
        return ""
    return f"{case.get_judgement_display()} {case.judged_by.name if case.judged_by else ''}".strip()


REPORT = {"facts": "事实", "cause": "原因", "measures": "措施", "answer": "答复", "found": "核查"}
ERRANDS = {"parts": "配件", "visit": "上门"}


def _report(case: Case) -> list[tuple[str, str]]:
    """What was found out and what was ordered for a repair (QA-10, LOG-22)."""
    told = [(word, str(case.report[key])) for key, word in REPORT.items() if case.report.get(key)]
    if errand := case.report.get("errand"):
        told.append(("维保", f"{ERRANDS.get(errand, errand)} {case.report.get('provider', '')}"))
    return told


def _goods(paper: Paper, page: CasePage) -> None:
    if page.lines:
        rows = [[x.line.sku, parts.title_of(x.line), str(x.quantity), x.wanted, f"{x.amount}"] for x in page.lines]
        paper.heading("货物")
        paper.table(["商家编码", "商品", "数量", "换成", "金额"], rows, [3, 6, 1.2, 2.5, 1.8])
    if page.inspections:
        paper.heading("点收与质检")
        counted = [
            [
                parts.time(x.counted_at),
                x.counted_by.name if x.counted_by else x.counted_by_supplier.name if x.counted_by_supplier else "",
                parts.title_of(x.case_line.line),
                str(x.good),
                str(x.bad),
                x.remark,
                str(x.get_verdict_display()) if x.verdict else "",
            ]
            for x in page.inspections
        ]
        paper.table(["时间", "人员", "商品", "完好", "损坏", "说明", "质检"], counted, [3.2, 1.8, 3.6, 1.1, 1.1, 3, 2])


def _parcels(paper: Paper, page: CasePage) -> None:
    rows = [
        ["退回", carriers.name_of(x.carrier), x.tracking_no, parts.time(x.sent_at), parts.time(x.arrived_at)]
        for x in page.return_parcels
    ]
    rows += [["再发", carriers.name_of(x.carrier), x.tracking_no, parts.time(x.at), ""] for x in page.resends]
    rows += [
        [str(x.get_how_display()), "", x.tracking_no, parts.time(x.asked_at), str(x.get_answer_display())]
        for x in page.intercepts
    ]
    if rows:
        paper.heading("包裹")
        paper.table(["类别", "承运商", "单号", "发出", "到达或答复"], rows, [1.8, 2, 3.6, 3.2, 3.2])


def _talks(paper: Paper, page: CasePage) -> None:
    if not page.contacts:
        return
    paper.heading("联系记录")
    rows = [
        [
            parts.time(row.at),
            row.by.name,
            f"{row.get_party_display()} {row.get_way_display()}",
            "是" if row.reached else "否",
            row.result,
            parts.time(row.call_back_at),
        ]
        for row in reversed(page.contacts)
    ]
    paper.table(["时间", "人员", "对象与方式", "接通", "结果", "约定回电"], rows, [3.2, 1.8, 2.6, 1.1, 5, 3.2])


def _evidence(paper: Paper, evidence: EvidenceShown) -> None:
    if not evidence.files and not evidence.withdrawn:
        return
    paper.heading("凭证")
    rows = [
        [
            str(number),
            row.slot or row.get_type_display(),
            str(row.get_origin_display()),
            parts.time(row.at),
            row.by.name if row.by else row.by_supplier.name if row.by_supplier else "",
            row.sha256[:16],
            f"已撤回：{row.withdrawn_why}" if row.withdrawn_at else row.note,
        ]
        for number, row in enumerate([*evidence.files, *evidence.withdrawn], 1)
    ]
    paper.table(["序号", "内容", "来自", "时间", "人员", "SHA-256", "说明"], rows, [1.1, 2.6, 1.5, 3.2, 1.8, 3.6, 3])
    paper.pictures(parts.pictures(evidence.files), per_row=4)
    for kit in evidence.kits:
        paper.facts(
            [
                ("举证", f"第 {kit.number} 次，{parts.time(kit.sent_at)}，{len(kit.files)} 件，{kit.sent_by.name}"),
                ("陈述", kit.statement),
            ],
            columns=1,
        )
