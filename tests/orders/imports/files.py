"""Exports made for tests: rows by header, as the platforms write them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from orders.imports.services import run_import, stage_import
from orders.models import ImportBatch, Shop

ORDER = {
    "订单编号": '="6113448474333641210"', "买家会员名": "luofang", "买家应付货款": "59.90", "买家应付邮费": "0.00",
    "总金额": "59.90", "买家实际支付金额": "59.90", "订单状态": "买家已付款，等待卖家发货", "收货人姓名": "杨淑珍",
    "收货地址 ": "浙江省 杭州市 西湖区 文三路1号(000000)", "运送方式": "快递", "联系电话 ": "'",
    "联系手机": "'13800001234", "订单创建时间": "2026-11-20 10:00:00", "订单付款时间 ": "2026-11-20 10:05:00",
    "宝贝标题 ": "纯棉衬衫", "物流单号 ": "null", "物流公司": "", "店铺Id": "101", "店铺名称": "荟贤家居旗舰店",
    "订单关闭原因": "订单未关闭",
}  # fmt: skip
LINE = {
    "订单编号": '="6113448474333641210"', "标题": "纯棉衬衫", "价格": "59.90", "购买数量": "1", "外部系统编号": "A-1",
    "商品属性": "颜色分类：蓝;尺码：XL", "套餐信息": "null", "备注": "", "订单状态": "买家已付款，等待卖家发货",
    "商家编码": "A-1",
}  # fmt: skip
REFUND = {
    "订单编号": "6113448474333641210", "退款编号": "249885445436047123", "支付宝交易号": "1", "商品编码": "A-1",
    "宝贝标题": "纯棉衬衫", "买家退款金额": "59.90", "是否需要退货": "否", "退款的申请时间": "2026-11-20 11:00:00",
    "超时时间": "2026-11-22 11:00:00", "退款状态": "买家已经申请退款，等待卖家同意", "货物状态": "买家未收到货",
    "客服介入状态": "无需介入", "买家退款原因": "拍错", "售中或售后": "售中", "部分退款/全部退款": "全部退款",
    "业务类型": "仅退款",
}  # fmt: skip


def csv_bytes(rows: Sequence[Mapping[str, str]], encoding: str = "gb18030") -> bytes:
    """Unquoted wherever that can be, as the classic export is."""
    lines = [",".join(rows[0])] + [",".join(map(_cell, row.values())) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def _cell(text: str) -> str:
    return f'"{text}"' if "," in text and not text.startswith("=") else text


def orders(*changes: Mapping[str, str], **kwargs: str) -> tuple[str, io.BytesIO]:
    return "orders.csv", io.BytesIO(csv_bytes([ORDER | change for change in changes or ({},)], **kwargs))


def lines(*changes: Mapping[str, str]) -> tuple[str, io.BytesIO]:
    return "items.csv", io.BytesIO(csv_bytes([LINE | change for change in changes or ({},)]))


def refunds(*changes: Mapping[str, str]) -> tuple[str, io.BytesIO]:
    return "refunds.csv", io.BytesIO(csv_bytes([REFUND | change for change in changes or ({},)]))


def take(*files: tuple[str, io.BytesIO], shop: Shop | None = None, dry_run: bool = False) -> ImportBatch:
    """One import of these files, carried out at once."""
    return run_import(stage_import(files=files, by=None, shop=shop, dry_run=dry_run, at_once=True))


def numbers(batch: ImportBatch, kind: str) -> tuple[int, int, int]:
    counts = batch.counts[kind]
    return counts["created"], counts["updated"], counts["unchanged"]
