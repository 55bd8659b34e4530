"""Reading single cells of platform exports: ids, times, sums, states. Each reader says what it expected."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from common.money import parse_money
from orders.states import OrderState, RefundState

NOTHING = frozenset({"", "null", "-", "--", "—", "无退款申请", "没有申请退款", "nan", "none"})
LONGEST_NOTHING = max(map(len, NOTHING))
KEPT = 4096  # different sums, states and attributes remembered: in a file they repeat
ORDER_NO = re.compile(r"^[0-9A-Za-z][0-9A-Za-z-]{4,39}$")
SCIENTIFIC = re.compile(r"^\d(\.\d+)?[eE]\+?\d+$")
TIMES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
SERIAL = re.compile(r"^[3-6]\d{4}(\.\d+)?$")
SHANGHAI_AHEAD = dt.timedelta(hours=8)  # without summer time since 1992; older times are refused
SERIAL_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001 a spreadsheet's day 0, on the wall clock
UNKNOWN_POSTCODE = re.compile(r"\s*[(（]0{6}[)）]$")
CIPHER = ("##", "$$", "~")
SPLIT_NUMBERS = re.compile(r"[,;、\s]+")
SEVERAL = re.compile(r"[;；]")

# The platforms' words for each state, with half-width commas and no spaces.
ORDER_WORDS: dict[str, str] = {
    OrderState.UNPAID: "等待买家付款 待付款 等待付款 待支付 未支付 未付款 付款确认中 已付定金,等待付尾款 待成团",
    OrderState.PAID: (
        "买家已付款,等待卖家发货 等待卖家发货 买家已付款 卖家部分发货 部分发货 待发货 备货中 已付款 已支付 等待出库 "
        "待出库 正在出库 等待发货 等待打印 暂停"
    ),
    OrderState.SHIPPED: (
        "卖家已发货,等待买家确认 卖家已发货,等待买家确认收货 卖家已发货 已发货 已发货,待收货 已发货,待签收 待收货 "
        "已出库 等待确认收货 等待收货 等待确认"
    ),
    OrderState.DELIVERED: "已签收 买家已签收 已发货,已签收",
    OrderState.FINISHED: "交易成功 已收货 已完成 完成",
    OrderState.CLOSED: (
        "交易关闭 退款成功 已关闭 已取消 取消 交易已取消 已退款 未发货,退款成功 已发货,退款成功 已收货,退款成功"
    ),
}
ORDER_STATES = {word: str(state) for state, words in ORDER_WORDS.items() for word in words.split()}
DELETED = re.compile(r"^\(删除\)")
LOCKED = re.compile(r"^\(锁定\)")

REFUND_WORDS: dict[str, str] = {
    RefundState.WAIT_SELLER_AGREE: (
        "买家已经申请退款,等待卖家同意 买家申请退款,等待卖家同意 买家已申请退款,等待卖家同意 待卖家同意 待商家处理 "
        "等待卖家同意 wait_seller_agree"
    ),
    RefundState.WAIT_BUYER_RETURN: (
        "卖家已经同意退款,等待买家退货 卖家已同意退款,等待买家退货 待买家退货 等待买家退货 wait_buyer_return_goods"
    ),
    RefundState.WAIT_SELLER_CONFIRM: (
        "买家已经退货,等待卖家确认收货 买家已退货,等待卖家确认收货 待商家收货 等待卖家确认收货 "
        "wait_seller_confirm_goods"
    ),
    RefundState.SELLER_REFUSED: (
        "卖家拒绝退款 卖家拒绝退款,等待买家修改 卖家不同意协议,等待买家修改 商家拒绝退款 seller_refuse_buyer"
    ),
    RefundState.CLOSED: "退款关闭 closed",
    RefundState.SUCCESS: "退款成功 success",
}
REFUND_STATES = {word: str(state) for state, words in REFUND_WORDS.items() for word in words.split()}


class Odd(ValueError):
    """A cell that is not what its column holds; the text says what was expected."""


def text(cell: str) -> str | None:
    return None if len(cell) <= LONGEST_NOTHING and cell.lower() in NOTHING else cell


def narrow(cell: str) -> str:
    """Full-width digits, letters and commas as half-width ones."""
    return cell if cell.isascii() else unicodedata.normalize("NFKC", cell)


def order_no(cell: str) -> str | None:
    """An order or refund number. One that a spreadsheet has made a rounded number of is refused: it names no order."""
    if cell.isdigit() and cell.isascii() and 5 <= len(cell) <= 40:
        return cell
    value = text(narrow(cell).replace(" ", ""))
    if value is None:
        return None
    if SCIENTIFIC.match(value):
        raise Odd(
            _("%(cell)s is a number that a spreadsheet has rounded. Export again and do not save it in Excel.")
            % {"cell": value[:40]}
        )
    if not ORDER_NO.match(value):
        raise Odd(_("expected a number of 5 to 40 digits or letters, not %(cell)s") % {"cell": cell[:40]})
    return value


@lru_cache(KEPT)
def narrow_often(cell: str) -> str:
    """`narrow` for cells that repeat."""
    return narrow(cell)


def moment(cell: str) -> dt.datetime | None:
    """«2026-11-20 15:59:30», «2026/11/20 15:59», a spreadsheet's day number; on the wall clock of Shanghai."""
    value = text(cell)
    if value is None or value.startswith(("0000-00-00", "1970-01-01")):
        return None
    try:
        return (_wall(value) - SHANGHAI_AHEAD).replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        raise Odd(_("expected a time such as 2026-11-20 15:59:30, not %(cell)s") % {"cell": value[:40]}) from None


