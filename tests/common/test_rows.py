"""Rows of models that are made without the ORM are those that it would have made."""

from __future__ import annotations

import pytest

from aftersales.models import Case
from aftersales.workflows import BY_KIND
from common import bulk
from common.rows import Columns, fresh, split
from orders.models import Order, OrderLine
from staff.models import User
from tests import factories


@pytest.mark.django_db
def test_a_row_read_by_hand_has_the_values_of_the_orms() -> None:
    ana = User.objects.create(username="ana", name="安娜", role="manager", last_login=factories.NOON, is_active=False)
    columns = Columns(User)
    read = bulk.fetch(f"SELECT {columns.sql('u')} FROM staff_user u WHERE u.id = %s", [ana.pk])
    found, known = columns.row(read[0]), User.objects.get(pk=ana.pk)
    assert found == known
    assert found is not None
    assert {name: value for name, value in vars(found).items() if name != "_state"} == {
        name: value for name, value in vars(known).items() if name != "_state"
    }
    assert not found._state.adding


@pytest.mark.django_db
def test_of_named_columns_the_others_are_read_when_asked_for(django_assert_num_queries) -> None:
    order = factories.OrderFactory()
    few = Columns(Order, "id", "state")
    found = few.row(bulk.fetch(f"SELECT {few.sql('o')} FROM orders_order o WHERE o.id = %s", [order.pk])[0])
    assert found is not None
    with django_assert_num_queries(0):
        assert found.state == order.state
    with django_assert_num_queries(1):
        assert found.order_no == order.order_no


@pytest.mark.django_db
def test_what_a_left_join_did_not_find_is_none() -> None:
    order = factories.OrderFactory()
    whole, line = Columns(Order, "id", "state"), Columns(OrderLine, "id", "quantity")
    read = bulk.fetch(
        f"SELECT {whole.sql('o')}, {line.sql('l')} FROM orders_order o LEFT JOIN orders_orderline l ON false"
        " WHERE o.id = %s",
        [order.pk],
    )
    found, missing = split(read[0], whole, line)
    assert (found.pk, missing) == (order.pk, None)


@pytest.mark.parametrize("machine", BY_KIND.values(), ids=BY_KIND)
def test_a_fresh_row_is_what_the_model_makes(machine: type[Case]) -> None:
    told = {"id": 7, "number": "AS1", "state": machine.START, "opened_by": User(pk=3), "opened_at": factories.NOON}
    made, known = fresh(machine, **told), machine(**told)
    assert {name: value for name, value in vars(made).items() if name != "_state"} == {
        name: value for name, value in vars(known).items() if name != "_state"
    }
    assert made._state.adding
    assert made.opened_by == known.opened_by


def test_two_fresh_rows_share_nothing_that_changes() -> None:
    first, second = fresh(Case), fresh(Case)
    first.report["subject"] = "fire"
    assert second.report == {}
