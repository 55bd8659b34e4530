"""Goods that must not go on: a return sent to the wrong address, a line that is short, a parcel stopped on its way."""

from __future__ import annotations

import pytest

from aftersales.models import Case, Responsibility, ReturnAddress
from orders.models import OrderLine
from orders.states import OrderState
from tests.browser.flows.people import ZTO, Cast, bought

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_ret_21_a_wrong_address_is_put_right_and_answered_for(cast: Cast) -> None:
    right = ReturnAddress.objects.create(
        name="景德镇瓷器厂退货组",
        supplier=cast.supplier,
        receiver="陶工",
        phone="079888880000",
        address="江西省景德镇市",
    )
    cast.as_person("agent")
    case = cast.take_call(bought(cast), "不喜欢，想退", unwanted=1)
    cast.do("approve", return_address=cast.address.pk)
    cast.as_person("supervisor")
    cast.to_case(case)
    cast.form_of("wrong_address")
    cast.look("address-1-form", axe=True)
    cast.do("wrong_address", right_address=right.pk, note="供应商的货写成了我们的仓库")
    case.refresh_from_db()
    assert case.return_address == right
    incident = Case.objects.get(kind="incident")
    assert Responsibility.objects.get(case=incident).user == cast.people["agent"]
    cast.page.locator(f"#links a[href='/cases/{incident.pk}/']").click()
    cast.page.locator("#doing .guide").wait_for()
    cast.look("address-2-incident", axe=True)


def test_sup_11_a_short_line_is_held_and_an_order_sheet_is_asked_about(cast: Cast) -> None:
    line = bought(cast, "釉下彩花瓶", state=OrderState.PAID)
    cast.as_person("supplier", f"/portal/shortages/?order={line.order.order_no}")
    cast.send("form.short", note="釉料没到")
    cast.send("#sheets", "button", order_no=line.order.order_no, note="颜色写成了两种")
    cast.look("held-1-portal", axe=True)
    cast.go("/portal/?show=short")
    cast.page.locator(".part .chip-paused").wait_for()
    cast.look("held-2-to-ship")
    cast.as_person("agent", line.order.get_absolute_url())
    cast.page.locator(".chip-late").first.wait_for()
    cast.look("held-3-order", axe=True)
    task = Case.objects.get(kind="consultation")
    cast.to_case(task)
    cast.look("held-4-order-sheet")
    cast.do("answer", result="是青花，已改单")
    cast.as_person("supplier", "/portal/shortages/")
    assert "是青花，已改单" in cast.page.locator("main").inner_text()
    assert OrderLine.objects.get().hold == "shortage"


def test_log_17_a_parcel_is_stopped_out_of_an_incident(cast: Cast) -> None:
    line = bought(cast, state=OrderState.SHIPPED)
    cast.as_person("agent", f"/cases/new/?order={line.order_id}&o-way=1")
    cast.look("stop-1-open", axe=True)
    plans = cast.page.locator("#plans")
    cast.fill(plans, {"incident": "intercept", "buyer_words": "地址写错了，不要送了"})
    plans.locator("button.btn-primary").click()
    cast.page.locator("#doing").wait_for()
    case = Case.objects.get()
    cast.form_of("stop_goods")
    cast.look("stop-2-form")
    cast.do("stop_goods", stop_how="intercept", stop_number=ZTO, stop_loaded="yes", stop_accepted="no")
    cast.look("stop-3-asked")
    cast.as_person("supplier", "/portal/requests/")
    cast.send("article.part form", "[value=stopped]", note="已拦下")
    cast.as_person("agent")
    cast.to_case(case)
    cast.do("follow_up", contact_way="phone", contact_result="后天到站", follow_up_at="2026-11-22T10:00")
    cast.look("stop-4-coming-back", axe=True)
    case.refresh_from_db()
    assert (case.state, case.goods) == ("acting", "coming_back")
