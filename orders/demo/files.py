"""The invented trade as the files that platforms and suppliers send: the real import reads them."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from common import clock
from orders.demo.people import SUPPLIERS, goods
from orders.demo.trade import Sold

ORDER_HEADER = (
    "订单编号,买家会员名,买家支付宝账号,买家应付货款,买家应付邮费,买家支付积分,总金额,返点积分,买家实际支付金额,买家实际支付积分,"
    "订单状态,买家留言,收货人姓名,收货地址 ,运送方式,联系电话 ,联系手机,订单创建时间,订单付款时间 ,宝贝标题 ,宝贝种类 ,物流单号 ,"
    "物流公司,订单备注,宝贝总数量,店铺Id,店铺名称,订单关闭原因,退款金额,确认收货时间"
).split(",")
LINE_HEADER = (
    "子订单编号,主订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,订单状态,商家编码,买家应付货款,买家实付金额,"
    "退款状态,退款金额,订单创建时间,订单付款时间,发货时间,应发货时间,物流单号,物流公司"
).split(",")
REFUND_HEADER = (
    "订单编号,退款编号,支付宝交易号,订单付款时间,商品编码,退款完结时间,买家实际支付金额,宝贝标题,买家退款金额,手工退款/系统退款,"
    "是否需要退货,退款的申请时间,超时时间,退款状态,货物状态,客服介入状态,退货物流单号,退货物流公司,买家退款原因,买家退款说明,"
    "售中或售后,举证超时,部分退款/全部退款,业务类型"
).split(",")
UNPAID_CLOSES_AFTER = dt.timedelta(days=3)
PLATFORM_SHIPS_WITHIN = dt.timedelta(hours=48)
REFUND_ANSWER_WITHIN = dt.timedelta(hours=48)


def _text(header: Sequence[str], rows: Iterable[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, header, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("gb18030")


def _time(moment: dt.datetime | None) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def _passed(moment: dt.datetime | None, now: dt.datetime) -> bool:
    return moment is not None and moment <= now


def status(order: Sold, now: dt.datetime) -> str:
    """What the platform calls the order at `now`."""
    if order.paid_at is None or order.paid_at > now:
        return "交易关闭" if now - order.ordered_at > UNPAID_CLOSES_AFTER else "等待买家付款"
    if _passed(order.signed_at, now):
        return "交易成功"
    return "卖家已发货，等待买家确认" if _passed(order.all_sent_at(), now) else "买家已付款，等待卖家发货"


def order_list(orders: Sequence[Sold], now: dt.datetime) -> bytes:
    """订单报表"""
    return _text(ORDER_HEADER, (_order_row(order, now) for order in orders))


def _order_row(order: Sold, now: dt.datetime) -> dict[str, Any]:
    state = status(order, now)
    paid = _passed(order.paid_at, now)
    sent = _passed(order.all_sent_at(), now)
    return {
        "订单编号": f'="{order.number}"',
        "买家会员名": order.buyer,
        "买家应付货款": order.total,
        "买家应付邮费": "0.00",
        "总金额": order.total,
        "买家实际支付金额": order.total if paid else "0.00",
        "订单状态": state,
        "买家留言": order.wish,
        "收货人姓名": order.receiver,
        "收货地址 ": order.address,
        "运送方式": "快递",
        "联系手机": f"'{order.phone}",
        "订单创建时间": _time(order.ordered_at),
        "订单付款时间 ": _time(order.paid_at) if paid else "",
        "宝贝标题 ": order.lines[0].title,
        "宝贝种类 ": len(order.lines),
        "物流单号 ": f"No:{order.tracking}" if sent else "null",
        "物流公司": order.carrier if sent else "",
        "宝贝总数量": sum(line.quantity for line in order.lines),
        "店铺名称": order.shop,
        "订单关闭原因": "买家未付款" if state == "交易关闭" else "订单未关闭",
        "退款金额": "0.00",
        "确认收货时间": _time(order.signed_at) if state == "交易成功" else "",
    }


def line_list(orders: Sequence[Sold], now: dt.datetime) -> bytes:
    """销售明细"""
    return _text(LINE_HEADER, (row for order in orders for row in _line_rows(order, now)))


def _line_rows(order: Sold, now: dt.datetime) -> Iterator[dict[str, Any]]:
    paid = _passed(order.paid_at, now)
    for number, line in enumerate(order.lines, start=1):
        sent_at = order.sent_at[line.supplier]
        sent = _passed(sent_at, now)
        yield {
            "子订单编号": f'="{int(order.number) + number}"',
            "主订单编号": f'="{order.number}"',
            "标题": line.title,
            "价格": line.price,
            "购买数量": line.quantity,
            "外部系统编号": line.sku,
            "商品属性": "颜色分类：原色",
            "订单状态": status(order, now),
            "商家编码": line.sku,
            "买家应付货款": line.price * line.quantity,
            "买家实付金额": line.price * line.quantity if paid else "0.00",
            "退款状态": "没有申请退款",
            "退款金额": "无退款申请",
            "订单创建时间": _time(order.ordered_at),
            "订单付款时间": _time(order.paid_at) if paid else "",
            "发货时间": _time(sent_at) if sent and _passed(order.all_sent_at(), now) else "",
            "应发货时间": _time(order.paid_at + PLATFORM_SHIPS_WITHIN) if order.paid_at and paid else "",
        }


def refund_list(orders: Sequence[Sold], now: dt.datetime) -> bytes:
    """退款管理"""
    return _text(REFUND_HEADER, (_refund_row(o, now) for o in orders if o.refund and o.refund.at <= now))


def _refund_row(order: Sold, now: dt.datetime) -> dict[str, Any]:
    refund, line = order.refund, order.lines[0]
    assert refund is not None
    done = _passed(refund.finished_at, now)
    waits = "卖家已经同意退款，等待买家退货" if refund.returns_goods else "买家已经申请退款，等待卖家同意"
    return {
        "订单编号": order.number,
        "退款编号": refund.number,
        "订单付款时间": _time(order.paid_at),
        "商品编码": line.sku,
        "退款完结时间": _time(refund.finished_at) if done else "",
        "买家实际支付金额": order.total,
        "宝贝标题": line.title,
        "买家退款金额": line.price * line.quantity,
        "手工退款/系统退款": "手工退款",
        "是否需要退货": "是" if refund.returns_goods else "否",
        "退款的申请时间": _time(refund.at),
        "超时时间": "" if done else _time(refund.at + REFUND_ANSWER_WITHIN),
        "退款状态": "退款成功" if done else waits,
        "货物状态": "买家已收到货" if refund.returns_goods else "买家未收到货",
        "客服介入状态": "无需介入",
        "买家退款原因": refund.reason,
        "售中或售后": "售后" if refund.returns_goods else "售中",
        "部分退款/全部退款": "全部退款" if len(order.lines) == 1 else "部分退款",
        "业务类型": "退货退款" if refund.returns_goods else "仅退款",
    }


def tracking_list(orders: Sequence[Sold], supplier: str) -> bytes:
    """What a supplier's clerk uploads."""
    rows = [
        {
            "订单编号": order.number,
            "物流公司": order.carrier,
            "物流单号": f"{order.tracking[:-1]}{(int(order.tracking[-1]) + number) % 10}",
            "发货时间": _time(order.sent_at[supplier]),
        }
        for order in orders
        for number, name in enumerate(order.sent_at)
        if name == supplier
    ]
    return _text(("订单编号", "物流公司", "物流单号", "发货时间"), rows)


