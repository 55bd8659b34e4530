"""What somebody has typed survives a look at something else: also in a form that was fetched into the page."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import expect

from staff.models import User
from staff.roles import Role
from tests import factories
from tests.aftersales.goods import a_case, a_line
from tests.browser.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEPT = "Object.keys(sessionStorage).filter((key) => key.startsWith('draft:')).length"


def test_a_fetched_form_keeps_its_draft_until_it_is_accepted(watched: Watched) -> None:
    agent: User = factories.UserFactory(username="ana", name="安娜", role=Role.AGENT_AFTERSALES, staff_no="K01")
    case = a_case("complaint", agent, a_line(factories.SupplierFactory()))
    client = Client()
    client.force_login(agent)
    watched.log_in(client, "en")
    page = watched.page
    words = page.locator("#doing textarea[name$=result]")
    page.goto(f"{watched.base}/cases/{case.pk}/")
    page.locator("#do-withdraw").click()
    words.fill("买家打错电话了")
    page.locator("#do-transfer").click()
    words.wait_for(state="detached")
    page.locator("#do-withdraw").click()
    expect(words).to_have_value("买家打错电话了")
    page.goto(f"{watched.base}/cases/")
    page.goto(f"{watched.base}/cases/{case.pk}/?do=withdraw")
    expect(words).to_have_value("买家打错电话了")
    page.locator("#doing form button.btn-primary").first.click()
    page.locator("#do-withdraw").wait_for(state="detached")  # a case that was withdrawn has no such step
    case.refresh_from_db()
    assert (case.result, page.evaluate(KEPT), watched.complaints) == ("买家打错电话了", 0, [])
