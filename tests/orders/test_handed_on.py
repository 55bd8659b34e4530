"""What a handover says about orders: the remarks of the leaver's shift, without the buyer (STF-08, SEC-07)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from orders import services
from orders.handed_on import remarks_of
from orders.models import Order
from orders.states import Flag
from tests import factories

NOON = factories.NOON
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Lines are compared as they stand in the source."""
    with translation.override("en"):
        yield


def remarked(by, text: str, now: dt.datetime = NOON, **more: object) -> Order:
    order = factories.OrderFactory(**more)
    services.write_remark(order_id=order.pk, version=order.version, flag=Flag.RED, text=text, by=by, now=now)
    return order


def again(order: Order, by, text: str) -> None:
    order.refresh_from_db()
    services.write_remark(order_id=order.pk, version=order.version, flag=0, text=text, by=by, now=NOON)


def told(user) -> list[str]:
    return [line.subject for line in remarks_of(user.pk, NOON - HOUR, NOON + HOUR)]


def test_stf_08_the_leavers_own_remarks_of_the_shift(ana, sam):
    remarked(ana, "早了", NOON - HOUR - dt.timedelta(seconds=1))
    order = remarked(ana, "先发大件")
    remarked(sam, "别人的")
    remarked(ana, "晚了", NOON + HOUR + dt.timedelta(seconds=1))
    (line,) = remarks_of(ana.pk, NOON - HOUR, NOON + HOUR)
    assert line.subject == f"{order.order_no} · {Flag.RED.label}: 先发大件"
    assert (line.kind, line.topic, line.assignable, line.subject_id) == (
        "remark",
        f"orders.order:{order.pk}",
        "orders.remark",
        order.pk,
    )


def test_an_order_stands_there_once_with_its_words_as_they_are_now(ana):
    order = remarked(ana, "旧")
    again(order, ana, "新")
    again(remarked(ana, "x"), ana, "")
    assert [subject.rpartition(": ")[2] for subject in told(ana)] == ["新"]


def test_sec_07_the_buyer_is_masked(ana):
    buyer = {"receiver_name": "杨淑珍", "receiver_phone": "13800001234", "buyer_nick": "yangyang"}
    remarked(ana, "杨淑珍 (yangyang) 13800001234 或 13911112222 送浙江省杭州市西湖区文三路1号(310000)", **buyer)
    assert told(ana)[0].rpartition(": ")[2] == "杨** (y***g) 138****1234 或 139****2222 送浙江省杭州市****"


def test_many_remarks_take_as_many_statements_as_one(ana):
    def statements(count: int) -> int:
        for _number in range(count):
            remarked(ana, "x")
        with CaptureQueriesContext(connection) as seen:
            remarks_of(ana.pk, NOON - HOUR, NOON + HOUR)
        return len(seen)

    assert statements(1) == statements(20)
