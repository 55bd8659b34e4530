"""The supervisors' admin, the second step and the conflict page in a real browser, in both languages at 1280 px."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from common import clock
from notifications.models import Message
from orders.models import Order, Shop
from reports.models import DailyReport
from sla.models import Clock
from staff.models import LoginFailure
from tests.admin_pages import ADMINS, url
from tests.architecture.world import World, make_world
from tests.browser.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHINESE = pytest.mark.parametrize("language", ["zh-hans"])  # what people do is the same in both
ERROR = "ConnectionRefusedError: [Errno 111] the server at smtp.warehouse.example.com:587 does not answer " * 3


@pytest.fixture
def world(request: pytest.FixtureRequest) -> World:
    """Rows in every list, among them long ones; what is done by hand needs one of each."""
    looks_at_all = request.node.get_closest_marker("once") is not None
    world, now = make_world(rows=2 if looks_at_all else 1), clock.now()
    long_address = "purchasing.department.second.floor@warehouse.example.com"
    Message.objects.update(address=long_address, last_error=ERROR, sent_at=now)
    Clock.objects.update(failures=3, last_error=ERROR)
    LoginFailure.objects.create(key="k", kind="code", user=world.users["agent"], window_started_at=now)
    DailyReport.objects.create(day=dt.date(2026, 11, 19), made_at=now)
    return world


@pytest.fixture
def look(world: World, watched: Watched, language: str) -> Any:
    """`look(path)` goes there as supervisor and answers what is wrong with the page."""
    watched.log_in(world.client("supervisor"), language)
    if language != "en":
        watched.bring_axe()

    def go(path: str) -> list[str]:
        answer = watched.page.goto(watched.base + path, wait_until="load")
        assert answer is not None
        assert (answer.status, watched.page.locator("html").get_attribute("lang")[:2]) == (200, language[:2])
        return findings(watched, language)

    return go


def findings(watched: Watched, language: str) -> list[str]:
    """Django's admin has the same structure in both languages, so that axe looks at it in Chinese alone."""
    return [*watched.findings(axe=language != "en"), *watched.too_wide()]


def lists() -> Iterator[str]:
    yield reverse("admin:index")
    for label in sorted({model._meta.app_label for model, _admin in ADMINS}):
        yield reverse("admin:app_list", args=[label])
    for model, _admin in ADMINS:
        yield url(model)


def forms(world: World) -> Iterator[str]:
    """The page of the first row of each list, and where there is none, the form for a new one: it has the same fields."""
    request = RequestFactory().get("/")
    request.user = world.users["supervisor"]
    for model, model_admin in ADMINS:
        row = model._default_manager.first()
        if row is not None:
            yield url(model, "change", row.pk)
        elif model_admin.has_add_permission(request):
            yield url(model, "add")


@pytest.mark.once
@CHINESE
@pytest.mark.parametrize("part", range(2))
def test_every_list_of_the_admin_is_clean_and_fits(look: Any, language: str, part: int) -> None:
    assert {path: found for path in list(lists())[part::2] if (found := look(path))} == {}


@pytest.mark.once
@pytest.mark.parametrize("language", ["en"])
def test_the_admin_is_clean_and_fits_in_english_too(look: Any, language: str) -> None:
    """Its pages are built alike in both languages: some stand for all."""
    some = [*islice(lists(), 1), *(url(model) for model in (Clock, Message, Shop, Order))]
    assert {path: found for path in some if (found := look(path))} == {}


@pytest.mark.once
@CHINESE
@pytest.mark.parametrize("part", range(2))
def test_every_form_of_the_admin_is_clean_and_fits(look: Any, world: World, language: str, part: int) -> None:
    paths = list(forms(world))[part::2]
    assert len(paths) > 10
    assert {path: found for path in paths if (found := look(path))} == {}


