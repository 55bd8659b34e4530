"""Friday's record and Monday's meeting as three people play it through: agent, supervisor, operations (STF-24, STF-29)."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from notifications.models import BellItem
from staff.models import ActionItem, DailyRecord, Meeting, Task, User, WeeklyRecord
from staff.records import rulebook
from staff.records.states import ActionState, MeetingState
from staff.records.tasks import records_round
from tests.browser.conftest import Watched, reports
from tests.factories import OrderFactory, UserFactory, at
from tests.factories_staff import a_team, give_duty

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MORNING, FRIDAY, MONDAY = "2026-11-16T06:05+08:00", "2026-11-20T10:30+08:00", "2026-11-23T13:35+08:00"


@pytest.fixture
def people(settings: Any) -> dict[str, User]:
    """A team of two on duty; the week was opened on Monday."""
    ana = UserFactory(username="ana", name="安娜", staff_no="K01", language="en")
    bob = UserFactory(username="bob", name="宝宝", language="en")
    sam = UserFactory(username="sam", name="山姆", role="supervisor", language="en")
    olli = UserFactory(username="olli", name="欧丽", role="operations", language="en")
    a_team(ana, bob, leader=sam, name="客服一组")
    for user in (ana, bob):
        give_duty(user, "2026-11-20 09:00", "17:00")
    OrderFactory(owner=ana, paid_at=at("2026-11-20 09:40"), paid_total="120.00")
    settings.HOUTAI_NOW = MORNING
    records_round()
    return {"ana": ana, "bob": bob, "sam": sam, "olli": olli}


def become(watched: Watched, user: User) -> None:
    client = Client()
    client.force_login(user)
    cookies = {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        settings.LANGUAGE_COOKIE_NAME: "en",
    }
    watched.page.context.clear_cookies()
    watched.page.context.add_cookies(
        [{"name": name, "value": value, "url": watched.base} for name, value in cookies.items()]
    )


def clean(watched: Watched) -> None:
    found = {"complaints": watched.complaints, "policy": reports(watched.page), "axe": watched.accessibility()}
    assert found == {"complaints": [], "policy": [], "axe": []}


def test_stf_29_fridays_record_goes_from_the_agent_to_operations(
    watched: Watched, people: dict[str, User], settings: Any
) -> None:
    settings.HOUTAI_NOW = FRIDAY
    page = watched.page
    become(watched, people["ana"])
    page.goto(f"{watched.base}/records/")
    page.get_by_label("Buyers served").fill("40")
    page.get_by_label("Problems with goods").fill("拉链坏")
    expect(page.locator("#saved")).to_contain_text("Saved 11-20 10:30")
    assert DailyRecord.objects.get().served_buyers == 40
    clean(watched)
    page.get_by_label("Their ids").fill("luofang")
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("h1")).to_contain_text("handed in 11-20 10:30")
    expect(page.locator("dl.figures")).to_contain_text("2.5 %")

    page.goto(f"{watched.base}/records/weekly/")
    page.get_by_label("Last week").fill("接待多")
    page.get_by_label("To improve").fill("打字快些")
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("h1")).to_contain_text("handed in")
    assert WeeklyRecord.objects.get(user=people["ana"]).handed_in_at == at("2026-11-20 10:30")

    become(watched, people["sam"])
    page.goto(f"{watched.base}/records/weekly/team/")
    expect(page.locator(".alert-warning")).to_contain_text("宝宝")
    expect(page.locator("main")).to_contain_text("拉链坏")
    clean(watched)
    page.get_by_label("What operations should know").fill("羽绒服拉链返修率高")
    page.get_by_role("button", name="Pass on to operations").click()
    expect(page.locator("main")).to_contain_text("Passed on 11-20 10:30 by 山姆")

    become(watched, people["olli"])
    page.goto(f"{watched.base}{BellItem.objects.get(user=people['olli']).url}")
    expect(page.locator("main")).to_contain_text("羽绒服拉链返修率高")
    expect(page.locator("tfoot")).to_contain_text("40")
    clean(watched)


def test_stf_24_mondays_meeting_is_held_and_leaves_something_to_do(
    watched: Watched, people: dict[str, User], settings: Any
) -> None:
    settings.HOUTAI_NOW = MONDAY
    records_round()
    meeting = Meeting.objects.get(week="2026-11-23")
    page, url = watched.page, f"{watched.base}{meeting.get_absolute_url()}"
    become(watched, people["ana"])
    page.goto(url)
    page.get_by_label("to improve").fill("先查物流再回复")
    page.locator("#report").get_by_role("button", name="Save").click()
    expect(page.get_by_label("to improve")).to_have_value("先查物流再回复")
    assert page.get_by_role("button", name="It was held").count() == 0
    clean(watched)

    become(watched, people["sam"])
    page.goto(url)
    expect(page.locator("#agenda")).to_contain_text("2")  # both weekly records are missing
    page.locator("#agenda textarea").first.fill("周二前补交")
    page.get_by_role("button", name="Save the outcomes").click()
    page.locator(".session").first.get_by_label("安娜").check()
    page.locator(".session").first.get_by_role("button", name="Save").click()
    expect(page.locator(".session").first.get_by_label("安娜")).to_be_checked()
    page.locator("#action").get_by_label("what", exact=True).fill("补尺码图")
    page.locator("#action").get_by_label("who", exact=True).select_option(label="安娜")
    page.locator("#action").get_by_label("until", exact=True).fill("2026-11-27")
    page.locator("#action").get_by_role("button", name="Add").click()
    expect(page.locator("#action")).to_contain_text("补尺码图")
    clean(watched)
    page.get_by_role("button", name="It was held").click()
    expect(page.locator("h1")).to_contain_text("held")
    assert Meeting.objects.get(pk=meeting.pk).state == MeetingState.HELD
    assert Task.objects.get().assignee == people["sam"]
    page.get_by_role("link", name="Minutes to print").click()
    expect(page.locator(".paper")).to_contain_text("周二前补交")
    clean(watched)

    become(watched, people["ana"])
    page.goto(f"{watched.base}/records/meetings/")
    page.get_by_label("What came of it").fill("补好了")
    page.get_by_role("button", name="Done").click()
    expect(page.locator("main")).to_contain_text("Nothing is open.")
    assert ActionItem.objects.get().state == ActionState.DONE


def test_stf_40_a_checklist_is_gone_through_item_by_item(
    watched: Watched, people: dict[str, User], settings: Any
) -> None:
    settings.HOUTAI_NOW = FRIDAY
    rulebook.load()
    become(watched, people["ana"])
    page = watched.page
    page.goto(f"{watched.base}/records/checklists/")
    clean(watched)
    for left in range(5, 0, -1):
        expect(page.get_by_role("button", name="Looked at")).to_have_count(left)
        page.get_by_role("button", name="Looked at").first.click()
    expect(page.locator(".panel h2").first).to_contain_text("gone through")
