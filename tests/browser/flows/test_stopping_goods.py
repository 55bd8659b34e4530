"""The buyer wants the money before the goods are there: cancelled at the supplier, or turned back on the way (SUP-25)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from aftersales.models import Case, Contact, Intercept, ReturnParcel
from ledger.models import Loss, PaySlip
from orders.states import OrderState
from tests.browser.flows.people import YT, Cast, bought

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def wanted_back(cast: Cast) -> Case:
    """The buyer asks for the money; nothing has left yet."""
    cast.as_person("agent")
    case = cast.take_call(bought(cast, "茶盘", quantity=1, state=OrderState.PAID), "买错了，不要了", cancel=1)
    assert (case.kind, cast.next_step()) == ("unshipped_refund", "stop_goods")
    return case


def paid_and_closed(cast: Cast, case: Case, name: str) -> None:
    """Goods are found: the agent approves, finance pays, the agent closes. Nothing is lost."""
    cast.do("approve_refund")
    cast.pay(PaySlip.objects.get().pk, "T20261120002")
    cast.as_person("agent")
    cast.to_case(case)
    assert cast.next_step() == "close"
    cast.look(f"{name}-close")
    cast.do("close")
    cast.look(f"{name}-closed")
    done = Case.objects.get()
    assert (done.state, done.amount, Loss.objects.count()) == ("closed", Decimal(60), 0)


def test_ret_32_a_refund_is_stopped_at_the_supplier(cast: Cast) -> None:
    case = wanted_back(cast)
    cast.look("stop-1-requested", axe=True)
    cast.do("stop_goods", stop_how="cancel")
    assert (cast.next_step(), cast.is_advised()) == ("confirm_stopped", False)
    cast.look("stop-2-asked")
    cast.form_of("approve_refund")
    expect(cast.page.locator("#doing .alert-warning")).to_be_visible()  # SUP-25: first the answer
    cast.as_person("supplier", "/portal/requests/")
    cast.look("stop-3-portal", axe=True)
    cast.send("article.part form", "[value=stopped]", note="已从发货单撤下")
    cast.as_person("agent")
    cast.to_case(case)
    assert (cast.next_step(), cast.is_advised()) == ("approve_refund", True)
    cast.look("stop-4-stopped")
    assert (Intercept.objects.get().answer, Case.objects.get().goods) == ("stopped", "unshipped")
    paid_and_closed(cast, case, "stop-5")


def test_ret_33_a_parcel_under_way_is_turned_back(cast: Cast) -> None:
    page, case = cast.page, wanted_back(cast)
    cast.as_person("supplier", "/portal/")
    cast.look("turn-1-portal-to-ship")
    cast.fill(page.locator("article.part form.number"), {"carrier": "YTO", "tracking_no": YT})
    page.locator("article.part form.number button").click()
    expect(page.locator("article.part.is-done")).to_be_visible()
    cast.as_person("agent")
    cast.to_case(case)
    assert Case.objects.get().goods == "in_transit"
    cast.look("turn-2-shipped")
    form = cast.form_of("stop_goods")
    assert form.locator("[name$=-stop_how]").input_value() == "intercept"
    assert form.locator("[name$=-stop_number]").input_value() == YT
    cast.do("stop_goods")
    cast.do("talk", party="carrier", contact_result="圆通已登记拦截，预计后天退回发件网点")
    assert Contact.objects.get().party == "carrier"
    assert cast.next_step() == "confirm_stopped"
    cast.look("turn-3-stopping")
    cast.do("confirm_stopped")
    assert (Case.objects.get().goods, ReturnParcel.objects.get().tracking_no) == ("coming_back", YT)
    assert cast.next_step() == "receive"
    cast.look("turn-4-coming-back", axe=True)

    cast.now_is("2026-11-22 11:00")
    cast.as_person("supplier", "/portal/returns/")
    cast.look("turn-5-portal-on-its-way")
    card = page.locator(f"#return-{case.number}")
    card.locator("form.one button").click()
    expect(card.locator(".verdict")).to_be_visible()
    cast.look("turn-5-portal-back")
    cast.as_person("agent")
    cast.to_case(case)
    assert (cast.next_step(), Case.objects.get().goods) == ("approve_refund", "back")
    cast.look("turn-6-back")
    paid_and_closed(cast, case, "turn-7")
