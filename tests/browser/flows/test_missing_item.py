"""Something is missing: it is sent after, or paid back where the supplier has none left (SUP-09, SUP-10, AFT-19)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from aftersales.models import Case, Resend
from ledger.models import PaySlip
from tests.browser.flows.people import YT, Cast, bought

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKED = {"checked_chat": True, "checked_order": True, "checked_parcels": True, "checked_staff": True}


def reported(cast: Cast) -> Case:
    """The agent takes the call, looks, and asks the supplier for stock."""
    cast.as_person("agent")
    case = cast.take_call(bought(cast, "骨瓷杯", quantity=6, price="20.00"), "六个杯子只到了五个", missing=1)
    assert (case.kind, cast.next_step()) == ("reship", "look_into")
    cast.do("look_into", **LOOKED, check_result="聊天、订单、拆单都看过，确实少发一个")
    assert cast.next_step() == "ask_stock"
    cast.look("missing-1-checked")
    cast.do("ask_stock")
    return case


def test_sup_09_a_missing_item_is_sent_after(cast: Cast) -> None:
    page = cast.page
    case = reported(cast)
    assert not cast.is_advised()
    cast.add_photo("带标识的外包装照片")  # SUP-28: before anything is sent again
    cast.look("missing-2-asked", axe=True)
    cast.as_person("supplier", "/portal/requests/")
    cast.look("missing-3-portal-question")
    cast.send("article.part form", "[value=yes]")
    cast.look("missing-4-portal-send", axe=True)
    cast.send("article.part form", carrier="YTO", tracking_no=YT)
    cast.look("missing-5-portal-done")
    cast.as_person("agent")
    cast.to_case(case)
    assert cast.next_step() == "close"
    cast.look("missing-6-resent")
    cast.do("close")
    page.locator(".chip-fine").first.wait_for()
    cast.look("missing-7-closed")
    case = Case.objects.get()
    assert (case.state, case.amount, Resend.objects.get().tracking_no) == ("closed", Decimal(0), YT)


def test_sup_10_without_stock_it_is_paid_back(cast: Cast) -> None:
    case = reported(cast)
    cast.as_person("supplier", "/portal/requests/")
    cast.send("article.part form", "[value=no]", note="停产了")
    cast.look("nostock-1-portal")
    cast.as_person("agent")
    cast.to_case(case)
    cast.look("nostock-2-answered", axe=True)
    assert cast.next_step() == "approve_refund"
    cast.do("approve_refund")
    cast.look("nostock-3-approved")
    slip = PaySlip.objects.get()
    cast.pay(slip.pk, "T20261120001")
    cast.look("nostock-4-paid", axe=True)
    cast.as_person("agent")
    cast.to_case(case)
    cast.look("nostock-5-close")
    cast.do("close")
    cast.look("nostock-6-closed")
    case = Case.objects.get()
    assert (case.state, case.amount) == ("closed", Decimal(20))
