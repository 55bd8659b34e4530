"""Words in a real browser: copied in one stroke once the checker has read them, situations in two keystrokes."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from staff.models import Phrase, PhraseCount, User
from staff.roles import Role
from staff.words import rulebook
from tests import factories
from tests.browser.conftest import Watched, reports

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CLIPBOARD = "navigator.clipboard.readText()"


@pytest.fixture
def agent(watched: Watched, live_server: Any) -> User:
    """The house's rule book, and an agent at the browser, who lets the page use the clipboard."""
    rulebook.load()
    user = factories.UserFactory(username="ana", name="安娜", role=Role.AGENT_AFTERSALES)
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = watched.page.context
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": watched.base}])
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=watched.base)
    return user


def test_a_phrase_is_found_and_copied_by_keyboard(watched: Watched, agent: User) -> None:
    """PHR-01: / searches, Enter copies the first, j and c another one; each use is counted."""
    page = watched.page
    page.goto(f"{watched.base}/words/")
    page.keyboard.press("/")
    page.keyboard.type("接班 客服")
    page.keyboard.press("Enter")
    page.wait_for_selector("#copied.is-copied")
    assert page.evaluate(CLIPBOARD) == "您好，我是接班的客服安娜，您的情况我已经了解，接下来由我为您处理。"
    page.locator("[data-instant]").fill("")
    page.locator("main").focus()
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.wait_for_function("document.querySelectorAll('[data-row].is-current').length === 1")
    page.wait_for_selector("#copied.is-copied")
    assert PhraseCount.objects.filter(user=agent).count() >= 1
    found = {"complaints": watched.complaints, "policy": reports(page), "axe": watched.accessibility()}
    assert found == {"complaints": [], "policy": [], "axe": []}


def test_what_the_checker_stops_does_not_reach_the_clipboard(watched: Watched, agent: User) -> None:
    """PHR-21: the replacement is beside it, a written reason lets it pass."""
    phrase = Phrase.objects.create(stage="closing", situation="拒绝", title="坏例子", body="亲,没有办法哦")
    page = watched.page
    page.goto(f"{watched.base}/words/?q=坏例子")
    page.evaluate("navigator.clipboard.writeText('旧')")
    page.get_by_role("button", name="坏例子").click()
    page.wait_for_selector("#copied .is-hard")
    assert "我帮您想想别的办法" in page.locator("#copied").inner_text()
    assert page.evaluate(CLIPBOARD) == "旧"
    assert PhraseCount.objects.filter(phrase=phrase).count() == 0
    page.fill("#copy-reason", "引用买家")
    page.locator("#copied form button").click()
    page.wait_for_selector("#copied.is-copied")
    assert page.evaluate(CLIPBOARD) == "亲,没有办法哦"
    refused = [line for line in watched.complaints if "409" not in line]
    assert (refused, reports(page), watched.accessibility()) == ([], [], [])


def test_a_text_is_put_right_by_one_click(watched: Watched, agent: User) -> None:
    """PHR-21, REV-15: checked as one types."""
    page = watched.page
    page.goto(f"{watched.base}/words/check/")
    page.locator("#id_text").press_sequentially("您好，没有办法，谢谢")
    page.wait_for_selector("#found mark.is-hard")
    page.locator("#found [data-mends] button").click()
    page.wait_for_selector("#found .chip-fine")
    assert page.locator("#id_text").input_value() == "您好，我帮您想想别的办法，请您稍等，谢谢"
    assert (watched.complaints, reports(page), watched.accessibility()) == ([], [], [])


def test_a_situation_opens_over_any_page_by_two_keys(watched: Watched, agent: User) -> None:
    """PHR-24: g and the letter; Esc closes it."""
    page = watched.page
    page.goto(f"{watched.base}/desk/")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_selector("#guide-in-silent:not([hidden])")
    assert "由于电话线路原因" in page.locator("#guide-in-silent").inner_text()
    page.keyboard.press("a")
    page.wait_for_selector("#guide-in-angry:not([hidden])")
    assert page.locator("#guide-in-silent").is_hidden()
    assert watched.accessibility() == []
    page.keyboard.press("Escape")
    assert page.locator("#guides").is_hidden()
    assert (watched.complaints, reports(page)) == ([], [])


def test_an_order_s_drawer_copies_a_filled_phrase(watched: Watched, agent: User) -> None:
    """PHR-01: p, a word, Enter."""
    order = factories.OrderFactory()
    factories.OrderLineFactory(fulfilment=factories.FulfilmentFactory(order=order))
    page = watched.page
    page.goto(f"{watched.base}/orders/{order.pk}/")
    page.keyboard.press("p")
    page.wait_for_selector("#phrase-search:focus")
    page.keyboard.type("未付款提醒")
    page.keyboard.press("Enter")
    page.wait_for_selector("#copied.is-copied")
    assert f"订单{order.order_no}还没有付款" in page.evaluate(CLIPBOARD)
    assert (watched.complaints, reports(page), watched.accessibility()) == ([], [], [])
