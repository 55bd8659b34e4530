"""Keyset paging: every row once, forwards and backwards, whatever the depth, and damaged cursors do no harm."""

from __future__ import annotations

import datetime as dt

import pytest

from common.paging import decode, encode, keyset
from orders.models import Order
from tests import factories

NEWEST_FIRST = ("-ordered_at", "-id")


@pytest.fixture
def orders(db) -> list[Order]:
    shop = factories.ShopFactory()
    times = [factories.NOON - dt.timedelta(minutes=minute // 3) for minute in range(10)]  # threes share a time
    return [factories.OrderFactory(shop=shop, ordered_at=time) for time in times]


def walk(order: tuple[str, ...], size: int) -> list[list[int]]:
    pages, cursor = [], None
    while True:
        page = keyset(Order.objects.all(), order=order, cursor=cursor, size=size)
        pages.append([row.pk for row in page.rows])
        if not page.next_cursor:
            return pages
        cursor = page.next_cursor


def test_forwards_every_row_comes_once(orders):
    pages = walk(NEWEST_FIRST, 3)
    assert [len(page) for page in pages] == [3, 3, 3, 1]
    expected = list(Order.objects.order_by(*NEWEST_FIRST).values_list("pk", flat=True))
    assert [pk for page in pages for pk in page] == expected


def test_ascending_order_works_the_same(orders):
    expected = list(Order.objects.order_by("ordered_at", "id").values_list("pk", flat=True))
    assert [pk for page in walk(("ordered_at", "id"), 4) for pk in page] == expected


def test_backwards_the_page_before_is_the_same_page(orders):
    first = keyset(Order.objects.all(), order=NEWEST_FIRST, size=4)
    second = keyset(Order.objects.all(), order=NEWEST_FIRST, cursor=first.next_cursor, size=4)
    back = keyset(Order.objects.all(), order=NEWEST_FIRST, before=second.previous_cursor, size=4)
    assert back.rows == first.rows
    assert back.previous_cursor == ""
    assert back.next_cursor == first.next_cursor


def test_a_page_that_holds_all_has_no_neighbours(orders):
    page = keyset(Order.objects.all(), order=NEWEST_FIRST)
    assert (len(page.rows), page.is_only) == (10, True)


def test_rows_may_be_dictionaries(orders):
    rows = Order.objects.values("id", "ordered_at")
    first = keyset(rows, order=NEWEST_FIRST, size=4)
    second = keyset(rows, order=NEWEST_FIRST, cursor=first.next_cursor, size=4)
    assert {row["id"] for row in first.rows}.isdisjoint(row["id"] for row in second.rows)


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "é",
        "W10",
        encode([1]),
        encode(["text", "text"]),
        encode([True, 1]),
        encode([1.5, 2]),
        encode([2**70, 1]),
        encode([None, None]),
        encode([factories.NOON.replace(tzinfo=None), 1]),
    ],
)
def test_a_damaged_cursor_gives_the_first_page(orders, cursor):
    expected = keyset(Order.objects.all(), order=NEWEST_FIRST, size=4).rows
    assert keyset(Order.objects.all(), order=NEWEST_FIRST, cursor=cursor, size=4).rows == expected
    assert keyset(Order.objects.all(), order=NEWEST_FIRST, before=cursor, size=4).rows == expected


def test_a_page_is_one_query(orders, django_assert_num_queries):
    with django_assert_num_queries(1):
        keyset(Order.objects.all(), order=NEWEST_FIRST, cursor=encode([factories.NOON, 10**9]), size=4)


def test_a_cursor_keeps_what_it_was_made_of():
    assert decode(encode([factories.NOON, 5]), 2) == [factories.NOON, 5]
