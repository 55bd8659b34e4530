"""Money in the demo: slips and claims in every state, a packed batch, one difference of each kind."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from ledger import limits
from ledger.models import Claim, Loss, PaySlip
from ledger.services import batches, claims, losses, paying, reconciling, slips
from ledger.states import Liable, Purpose, SlipState
from orders.models import Order, Refund
from orders.states import OrderState, RefundState
from staff.models import User
from staff.roles import Role
from staff.selectors import active_users

HOUR = dt.timedelta(hours=1)
TOPIC = "orders.order:{}"
# hours ago, share of the payment, purpose, reason
ASKED = (
    (30, "0.30", Purpose.REFUND, "少发一件退差价"),
    (23, "0.20", Purpose.REFUND, "破损部分退款"),
    (21, "0.50", Purpose.REFUND, "七天无理由退货"),
    (9, "0.25", Purpose.REFUND, "尺码发错退款"),
    (6, "0.15", Purpose.REFUND, "颜色与描述不符"),
    (3, "0.10", Purpose.COMPENSATION, "物流延误补偿"),
    (2, "0.10", Purpose.FREIGHT, "退货邮费返还"),
)
# parties and percents, goods, freight, compensation, how far it goes
LOSSES = (
    ({Liable.SUPPLIER: "100"}, ("45.00", "8.00", "0.00"), "drafted"),
    ({Liable.SUPPLIER: "70", Liable.COMPANY: "30"}, ("86.00", "12.00", "5.00"), "evidenced"),
    ({Liable.SUPPLIER: "100"}, ("119.00", "0.00", "10.00"), "sent"),
    ({Liable.SUPPLIER: "50", Liable.CARRIER: "50"}, ("64.00", "15.00", "6.00"), "disputed"),
    ({Liable.SUPPLIER: "100"}, ("32.50", "8.00", "0.00"), "accepted"),
    ({Liable.SUPPLIER: "100"}, ("58.00", "10.00", "20.00"), "settled"),
    ({Liable.SUPPLIER: "60", Liable.AGENT: "40"}, ("29.90", "6.00", "0.00"), "written_off"),
)


def load(now: dt.datetime, by: User) -> None:
    """Fills the pages of finance; `by` is the supervisor. Nothing when its slips are there already."""
    if PaySlip.objects.filter(event_key__startswith="demo:").exists():
        return
    agent = active_users(Role.AGENT_AFTERSALES).first()
    fin = active_users(Role.FINANCE).first()
    orders = _orders(40)
    if agent is None or fin is None or len(orders) < 30:
        return
    limits.load(now.date().replace(month=1, day=1))
    _paid(orders[:4], agent, fin, now)
    _reconciled(agent, by, fin, now)
    _waiting(orders[4:14], agent, by, fin, now)
    for number, (order, told) in enumerate(zip(orders[14:], LOSSES, strict=False)):
        shares, sums, far = told
        _claim(order, shares, sums, far, number, agent, by, fin, now)


def _orders(most: int) -> list[Order]:
    """Shipped orders of one supplier's lines, nothing asked for them yet, in the order of their keys."""
    shipped = Order.objects.filter(state__in=[OrderState.SHIPPED, OrderState.DELIVERED, OrderState.FINISHED])
    fresh = shipped.filter(slips__isnull=True, refunds__isnull=True, paid_total__gte=30)
    return list(fresh.filter(fulfilments__supplier__isnull=False).distinct().order_by("pk")[:most])


def _ask(order: Order, amount: Decimal, purpose: str, reason: str, by: User, at: dt.datetime, key: str) -> PaySlip:
    return slips.ask_slip(
        topic=TOPIC.format(order.pk),
        order=order,
        shop_id=order.shop_id,
        purpose=purpose,
        amount=max(Decimal("1.00"), amount.quantize(Decimal("0.01"))),
        lines=[],
        reason=reason,
        event_key=f"demo:{key}",
        by=by,
        now=at,
    )


def _paid(orders: list[Order], agent: User, fin: User, now: dt.datetime) -> None:
    """Paid two days ago and not in the platform's list; and one declined."""
    for number, order in enumerate(orders[:2]):
        at = now - (60 + number) * HOUR
        slip = _ask(order, Decimal("18.80"), Purpose.REFUND, "包装破损部分退款", agent, at, f"paid:{number}")
        paying.pay_slip(
            slip_id=slip.pk, version=None, platform_number=f"20261118{number:06d}", by=fin, now=at + 5 * HOUR
        )
    slip = _ask(orders[2], Decimal("25.00"), Purpose.COMPENSATION, "物流破损", agent, now - 26 * HOUR, "declined")
    slips.decline_slip(
        slip_id=slip.pk, version=slip.version, reason="请先上传破损照片，再重新提交。", by=fin, now=now - 20 * HOUR
    )


