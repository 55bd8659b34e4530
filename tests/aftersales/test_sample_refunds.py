"""A shop's list of 168 refunds, in the proportions of a real month: a table from what each row says to where it stands.

The table is written from the platform's vocabulary, not from the importer: the importer has to agree with it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest

from aftersales.models import Case
from common import clock
from orders.models import Refund
from sla.models import Clock
from tests import factories
from tests.orders.imports import files

pytestmark = pytest.mark.django_db
ASKED = "买家已经申请退款，等待卖家同意"
AGREED = "卖家已经同意退款，等待买家退货"
SENT_BACK = "买家已经退货，等待卖家确认收货"
REFUSED = "卖家拒绝退款"
PAID = "退款成功"
THERE, NOT_THERE = "买家已收到货", "买家未收到货"
CALM, STEPPED_IN = "无需介入", "客服介入处理中"

# Request, goods, status → machine, state, whose turn, where the goods are; rows without and with the platform's agent.
Key = tuple[str, str, str]
TABLE: dict[Key, tuple[str, str, str, str, int, int]] = {
    ("仅退款", THERE, ASKED): ("return", "requested", "agent", "with_buyer", 9, 1),
    ("仅退款", THERE, SENT_BACK): ("return", "coming_back", "carrier", "coming_back", 8, 0),
    ("仅退款", THERE, AGREED): ("return", "approved", "buyer", "with_buyer", 2, 0),
    ("仅退款", THERE, REFUSED): ("return", "rejected", "buyer", "with_buyer", 5, 1),
    ("仅退款", THERE, PAID): ("return", "refunded", "agent", "with_buyer", 1, 2),
    ("仅退款", NOT_THERE, ASKED): ("unshipped_refund", "requested", "agent", "unshipped", 3, 3),
    ("仅退款", NOT_THERE, SENT_BACK): ("unshipped_refund", "stopping", "supplier", "unshipped", 5, 0),
    ("仅退款", NOT_THERE, AGREED): ("unshipped_refund", "stopping", "supplier", "unshipped", 7, 2),
    ("仅退款", NOT_THERE, REFUSED): ("unshipped_refund", "retaining", "buyer", "unshipped", 1, 0),
    ("仅退款", NOT_THERE, PAID): ("unshipped_refund", "refunded", "agent", "unshipped", 5, 0),
    ("换货", THERE, ASKED): ("exchange", "requested", "agent", "with_buyer", 9, 1),
    ("换货", THERE, SENT_BACK): ("exchange", "coming_back", "carrier", "coming_back", 11, 0),
    ("换货", THERE, AGREED): ("exchange", "approved", "buyer", "with_buyer", 3, 0),
    ("换货", THERE, REFUSED): ("exchange", "rejected", "buyer", "with_buyer", 8, 0),
    ("换货", THERE, PAID): ("exchange", "delivered", "agent", "with_buyer", 6, 2),
    ("退货退款", THERE, ASKED): ("return", "requested", "agent", "with_buyer", 10, 0),
    ("退货退款", THERE, SENT_BACK): ("return", "coming_back", "carrier", "coming_back", 13, 1),
    ("退货退款", THERE, AGREED): ("return", "approved", "buyer", "with_buyer", 19, 0),
    ("退货退款", THERE, REFUSED): ("return", "rejected", "buyer", "with_buyer", 11, 0),
    ("退货退款", THERE, PAID): ("return", "refunded", "agent", "back", 19, 0),
}
REASONS = {  # the buyer's words → our reason
    "质量问题": "quality",
    "未按约定时间发货": "late",
    "卖家发错货": "wrong-item",
    "拍错/多拍/不想要": "no-reason",
    "少件/漏发": "missing",
    "包装/商品破损": "damaged",
    "缺货": "shortage",
    "7天无理由退换货": "no-reason",
}
ENDED = (PAID,)


def rows() -> Iterator[dict[str, str]]:
    words = list(REASONS)
    number = 0
    for (kind, goods, status), (*_means, calm, stepped_in) in TABLE.items():
        for intervention in [CALM] * calm + [STEPPED_IN] * stepped_in:
            deadline = clock.local(factories.at("2026-11-21 09:00:00")) + dt.timedelta(minutes=37 * number)
            yield {
                "订单编号": f"61134484743377{number:05d}",
                "退款编号": f"2498854454360{number:05d}",
                "业务类型": kind,
                "是否需要退货": "否" if kind == "仅退款" else "是",
                "货物状态": goods,
                "退款状态": status,
                "客服介入状态": intervention,
                "买家退款原因": words[number % len(words)],
                "超时时间": f"{deadline:%Y-%m-%d %H:%M:%S}",
            }
            number += 1


def order_of(row: dict[str, str]) -> dict[str, str]:
    paid = "买家已付款，等待卖家发货" if row["货物状态"] == NOT_THERE else "卖家已发货，等待买家确认"
    return {"订单编号": row["订单编号"], "订单状态": paid}


@pytest.fixture
def listed(noon):
    factories.ProductFactory(code="A-1", supplier=factories.SupplierFactory(code="LISTED"))
    told = list(rows())
    files.take(
        files.orders(*map(order_of, told)),
        files.lines(*({"订单编号": row["订单编号"]} for row in told)),
        files.refunds(*told),
    )
    return told


def test_each_of_the_168_rows_is_a_case_where_the_table_says(listed):
    """RET-16, RET-36, CMP-02: machine, state, whose turn, goods, reason and the platform's deadline, row by row."""
    assert len(listed) == 168
    cases = Case.objects.exclude(kind="dispute").select_related("refund", "reason").prefetch_related("links_to__case")
    by_number = {case.refund.refund_no: case for case in cases}
    assert set(by_number) == {row["退款编号"] for row in listed}
    for row in listed:
        case = by_number[row["退款编号"]]
        machine, state, ball, goods, *_rows = TABLE[row["业务类型"], row["货物状态"], row["退款状态"]]
        assert (case.kind, case.state, case.ball, case.goods) == (machine, state, ball, goods), row
        assert case.reason.code == REASONS[row["买家退款原因"]], row
        assert case.platform_due_at == factories.at(row["超时时间"]), row
        disputes = [link.case for link in case.links_to.all()]
        wanted = ["dispute"] if row["客服介入状态"] == STEPPED_IN else []
        assert [dispute.kind for dispute in disputes] == wanted, row
        assert all(dispute.state == "opened" for dispute in disputes)


