"""Temporary tables: what goes in comes out, on both databases."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction

from common import bulk
from orders.models import Shop

COLUMNS = {"a": "text", "b": "bigint", "c": "numeric", "d": "timestamp", "e": "boolean"}
MOMENT = dt.datetime(2026, 11, 20, 4, 0, 0, 500, tzinfo=dt.UTC)


@pytest.mark.django_db
def test_values_come_back_as_they_went_in():
    text = "a\tb\\c\nd\re,\"'é中"
    assert bulk.load_temp("tmp_x", COLUMNS, [(text, 7, Decimal("1.20"), MOMENT, True), (None,) * 5]) == 2
    first, second = bulk.fetch("SELECT * FROM tmp_x ORDER BY b IS NULL")
    assert (first[0], first[1], Decimal(str(first[2])), bulk.moment(first[3])) == (text, 7, Decimal("1.2"), MOMENT)
    assert bool(first[4]) is True
    assert second == (None,) * 5


@pytest.mark.django_db
def test_a_table_is_made_anew_and_may_read_the_database_while_it_fills():
    bulk.load_temp("tmp_x", {"a": "integer"}, [(1,)])
    assert bulk.load_temp("tmp_x", {"a": "integer"}, ((Shop.objects.count() + n,) for n in range(3))) == 3
    assert bulk.fetch("SELECT a FROM tmp_x ORDER BY a") == [(0,), (1,), (2,)]
    assert "tmp_x" in bulk.temp_names()
    bulk.drop_temp("tmp_x")
    assert bulk.temp_names() == []


@pytest.mark.django_db
def test_insert_select_gives_the_defaults_of_the_fields():
    bulk.load_temp("tmp_x", {"a": "text"}, [("甲",), ("乙",)])
    assert bulk.insert_select(Shop, {"platform": "'taobao'", "name": "a"}, "tmp_x") == 2
    shop = Shop.objects.get(name="甲")
    assert (shop.active, shop.platform_shop_id, shop.version) == (True, "", 1)


@pytest.mark.django_db(transaction=True)
def test_a_temporary_table_needs_a_transaction():
    with pytest.raises(transaction.TransactionManagementError):
        bulk.load_temp("tmp_x", {"a": "text"}, [])


def test_names_of_real_tables_are_refused():
    with pytest.raises(ValueError):
        bulk.load_temp("orders_order", {"a": "text"}, [])
