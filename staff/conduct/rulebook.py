"""The kinds of incident and merit of the rule book, with their ladders (FIN-08). Data to start with, people edit it.

The seeds' amounts stand in the ladders and are used only while fines in money are switched on (STF-34); what they
call «leaves» is a review by management (STF-21).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from staff.conduct.states import Consequence, LadderSpan, PenaltyKind
from staff.models import IncidentKind

WAGES = "扣发工资、罚款须有合法依据：《劳动法》第五十条（工资不得克扣）、第九十一条。"
LEAVES = "解除劳动合同只能依《劳动合同法》第三十九条、第四十条，「自动离职」「劝退」本身不是法定理由：由管理层复核。"
MADE_KNOWN = "规章制度须经民主程序并公示：《劳动合同法》第四条。"


@dataclass(frozen=True)
class Kind:
    """A kind as the rule book has it; a rung is (points, yuan or "", consequence)."""

    key: str
    name: str
    rule: str
    rungs: tuple[tuple[int, str, str], ...]
    law: str = MADE_KNOWN
    span: str = LadderSpan.MONTH
    kind: str = PenaltyKind.PENALTY

    @property
    def ladder(self) -> list[dict[str, Any]]:
        return [{"points": points, "money": money, "consequence": what} for points, money, what in self.rungs]


TALK, REVIEW = Consequence.TALK, Consequence.REVIEW

KINDS = (
    Kind("absence", "旷工", "STF-16", ((4, "", TALK), (6, "", REVIEW)), LEAVES),
    Kind("missed_duty", "漏班", "STF-03", ((3, "", ""), (4, "", TALK), (6, "", REVIEW)), LEAVES),
    Kind("late", "迟到", "STF-11", ((1, "", ""), (1, "", ""), (2, "", TALK))),
    Kind(
        "negative_talk",
        "在办公室散布负面言语",
        "STF-19",
        ((6, "200.00", TALK), (8, "", REVIEW)),
        f"{WAGES}{LEAVES}",
        LadderSpan.EVER,
    ),
    Kind(
        "service_complaint",
        "因服务态度被买家投诉",
        "STF-21",
        ((2, "50.00", ""), (4, "100.00", TALK), (6, "", REVIEW)),
        f"{WAGES}{LEAVES}",
    ),
    Kind("unrelated", "上班做与工作无关的事（QQ、电视、游戏、私装软件）", "STF-18", ((1, "10.00", ""),), WAGES),
    Kind("alcohol", "酒后上岗或上班饮酒", "STF-23", ((6, "", TALK), (8, "", REVIEW)), LEAVES),
    Kind("cleaning", "轮到值日未打扫", "STF-30", ((1, "10.00", ""),), WAGES),
    Kind("leaked_contacts", "外泄同事联系方式或公司秘密", "SEC-05, STF-20", ((2, "10.00", TALK),), WAGES),
    Kind("no_handover", "下班未交接", "STF-08", ((2, "", ""), (2, "", TALK))),
    Kind(
        "no_staff_number",
        "成交备注缺工号",
        "ORD-15",
        ((1, "", ""),),
        "提成属于工资，不得因漏记而扣发：《劳动法》第五十条。",
    ),
    Kind("lost_material", "遗失办公物品", "STF-25", ((1, "", ""),), WAGES),
    Kind("forged_record", "伪造或擅改工作记录", "STF-37", ((6, "", REVIEW),), LEAVES),
    Kind("off_post", "擅离岗位、串岗、聊天打闹", "STF-38", ((1, "", ""), (2, "", TALK))),
    Kind("long_away", "长时间离开未挂起", "STF-39", ((1, "", ""), (2, "", TALK))),
    Kind("customer_passed_on", "擅自把客户转给他人", "STF-42", ((2, "", ""), (2, "", TALK))),
    Kind("procedure", "未按售后流程办理", "AFT-13", ((2, "", ""), (4, "", TALK), (6, "", REVIEW)), LEAVES),
    Kind("bad_conduct", "对客户硬拒、争吵、嘲笑或死不认错", "PHR-23", ((2, "", ""), (4, "", TALK))),
    *(
        Kind(f"mentor_{rank}", name, "STF-27, FIN-09", ((points, money, ""),), "", LadderSpan.EVER, PenaltyKind.REWARD)
        for rank, name, points, money in (
            (1, "带教第一名", 3, "150.00"),
            (2, "带教第二名", 2, "100.00"),
            (3, "带教第三名", 1, "50.00"),
        )
    ),
    Kind("praise", "表扬", "QA-09", ((1, "", ""),), "", LadderSpan.MONTH, PenaltyKind.REWARD),
)


def ensure(key: str) -> IncidentKind | None:
    """The kind `key` as people keep it, else as the rule book begins it; None for a key that neither knows."""
    found = IncidentKind.objects.filter(key=key).first()
    if found is not None:
        return found
    for kind in KINDS:
        if kind.key == key:
            return IncidentKind.objects.get_or_create(key=key, defaults=_row(kind))[0]
    return None


def load() -> int:
    """Writes the kinds that are not there yet; what people edited stays. Answers how many were new."""
    known = set(IncidentKind.objects.values_list("key", flat=True))
    missing = [IncidentKind(key=kind.key, **_row(kind)) for kind in KINDS if kind.key not in known]
    IncidentKind.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def _row(kind: Kind) -> dict[str, Any]:
    return {
        "name": kind.name,
        "kind": kind.kind,
        "rule": kind.rule,
        "span": kind.span,
        "ladder": kind.ladder,
        "law_note": kind.law,
    }
