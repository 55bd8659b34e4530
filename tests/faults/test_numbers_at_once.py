"""A tracking number that arrives for several orders at the same instant is accepted for one of them."""

from __future__ import annotations

from collections import Counter

import pytest

from orders import shipments
from orders.models import Order
from orders.shipments import ShipmentRow, accept_rows
from suppliers.models import Supplier
from tests.factories import FulfilmentFactory, OrderLineFactory, SupplierFactory
from tests.faults.machines import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
NUMBER = "78244801702286"


def send_at_once(supplier: Supplier, count: int = 8) -> Counter[str]:
    for _ in range(count):
        OrderLineFactory(fulfilment=FulfilmentFactory(supplier=supplier))
    orders = list(Order.objects.values_list("order_no", flat=True))

    def send() -> str:
        sent = ShipmentRow(row=2, order_no=orders.pop(), carrier="中通快递", tracking_no=NUMBER)
        return accept_rows([sent], supplier=supplier, by=None).rows[0].verdict.value

    return Counter(map(str, at_once(send, count)))


def test_one_of_many_gets_the_number(db: None) -> None:
    assert send_at_once(SupplierFactory()) == {"accepted": 1, "duplicate_number": 7}


def test_control_without_the_lock_several_get_it(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipments, "lock_alone", lambda name: None)
    assert send_at_once(SupplierFactory())["accepted"] > 1
