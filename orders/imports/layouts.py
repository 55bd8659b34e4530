"""The known layouts of platform exports, as one table. A file is recognised by the headers it has, by nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.imports.values import narrow
from orders.states import Platform
from suppliers.catalogue import kind_of

Names = tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """How one export is recognised and where our fields stand in it."""

    key: str
    label: str | Promise
    platform: str
    gives: frozenset[str]  # some of orders, lines, refunds; or suppliers, or products
    must: tuple[Names, ...]  # each group: one of these headers
    fields: dict[str, Names] = field(default_factory=dict)  # our field → its headers; the first that is filled counts
    sums_per_row: bool = False  # a repeated order number means items: their sums add up
    pay_time_missing: bool = False  # a paid order without a time of payment was paid when it was made
    several_items: bool = False  # one row may hold items joined by «;»


def names(text: str) -> Names:
    return tuple(text.split())


ORDERS, LINES, REFUNDS = frozenset({"orders"}), frozenset({"lines"}), frozenset({"refunds"})
BOTH = ORDERS | LINES

TAOBAO_ORDER = {
    "order_no": names("订单编号 主订单编号"),
    "state": names("订单状态"),
    "shop": names("店铺名称"),
    "shop_no": names("店铺ID"),
    "buyer_nick": names("买家会员名 买家会员名称 买家昵称"),
    "receiver_name": names("收货人姓名 收件人姓名"),
    "receiver_phone": names("联系手机 联系电话"),
    "receiver_address": names("修改后的收货地址 收货地址"),
    "buyer_message": names("买家留言 主订单买家留言"),
    "ordered_at": names("订单创建时间"),
    "paid_at": names("订单付款时间"),
    "shipped_at": names("发货时间"),
    "finished_at": names("确认收货时间"),
    "close_reason": names("订单关闭原因"),
    "goods_total": names("买家应付货款"),
    "postage": names("买家应付邮费"),
    "total_due": names("总金额"),
    "paid_total": names("买家实际支付金额 买家实付金额"),
    "delivery_mode": names("运送方式"),
    "remark": names("订单备注 商家备注"),
    "ship_by": names("应发货时间"),
    "tracking_no": names("物流单号"),
    "carrier": names("物流公司"),
    "items": names("宝贝标题"),
}
TAOBAO_LINE = {
    "order_no": names("主订单编号 订单编号"),
    "line_key": names("子订单编号"),
    "sku": names("商家编码 外部系统编号"),
    "title": names("标题 商品标题 宝贝标题"),
    "attributes": names("商品属性 颜色/尺码"),
    "quantity": names("购买数量 宝贝数量"),
    "price": names("价格 商品价格"),
    "line_state": names("订单状态"),
    "ship_by": names("应发货时间"),
    "tracking_no": names("物流单号"),
    "carrier": names("物流公司"),
}
TAOBAO_REFUND = {
    "order_no": names("订单编号"),
    "refund_no": names("退款编号 退款单编号"),
    "sku": names("商品编码 商家编码"),
    "title": names("宝贝标题"),
    "refund_state": names("退款状态"),
    "kind": names("售后类型 退款类型 业务类型"),
    "needs_return": names("是否需要退货"),
    "partial": names("部分退款/全部退款"),
    "amount": names("买家退款金额 退款金额"),
    "reason": names("买家退款原因"),
    "explanation": names("买家退款说明"),
    "goods_status": names("货物状态 发货状态"),
    "phase": names("售中或售后"),
    "intervention": names("客服介入状态"),
    "return_carrier": names("退货物流公司"),
    "return_tracking_no": names("退货物流单号"),
    "applied_at": names("退款的申请时间 退款申请时间"),
    "deadline_at": names("超时时间"),
    "evidence_deadline_at": names("举证超时"),
    "finished_at": names("退款完结时间 完结时间"),
}
PDD = {
    "order_no": names("订单号"),
    "state": names("订单状态"),
    "shop": names("店铺名称"),
    "buyer_nick": names("买家昵称"),
    "receiver_name": names("收货人 收货人姓名"),
    "receiver_phone": names("手机 收货人手机 收货人电话 联系电话 用户购买手机号"),
    "region": names("省 市 区 街道 镇 街道/镇"),
    "receiver_address": names("收货地址 详细地址 街道地址"),
    "buyer_message": names("买家留言"),
    "ordered_at": names("订单成交时间 拼单成功时间 支付时间"),
    "paid_at": names("支付时间 订单成交时间 支付时间/订单成交时间"),
    "shipped_at": names("发货时间"),
    "finished_at": names("确认收货时间"),
    "goods_total": names("商品总价(元)"),
    "postage": names("邮费(元)"),
    "total_due": names("用户实付金额(元)"),
    "paid_total": names("用户实付金额(元)"),
    "remark": names("商家备注"),
    "ship_by": names("承诺发货时间"),
    "tracking_no": names("快递单号"),
    "carrier": names("快递公司"),
    "sku": names("商家编码-规格维度 商家编码-商品维度"),
    "title": names("商品 商品名称"),
    "attributes": names("商品规格"),
    "quantity": names("商品数量(件)"),
    "line_total": names("商品总价(元)"),
    "line_state": names("订单状态"),
}
DOUYIN = {
    "order_no": names("主订单编号"),
    "line_key": names("子订单编号"),
    "state": names("订单状态"),
    "shop": names("店铺名称"),
    "receiver_name": names("收件人"),
    "receiver_phone": names("收件人手机号"),
    "region": names("省 市 区 街道"),
    "receiver_address": names("详细地址"),
    "buyer_message": names("买家留言"),
    "ordered_at": names("订单提交时间"),
    "paid_at": names("支付完成时间 支付时间"),
    "shipped_at": names("发货时间"),
    "finished_at": names("订单完成时间"),
    "close_reason": names("取消原因"),
    "goods_total": names("商品金额 订单应付金额"),
    "postage": names("运费"),
    "total_due": names("订单应付金额"),
    "paid_total": names("订单应付金额"),
    "remark": names("商家备注"),
    "ship_by": names("承诺发货时间"),
    "tracking_no": names("快递信息 快递单号 物流单号"),
    "carrier": names("快递公司 物流公司"),
    "sku": names("商家编码"),
    "title": names("选购商品"),
    "attributes": names("商品规格"),
    "quantity": names("商品数量"),
    "price": names("商品单价"),
    "line_state": names("订单状态"),
    "items": names("子订单编号 选购商品"),
}
JD = {
    "order_no": names("订单号"),
    "state": names("订单状态"),
    "shop": names("店铺名称"),
    "buyer_nick": names("下单帐号 下单账号"),
    "receiver_name": names("客户姓名"),
    "receiver_phone": names("联系电话"),
    "receiver_address": names("客户地址"),
    "buyer_message": names("订单备注"),
    "ordered_at": names("下单时间"),
    "paid_at": names("付款确认时间"),
    "finished_at": names("订单完成时间"),
    "goods_total": names("订单金额"),
    "postage": names("运费金额"),
    "total_due": names("应付金额"),
    "paid_total": names("结算金额 应付金额"),
    "remark": names("商家备注"),
    "sku": names("货号 商家SKUID 商品ID"),
    "title": names("商品名称"),
    "quantity": names("订购数量"),
    "items": names("商品ID 商品名称"),
    "price": names("京东价"),
    "line_state": names("订单状态"),
}


def groups(text: str) -> tuple[Names, ...]:
    """«订单编号 标题|商品标题»: each word one group, its choices split by |."""
    return tuple(tuple(word.split("|")) for word in text.split())


LAYOUTS = (
    Layout("taobao_orders", _("Taobao order list"), Platform.TAOBAO, ORDERS,
           groups("订单编号|主订单编号 买家会员名 订单状态 订单创建时间 买家应付货款"), TAOBAO_ORDER, sums_per_row=True),
    Layout("taobao_suborders", _("Taobao order list by item"), Platform.TAOBAO, BOTH,
           groups("子订单编号 主订单编号 买家会员名 订单状态 订单创建时间 宝贝标题 宝贝数量 商家编码"),
           TAOBAO_ORDER | TAOBAO_LINE | {"line_total": names("子单实际支付金额"), "items": names("子订单编号")}),
    Layout("taobao_items", _("Taobao item report"), Platform.TAOBAO, LINES,
           groups("订单编号|主订单编号 标题|商品标题 购买数量 商家编码|外部系统编号 订单状态"), TAOBAO_LINE),
    Layout("taobao_refunds", _("Taobao refund list"), Platform.TAOBAO, REFUNDS,
           groups("订单编号 退款编号|退款单编号 退款状态"), TAOBAO_REFUND),
    Layout("pdd_orders", _("Pinduoduo order list"), Platform.PDD, BOTH,
           groups("订单号 订单状态 商品|商品名称 商品总价(元) 商品数量(件)"), PDD),
    Layout("douyin_orders", _("Douyin order list"), Platform.DOUYIN, BOTH,
           groups("主订单编号 选购商品 商品数量 订单提交时间 订单状态"), DOUYIN,
           sums_per_row=True, pay_time_missing=True, several_items=True),
    Layout("jd_orders", _("JD order list"), Platform.JD, BOTH,
           groups("订单号 商品名称 订购数量 下单时间 订单状态"), JD, pay_time_missing=True),
)  # fmt: skip
CATALOGUE = {  # `suppliers.catalogue` reads these
    "suppliers": Layout("suppliers", _("suppliers"), "", frozenset({"suppliers"}), ()),
    "products": Layout("products", _("products"), "", frozenset({"products"}), ()),
}


def plain(header: str) -> str:
    """A header without its spaces, full-width brackets and case: «店铺Id » is 店铺ID."""
    return narrow(header).replace(" ", "").upper()


def recognise(header: Sequence[str]) -> Layout | None:
    """The layout with the most required headers among those whose requirements `header` meets, else a catalogue's."""
    there = {plain(name) for name in header}
    fitting = [lay for lay in LAYOUTS if all(any(plain(n) in there for n in group) for group in lay.must)]
    if fitting:
        return max(fitting, key=lambda lay: len(lay.must))
    kind = kind_of(header)
    return CATALOGUE[kind] if kind else None