def _reconciled(agent: User, leader: User, fin: User, now: dt.datetime) -> None:
    """Slips to refunds that the platform's list has: with the same sum, and with another."""
    done = Refund.objects.filter(state=RefundState.SUCCESS, amount__gt=5, slip__isnull=True, order__slips__isnull=True)
    for number, refund in enumerate(done.select_related("order").order_by("pk")[:5]):
        off = Decimal("2.00") if number == 0 else Decimal(0)
        at = now - (50 - number) * HOUR
        slip = slips.ask_slip(
            topic=TOPIC.format(refund.order_id),
            order=refund.order,
            shop_id=refund.order.shop_id,
            purpose=Purpose.REFUND,
            amount=refund.amount - off,
            lines=[],
            reason="退款",
            event_key=f"demo:reconciled:{number}",
            by=agent,
            now=at,
            refund=refund,
        )
        if slip.state == SlipState.SUBMITTED:
            slip = slips.approve_slip(slip_id=slip.pk, version=slip.version, by=leader, now=at + HOUR)
        paying.pay_slip(slip_id=slip.pk, version=None, platform_number=refund.refund_no, by=fin, now=at + 2 * HOUR)
    reconciling.reconcile(now=now - 12 * HOUR)


def _waiting(orders: list[Order], agent: User, leader: User, fin: User, now: dt.datetime) -> None:
    """Some packed, some not, some above the limit of who asked."""
    for number, ((hours, share, purpose, reason), order) in enumerate(zip(ASKED, orders, strict=False)):
        amount = order.paid_total * Decimal(share)
        slip = _ask(order, amount, purpose, reason, agent, now - hours * HOUR, f"asked:{number}")
        if slip.state == SlipState.SUBMITTED:
            slips.approve_slip(slip_id=slip.pk, version=slip.version, by=leader, now=now - hours * HOUR + HOUR)
        if number == 2:
            batches.make_batches(by=fin, now=now - 20 * HOUR)
    for number, order in enumerate(orders[len(ASKED) :]):
        _ask(order, order.paid_total, Purpose.REFUND, "整单退货", agent, now - HOUR * (number + 1), f"big:{number}")


def _claim(
    order: Order,
    shares: dict[Liable, str],
    sums: tuple[str, str, str],
    far: str,
    number: int,
    agent: User,
    leader: User,
    fin: User,
    now: dt.datetime,
) -> None:
    at = now - (10 - number) * 24 * HOUR
    part = order.fulfilments.filter(supplier__isnull=False).select_related("supplier").first()
    goods, freight, compensation = (Decimal(each) for each in sums)
    loss = losses.book_loss(
        topic=TOPIC.format(order.pk),
        order=order,
        goods=goods,
        freight=freight,
        compensation=compensation,
        shares={party: Decimal(percent) for party, percent in shares.items()},
        supplier=part.supplier if part else None,
        proof=[],
        now=at,
    )
    if loss is not None:
        _walk(loss, far, agent, leader, fin, at)


def _walk(loss: Loss, far: str, agent: User, leader: User, fin: User, at: dt.datetime) -> None:
    """Bring the supplier's claim as far as `far`, an hour a step."""
    key = Claim.objects.get(loss=loss, liable=Liable.SUPPLIER).pk
    proof = {"goods": ["开箱视频.mp4", "外包装带LOGO.jpg"], "reply": ["厂家聊天截图.png"]}
    if far == "drafted":
        return
    claims.prove_claim(claim_id=key, version=None, by=agent, now=at + HOUR, **proof)
    if far == "evidenced":
        return
    claims.send_claim(claim_id=key, version=None, by=agent, now=at + 2 * HOUR)
    if far in ("disputed", "written_off"):
        claims.dispute_claim(
            claim_id=key, version=None, reason="出厂前已质检，疑似运输造成。", by=agent, now=at + 20 * HOUR
        )
    if far == "written_off":
        claims.write_off_claim(
            claim_id=key, version=None, reason="金额小，证据不足，公司承担。", by=leader, now=at + 30 * HOUR
        )
    if far in ("accepted", "settled"):
        claims.accept_claim(claim_id=key, version=None, answer="同意承担，月结。", by=agent, now=at + 20 * HOUR)
    if far == "settled":
        slip = claims.ask_settlement(claim_id=key, version=None, by=agent, now=at + 24 * HOUR)
        paying.pay_slip(slip_id=slip.pk, version=None, platform_number="ICBC20261119001", by=fin, now=at + 26 * HOUR)