def _wall(cell: str) -> dt.datetime:
    value = narrow(cell)
    if len(value) == 19 and value[4] == "-" and value[10] == " ":
        found = dt.datetime.fromisoformat(value)
    elif SERIAL.match(value):
        found = SERIAL_ZERO + dt.timedelta(seconds=round(float(value) * 86400))
    else:
        plain = value.translate(str.maketrans("/.年月日T", "----  "))
        found = _by_format(" ".join(plain.split()))
    if not 2003 <= found.year <= 2100 or found.tzinfo:
        raise ValueError(value)
    return found


def _by_format(value: str) -> dt.datetime:
    for form in TIMES:
        try:
            return dt.datetime.strptime(value, form)  # noqa: DTZ007 the wall clock of Shanghai, made aware by the caller
        except ValueError:
            continue
    raise ValueError(value)


@lru_cache(KEPT)
def money(cell: str) -> Decimal | None:
    value = text(cell)
    if value is None:
        return None
    try:
        return parse_money(value)
    except ValueError:
        raise Odd(_("expected a sum such as 201.12, not %(cell)s") % {"cell": value[:40]}) from None


@lru_cache(KEPT)
def quantity(cell: str) -> int | None:
    value = text(narrow(cell).replace(",", "").removesuffix("件"))
    if value is None:
        return None
    whole = value.removesuffix(".0").removesuffix(".00")
    if not (whole.isascii() and whole.isdigit() and int(whole[:9]) >= 1 and len(whole) <= 6):
        raise Odd(_("expected a whole number from 1, not %(cell)s") % {"cell": cell[:40]})
    return int(whole)


@lru_cache(KEPT)
def status(cell: str) -> str:
    """A status text with one kind of comma: ， , ｜｜｜ and ||| are the same."""
    bare = narrow(cell).replace(" ", "").replace("|||", ",").replace("|", ",")
    return bare.replace(";", ",")


@lru_cache(KEPT)
def order_state(cell: str) -> str | None:
    value = status(cell)
    if text(value) is None:
        return None
    if DELETED.match(value):
        return OrderState.CLOSED.value
    found = ORDER_STATES.get(LOCKED.sub("", value))
    if found is None:
        raise Odd(_("expected a status such as 买家已付款,等待卖家发货, not %(cell)s") % {"cell": cell[:40]})
    return found


def refund_state(cell: str) -> str | None:
    value = status(cell)
    if text(value) is None:
        return None
    found = REFUND_STATES.get(value.lower())
    if found is None:
        raise Odd(_("expected a refund status such as 卖家拒绝退款, not %(cell)s") % {"cell": cell[:40]})
    return found


def readable(cell: str) -> str | None:
    """Personal data in clear or masked; a platform's ciphertext is nothing to us."""
    value = text(cell)
    return None if value is None or value.startswith(CIPHER) else value


def address(cell: str) -> str | None:
    value = readable(cell)
    if value is None or "000000" not in value[-8:]:
        return value
    return UNKNOWN_POSTCODE.sub("", value)


def close_reason(cell: str) -> str | None:
    return None if cell == "订单未关闭" else text(cell)


def yes(cell: str) -> bool:
    return narrow(cell).strip().lower() in {"是", "需要", "yes", "true", "1"}


def tracking(number: str, carrier: str) -> list[tuple[str, str]]:
    """(number, carrier's name) for each parcel: «No:YT…», «SF123-顺丰速运», several split by comma or semicolon."""
    found = []
    for part in SPLIT_NUMBERS.split(narrow(number)):
        bare = text(part.removeprefix("No:").removeprefix("no:"))
        if bare is None:
            continue
        bare, dash, name = bare.partition("-")
        if bare and len(bare) <= 40:
            found.append((bare, name if dash and not name.isascii() else text(carrier) or ""))
    return found
