"""The rules with which a house begins: reasons with the evidence that they need, and who pays the freight.

Data to start with: people edit it in the admin. The law stands where a seed asks for what it forbids (RET-25).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from aftersales.models import EvidenceNeed, FreightRule, Reason
from aftersales.states import Bearer, Kind
from common import kept
from staff.roles import Role

C = Reason.Cause
JUDGE, EXECUTE, DISPUTE = "judge", "execute", "dispute"
FLAW, PACKING, LABEL, ANSWER = "瑕疵照片", "带标识的外包装照片", "快递面单照片", "厂家答复截图"
CHAT, TRACK, SIGNED, STOCKED = "聊天记录", "物流轨迹", "签收凭证", "出库记录"
KIT = (CHAT, TRACK)
QUALITY_LAW = "《消费者权益保护法》第二十四条、第五十二条"
SEVEN_LAW = "《消费者权益保护法》第二十五条；《网络购买商品七日无理由退货暂行办法》第十八条"


@dataclass(frozen=True)
class Why:
    """A reason: what it means, who answers for it, the platforms' words for it, the evidence before each step."""

    code: str
    name: str
    cause: str
    liable: str
    words: tuple[str, ...] = ()
    judge: tuple[str, ...] = ()  # before it is judged (RET-06, SUP-28)
    dispute: tuple[str, ...] = KIT  # in a kit for the platform (CMP-03)
    execute: tuple[str, ...] = ()  # before money or goods move (SUP-28, AFT-22)
    kinds: tuple[str, ...] = ()
    department: str = Role.AGENT_AFTERSALES  # AFT-06, AFT-10


REASONS = (
    Why("quality", "质量问题", C.QUALITY, Bearer.SUPPLIER,
        ("质量问题", "商品质量问题", "做工粗糙/有瑕疵", "材质面料与描述不符", "商品与描述不符"),
        (FLAW,), (FLAW, *KIT), (PACKING, ANSWER), department=Role.QUALITY),
    Why("size", "规格与描述不符", C.QUALITY, Bearer.SUPPLIER,
        ("大小/尺寸/重量与商品描述不符", "尺寸与描述不符", "生产日期/保质期与描述不符", "功能/效果与商品描述不符"),
        (FLAW,), (FLAW, *KIT), (ANSWER,), department=Role.QUALITY),
    Why("wrong-item", "卖家发错货", C.WRONG_ITEM, Bearer.SUPPLIER,
        ("卖家发错货", "发错货", "错发", "颜色/款式/型号等与描述不符"),
        ("实物照片",), ("实物照片", STOCKED, *KIT), (PACKING, ANSWER)),
    Why("missing", "少件、漏发", C.MISSING, Bearer.SUPPLIER, ("少件/漏发", "少件", "漏发", "少件（含缺少配件）"),
        (), ("实物照片", LABEL, STOCKED, *KIT), (PACKING, ANSWER)),
    Why("damaged", "包装或商品破损", C.DAMAGED, Bearer.CARRIER, ("包装/商品破损", "商品破损", "商品破损/少件", "污渍/破损"),
        (FLAW,), (FLAW, PACKING, LABEL, *KIT), (PACKING,)),
    Why("not-as-imagined", "与想象不符", C.NOT_AS_IMAGINED, Bearer.BUYER,
        ("效果不好/不喜欢", "与想象不符", "不喜欢/效果不好")),
    Why("no-reason", "七天无理由", C.NO_REASON, Bearer.BUYER,
        ("7天无理由退换货", "七天无理由退换货", "7天无理由退货", "七天无理由", "拍错/多拍/不想要", "多拍/拍错/不想要",
         "不想要了", "不喜欢/不想要")),
    Why("late", "未按约定时间发货", C.LATE, Bearer.SUPPLIER,
        ("未按约定时间发货", "发货太慢", "卖家未按时发货"), (), (CHAT, STOCKED)),
    Why("shortage", "缺货", C.SHORTAGE, Bearer.SUPPLIER, ("缺货", "卖家缺货", "商品缺货"), (), (CHAT,)),
    Why("lost", "快递丢件、长时间未送达", C.OTHER, Bearer.CARRIER,
        ("空包裹", "快递一直未送到", "未收到货", "快递丢件", "货物丢失"), (), (TRACK, SIGNED, CHAT), (ANSWER,)),
    Why("postage", "退运费", C.OTHER, Bearer.COMPANY, ("退运费",), (), (CHAT,)),
    Why("invoice", "发票问题", C.OTHER, Bearer.COMPANY, ("发票问题",), (), (CHAT,), department=Role.FINANCE),
    Why("service", "对服务不满意", C.SERVICE, Bearer.AGENT, ("服务态度不好", "服务承诺/态度"), (), (CHAT,),
        kinds=(Kind.COMPLAINT, Kind.COMPENSATION, Kind.RETURN, Kind.EXCHANGE)),
    Why("agreed", "协商一致退款", C.OTHER, Bearer.COMPANY, ("协商一致退款", "与卖家协商一致退款")),
    Why("other", "其他", C.OTHER, Bearer.COMPANY, ("其他",)),
)  # fmt: skip

