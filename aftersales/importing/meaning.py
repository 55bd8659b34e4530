"""What a row of a refund list means: which machine, where in it, where the goods are. Pure functions over words."""

from __future__ import annotations

from collections import deque
from functools import cache

from aftersales.machine import Step, steps
from aftersales.states import (
    DisputeState,
    ExchangeState,
    Goods,
    Kind,
    RepairState,
    ReshipState,
    ReturnState,
    UnshippedRefundState,
)
from aftersales.workflows import BY_KIND
from orders.states import OrderState, RefundState

R, U, X, H, P = ReturnState, UnshippedRefundState, ExchangeState, ReshipState, RepairState
F = RefundState
UNSHIPPED_ORDERS = (OrderState.UNPAID, OrderState.PAID)
OPEN_RESHIP = (H.REPORTED, H.CHECKING, H.STOCK_ASKED, H.RESEND_DUE, H.RESENT, H.REFUND_APPROVED)
OPEN_REPAIR = (P.REQUESTED, P.PAYER_AGREED, P.DISPATCHED, P.REPAIRED, P.FAILED)

# Where a case stands that the platform calls so: the first is where a new one begins; in the others it is as good.
STANDS: dict[str, dict[str, tuple[str, ...]]] = {
    Kind.UNSHIPPED_REFUND: {
        F.WAIT_SELLER_AGREE: (U.REQUESTED, U.RETAINING, U.STOPPING, U.STOPPED, U.TOO_LATE, U.REFUND_APPROVED),
        F.SELLER_REFUSED: (U.RETAINING, U.STOPPING, U.STOPPED, U.TOO_LATE),
        F.WAIT_BUYER_RETURN: (U.STOPPING, U.STOPPED, U.TOO_LATE, U.REFUND_APPROVED),
        F.WAIT_SELLER_CONFIRM: (U.STOPPING, U.STOPPED, U.TOO_LATE, U.REFUND_APPROVED),
        F.CLOSED: (U.WITHDRAWN, U.CLOSED),
        F.SUCCESS: (U.REFUNDED, U.CLOSED),
    },
    Kind.RETURN: {
        F.WAIT_SELLER_AGREE: (R.REQUESTED, R.REVIEWING, R.EVIDENCE_WANTED),
        F.SELLER_REFUSED: (R.REJECTED,),
        F.WAIT_BUYER_RETURN: (R.APPROVED,),
        F.WAIT_SELLER_CONFIRM: (R.COMING_BACK,),
        F.CLOSED: (R.CLOSED,),
        F.SUCCESS: (R.REFUNDED, R.CLOSED),
    },
    Kind.EXCHANGE: {
        F.WAIT_SELLER_AGREE: (X.REQUESTED, X.STOCK_ASKED, X.OUT_OF_STOCK),
        F.SELLER_REFUSED: (X.REJECTED,),
        F.WAIT_BUYER_RETURN: (X.APPROVED,),
        F.WAIT_SELLER_CONFIRM: (X.COMING_BACK,),
        F.CLOSED: (X.CLOSED, X.UNSATISFIED),
        F.SUCCESS: (X.DELIVERED, X.CLOSED, X.UNSATISFIED),
    },
    Kind.RESHIP: {
        **dict.fromkeys((F.WAIT_SELLER_AGREE, F.SELLER_REFUSED, F.WAIT_BUYER_RETURN), OPEN_RESHIP),
        F.WAIT_SELLER_CONFIRM: OPEN_RESHIP,
        F.CLOSED: (H.CLOSED,),
        F.SUCCESS: (H.RESENT, H.REFUNDED, H.CLOSED),
    },
    Kind.REPAIR: {
        **dict.fromkeys((F.WAIT_SELLER_AGREE, F.SELLER_REFUSED, F.WAIT_BUYER_RETURN), OPEN_REPAIR),
        F.WAIT_SELLER_CONFIRM: OPEN_REPAIR,
        F.CLOSED: (P.CLOSED,),
        F.SUCCESS: (P.REPAIRED, P.CLOSED),
    },
}
RULED = ("完成", "结束", "完结", "处理完毕", "已处理")
NOT_STEPPED_IN = ("", "无需", "未介入", "无介入", "没有介入", "不需要")
# Steps that the product takes for other reasons than the platform's word.
NOT_THE_PLATFORMS = ("close", "payment_declined", "break_promise")


