"""A shift change on the desk, as the two people of it: what the late shift finds is what the early shift left (STF-08)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Page

from audit.models import Entry
from notifications.models import BellItem
from orders.services import write_remark
from sla.announce import announce
from sla.engine import sweep
from sla.models import Clock
from sla.services import ClockSpec, ensure_policies, start_clocks
from staff.handover import services
from staff.models import Handover, User
from staff.roles import Role
from tests import factories
from tests.browser.conftest import Watched, reports
from tests.factories import UserFactory, at
from tests.factories_staff import a_team, give_duty

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HALF_PAST_FOUR = "2026-11-20T16:30:00+08:00"


@pytest.fixture
def eve(db: None) -> User:
    return UserFactory(username="eve", name="伊芙", role=Role.AGENT_AFTERSALES)


@pytest.fixture
def shift_change(settings: Any, ana: User, eve: User, sam: User) -> Handover:
    """Ana's last half hour: an order late, one due this evening, a remark of hers; her handover has opened."""
    ensure_policies()
    settings.HOUTAI_NOW = "2026-11-20T16:00:00+08:00"
    a_team(ana, eve, leader=sam, name="客服一组")
    give_duty(ana, "2026-11-20 09:00", "17:00")
    give_duty(eve, "2026-11-20 17:00", "23:00")
    for number, due in enumerate(("2026-11-20 15:00", "2026-11-20 21:00"), start=1):
        order = factories.OrderFactory(order_no=f"611344847433360000{number}")
        part = factories.FulfilmentFactory(order=order)
        spec = ClockSpec(
            policy="orders.ship_daily",
            subject_type="orders.fulfilment",
            subject_id=part.pk,
            topic=f"orders.order:{order.pk}",
            title=order.order_no,
            started_at=at("2026-11-20 09:00"),
            own_due_at=at(due),
            assignee_id=ana.pk,
        )
        start_clocks([spec], now=at("2026-11-20 09:00"))
    write_remark(order_id=order.pk, version=order.version, flag=1, text="发顺丰", by=ana)
    settings.HOUTAI_NOW = HALF_PAST_FOUR
    assert services.open_due_handovers() == 1
    return Handover.objects.get()


@pytest.fixture
def enter(watched: Watched, as_user: Any) -> Callable[[User], Page]:
    """`enter(ana)`: Ana sits down at the browser, in English."""

    def sit_down(user: User) -> Page:
        session = as_user(user).cookies[django_settings.SESSION_COOKIE_NAME].value
        cookies = {django_settings.SESSION_COOKIE_NAME: session, django_settings.LANGUAGE_COOKIE_NAME: "en"}
        watched.page.context.clear_cookies()
        watched.page.context.add_cookies(
            [{"name": name, "value": value, "url": watched.base} for name, value in cookies.items()]
        )
        watched.page.goto(f"{watched.base}/desk/")
        return watched.page

    return sit_down


def rows(page: Page) -> list[tuple[str, str, str]]:
    """Subject, follow-up and result of each item, as the page shows them."""
    found = []
    for row in page.locator("table.items tbody tr[data-row]").all():
        cells = row.locator("td").all()
        told = [cell.locator("input[type=text]").first for cell in cells[3:5]]
        texts = [field.input_value() if field.count() else "" for field in told]
        if not told[0].count():
            texts = [cell.inner_text().strip().removeprefix("—") for cell in cells[3:5]]
        found.append((row.locator(".subject a").inner_text(), texts[0], texts[1]))
    return found


def clean(watched: Watched) -> dict[str, list[str]]:
    return {"complaints": watched.complaints, "policy": reports(watched.page), "axe": watched.accessibility()}


CLEAN: dict[str, list[str]] = {"complaints": [], "policy": [], "axe": []}


