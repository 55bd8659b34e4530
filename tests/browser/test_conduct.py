"""A penalty with its appeal, as three people in a browser (Shows 6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from staff.conduct import rulebook
from staff.conduct.states import PenaltyState
from staff.models import Employment, Penalty, Team, User
from staff.roles import Role
from tests import factories
from tests.browser.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """Sam leads Ana; Max is the manager."""
    rulebook.load()
    sam = factories.UserFactory(name="山姆", role=Role.SUPERVISOR)
    ana = factories.UserFactory(name="安娜", role=Role.AGENT_AFTERSALES)
    boss = factories.UserFactory(name="马克思", role=Role.MANAGER)
    team = Team.objects.create(name="客服一组", leader=sam)
    for user in (sam, ana):
        Employment.objects.create(user=user, team=team)
    return {"sam": sam, "ana": ana, "max": boss}


@pytest.fixture
def as_(watched: Watched, people: dict[str, User]) -> Callable[[str], None]:
    def sit_down(name: str) -> None:
        client = Client()
        client.force_login(people[name])
        watched.log_in(client, "en")

    return sit_down


def _do(watched: Watched, step: str, typed: dict[str, str]) -> None:
    page = watched.page
    form = page.locator(f"#do-{step}")
    form.locator("summary").click()
    for name, words in typed.items():
        field = form.locator(f"[name={step}-{name}]")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(words)
        else:
            field.fill(words)
    form.locator("button.btn-primary").click()
    page.wait_for_load_state("load")


def test_a_penalty_and_its_appeal_as_three_people(
    watched: Watched, people: dict[str, User], as_: Callable[[str], None], live_server: Any
) -> None:
    """STF-21, STF-34: Sam writes down and confirms, Ana appeals, Max decides; each page is clean on the way."""
    page = watched.page
    as_("sam")
    page.goto(live_server.url + "/people/penalties/new/")
    page.get_by_label("person").select_option(label="安娜")
    page.get_by_label("what happened").select_option(label="因服务态度被买家投诉")
    page.get_by_label("happened at").fill("2026-11-20T09:30")
    page.get_by_label("description").fill("买家投诉说回复慢、态度冷淡")
    page.get_by_label("evidence").fill("11-20 旺旺聊天记录")
    assert watched.findings() == []
    page.locator("main form button.btn-primary").click()
    page.wait_for_load_state("load")
    _do(watched, "confirm", {})
    penalty = Penalty.objects.get()
    assert (penalty.state, penalty.confirmed_by) == (PenaltyState.CONFIRMED, people["sam"])
    assert watched.findings() == []

    as_("ana")
    page.goto(live_server.url + "/people/penalties/")
    page.get_by_role("link", name=f"#{penalty.pk}").click()
    _do(watched, "appeal", {"text": "那天系统故障,我每条都回了"})
    assert Penalty.objects.get().state == PenaltyState.APPEALED
    assert watched.findings() == []

    as_("sam")
    page.goto(live_server.url + f"/people/penalties/{penalty.pk}/")
    assert page.locator("#do-decide").count() == 0

    as_("max")
    page.reload()
    _do(watched, "decide", {"upheld": "0", "decision": "日志证明当天断线 40 分钟"})
    assert Penalty.objects.get().state == PenaltyState.CANCELLED
    assert page.get_by_text("日志证明当天断线 40 分钟").is_visible()
    assert watched.findings() == []
    assert watched.too_wide() == []