def kind_of(words: str, needs_return: bool, goods: str, order_state: str) -> Kind:
    """The machine: by the platform's word for the request, whether goods come back, and whether the buyer has them.

    Money back without the goods after they arrived is a return that needs none: it has the platform's stages.
    """
    if "换" in words:
        return Kind.EXCHANGE
    if "补" in words and "补偿" not in words:
        return Kind.RESHIP
    if "修" in words:
        return Kind.REPAIR
    if needs_return:
        return Kind.RETURN
    not_received = "未收到" in goods or (not goods and order_state in UNSHIPPED_ORDERS)
    return Kind.UNSHIPPED_REFUND if not_received else Kind.RETURN


def start_of(kind: str, refund_state: str) -> str:
    """The state in which a case begins that the platform tells of in this stage."""
    return STANDS[kind][refund_state][0]


def goods_of(goods: str, order_state: str, refund_state: str, needs_return: bool, has_parcel: bool = True) -> Goods:
    """Where the goods are, as far as the list tells (RET-37); of a closed order without a parcel nothing ever left."""
    if "退货" in goods and "已" in goods:
        return Goods.COMING_BACK
    if needs_return and refund_state == F.WAIT_SELLER_CONFIRM:
        return Goods.COMING_BACK
    if needs_return and refund_state == F.SUCCESS:
        return Goods.BACK
    if "未收到" in goods or not goods:
        never_left = order_state in UNSHIPPED_ORDERS or (order_state == OrderState.CLOSED and not has_parcel)
        return Goods.UNSHIPPED if never_left else Goods.IN_TRANSIT
    return Goods.WITH_BUYER


@cache
def way(kind: str, before: str, refund_state: str) -> tuple[Step, ...]:
    """The legal steps from `before` to where the platform says it stands; none when it is there, or there is no way.

    The shortest way by steps that the product itself may take: an older list, or one that knows less than we do,
    finds none and moves nothing.
    """
    stands = STANDS[kind][refund_state]
    return () if before in stands else route(kind, before, stands)


@cache
def route(kind: str, before: str, goals: tuple[str, ...]) -> tuple[Step, ...]:
    """The shortest way from `before` to one of `goals` by the product's own steps; none when there is none."""
    own = [step for step in steps(BY_KIND[kind]) if step.open_to("system") and step.name not in NOT_THE_PLATFORMS]
    todo: deque[tuple[str, tuple[Step, ...]]] = deque([(before, ())])
    seen = {before}
    while todo:
        state, taken = todo.popleft()
        if state in goals:
            return taken
        for step in own:
            if state in step.sources and step.target not in seen:
                seen.add(step.target)
                todo.append((step.target, (*taken, step)))
    return ()


def stepped_in(words: str) -> bool:
    """Whether the platform stepped in, as the list says it."""
    return words.strip() != "" and not any(no and no in words for no in NOT_STEPPED_IN)


def dispute_stands(words: str, refund_state: str, evidence_wanted: bool) -> tuple[str, ...]:
    """Where the dispute of a refund stands: ruled once the platform is through, else at its evidence or its beginning."""
    if any(word in words for word in RULED):
        if refund_state == F.SUCCESS:
            return (DisputeState.LOST, DisputeState.SPLIT, DisputeState.CLOSED)
        if refund_state == F.CLOSED:
            return (DisputeState.WON, DisputeState.SPLIT, DisputeState.CLOSED)
    going_on = (DisputeState.NEGOTIATING, DisputeState.EVIDENCE_SENT)
    if evidence_wanted:
        return (DisputeState.EVIDENCE_WANTED, DisputeState.EVIDENCE_SENT)
    return (DisputeState.OPENED, *going_on, DisputeState.EVIDENCE_WANTED)
