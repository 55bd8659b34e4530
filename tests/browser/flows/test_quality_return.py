"""A return for a fault of quality: fewer pieces come back, the buyer is called, three hands pay (RET-03 to RET-09)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from aftersales.models import Case, Contact
from ledger.models import Claim, Loss, PaySlip
from sla.models import Clock
from sla.states import ClockState, Verdict
from tests.browser.flows.people import SF, Cast, bought, photo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CALL_BACK = "aftersales.call_back_mismatch"


def test_ret_05_a_return_that_is_not_as_agreed_is_settled_on_the_phone(cast: Cast) -> None:
    page, line = cast.page, bought(cast, "青花茶具", quantity=2, price="180.00")
    cast.as_person("agent")
    case = cast.take_call(line, "两套都有裂纹，要退货", faulty=2)
    assert cast.next_step() == "ask_evidence"
    cast.add_photo("瑕疵照片")
    page.locator("#doing form[action$='/approve/']").wait_for()  # what is next follows the evidence
    cast.look("return-1-approve", axe=True)
    cast.do("approve", judgement="quality", return_address=cast.address.pk)
    cast.look("return-2-address")
    cast.do("send_back", carrier="SF", tracking_no=SF)
    cast.look("return-3-under-way")

    cast.now_is("2026-11-21 09:30")
    cast.as_person("warehouse", "/returns/")
    page.keyboard.type(SF)
    page.keyboard.press("Enter")
    expect(page.locator(".sight-fine")).to_contain_text(SF)
    cast.look("return-4-desk")
    count = page.locator("form.count")
    goods = case.lines.get().pk
    counted = {f"good_{goods}": 0, f"bad_{goods}": 1}
    cast.fill(count, {**counted, "remark": "只来了一套，壶嘴裂", "photos": [photo()], "mismatched": True})
    count.locator("button.btn-primary").click()
    expect(page.locator("form.count")).to_have_count(0)
    cast.look("return-5-counted")
    clock = Clock.objects.get(policy=CALL_BACK)
    assert (clock.due_at - clock.started_at).total_seconds() == 24 * 3600

    cast.as_person("quality", "/returns/lists/unjudged/")
    page.locator("[data-open]").first.click()
    cast.fill(page.locator("form.count"), {f"verdict_{goods}": "quality", "remark": "窑裂，出厂即有"})
    page.locator("form.count button.btn-primary").click()
    expect(page.locator("form.count")).to_have_count(0)
    cast.look("return-6-judged")

    cast.now_is("2026-11-21 14:00")
    cast.as_person("agent")
    cast.to_case(case)
    assert (cast.next_step(), cast.is_advised()) == ("call_back", True)
    cast.look("return-7-call-back")
    told = "买家承认只寄回一套，另一套自留；退一套半的款"
    cast.do("call_back", contact_way="phone", contact_result=told, result="退 270 元，买家留一套")
    clock.refresh_from_db()
    assert (clock.state, clock.verdict) == (ClockState.STOPPED, Verdict.MET)
    assert Contact.objects.get(case=case).result == told
    cast.look("return-8-settle")
    assert cast.form_of("approve_refund").locator("[name$=-amount]").input_value() == "180.00"  # one of two came back
    cast.do("approve_refund", amount="270.00")

    slip = PaySlip.objects.get()
    assert slip.state == "submitted"  # above what an agent decides alone
    cast.as_person("supervisor", f"/finance/slips/{slip.pk}/")
    cast.look("return-9-slip")
    cast.send("#do-approve")
    cast.pay(slip.pk, "T20261121001")
    cast.look("return-10-paid", axe=True)

    cast.as_person("agent")
    cast.to_case(case)
    assert cast.next_step() == "close"
    cast.look("return-11-close")
    cast.do("close")
    cast.look("return-12-closed")
    loss = Loss.objects.get()
    assert (Case.objects.get().state, loss.total) == ("closed", Decimal(270))
    claim = Claim.objects.get()
    assert (claim.liable, claim.supplier, claim.amount) == ("supplier", cast.supplier, Decimal(270))
