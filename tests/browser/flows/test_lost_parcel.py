"""A parcel is lost: told at once, traced, sent again or paid back, and the carrier pays (LOG-14, SUP-29, FIN-11)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from aftersales.models import Case
from ledger.models import Claim, Loss, PaySlip
from orders.models import Parcel
from orders.states import OrderState
from tests import factories
from tests.browser.flows.matters import because, do_with_claim, settle, take_matter, to_claim
from tests.browser.flows.people import YT, Cast, bought

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKED = {"checked_chat": True, "checked_order": True, "checked_parcels": True, "checked_staff": True}


def lost(cast: Cast) -> Case:
    """A parcel that stood still for days is the buyer's question, the carrier's answer, and our incident."""
    line = bought(cast, "骨瓷茶壶", quantity=1, price="120.00", state=OrderState.SHIPPED)
    at = factories.at("2026-11-16 18:00")
    Parcel.objects.create(
        order=line.order, fulfilment=line.fulfilment, carrier="YTO", tracking_no=YT, source="supplier",
        shipped_at=at, recorded_at=at,
    )  # fmt: skip
    cast.as_person("agent")
    case = take_matter(cast, line.order, "way", "四天没动静，圆通说找不到了", incident="lost", reason=because("lost"))
    assert (case.kind, case.incident, case.lines.get().line) == ("incident", "lost", line)
    return case


def test_log_14_a_lost_parcel_is_paid_back_and_the_carrier_pays(cast: Cast) -> None:
    """Told, traced, declared lost, sent again in vain, paid back; what it cost is claimed from the carrier."""
    incident = lost(cast)
    assert (cast.next_step(), cast.is_advised()) == ("contact", True)
    cast.do("talk", party="carrier", contact_way="phone", contact_result="圆通：仓库没有，按丢件登记")
    cast.do("contact", contact_way="phone", contact_result="抱歉说明；没货就退款，买家同意")
    cast.do("decide", result="能补发就补发，否则退款；向圆通索赔", payer="carrier")
    cast.look("lost-1-decided")
    cast.do("send_again", result="补发一把茶壶")
    assert cast.next_step() == "close"
    cast.do("close")
    reship = Case.objects.get(kind="reship")
    cast.page.locator(f"#links a[href='/cases/{reship.pk}/']").click()
    cast.do("look_into", **LOOKED, check_result="圆通登记丢件，见通话记录")
    cast.do("ask_stock")
    cast.as_person("supplier", "/portal/requests/")
    cast.send("article.part form", "[value=no]", note="这款停产了")
    cast.as_person("agent")
    cast.to_case(reship)
    assert cast.next_step() == "approve_refund"
    cast.add_photo("物流轨迹")
    cast.add_photo("厂家答复截图")
    cast.do("approve_refund")
    cast.pay(PaySlip.objects.get().pk, "T20261120001")
    cast.as_person("agent")
    cast.to_case(reship)
    assert cast.form_of("close").locator("[name$=share_carrier]").input_value() in ("100", "100.00")
    cast.do("close")
    assert Loss.objects.get().total == Decimal(120)
    claim = to_claim(cast, "agent")
    cast.look("lost-2-claim", axe=True)
    prove(cast)
    do_with_claim(cast, "send")
    do_with_claim(cast, "accept", answer="圆通同意赔付", amount="100.00")
    settle(cast, claim, "YTO-PAY-001")
    cast.go(f"/finance/claims/{claim.pk}/")
    cast.look("lost-3-settled")
    claim = Claim.objects.get()
    assert (claim.state, claim.liable, claim.settled_amount) == ("settled", "carrier", Decimal(100))
    states = Case.objects.order_by("pk").values_list("kind", "state")
    assert (list(states), incident.order_id) == ([("incident", "closed"), ("reship", "closed")], reship.order_id)


def prove(cast: Cast) -> None:
    """The pictures of the case are ticked: what shows the loss, and what the carrier said (SUP-28, AFT-22)."""
    form = cast.page.locator("#do-prove form")
    form.locator("[name$=goods]").first.check()
    form.locator("[name$=reply]").last.check()
    do_with_claim(cast, "prove")
