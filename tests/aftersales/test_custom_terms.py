"""Custom-made goods: what was agreed is recorded, and what follows where it was not (ORD-23, ORD-24, RET-30)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from aftersales.services.answers import shares_of
from audit.models import Entry
from common.exceptions import BusinessError
from orders import selectors
from orders.models import CustomTerms, Order, OrderLine
from orders.services import agree_custom_terms
from orders.states import OrderState
from tests.factories import NOON, FulfilmentFactory, OrderFactory, OrderLineFactory, ProductFactory
from tests.factories_cases import CaseFactory, ReasonFactory

SPEC = {"spec": "1.8米，胡桃色", "agreed_how": "聊天记录 11-20", "no_return": True, "factory_told": False}


def custom_line(supplier: Any, *, custom: bool = True, state: str = OrderState.PAID) -> OrderLine:
    part = FulfilmentFactory(
        order=OrderFactory(state=state, delivered_at=NOON, address_checked_at=NOON), supplier=supplier
    )
    return OrderLineFactory(fulfilment=part, product=ProductFactory(supplier=supplier, custom_made=custom))


def advised(order: Order) -> str:
    advice = selectors.advise(selectors.order_page(order.pk), [], NOON)
    return advice.action if advice else ""


def test_ord_23_the_terms_are_recorded_with_the_order(noon, ana, supplier_a, as_user):
    order = custom_line(supplier_a).order
    assert advised(order) == "custom"
    typed = {"version": order.version, "custom-spec": SPEC["spec"], "custom-agreed_how": SPEC["agreed_how"]}
    as_user(ana).post(f"/orders/{order.pk}/do/custom/", typed | {"custom-no_return": "on"})
    terms = CustomTerms.objects.get()
    assert (terms.order, terms.spec, terms.agreed_how, terms.no_return) == (
        order,
        SPEC["spec"],
        SPEC["agreed_how"],
        True,
    )
    assert (terms.factory_told, terms.by, terms.at) == (False, ana, NOON)
    assert advised(order) == ""
    assert SPEC["spec"] in as_user(ana).get(order.get_absolute_url()).content.decode()
    assert Entry.objects.get(action="orders.custom_agreed").data["no_return"] is True


def test_ord_23_nothing_is_agreed_of_what_is_not_custom_made(noon, ana, supplier_a):
    order = custom_line(supplier_a, custom=False).order
    with pytest.raises(BusinessError) as refusal:
        agree_custom_terms(order_id=order.pk, version=order.version, by=ana, **SPEC)
    assert (refusal.value.code, CustomTerms.objects.exists(), advised(order)) == ("not_custom", False, "")


@pytest.mark.parametrize(("agreed", "bearer"), [(True, "share_buyer"), (False, "share_agent")])
def test_ord_24_without_terms_it_is_on_whoever_served_the_order(noon, ana, supplier_a, agreed, bearer):
    line = custom_line(supplier_a, state=OrderState.DELIVERED)
    if agreed:
        agree_custom_terms(order_id=line.order_id, version=line.order.version, by=ana, **SPEC)
    case = CaseFactory(line=line, reason=ReasonFactory(code="no-reason-7", cause="no_reason", liable="buyer"))
    assert shares_of(case) == {bearer: Decimal(100)}


def test_ret_30_the_recorded_confirmation_stands_in_the_form(noon, ana, supplier_a, as_user):
    line = custom_line(supplier_a, state=OrderState.DELIVERED)
    agree_custom_terms(order_id=line.order_id, version=line.order.version, by=ana, **SPEC)
    page = as_user(ana).get(f"/cases/new/?order={line.order_id}&n-{line.pk}-unwanted=1").content.decode()
    assert f'value="{SPEC["agreed_how"]}"' in page
