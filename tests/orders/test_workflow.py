"""The two machines: every state × every transition, as the table says and no other way."""

from __future__ import annotations

import pytest
from django_fsm import TransitionNotAllowed

from orders.models import Fulfilment, Order
from orders.states import FulfilmentState, OrderState
from orders.workflow import sources

ORDER = {
    "pay": ({"unpaid"}, "paid"),
    "ship": ({"unpaid", "paid"}, "shipped"),
    "deliver": ({"unpaid", "paid", "shipped"}, "delivered"),
    "finish": ({"unpaid", "paid", "shipped", "delivered"}, "finished"),
    "close": ({"unpaid", "paid", "shipped", "delivered"}, "closed"),
}
FULFILMENT = {
    "release": ({"waiting"}, "to_ship"),
    "ship_part": ({"to_ship", "part_shipped"}, "part_shipped"),
    "ship": ({"waiting", "to_ship", "part_shipped"}, "shipped"),
    "cancel": ({"waiting", "to_ship", "part_shipped"}, "cancelled"),
}
CASES = [(Order, name, state) for name in ORDER for state in OrderState.values] + [
    (Fulfilment, name, state) for name in FULFILMENT for state in FulfilmentState.values
]


@pytest.mark.parametrize(("machine", "name", "state"), CASES)
def test_each_state_times_each_transition(machine, name, state):
    allowed, target = (ORDER if machine is Order else FULFILMENT)[name]
    row = machine(state=state)
    if state in allowed:
        getattr(row, name)()
        assert row.state == target
    else:
        with pytest.raises(TransitionNotAllowed):
            getattr(row, name)()
        assert row.state == state


@pytest.mark.parametrize("machine", [Order, Fulfilment])
def test_a_state_cannot_be_assigned(machine):
    row = machine()
    with pytest.raises(AttributeError):
        row.state = "shipped"


@pytest.mark.parametrize(("machine", "table"), [(Order, ORDER), (Fulfilment, FULFILMENT)])
def test_bulk_paths_read_the_same_sources(machine, table):
    for allowed, target in table.values():
        assert set(sources(machine, target)) == allowed
