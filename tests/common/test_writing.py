"""Rows written by plain statements, which PostgreSQL may be sent together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.forms.models import model_to_dict
from psycopg2 import extensions

from common import bulk, writing
from common.prepared import Prepared
from orders.models import Shop
from orders.states import Platform

FIND = Prepared("SELECT name FROM orders_shop WHERE name = %s")


def shop(name: str, **columns: Any) -> Shop:
    return Shop(platform=Platform.TAOBAO, name=name, **columns)


def write_and_fail(name: str) -> None:
    """In a transaction, or a savepoint, of its own."""
    with transaction.atomic(), writing.together():
        writing.insert(shop(name))
        raise RuntimeError


def names() -> list[str]:
    return list(Shop.objects.order_by("pk").values_list("name", flat=True))


@pytest.mark.django_db
def test_a_row_stands_there_as_the_orm_would_have_written_it() -> None:
    first, second = shop("甲", platform_shop_id="1"), shop("乙", platform_shop_id="2")
    writing.insert(first)
    second.save(force_insert=True)
    written, saved = Shop.objects.order_by("platform_shop_id")
    told = {"id", "name", "platform_shop_id"}
    assert {**model_to_dict(written), **dict.fromkeys(told)} == {**model_to_dict(saved), **dict.fromkeys(told)}
    assert written.name == "甲"
    assert not first._state.adding


@pytest.mark.django_db
def test_a_row_with_its_own_key_keeps_it_and_no_row_is_no_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        writing.insert(shop("甲", pk=4711))
        writing.insert()
    assert Shop.objects.get(pk=4711).name == "甲"


@pytest.mark.postgres
@pytest.mark.django_db
def test_what_is_sent_together_goes_in_its_order_and_in_one_trip(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3), writing.together():  # two for the savepoint inside the test's transaction
        writing.insert(shop("甲"), shop("乙"))
        writing.send("UPDATE orders_shop SET name = %s WHERE name = %s", ["丙 100%", "乙"])
        with writing.together():
            writing.insert(shop("丁"))
    assert names() == ["甲", "丙 100%", "丁"]


@pytest.mark.django_db
def test_whoever_asks_finds_what_was_sent() -> None:
    with writing.together():
        writing.insert(shop("甲"))
        assert names() == ["甲"]
        writing.insert(shop("乙"))
    assert names() == ["甲", "乙"]


@pytest.mark.django_db
def test_one_refusal_takes_all_back() -> None:
    Shop.objects.create(platform=Platform.TAOBAO, name="甲")
    with pytest.raises(IntegrityError), writing.together():
        list(map(writing.insert, [shop("乙"), shop("甲")]))
    assert names() == ["甲"]


@pytest.mark.django_db
def test_a_savepoint_takes_back_what_was_sent_after_it_and_nothing_else() -> None:
    with transaction.atomic(), writing.together():
        writing.insert(shop("甲"))
        with pytest.raises(RuntimeError):
            write_and_fail("乙")
        writing.insert(shop("丙"))
    assert names() == ["甲", "丙"]


@pytest.mark.postgres
@pytest.mark.django_db
def test_what_is_taken_back_is_not_sent_first() -> None:
    with transaction.atomic(), writing.together():
        writing.insert(shop("甲"))
        with pytest.raises(RuntimeError):
            write_and_fail("甲")  # PostgreSQL would refuse it
    assert names() == ["甲"]


@pytest.mark.django_db
def test_what_waits_when_something_fails_never_goes() -> None:
    with pytest.raises(RuntimeError):
        write_and_fail("甲")
    writing.insert(shop("乙"))
    assert names() == ["乙"]


def is_in_transaction() -> bool:
    """What the server says, not Django."""
    return bool(connection.connection.info.transaction_status != extensions.TRANSACTION_STATUS_IDLE)


def write_ask_and_fail(ask: Callable[[], Any]) -> None:
    with writing.together():
        writing.insert(shop("甲"))
        ask()
        assert is_in_transaction()
        writing.insert(shop("乙"))
        raise RuntimeError


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_message_is_a_transaction_without_begin_and_commit() -> None:
    with writing.together():
        key = bulk.next_key(Shop)
        assert FIND.fetch(["甲"]) == []
        writing.insert(shop("甲", pk=key))
        writing.insert(shop("乙", pk=key + 1000))
        assert not is_in_transaction()
    assert names() == ["甲", "乙"]
    assert not is_in_transaction()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_refusal_in_the_message_takes_all_of_it_back() -> None:
    with pytest.raises(IntegrityError), writing.together():
        list(map(writing.insert, [shop("甲"), shop("乙"), shop("甲")]))
    assert names() == []
    with writing.together():
        writing.insert(shop("丙"))
    assert names() == ["丙"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "ask", [names, lambda: bulk.next_key(Shop), lambda: FIND.fetch(["甲"])], ids=["query", "key", "prepared"]
)
def test_what_was_sent_before_something_was_asked_is_taken_back_with_the_rest(ask: Callable[[], Any]) -> None:
    with pytest.raises(RuntimeError):
        write_ask_and_fail(ask)
    assert names() == []
    assert not is_in_transaction()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_prepared_query_finds_what_was_sent() -> None:
    with writing.together():
        writing.insert(shop("甲"))
        assert FIND.fetch(["甲"]) == [("甲",)]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_lock_is_held_to_the_end() -> None:
    Shop.objects.create(platform=Platform.TAOBAO, name="甲")
    with writing.together():
        assert Shop.objects.select_for_update().get().name == "甲"
        assert is_in_transaction()
    assert not is_in_transaction()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_it_ends_with_that_one() -> None:
    with transaction.atomic():
        with writing.together():
            writing.insert(shop("甲"))
        transaction.set_rollback(True)
    assert names() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_is_done_after_the_end_is_done() -> None:
    told: list[str] = []
    with writing.together():
        transaction.on_commit(lambda: told.extend(names()))
        writing.insert(shop("甲"))
        assert told == []
    assert told == ["甲"]
