"""A repair: who pays is agreed first, a part is ordered, the buyer has it by the day promised (LOG-22, RET-31)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from aftersales.models import Case
from ledger.models import Claim, Loss, PaySlip
from sla.models import Clock
from tests.browser.flows.matters import do_with_claim, to_claim
from tests.browser.flows.people import Cast, bought
from tests.factories import at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_log_22_a_repair_is_agreed_ordered_and_claimed(cast: Cast) -> None:
    line = bought(cast, "电热水壶", quantity=1, price="199.00")
    cast.as_person("agent")
    case = cast.take_call(line, "用了三天不通电，不想退，能修吗", {"kind": "repair"}, faulty=1)
    assert (case.kind, cast.next_step(), cast.is_advised()) == ("repair", "agree_payer", True)
    cast.add_photo("瑕疵照片")
    cast.look("repair-1-opened", axe=True)
    cast.do(
        "agree_payer", payer="company", extra_cost="35.00",
        contact_way="phone", contact_result="我方出钱换底座，买家自己装",
    )  # fmt: skip
    cast.do("dispatch", errand="parts", provider="苏泊尔维修点", promised_at="2026-11-23T18:00")
    promised = Clock.objects.get(policy="aftersales.promised")
    assert (promised.due_at, promised.state) == (at("2026-11-23 18:00"), "running")
    cast.look("repair-3-ordered")
    cast.pay(PaySlip.objects.get().pk, "T20261120003")
    cast.as_person("agent")
    cast.to_case(case)
    assert cast.next_step() == "repair"
    cast.do("repair", result="换了底座，买家试过正常")
    assert cast.form_of("close").locator("[name$=share_supplier]").input_value() in ("100", "100.00")
    cast.do("close")
    cast.look("repair-5-closed")
    assert Loss.objects.get().total == Decimal(35)

    claim = to_claim(cast, "agent")
    form = cast.page.locator("#do-prove form")
    form.locator("[name$=goods]").first.check()
    form.locator("[name$=reply]").first.check()
    do_with_claim(cast, "prove")
    do_with_claim(cast, "send")
    cast.as_person("supplier", "/portal/claims/")
    assert cast.page.locator(".part .shots img").count() == 1  # the claim comes with what proves it
    assert cast.page.locator(".part .goods").inner_text().startswith("1 × 电热水壶")
    cast.look("repair-6-portal-claim", axe=True)
    cast.send("article.part form.report", "[value=accept]", reason="同意承担")
    cast.as_person("finance", "/finance/claims/")
    cast.look("repair-7-claims")
    case, claim = Case.objects.get(), Claim.objects.get(pk=claim.pk)
    assert (case.state, case.report["errand"], claim.state) == ("closed", "parts", "accepted")
