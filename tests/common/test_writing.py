"""Rows written by plain statements, which PostgreSQL may be sent together."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict

from common import writing
from orders.models import Shop
from orders.states import Platform


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
    with transaction.atomic(), django_assert_num_queries(1), writing.together():
        writing.insert(shop("甲"), shop("乙"))
        writing.send("UPDATE orders_shop SET name = %s WHERE name = %s", ["丙 100%", "乙"])
        with writing.together():
            writing.insert(shop("丁"))
    assert names() == ["甲", "丙 100%", "丁"]


@pytest.mark.django_db
def test_whoever_asks_finds_what_was_sent() -> None:
    with transaction.atomic(), writing.together():
        writing.insert(shop("甲"))
        assert names() == ["甲"]
        writing.insert(shop("乙"))
    assert names() == ["甲", "乙"]


@pytest.mark.django_db
def test_one_refusal_takes_all_back() -> None:
    Shop.objects.create(platform=Platform.TAOBAO, name="甲")
    with pytest.raises(IntegrityError), transaction.atomic(), writing.together():
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


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_together_needs_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError), writing.together():
        writing.insert(shop("甲"))
