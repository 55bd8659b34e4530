"""A buyer calls: two cups broken, one missing. An agent who has never seen the product gets from the call to the end."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from PIL import Image
from playwright.sync_api import Page, Route

from aftersales import rulebook
from aftersales.models import Case, ReturnAddress
from ledger.models import PaySlip
from ledger.services import paying
from orders.models import OrderLine
from orders.states import OrderState
from staff.models import User
from staff.roles import Role
from tests import factories
from tests.aftersales.goods import a_case
from tests.browser.conftest import Watched, reports

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cups(watched: Watched) -> OrderLine:
    """Six cups that a buyer has got, the house's rules, and an agent at the browser."""
    rulebook.load()
    agent = factories.UserFactory(username="ana", name="安娜", role=Role.AGENT_AFTERSALES, staff_no="K01")
    client = Client()
    client.force_login(agent)
    watched.log_in(client, "en")
    order = factories.OrderFactory(
        state=OrderState.DELIVERED, receiver_phone="13800001239", total_due=Decimal(120), delivered_at=factories.NOON
    )
    part = factories.FulfilmentFactory(order=order)
    ReturnAddress.objects.create(name="退货仓", receiver="售后", phone="0571", address="杭州", supplier=part.supplier)
    return factories.OrderLineFactory(fulfilment=part, title="骨瓷杯", quantity=6, price=Decimal(20))


def photo(green: int = 120) -> dict[str, Any]:
    stream = io.BytesIO()
    Image.new("RGB", (320, 240), (200, green, 90)).save(stream, "JPEG")
    return {"name": "杯子.jpg", "mimeType": "image/jpeg", "buffer": stream.getvalue()}


def wrong(watched: Watched) -> dict[str, list[str]]:
    return {"complaints": watched.complaints, "policy": reports(watched.page), "axe": watched.accessibility()}


FINE: dict[str, list[str]] = {"complaints": [], "policy": [], "axe": []}


def test_from_the_call_to_refund_and_reship(watched: Watched, cups: OrderLine) -> None:
    """AFT-06, RET-06, SUP-09, AFT-14: by keyboard where there is a key, the next thing always stands open."""
    page = watched.page
    page.goto(f"{watched.base}/cases/")
    page.keyboard.press("a")
    page.wait_for_selector("#find:focus")
    page.keyboard.type("13800001239")
    page.keyboard.press("Enter")
    page.get_by_label("骨瓷杯: arrived broken").fill("2")
    page.get_by_label("骨瓷杯: pieces missing").fill("1")
    page.get_by_role("button", name="See what that means").click()
    page.wait_for_selector("#plans")
    watched.picture("call-1-plans")
    assert (wrong(watched), watched.too_wide()) == (FINE, [])
    page.get_by_label("in the buyer's words").fill("六个杯子碎了两个,还少一个")
    page.get_by_role("button", name="Open 2 cases").click()
    page.wait_for_selector("#doing")

    # The broken ones: the photo is there, so the money goes back; nobody sends shards.
    page.locator("#evidence-files").set_input_files([photo()])
    page.locator("#evidence-slot").select_option(label="瑕疵照片")
    page.locator(".drop button").click()
    page.wait_for_selector("#evidence .thumbs img")
    page.get_by_role("link", name="Evidence is there: review").click()
    page.locator("#doing").get_by_role("button", name="Evidence is there: review").click()
    page.get_by_role("link", name="Refund without the goods").click()
    amount = page.locator("#doing input[name$=amount]").first
    amount.wait_for()
    assert amount.input_value() in ("40.00", "40")
    watched.picture("call-2-refund")
    page.locator("#doing").get_by_role("button", name="Refund without the goods").click()
    page.wait_for_selector("#money .plain")
    pay()
    page.reload()
    assert page.locator("#doing input[name$=share_carrier]").input_value() in ("100", "100.00")  # the reason's rule
    watched.picture("call-3-close")
    assert (wrong(watched), watched.too_wide()) == (FINE, [])
    page.locator("#doing").get_by_role("button", name="Close").click()
    page.wait_for_selector(".chip-fine >> text=closed")

    # The missing one: looked for, asked for, sent after.
    page.locator("#links a").first.click()
    page.locator("#doing textarea").fill("聊天、订单、包裹都看过,确实少发")
    page.locator("#doing").get_by_role("button", name="Check chat, order, split parcels").click()
    page.locator("#doing").get_by_role("button", name="Ask the supplier for stock").click()
    page.get_by_role("button", name="Ask the supplier for stock").wait_for(state="detached")
    watched.picture("call-4-stock")
    assert page.locator("#doing .chip-soon").inner_text() == "waits for: supplier"
    for green, slot in enumerate(("带标识的外包装照片", "厂家答复截图")):  # first what proves it (SUP-28)
        page.locator("#evidence-files").set_input_files([photo(green)])
        page.locator("#evidence-slot").select_option(label=slot)
        page.locator(".drop button").click()
        page.wait_for_selector(f"#evidence li:has-text('{slot}') img")
    page.reload()
    page.locator("#doing").get_by_role("button", name="In stock: send it after").click()
    page.locator("#doing select").select_option("YTO")
    page.locator("#doing input[name$=tracking_no]").fill("YT1234567890123")
    watched.picture("call-5-resend")
    page.locator("#doing").get_by_role("button", name="Sent: enter the number").click()
    page.wait_for_selector("#goods strong")
    page.locator("#doing").get_by_role("button", name="Close").click()
    page.wait_for_selector(".chip-fine >> text=closed")
    watched.picture("call-6-done")
    assert (wrong(watched), watched.too_wide()) == (FINE, [])
    done = {case.kind: (case.state, case.amount) for case in Case.objects.all()}
    assert done == {"return": ("closed", Decimal(40)), "reship": ("closed", Decimal(0))}


