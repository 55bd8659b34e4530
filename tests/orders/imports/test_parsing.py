"""Cells and layouts: what the platforms write, and what is refused with what was expected."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.imports import values
from orders.imports.layouts import LAYOUTS, recognise
from orders.imports.parsing import READERS, Parser
from tests.factories import at
from tests.orders.imports.files import LINE, ORDER, REFUND

PDD = {
    "商品": "坚果", "订单号": "260914-123456789012345", "订单状态": "已发货，待收货", "商品总价(元)": "1,234.50",
    "邮费(元)": "0", "用户实付金额(元)": "¥1,200.00", "商品数量(件)": "2", "支付时间": "2026/09/14 10:00",
    "承诺发货时间": "2026-09-16 10:00:00", "商家编码-规格维度": "A-1", "快递单号": "YT1", "快递公司": "圆通",
    "省": "浙江省", "市": "杭州市", "收货地址": "文三路",
}  # fmt: skip
DOUYIN = {
    "主订单编号": "6917000000000000001", "子订单编号": "6917000000000000002", "选购商品": "甲;乙", "商品规格": "蓝;红",
    "商品数量": "1;2", "商家编码": "A;B", "订单应付金额": "10", "运费": "-", "收件人": "##abc", "收件人手机号": "$$x",
    "详细地址": "-", "订单提交时间": "2026-11-20 10:00:00", "订单状态": "待发货", "承诺发货时间": "2026-11-22 10:00:00",
    "快递信息": "SF1234567890123-顺丰速运",
}  # fmt: skip
JD = {
    "订单号": "123456789012", "商品ID": "1", "商品名称": "灯", "订购数量": "1", "下单时间": "2026-11-20 10:00:00",
    "京东价": "9", "订单金额": "9", "应付金额": "9", "订单状态": "(删除)等待出库", "货号": "A",
}  # fmt: skip


def records(row: dict[str, str]) -> tuple[dict[str, list], list]:
    header = [name.strip() for name in row]
    found: dict[str, list] = {}
    parser = Parser(recognise(header), header, file_no=0, default_shop="店")
    errors = parser.feed(2, list(row.values()), lambda kind, record: found.setdefault(kind, []).append(record))
    return found, errors


@pytest.mark.parametrize(
    ("row", "key"),
    [
        (ORDER, "taobao_orders"), (LINE, "taobao_items"), (REFUND, "taobao_refunds"), (PDD, "pdd_orders"),
        (DOUYIN, "douyin_orders"), (JD, "jd_orders"),
        ({"支付单号": "", **ORDER, "主订单编号": ""}, "taobao_orders"),
        ({"子订单编号": "1", "主订单编号": "2", "商品标题": "x", "购买数量": "1", "订单状态": "", "商家编码": ""},
         "taobao_items"),
        ({"订单编号": "1", "退款单编号": "2", "退款类型": "", "退款状态": ""}, "taobao_refunds"),
        ({**ORDER, "子订单编号": "1", "主订单编号": "1", "宝贝数量": "1", "商家编码": "A"}, "taobao_suborders"),
    ],
)  # fmt: skip
def test_a_layout_is_known_by_its_headers_in_any_order(row, key):
    header = [name.strip() for name in row]
    assert recognise(header).key == recognise(header[::-1]).key == key


def test_a_tracking_file_is_no_export():
    assert recognise(["订单编号", "物流公司", "物流单号", "发货时间"]) is None


def test_a_pinduoduo_row_is_an_order_a_line_and_a_parcel():
    found, errors = records(PDD)
    assert errors == []
    order, line = found["orders"][0], found["lines"][0]
    assert (order[3], order[6], at("2026-09-14 10:00:00") in order, Decimal("1200.00") in order) == (
        "260914-123456789012345", "shipped", True, True,
    )  # fmt: skip
    assert "浙江省杭州市文三路" in order
    assert line[5:10] == ("A-1", "坚果", "", 2, Decimal("617.25"))
    assert found["parcels"][0][5:7] == ("YTO", "YT1")


def test_a_douyin_row_may_hold_several_items():
    found, errors = records(DOUYIN)
    assert errors == []
    assert [line[4:9] for line in found["lines"]] == [
        ("6917000000000000002/1", "A", "甲", "蓝", 1), ("6917000000000000002/2", "B", "乙", "红", 2),
    ]  # fmt: skip
    assert not any(str(cell).startswith(("##", "$$")) for cell in found["orders"][0])
    assert found["parcels"][0][5:7] == ("SF", "SF1234567890123")


def test_a_deleted_jd_order_is_closed():
    assert records(JD)[0]["orders"][0][6] == "closed"


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("买家已付款，等待卖家发货", "paid"), ("买家已付款,等待卖家发货", "paid"), ("买家已付款｜｜｜等待卖家发货", "paid"),
        ("卖家已发货|||等待买家确认", "shipped"), ("交易成功", "finished"), ("(锁定)等待出库", "paid"), ("null", None),
    ],
)  # fmt: skip
def test_status_texts(text, state):
    assert values.order_state(text) == state


@pytest.mark.parametrize(
    ("reader", "text", "value"),
    [
        (values.money, "¥1,234.50", Decimal("1234.50")), (values.money, "0元", Decimal("0.00")),
        (values.money, "无退款申请", None), (values.quantity, "２", 2), (values.quantity, "3.0", 3),
        (values.moment, "2026/11/20 15:59", at("2026-11-20 15:59:00")),
        (values.moment, "46346.5", at("2026-11-20 12:00:00")),
        (values.moment, "NULL", None), (values.order_no, "６１１３４", "61134"), (values.address, "杭州(000000)", "杭州"),
        (values.address, "杭州(310000)", "杭州(310000)"),
    ],
)  # fmt: skip
def test_cells(reader, text, value):
    assert reader(text) == value


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (values.order_no, "5.11E+18"), (values.order_no, "5.113837045333047e+18"), (values.order_no, "订单"),
        (values.money, "-1"), (values.money, "1e9"), (values.quantity, "0"), (values.quantity, "1.5"),
        (values.moment, "2026-02-30 00:00:00"), (values.moment, "昨天"), (values.order_state, "???"),
    ],
)  # fmt: skip
def test_odd_cells_say_what_was_expected(reader, text):
    with pytest.raises(values.Odd, match=r"."):
        reader(text)


@pytest.mark.parametrize("text", ["5.11E+18", "5e18", "5.113837045333047e+18"])
def test_an_order_number_that_a_spreadsheet_has_rounded_says_what_to_do(text):
    with translation.override("en"), pytest.raises(values.Odd, match="Export again and do not save it in Excel"):
        values.order_no(text)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(LAYOUTS), st.data())
def test_no_row_breaks_a_parser(layout, data):
    header = [group[0] for group in layout.must] + ["超时时间", "物流单号", "子订单编号", "买家退款金额", "价格"]
    cell = st.one_of(
        st.text(max_size=30), st.sampled_from(["1", "2026-11-20 10:00:00", "交易成功", "1;2", '="x"', "7E+18"])
    )
    cells = data.draw(st.lists(cell, min_size=len(header), max_size=len(header)))
    Parser(layout, header, file_no=0, default_shop="店").feed(2, cells, lambda kind, record: None)


@given(st.sampled_from(sorted(READERS)), st.text(max_size=60))
def test_no_text_breaks_a_reader(name, text):
    try:
        READERS[name](text)
    except values.Odd as odd:
        assert str(odd)  # noqa: PT017
