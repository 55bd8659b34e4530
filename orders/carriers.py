"""Carriers: their names as people write them, and the numbers they give out. A pattern warns, it never decides.

Pure digits fit several carriers, so a number is held only against the carrier that was named with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

OTHER = "OTHER"  # a carrier that is not in the table: its name is kept, its numbers are not judged
LONGEST_NUMBER = 40
PLAUSIBLE = re.compile(r"[A-Z0-9][A-Z0-9-]{4,39}")  # what any carrier's number looks like


@dataclass(frozen=True)
class Carrier:
    code: str
    name: str
    aliases: tuple[str, ...]
    pattern: re.Pattern[str]


def _carrier(code: str, name: str, aliases: str, pattern: str) -> Carrier:
    return Carrier(code, name, tuple(aliases.split()), re.compile(pattern))


CARRIERS: dict[str, Carrier] = {
    carrier.code: carrier
    for carrier in (
        _carrier("SF", "顺丰速运", "顺丰 顺丰快递 顺丰标快 顺丰特快 SFEXPRESS SHUNFENG", r"SF\d{12,13}|\d{12}"),
        _carrier("YTO", "圆通速递", "圆通 圆通快递 YUANTONG YTOEXPRESS", r"YT\d{13}|(?!YT)[A-Z0-9]{2}\d{8,13}"),
        _carrier("ZTO", "中通快递", "中通 中通速递 ZHONGTONG ZTOEXPRESS", r"\d{12}|\d{14,15}"),
        _carrier(
            "STO",
            "申通快递",
            "申通 申通E物流 SHENTONG STOEXPRESS",
            r"77\d{13}|\d{12,13}|(?:268|888|588|688|368|468|568|668|768|868|968)\d{9,10}|STO\d{10}",
        ),
        _carrier("YUNDA", "韵达快递", "韵达 韵达速递 YD YUNDAEXPRESS", r"\d{13}|\d{15}"),
        _carrier("JT", "极兔速递", "极兔 极兔快递 J&T JTSD JTEXPRESS", r"JT\d{12,13}"),
        _carrier("JD", "京东快递", "京东 京东物流 京东配送 JDL JDKD", r"JD[A-Z0-9]{11,13}"),
        _carrier(
            "EMS",
            "EMS",
            "邮政EMS 中国邮政EMS 邮政特快专递 EMS经济快递 EMS标准快递",
            r"[A-Z]{2}\d{9}[A-Z]{2}|(?:10|11|12|50|51|52|95|97|98|99)\d{11}|\d{13}",
        ),
        _carrier(
            "POST",
            "邮政快递包裹",
            "邮政 中国邮政 邮政快递 邮政小包 邮政平邮 平邮 YZPY POSTB",
            r"[A-Z]{2}\d{9}[A-Z]{2}|\d{13}",
        ),
        _carrier("DBL", "德邦快递", "德邦 德邦物流 DEPPON DBKD", r"\d{8,10}|DPK\d{11,}"),
        _carrier("HTKY", "百世快递", "百世 百世汇通 汇通 汇通快递 BEST BSKD", r"(?:JT)?\d{12,14}|[A-Z]\d{13}"),
        _carrier("UC", "优速快递", "优速 UCE", r"\d{10,15}|VIP\d{9,11}"),
        _carrier("ZJS", "宅急送", "宅急送快递", r"[A-Z]?\d{10,13}"),
        _carrier("TTKDEX", "天天快递", "天天 HHTT TTK", r"\d{12,14}"),
        _carrier("FAST", "快捷快递", "快捷 快捷速递", r"\d{11,13}|[A-Z]{2}\d{10,12}"),
    )
}
_BY_NAME = {
    written.upper(): carrier.code
    for carrier in CARRIERS.values()
    for written in (carrier.code, carrier.name, *carrier.aliases)
}
_NOISE = re.compile(r"[\s\u3000()()\[\]【】·_-]+")
_TAILS = ("有限公司", "股份有限公司", "集团", "快递", "速递", "速运", "物流", "快运")


@lru_cache(maxsize=2048)
def carrier_of(text: str) -> str:
    """The code of the carrier that `text` names (中通快递, 中通, zto …); OTHER when the table does not know it."""
    plain = _NOISE.sub("", text).upper()
    while plain:
        if plain in _BY_NAME:
            return _BY_NAME[plain]
        shorter = next((plain[: -len(tail)] for tail in _TAILS if plain.endswith(tail)), "")
        if not shorter:
            break
        plain = shorter
    return OTHER


def name_of(code: str) -> str:
    """The Chinese name of a carrier; an unknown code is shown as it is."""
    carrier = CARRIERS.get(code)
    return carrier.name if carrier else code


def clean_number(text: str) -> str:
    """A tracking number as carriers print it: without spaces, apostrophes, «No:» and the ="…" of spreadsheets."""
    plain = text.strip().strip("\ufeff'’`‘\"=\t ").replace(" ", "").replace("\u3000", "").upper()
    if plain.startswith("NO:"):
        plain = plain[3:]
    return "" if plain in {"NULL", "NONE", "-"} else plain


def plausible(number: str) -> bool:
    """Whether any carrier could have printed it. What cannot be a number is never stored, confirmed or not."""
    return PLAUSIBLE.fullmatch(number) is not None


def fits(carrier: str, number: str) -> bool:
    """Whether `number` looks like one of `carrier`'s (SUP-04). A carrier that is not in the table fits nothing."""
    known = CARRIERS.get(carrier)
    return known is not None and known.pattern.fullmatch(number) is not None
