"""The checklists and targets of the rule book. Loading again adds what is missing and never changes what people edited."""

from __future__ import annotations

from dataclasses import dataclass

from staff.models import Checklist, ChecklistItem, ResponseTarget
from staff.records.states import ChecklistWhen as W
from staff.rota.states import Skill


@dataclass(frozen=True)
class Item:
    text: str
    rule: str = ""
    probe: str = ""
    must_be_zero: bool = False


# key, name, when, who, items
CHECKLISTS: tuple[tuple[str, str, str, str, tuple[Item, ...]], ...] = (
    (
        "shift-start",
        "上班检查",
        W.SHIFT_START,
        "",
        (
            Item("旺旺自动回复已设置", "STF-40"),
            Item("看过全部留言，无论买家是否在线都已回复", "STF-43"),
            Item("看过上一班的交接本并签收", "STF-08"),
            Item("旺旺状态为在线，签名符合当前活动", "STF-39, PHR-06"),
            Item("今天要到期的承诺看过一遍", "SUP-04", "sla.due_today"),
        ),
    ),
    (
        "before-printing",
        "打单前检查",
        W.BEFORE_PRINTING,
        Skill.CLERK,
        (
            Item("红旗订单逐个看过备注", "ORD-19, ORD-13", "orders.red_flags"),
            Item("有备注的待发订单逐个看过", "ORD-19, ORD-14", "orders.remarked"),
            Item("买家要求晚发的订单已抽出", "ORD-19, SUP-12", "orders.later_date"),
            Item("买家要求等通知的订单已抽出", "ORD-19, SUP-26", "orders.held"),
            Item("收货地址都已核对", "ORD-19, ORD-12", "orders.address_unchecked", True),
            Item("没有未分配供应商的商家编码", "ORD-19", "orders.code_unknown", True),
            Item("没有买家申请退款而未同意发货的订单", "ORD-19, ORD-16", "orders.refund_blocks", True),
            Item("超出合约快递优惠区的地址已改用其他快递", "ORD-19, LOG-10"),
        ),
    ),
    (
        "order-audit",
        "审单",
        W.BEFORE_WAREHOUSE,
        Skill.CLERK,
        (
            Item("逐单审核并清点张数（备注里写清点数）", "ORD-20", "orders.to_ship"),
            Item("备注整齐，规格和数量清楚", "ORD-20, LOG-06"),
            Item("面单份数与订单数一致", "ORD-20"),
        ),
    ),
    (
        "packing",
        "打包检查",
        W.PACKING,
        Skill.CLERK,
        (
            Item("不同品类分开包装", "ORD-10"),
            Item("发货单随货放入", "ORD-10"),
            Item("防水、防损包装", "ORD-10"),
        ),
    ),
    (
        "printing-end",
        "停止打单",
        W.DAY_END,
        Skill.CLERK,
        (
            Item("17:00 停止打单；快递员还没走就继续打", "LOG-07"),
            Item("停止后付款的订单明天发", "LOG-07", "orders.paid_after_printing"),
            Item("面单库存够两天，不够已通知快递", "LOG-05", "orders.waybills_low"),
        ),
    ),
    (
        "clerk-training",
        "打单技能",
        W.SHIFT_START,
        Skill.CLERK,
        (
            Item("会打电子面单，能顶替制单客服", "LOG-06"),
            Item("打印整洁，规格和数量看得清", "LOG-06"),
        ),
    ),
)
TARGETS = ((False, 60), (True, 60))  # PHR-03: by day and by night, seconds


def load() -> int:
    """Writes the checklists and targets that are not there yet; answers how many were new. Idempotent."""
    new = 0
    for key, name, when, skill, items in CHECKLISTS:
        checklist, made = Checklist.objects.get_or_create(
            key=key, defaults={"name": name, "when": when, "skill": skill}
        )
        if made:
            new += 1
            ChecklistItem.objects.bulk_create(
                [
                    ChecklistItem(
                        checklist=checklist,
                        position=position,
                        text=item.text,
                        rule=item.rule,
                        probe=item.probe,
                        must_be_zero=item.must_be_zero,
                    )
                    for position, item in enumerate(items, start=1)
                ]
            )
    for night, seconds in TARGETS:
        new += ResponseTarget.objects.get_or_create(shop_id=None, night=night, defaults={"seconds": seconds})[1]
    return new
