"""Wrong goods: the supplier has the right ones, gets the wrong ones back and sends the others (SUP-05, SUP-06, RET-12)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from aftersales.models import Case, Inspection, Resend, ReturnAddress
from ledger.models import Loss
from tests.browser.flows.people import SF, YT, Cast, bought

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_sup_06_the_supplier_exchanges_what_was_wrong(cast: Cast) -> None:
    page, line = cast.page, bought(cast, "青花碗", quantity=1)
    address = ReturnAddress.objects.create(
        name="景德镇瓷器厂退货点",
        supplier=cast.supplier,
        receiver="瓷器厂",
        phone="07988888888",
        address="江西省景德镇市珠山区1号",
    )
    cast.as_person("agent")
    case = cast.take_call(line, "要的青花，来的是白瓷", {"instead": "青花碗（蓝）"}, wrong=1)
    assert (case.kind, cast.next_step()) == ("exchange", "ask_stock")
    cast.look("exchange-1-evidence-missing")
    cast.add_photo("实物照片")
    cast.do("ask_stock")

    cast.as_person("supplier", "/portal/requests/")
    cast.look("exchange-2-portal-question", axe=True)
    cast.send("article.part form", "[value=yes]")

    cast.as_person("agent")
    cast.to_case(case)
    assert (cast.next_step(), cast.is_advised()) == ("approve", True)
    cast.look("exchange-3-approve")
    cast.do("approve", return_address=address.pk)
    cast.do("send_back", carrier="SF", tracking_no=SF)

    cast.now_is("2026-11-22 09:00")
    cast.as_person("supplier", "/portal/returns/")
    cast.look("exchange-4-portal-return", axe=True)
    card = page.locator(f"#return-{case.number}")
    cast.fill(card.locator("form.report"), {"good_1": 1, "bad_1": 0})
    card.locator("[value=receipt]").click()
    expect(card.locator(".verdict")).to_be_visible()
    cast.look("exchange-5-portal-counted")
    assert Inspection.objects.get().counted_by_supplier == cast.supplier
    cast.go("/portal/requests/")
    cast.look("exchange-6-portal-send")
    cast.send("article.part form", carrier="YTO", tracking_no=YT)

    cast.as_person("agent")
    cast.to_case(case)
    assert Resend.objects.get().tracking_no == YT
    cast.look("exchange-7-resent", axe=True)
    cast.do("deliver")
    assert cast.next_step() == "close"
    cast.do("close")
    cast.look("exchange-8-closed")
    assert (Case.objects.get().state, Loss.objects.count()) == ("closed", 0)