def test_time_left_is_by_the_servers_clock(watched: Watched, cups: OrderLine, settings: Any) -> None:
    """A machine whose clock is days ahead still counts down to the same instant."""
    settings.HOUTAI_NOW = "2026-11-20T10:00:00+08:00"
    case = a_case("return", User.objects.get(username="ana"), cups, 1)
    watched.page.goto(f"{watched.base}/cases/{case.pk}/")
    assert watched.page.locator("h1 time").inner_text() in ("2 h 0 min left", "1 h 59 min left")


def test_what_is_opened_while_evidence_arrives_stays_open(watched: Watched, cups: OrderLine) -> None:
    """The page asks what is next once a file is there; a step that somebody opens before the answer comes stands."""
    case = a_case("return", User.objects.get(username="ana"), cups, 1)
    page = watched.page
    page.goto(f"{watched.base}/cases/{case.pk}/")
    held: list[Route] = []
    page.route(re.compile(rf"/cases/{case.pk}/(\?do=.*)?$"), lambda route: held.append(route))
    add_photo(page)
    page.locator("[data-key=c]").click()
    page.wait_for_function("document.querySelector('#doing a.htmx-request')")
    refresh, opening = held
    for route in (refresh, opening):  # the answer to the page's own question comes while the step is on its way
        with page.expect_response(route.request.url):
            route.continue_()
    page.locator("#doing[data-do]").wait_for()
    assert wrong(watched) == FINE


def test_what_is_typed_while_evidence_arrives_stays(watched: Watched, cups: OrderLine) -> None:
    case = a_case("return", User.objects.get(username="ana"), cups, 1)
    page = watched.page
    page.goto(f"{watched.base}/cases/{case.pk}/")
    page.locator("[data-key=c]").click()
    page.locator("#doing[data-do]").wait_for()
    held: list[Route] = []
    page.route(lambda url: f"/cases/{case.pk}/?do=" in url, lambda route: held.append(route))
    add_photo(page)
    page.locator("#doing textarea").first.fill("买家说明天补照片")
    with page.expect_response(lambda response: "?do=" in response.url):
        held[0].continue_()
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert page.locator("#doing textarea").first.input_value() == "买家说明天补照片"


def add_photo(page: Page) -> None:
    page.locator("#evidence-files").set_input_files([photo()])
    page.locator(".drop button").click()
    page.wait_for_selector("#evidence .thumbs img")


def pay() -> None:
    """Finance does its part: the sum is small enough to have been approved with the asking."""
    slip = PaySlip.objects.get()
    finance: User = factories.UserFactory(role=Role.FINANCE)
    paying.pay_slip(slip_id=slip.pk, version=slip.version, platform_number="P100001", by=finance)


def test_a_list_is_worked_by_keyboard(watched: Watched, cups: OrderLine) -> None:
    """j chooses a row, x ticks it, o opens it; a digit opens a step, ? says which keys there are."""
    case = a_case("return", User.objects.get(username="ana"), cups, 1)
    page = watched.page
    page.goto(f"{watched.base}/cases/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("input[name=case]:checked").count() == 1
    assert (wrong(watched), watched.too_wide()) == (FINE, [])
    page.get_by_role("button", name="Look first").click()
    page.wait_for_selector("input[name=sure]", state="attached")
    assert (wrong(watched), watched.too_wide()) == (FINE, [])
    page.go_back()
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**/cases/{case.pk}/")
    wanted = page.locator("[data-key='4']").get_attribute("id")
    page.keyboard.press("4")
    page.locator(f"#{wanted}").wait_for(state="detached")  # it stands open: its link is gone
    assert page.locator("#doing form").count() == 1
    page.locator("h1").click()
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")
    assert (wrong(watched), watched.too_wide()) == (FINE, [])
