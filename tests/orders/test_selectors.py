"""Finding orders: by every name they have, by worklist, and the one thing to do next."""

from __future__ import annotations

import datetime as dt

import pytest

from common import clock
from orders import selectors
from orders.filters import OrderFilter
from orders.models import Order, Parcel
from orders.states import OrderState
from tests import factories

NOON, HOUR, DAY = factories.NOON, dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def order(noon, db) -> Order:
    order = factories.OrderFactory(order_no="7221448474333640111", buyer_nick="luofang", receiver_phone="13800001239")
    line = factories.OrderLineFactory(fulfilment=factories.FulfilmentFactory(order=order), sku="SKU-777")
    Parcel.objects.create(
        order=order,
        fulfilment=line.fulfilment,
        carrier="YTO",
        tracking_no="YT8810000000019",
        source="supplier",
        shipped_at=NOON,
        recorded_at=NOON,
    )
    factories.OrderLineFactory()
    return order


@pytest.mark.parametrize(
    "word", ["7221448474333640111", "72214484743336401", "YT8810000000019", "yt88100000000", "YT881000000001"]
)
def test_one_hit_by_order_or_tracking_number_goes_straight_there(order, word):
    found = selectors.search(word)
    assert (found.order_ids, found.direct_id) == ((order.pk,), order.pk)


@pytest.mark.parametrize("word", ["luofang", "13800001239", "1380000123"])
def test_buyer_and_phone_are_found_and_listed(order, word):
    found = selectors.search(word)
    assert (found.order_ids, found.direct_id) == ((order.pk,), None)


@pytest.mark.parametrize("word", ["luofan", "72214", "1380", "000012", "%", "' OR 1=1 --"])
def test_short_beginnings_and_parts_find_nothing(order, word):
    assert selectors.search(word).order_ids == ()


def test_another_word_is_taken_for_a_merchant_code(order):
    filters = OrderFilter(q="SKU-777")
    rows = selectors.order_rows(filters, selectors.search(filters.q))
    assert [row["id"] for row in rows] == [order.pk]


def test_the_search_is_one_query(order, django_assert_num_queries):
    with django_assert_num_queries(1):
        selectors.search("7221448474333640111")


@pytest.mark.parametrize(
    ("show", "yes", "no"),
    [
        ("unmarked", {"state": "shipped", "platform_state": "paid"}, {"state": "shipped"}),
        ("unverified", {"state": "paid"}, {"state": "paid", "address_checked_at": NOON}),
        ("held", {"state": "paid", "ship_mode": "hold"}, {"state": "paid", "ship_mode": "urgent"}),
        ("to_remind", {"state": "unpaid", "ordered_at": NOON - 12 * HOUR}, {"state": "unpaid"}),
        ("ownerless", {"state": "paid"}, {"state": "shipped"}),
    ],
)
def test_worklists(noon, db, show, yes, no):
    wanted = factories.OrderFactory(**yes)
    factories.OrderFactory(**no)
    rows = selectors.order_rows(OrderFilter.from_query({"show": show}), None)
    assert [row["id"] for row in rows] == [wanted.pk]


def test_filters_by_shop_supplier_state_and_flag(order):
    part = order.fulfilments.get()
    for query in (
        {"shop": str(order.shop_id)},
        {"supplier": str(part.supplier_id)},
        {"state": "paid", "shop": str(order.shop_id), "flag": "0"},
    ):
        rows = selectors.order_rows(OrderFilter.from_query(query), None)
        assert [row["id"] for row in rows] == [order.pk]
    assert list(selectors.order_rows(OrderFilter.from_query({"flag": "4"}), None)) == []


def test_a_filter_survives_its_own_url():
    query = {"q": "123", "shop": "4", "state": "paid", "flag": "0", "show": "held"}
    assert OrderFilter.from_query(query).query == "q=123&shop=4&state=paid&flag=0&show=held"
    assert OrderFilter.from_query({"shop": "x", "state": "?", "flag": "99", "show": "?"}).query == ""


@pytest.mark.parametrize(
    ("given", "advised"),
    [
        ({"state": "paid"}, "check_address"),
        ({"state": "paid", "address_checked_at": NOON}, None),
        ({"state": "shipped", "platform_state": "paid"}, "mark"),
        ({"state": "shipped"}, None),
        ({"state": "unpaid", "ordered_at": NOON - 13 * HOUR}, "remind"),
        ({"state": "unpaid", "ordered_at": NOON - 13 * HOUR, "payment_reminded_at": NOON}, None),
        ({"state": "closed"}, None),
    ],
)
def test_the_next_thing_to_do(noon, db, given, advised):
    page = selectors.order_page(factories.OrderFactory(**given).pk)
    advice = selectors.advise(page, [], NOON)
    assert (advice.action if advice else None) == advised


def test_a_refund_comes_before_the_address(order):
    factories.RefundFactory(order=order)
    advice = selectors.advise(selectors.order_page(order.pk), [], NOON)
    assert advice.action == "consent"


def test_ord_21_yesterdays_exceptions(noon, db):
    yesterday = NOON - DAY
    refunded = factories.RefundFactory(order__ordered_at=yesterday, order__address_checked_at=NOON).order
    closed = factories.OrderFactory(state=OrderState.CLOSED, ordered_at=yesterday, paid_at=None)
    held = factories.OrderFactory(ordered_at=yesterday, ship_mode="hold", address_checked_at=NOON)
    unchecked = factories.OrderFactory(ordered_at=yesterday)
    unknown = factories.FulfilmentFactory(
        order__ordered_at=yesterday, order__address_checked_at=NOON, supplier=None
    ).order
    factories.OrderFactory(ordered_at=NOON)
    kinds = selectors.exceptions_of(clock.day_of(yesterday), NOON)
    assert [[order.pk for order in kind.orders] for kind in kinds] == [
        [refunded.pk],
        [],
        [held.pk],
        [unchecked.pk],
        [unknown.pk],
        [closed.pk],
    ]