def test_the_machines_add_up_and_a_second_list_opens_nothing(listed):
    """102 of goods that arrived, 40 exchanges, 26 that never left, 13 disputes: counted by hand."""
    counted = Counter(Case.objects.values_list("kind", flat=True))
    assert counted == {"return": 102, "exchange": 40, "unshipped_refund": 26, "dispute": 13}
    files.take(files.refunds(*listed))
    assert Counter(Case.objects.values_list("kind", flat=True)) == counted


def test_refunds_that_wait_have_the_platforms_clock_at_the_platforms_time(listed):
    running = Clock.objects.filter(policy="orders.platform_refund", state="running")
    due = dict(running.values_list("subject_id", "due_at"))
    waiting = {row["退款编号"]: row["超时时间"] for row in listed if row["退款状态"] not in ENDED}
    ids = dict(Refund.objects.filter(refund_no__in=waiting).values_list("refund_no", "pk"))
    assert {number: due[pk] for number, pk in ids.items()} == {
        number: factories.at(time) for number, time in waiting.items()
    }
    assert len(due) == len(waiting) == 133


@pytest.mark.parametrize(("number", "goods"), [("null", "unshipped"), ("No:YT1234567890123", "in_transit")])
def test_ret_37_of_a_closed_order_only_what_has_a_number_is_under_way(noon, number, goods):
    factories.ProductFactory(code="A-1", supplier=factories.SupplierFactory(code="LISTED"))
    row = next(iter(rows()))
    closed = {"订单编号": row["订单编号"], "订单状态": "交易关闭", "物流单号 ": number, "物流公司": "圆通速递"}
    files.take(
        files.orders(closed),
        files.lines({"订单编号": row["订单编号"], "订单状态": "交易关闭"}),
        files.refunds(row | {"货物状态": NOT_THERE, "退款状态": PAID}),
    )
    assert Case.objects.get().goods == goods