@CHINESE
def test_a_policy_is_edited_with_its_impact_first(look: Any, watched: Watched, language: str) -> None:
    assert look(reverse("admin:sla_policy_edit", args=["orders.ship_daily"])) == []
    watched.page.fill("[name=hours]", "2")
    watched.page.fill("[name=note]", "年货节")
    watched.page.click("button.button:not([name=confirmed])")
    watched.page.wait_for_selector("button[name=confirmed]")
    assert findings(watched, language) == []
    watched.page.click("button[name=confirmed]")
    watched.page.wait_for_url("**" + reverse("admin:sla_policyversion_changelist"))
    assert watched.page.locator(".messagelist .success").count() == 1


@CHINESE
def test_a_clock_is_paused_with_its_reason(look: Any, watched: Watched, language: str) -> None:
    look(url(Clock))
    chosen = Clock.objects.filter(policy="orders.ship_daily", state="running").latest("pk").pk
    watched.page.check(f"input.action-select[value='{chosen}']")
    watched.page.select_option("select[name=action]", "pause")
    watched.page.click("button[name=index]")
    watched.page.wait_for_selector("[name=reason]")
    assert findings(watched, language) == []
    watched.page.fill("[name=reason]", "买家要求缓发")
    watched.page.click(".submit-row .default")
    watched.page.wait_for_selector(".messagelist .success")
    assert list(Clock.objects.filter(state="paused").values_list("pk", flat=True)) == [chosen]


@CHINESE
def test_a_filter_opens_as_a_menu_over_the_list(look: Any, watched: Watched, language: str) -> None:
    look(url(Message))
    assert not watched.page.is_visible(".list-filter li a")
    watched.page.focus(".list-filter summary")
    watched.page.keyboard.press("Enter")
    assert findings(watched, language) == []
    watched.page.keyboard.press("Tab")
    watched.page.keyboard.press("Tab")
    watched.page.keyboard.press("Enter")
    watched.page.wait_for_url("**state__exact=queued")
    assert watched.page.locator(".list-filter strong").inner_text() == "等待中"


@CHINESE
def test_control_a_table_that_sticks_out_is_seen(look: Any, watched: Watched, language: str) -> None:
    assert look(url(Shop)) == []
    watched.page.evaluate("document.querySelector('#result_list').style.width = '1500px'")
    assert [found.split(" ")[0] for found in watched.too_wide()] == ["page", "table"]


@CHINESE
def test_two_people_save_one_order(look: Any, world: World, watched: Watched, language: str) -> None:
    order = Order.objects.filter(state="paid").first()
    assert order is not None
    look(order.get_absolute_url())
    watched.page.click("#do-remark summary")
    watched.page.fill("#do-remark [name=remark-text]", "要改地址")
    typed = {"version": order.version, "remark-flag": 3, "remark-text": "先退款"}
    assert world.client("agent").post(reverse("orders:act", args=[order.pk, "remark"]), typed).status_code == 302
    watched.page.click("#do-remark button")
    watched.page.wait_for_selector(".alert-warning")
    assert [found for found in findings(watched, language) if "409 (Conflict)" not in found] == []
    assert watched.page.locator("[name=remark-text]").input_value() == "要改地址"


@CHINESE
def test_the_second_step_is_set_up_and_asked_for(
    look: Any, world: World, watched: Watched, settings: Any, language: str
) -> None:
    settings.TOTP_REQUIRED = True
    page = watched.page
    assert look("/account/") == []  # which asks for the second step instead
    page.click(".door button")
    page.wait_for_selector(".qr")
    assert findings(watched, language) == []
    device = TOTPDevice.objects.get()
    page.fill("[name=code]", f"{TOTP(device.bin_key, device.step, device.t0, device.digits).token():06d}")
    page.click(".door button")
    page.wait_for_selector("code")
    assert findings(watched, language) == []  # the recovery codes
    assert look("/account/") == []
    watched.log_in(world.client("supervisor"), language)
    assert look("/account/") == []
    assert page.url.endswith(reverse("second_factor"))