def broken_tracking_list() -> bytes:
    """A file as clerks send it now and then: an order nobody knows, a number a spreadsheet spoiled, no tracking number."""
    rows = [
        {"订单编号": "6999999999999999999", "物流公司": "圆通速递", "物流单号": "YT6999999999999"},
        {"订单编号": "6.2E+18", "物流公司": "圆通速递", "物流单号": "YT6999999999998"},
        {"订单编号": "6200000000000000001", "物流公司": "圆通速递", "物流单号": ""},
    ]
    return _text(("订单编号", "物流公司", "物流单号", "发货时间"), rows)


def supplier_list() -> bytes:
    header = ("供应商编码", "供应商名称", "主营类目", "联系人", "电话", "邮箱", "退货地址")
    rows = [
        (
            code,
            name,
            category,
            "示例联系人",
            f"1380013{9000 + number}",
            f"{code.lower()}@example.com",
            "示例省示例市退货仓",
        )
        for number, (code, name, category, _goods) in enumerate(SUPPLIERS)
    ]
    return _text(header, (dict(zip(header, row, strict=True)) for row in rows))


def product_list() -> bytes:
    header = ("商家编码", "商品标题", "供应商编码", "类目", "售价", "是否包邮", "是否定制", "保质期天数")
    categories = {code: category for code, _name, category, _goods in SUPPLIERS}
    rows = [
        (sku, title, supplier, categories[supplier], price, "是", "否", "360" if categories[supplier] == "食品" else "")
        for sku, title, price, supplier in goods()
    ]
    return _text(header, (dict(zip(header, row, strict=True)) for row in rows))
