"""A supplier has run out, a date is promised and broken, the buyer gets the money back (SUP-11 to SUP-13)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.management import call_command

from aftersales.models import Case, Intercept
from ledger.models import PaySlip
from orders.models import Order
from orders.states import OrderState
from tests.browser.flows.people import Cast, bought
from tests.factories import at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_sup_12_a_date_is_promised_and_broken(cast: Cast) -> None:
    line = bought(cast, "釉下彩花瓶", quantity=1, price="150.00", state=OrderState.PAID)
    order = line.order
    cast.as_person("supplier", f"/portal/shortages/?order={order.order_no}")
    cast.send("form.short", again_on="2026-11-23", note="釉料没到")
    cast.look("shortage-1-reported", axe=True)
    case = Case.objects.get()
    cast.as_person("agent", "/desk/")
    cast.look("shortage-2-desk")
    cast.to_case(case)
    assert (cast.next_step(), cast.is_advised()) == ("contact", True)
    cast.do("contact", contact_way="phone", contact_result="买家愿意等到 23 号")
    assert cast.form_of("wait").locator("[name$=promised_at]").input_value() == "2026-11-23T23:59"
    cast.look("shortage-3-promise")
    cast.do("wait")
    assert Order.objects.get().promised_ship_at == at("2026-11-23 23:59")

    cast.now_is("2026-11-24 00:05")
    call_command("sweep", verbosity=0)
    cast.now_is("2026-11-24 09:00")
    call_command("sweep", verbosity=0)
    cast.as_person("agent", "/cases/?show=mine")
    cast.look("shortage-5-broken-list")
    cast.to_case(case)
    assert (Case.objects.get().state, cast.next_step()) == ("promise_broken", "contact")
    cast.look("shortage-6-broken", axe=True)
    cast.as_person("supervisor", "/notices/")
    assert cast.people["supervisor"].bell_items.count() == 1  # four hours later it climbed
    cast.look("shortage-7-supervisor-hears")

    cast.as_person("agent")
    cast.to_case(case)
    cast.do("contact", contact_way="phone", contact_result="再次致歉，买家不再等，要求退款")
    cast.do("cancel", result="买家取消", share_supplier="100")
    refund = Case.objects.get(kind="unshipped_refund")
    cast.page.locator(f"#links a[href='/cases/{refund.pk}/']").click()
    cast.do("stop_goods")
    cast.as_person("supplier", "/portal/requests/")
    cast.send("article.part form", "[value=stopped]", note="没发")
    cast.as_person("agent")
    cast.to_case(refund)
    assert cast.next_step() == "approve_refund"
    cast.do("approve_refund")
    cast.pay(PaySlip.objects.get().pk, "T20261124001")
    cast.as_person("agent")
    cast.to_case(refund)
    cast.do("close")
    cast.look("shortage-9-closed")
    done = list(Case.objects.order_by("pk").values_list("kind", "state", "amount"))
    assert done == [("shortage", "cancelled", Decimal(0)), ("unshipped_refund", "closed", Decimal(150))]
    assert Intercept.objects.get().answer == "stopped"
