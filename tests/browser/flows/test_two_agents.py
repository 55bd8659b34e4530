"""Two agents at one case: the second save is refused, loses nothing and says what happened meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from aftersales.models import Case, Contact
from tests.browser.flows.people import Cast, bought

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TYPED = "买家说周五前不到就退，已答应今天催供应商"


@pytest.fixture
def other_desk(cast: Cast) -> Iterator[Page]:
    """The colleague's own browser, which stands open beside the agent's."""
    cast.as_person("colleague", "/cases/")
    browser = cast.page.context.browser
    assert browser is not None
    context = browser.new_context(storage_state=cast.page.context.storage_state())
    yield context.new_page()
    context.close()


def test_the_second_save_keeps_its_words_and_shows_the_first(cast: Cast, other_desk: Page) -> None:
    page = cast.page
    cast.as_person("agent")
    case = cast.take_call(bought(cast, "骨瓷杯", quantity=6), "少了一个杯子", missing=1)
    form = cast.form_of("look_into")
    cast.fill(form, {"checked_chat": True, "check_result": TYPED})

    other_desk.goto(f"{cast.watched.base}/cases/{case.pk}/")
    found = other_desk.locator("#doing form[action$='/look_into/']")
    cast.fill(found, {"checked_chat": True, "checked_order": True, "check_result": "仓库录像里确实只装了五个"})
    found.locator("button.btn-primary").click()
    other_desk.locator(".alert-success").wait_for()

    form.locator("button.btn-primary").click()
    page.locator(".alert-warning").wait_for()
    cast.watched.complaints.clear()  # a refused form answers 409, which the browser tells
    cast.look("two-1-conflict", axe=True)
    assert page.locator("textarea").input_value() == TYPED
    assert "仓库录像里确实只装了五个" in page.locator("table.list").inner_text()
    assert "仓库录像里确实只装了五个" in page.locator(".timeline").inner_text()
    assert page.locator("form button.btn-primary").count() == 0  # the step was taken: there is nothing to save again
    assert Case.objects.get().report["found"] == "仓库录像里确实只装了五个"

    cast.to_case(case)
    form = cast.form_of("talk")
    cast.fill(form, {"contact_result": TYPED})
    other_desk.goto(f"{cast.watched.base}/cases/{case.pk}/?do=take")
    other_desk.locator("#doing form[action$='/take/'] button.btn-primary").click()
    other_desk.locator(".alert-success").wait_for()
    form.locator("button.btn-primary").click()
    page.locator(".alert-warning").wait_for()
    cast.watched.complaints.clear()
    cast.look("two-2-conflict-possible")
    page.locator("form button.btn-primary").click()
    page.locator(".alert-success").wait_for()
    cast.look("two-3-saved")
    assert Contact.objects.get().result == TYPED