def test_stf_08_what_the_late_shift_finds_is_what_the_early_shift_left(
    shift_change: Handover, enter: Any, watched: Watched, settings: Any, ana: User, eve: User
) -> None:
    page = enter(ana)
    page.get_by_role("link", name="Write and sign").click()
    assert clean(watched) == CLEAN
    for number in (1, 2, 3):
        page.get_by_label(f"Follow-up of item {number}").fill(f"已处理 {number}")
        page.get_by_label(f"Result of item {number}").fill(f"等回复 {number}")
    page.get_by_label("To the next shift").fill("大促咨询多")
    page.get_by_label("Own item").fill("空调报修")
    page.get_by_role("button", name="Read live data anew").click()
    left = rows(page)
    assert [row[1:] for row in left] == [*((f"已处理 {n}", f"等回复 {n}") for n in (1, 2, 3)), ("", "")]
    page.get_by_role("button", name="Sign and hand over").click()
    page.get_by_text("Signed. Whoever takes over has been told.").wait_for()

    settings.HOUTAI_NOW = "2026-11-20T17:01:00+08:00"
    page = enter(eve)
    page.get_by_role("link", name="Read and take over").click()
    assert rows(page) == left
    assert page.get_by_text("大促咨询多").first.is_visible()
    assert clean(watched) == CLEAN
    take_by_keyboard(page, items=4)
    page.get_by_label("Note of the taker").fill("收到")
    page.get_by_role("button", name="Sign and take over").click()
    page.get_by_text("Taken over and signed.").wait_for()
    assert clean(watched) == CLEAN
    assert_both_signed(shift_change, ana, eve)


def take_by_keyboard(page: Page, *, items: int) -> None:
    """Space accepts one item after the other; the last one is given back with a word."""
    page.locator("body").press("j")
    for left in range(items - 1, 0, -1):
        page.keyboard.press(" ")
        page.locator("#handover-items .buttons", has_text=f"{left} item").wait_for()
        page.locator("tr.is-current [data-accept]").wait_for()
    page.keyboard.press("r")
    page.keyboard.type("行政的事")
    page.keyboard.press("Enter")
    page.locator(".chip", has_text="given back").wait_for()


def assert_both_signed(handover: Handover, ana: User, eve: User) -> None:
    handover.refresh_from_db()
    assert (handover.state, handover.leaver, handover.taker) == ("taker", ana, eve)
    assert handover.leaver_signed_at == at("2026-11-20 16:30")
    assert handover.taker_signed_at == at("2026-11-20 17:01")
    assert [bool(item.accepted_at) for item in handover.items.order_by("position")] == [True, True, True, False]
    assert set(Clock.objects.filter(policy="orders.ship_daily").values_list("assignee", flat=True)) == {eve.pk}
    assert Clock.objects.get(policy="staff.handover").verdict == "met"
    assert Entry.objects.filter(action="staff.handed_over").count() == 2


def test_stf_08_unsigned_it_raises_its_clock_and_the_desk_shows_it(
    shift_change: Handover, enter: Any, watched: Watched, settings: Any, ana: User, sam: User
) -> None:
    settings.HOUTAI_NOW = "2026-11-20T17:15:01+08:00"
    sweep()
    announce()
    told = [
        bell.user
        for bell in BellItem.objects.filter(kind="sla.round").select_related("user")
        if "staff.handover" in [group["policy"] for group in bell.context["groups"] if group["kind"] == "breach"]
    ]
    assert {ana, sam} <= set(told)
    page = enter(sam)
    page.goto(f"{watched.base}/desk/?kind=staff.handover&state=late")
    page.get_by_role("link", name="安娜").first.click()
    page.get_by_text("being written").first.wait_for()
    assert page.get_by_role("button", name="Sign and hand over").count() == 0


def test_stf_10_the_page_prints_as_the_form(shift_change: Handover, enter: Any, watched: Watched, ana: User) -> None:
    page = enter(ana)
    page.goto(f"{watched.base}{shift_change.get_absolute_url()}")
    assert not page.locator(".paper").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".paper").is_visible()
    assert not page.locator("#handover-write").is_visible()
