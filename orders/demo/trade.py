"""Invented orders with a life of their own: when each is paid, sent, signed for, sent back."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from decimal import Decimal

from orders.demo.people import SHOPS, goods

SURNAMES = "赵钱孙李周吴郑王冯陈"
GIVEN = ("试一", "试二", "样例", "示范", "测试", "演示")
CITIES = (
    "浙江省 杭州市 西湖区",
    "江苏省 南京市 鼓楼区",
    "广东省 广州市 天河区",
    "四川省 成都市 锦江区",
    "北京 北京市 朝阳区",
)
WISHES = ("", "", "", "", "麻烦包装好一点", "请发顺丰", "送人的，不要放价格单")
REASONS = ("7天无理由退换货", "未按约定时间发货", "质量问题", "拍错/多拍/不想要", "少件/漏发")
CARRIERS = (("圆通速递", "YT", 13), ("中通快递", "78", 12), ("顺丰速运", "SF", 13), ("申通快递", "77", 13))


@dataclass(frozen=True)
class Line:
    sku: str
    title: str
    price: Decimal
    quantity: int
    supplier: str


@dataclass(frozen=True)
class Asked:
    """A refund the buyer asks for; it ends at `finished_at`, or is still open when that is None."""

    number: str
    at: dt.datetime
    finished_at: dt.datetime | None
    returns_goods: bool
    reason: str


@dataclass(frozen=True)
class Sold:
    """One order. Times are aware; None means it never happens."""

    number: str
    shop: str
    buyer: str
    receiver: str
    phone: str
    address: str
    wish: str
    ordered_at: dt.datetime
    paid_at: dt.datetime | None
    sent_at: dict[str, dt.datetime | None]  # supplier → when it hands in its tracking number
    carrier: str
    tracking: str
    signed_at: dt.datetime | None
    lines: tuple[Line, ...]
    refund: Asked | None

    @property
    def total(self) -> Decimal:
        return sum((line.price * line.quantity for line in self.lines), Decimal(0))

    def all_sent_at(self) -> dt.datetime | None:
        times = list(self.sent_at.values())
        return None if None in times else max(time for time in times if time)


def invent(count: int, *, now: dt.datetime, days: int, seed: int = 2026) -> list[Sold]:
    """`count` orders of the `days` before `now`, oldest first, denser towards the end."""
    dice = random.Random(seed)  # noqa: S311 - a toy trade, no secret
    moments = sorted(now - dt.timedelta(days=days * dice.random() ** 1.6, minutes=5) for _ in range(count))
    return [_order(dice, index, moment, now) for index, moment in enumerate(moments)]


def _order(dice: random.Random, index: int, ordered_at: dt.datetime, now: dt.datetime) -> Sold:
    wares = goods()
    picked = dice.sample(wares, k=dice.choice((1, 1, 1, 2)))
    if index % 60 == 59:  # a code nobody has assigned to a supplier yet
        picked = [("NEW-2026", "新品试卖款", "66.00", "")]
    lines = tuple(
        Line(sku, title, Decimal(price), dice.choice((1, 1, 2)), supplier) for sku, title, price, supplier in picked
    )
    paid_at = None if dice.random() < 0.06 else ordered_at + dt.timedelta(minutes=dice.randint(1, 50))
    sent_at = {line.supplier: _sent(dice, paid_at) if line.supplier else None for line in lines}
    carrier, prefix, digits = dice.choice(CARRIERS)
    last = None if None in sent_at.values() else max(time for time in sent_at.values() if time)
    return Sold(
        number=str(6_200_000_000_000_000_001 + index * 7_919_003),
        shop=dice.choice(SHOPS),
        buyer=f"demo_buyer_{index % 400:03d}",
        receiver=dice.choice(SURNAMES) + dice.choice(GIVEN),
        phone=f"1380013{index % 10_000:04d}",
        address=f"{dice.choice(CITIES)} 示例路{dice.randint(1, 99)}号(000000)",
        wish=dice.choice(WISHES),
        ordered_at=ordered_at,
        paid_at=paid_at,
        sent_at=sent_at,
        carrier=carrier,
        tracking=prefix + f"{10**digits // 9 + index * 104_729:0{digits}d}"[-digits:],
        signed_at=last and last + dt.timedelta(hours=dice.randint(50, 110)),
        lines=lines,
        refund=_refund(dice, index, paid_at) if dice.random() < 0.07 else None,
    )


def _sent(dice: random.Random, paid_at: dt.datetime | None) -> dt.datetime | None:
    """Mostly in time, now and then late, sometimes not at all."""
    luck = dice.random()
    if paid_at is None or luck > 0.97:
        return None
    hours = dice.uniform(1, 9) if luck < 0.72 else dice.uniform(9, 30) if luck < 0.9 else dice.uniform(30, 80)
    return paid_at + dt.timedelta(hours=hours)


def _refund(dice: random.Random, index: int, paid_at: dt.datetime | None) -> Asked | None:
    if paid_at is None:
        return None
    at = paid_at + dt.timedelta(hours=dice.uniform(4, 60))
    ended = at + dt.timedelta(hours=dice.uniform(5, 60)) if dice.random() < 0.5 else None
    return Asked(str(249_900_000_000_000_000 + index), at, ended, dice.random() < 0.6, dice.choice(REASONS))