S, B = FreightRule.Payer.SELLER, FreightRule.Payer.BUYER
# (our fault, free shipping, breaks the condition) → way out, way back, the sentence for the buyer, its basis
FREIGHT: dict[tuple[bool, bool, bool], tuple[str, str, str, str]] = {
    (True, True, False): (
        S,
        S,
        "质量问题或我方责任：来回运费由卖家承担，您垫付的退回运费与货款一并退还。",
        QUALITY_LAW,
    ),
    (True, False, False): (
        S,
        S,
        "质量问题或我方责任：来回运费由卖家承担，您垫付的退回运费与货款一并退还。",
        QUALITY_LAW,
    ),
    (True, True, True): (S, S, "质量问题或我方责任：即使不再满足包邮条件，来回运费仍由卖家承担。", QUALITY_LAW),
    (True, False, True): (S, S, "质量问题或我方责任：来回运费由卖家承担。", QUALITY_LAW),
    (False, True, False): (S, B, "包邮商品无理由退货：您只承担退回的运费，发出的运费不从退款中扣除。", SEVEN_LAW),
    (False, False, False): (B, B, "非包邮商品无理由退货：发出和退回的运费由您承担。", SEVEN_LAW),
    (False, True, True): (
        B,
        B,
        "部分退货后不再满足包邮条件：发出的运费可从退款中扣除，退回的运费由您承担。",
        SEVEN_LAW,
    ),
    (False, False, True): (B, B, "非包邮商品无理由退货：发出和退回的运费由您承担。", SEVEN_LAW),
}


@transaction.atomic
def load() -> int:
    """Adds the reasons and the rows of the freight table that are missing; what people edited stays. Answers how many."""
    known = set(Reason.objects.values_list("code", flat=True))
    added = 0
    for position, why in enumerate(REASONS):
        if why.code not in known:
            reason = Reason.objects.create(code=why.code, **_columns(why, position))
            EvidenceNeed.objects.bulk_create(_needs(reason, why))
            added += 1
    added += _load_freight()
    kept.forget_all()
    return added


def _columns(why: Why, position: int) -> dict[str, Any]:
    return {
        "name": why.name,
        "cause": why.cause,
        "liable": why.liable,
        "platform_words": list(why.words),
        "kinds": [str(kind) for kind in why.kinds],
        "department": why.department,
        "position": position,
    }


def _needs(reason: Reason, why: Why) -> list[EvidenceNeed]:
    """What is asked for early is asked for once: a slot belongs to the first step that needs it."""
    found: dict[str, str] = {}
    for before, slots in ((JUDGE, why.judge), (EXECUTE, why.execute), (DISPUTE, why.dispute)):
        for slot in slots:
            found.setdefault(slot, before)
    return [
        EvidenceNeed(reason=reason, slot=slot, before=before, position=position, reply=slot == ANSWER)
        for position, (slot, before) in enumerate(found.items())
    ]


def _load_freight() -> int:
    known = set(FreightRule.objects.values_list("cause_is_ours", "free_shipping", "breaks_condition"))
    missing = [
        FreightRule(
            cause_is_ours=ours,
            free_shipping=free,
            breaks_condition=broken,
            outbound=outbound,
            inbound=inbound,
            sentence=sentence,
            basis=basis,
        )
        for (ours, free, broken), (outbound, inbound, sentence, basis) in FREIGHT.items()
        if (ours, free, broken) not in known
    ]
    FreightRule.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)
