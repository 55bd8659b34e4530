"""Statements that a connection plans once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction

from common import bulk
from common.prepared import Prepared, prepared
from orders.models import Shop
from orders.states import Platform

FIND = Prepared("SELECT id, name FROM orders_shop WHERE name = %s AND platform = %s")


def names_prepared() -> list[str]:
    return [row[0] for row in bulk.fetch("SELECT name FROM pg_prepared_statements")]


@pytest.mark.django_db
def test_it_finds_what_the_plain_query_finds(django_assert_num_queries: Any) -> None:
    shop = Shop.objects.create(platform=Platform.JD, name="甲's 100%")
    Shop.objects.create(platform=Platform.TAOBAO, name="乙")
    for _time in range(2):
        with django_assert_num_queries(1):
            assert FIND.fetch(["甲's 100%", "jd"]) == [(shop.pk, "甲's 100%")]
    assert FIND.fetch(["乙", "jd"]) == []
    assert Prepared("SELECT count(*) FROM orders_shop").fetch(()) == [(2,)]


def test_the_same_text_is_the_same_statement() -> None:
    assert prepared("SELECT 1") is prepared("SELECT 1")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_connection_plans_it_once_and_another_one_anew() -> None:
    connection.close()
    FIND.fetch(["甲", "jd"])
    FIND.fetch(["乙", "jd"])
    [mine] = names_prepared()
    assert FIND.text() == f"EXECUTE {mine}(%s, %s)"
    connection.close()
    assert names_prepared() == []
    assert FIND.fetch(["甲", "jd"]) == []
    assert names_prepared() == [mine]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_behind_a_pooler_nothing_is_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    assert FIND.text() == FIND.sql
    assert FIND.fetch(["甲", "jd"]) == []
    assert names_prepared() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_rolling_back_does_not_undo_it() -> None:
    connection.close()
    with transaction.atomic():
        FIND.fetch(["甲", "jd"])
        transaction.set_rollback(True)
    assert FIND.fetch(["甲", "jd"]) == []


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM orders_shop",
        "INSERT INTO orders_shop (name) VALUES (%s)",
        "SELECT id FROM orders_shop FOR UPDATE",
        "SELECT id FROM orders_shop\nfor no key update SKIP LOCKED",
        "WITH gone AS (DELETE FROM orders_shop RETURNING id) SELECT id FROM gone",
    ],
)
def test_what_does_more_than_read_is_not_fetched(sql: str) -> None:
    with pytest.raises(ValueError, match="may only read"):
        Prepared(sql).fetch(())
