"""The rota as its planner works with it: shifts by hand, a proposal, edits by keyboard and mouse, publishing, paper."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from common import clock
from staff.models import Duty, PlannedDuty, Rota, ShiftTemplate, User
from staff.roles import Role
from staff.rota import services
from staff.rota.states import DayKind, Skill
from tests.browser.conftest import Watched, reports
from tests.factories import UserFactory
from tests.factories_staff import DemandFactory, RotaFactory, ShiftTemplateFactory, UserSkillFactory, a_team

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = dt.timedelta(days=1)


def log_in(watched: Watched, user: User) -> None:
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookies = {settings.SESSION_COOKIE_NAME: session, settings.LANGUAGE_COOKIE_NAME: "en"}
    watched.page.context.add_cookies(
        [{"name": name, "value": value, "url": watched.base} for name, value in cookies.items()]
    )


def clean(watched: Watched) -> bool:
    found = {"complaints": watched.complaints, "policy": reports(watched.page), "axe": watched.accessibility()}
    assert found == {"complaints": [], "policy": [], "axe": []}
    return True


@pytest.fixture
def sam(watched: Watched) -> User:
    user = UserFactory(username="sam", name="山姆", role=Role.SUPERVISOR, language="en")
    log_in(watched, user)
    return user


@pytest.fixture
def rota(sam: User) -> Rota:
    """Next week of a team of three, with an early and a late shift that one person each is asked for."""
    people = [UserFactory(name=name) for name in ("甲", "乙", "丙")]
    team = a_team(*people, leader=sam, name="一组")
    for person in people:
        UserSkillFactory(user=person)
    early = ShiftTemplateFactory(name="早班", short="早", color="amber")
    late = ShiftTemplateFactory(name="晚班", short="晚", windows=[("14:30", "22:30")])
    for shift in (early, late):
        for kind in (DayKind.WORKDAY, DayKind.WEEKEND):
            DemandFactory(team=team, template=shift, day_kind=kind, people=1)
    today = clock.today()
    return RotaFactory(team=team, starts_on=today - today.weekday() * DAY + 7 * DAY, weeks=1, created_by=sam)


def cell(page: Page, user: User, day: dt.date) -> Any:
    return page.locator(f'.cell[data-person="{user.pk}"][data-day="{day.isoformat()}"]')


def planned(rota: Rota) -> list[tuple[str, str, str, bool]]:
    rows = PlannedDuty.objects.filter(rota=rota).order_by("day", "user__pk")
    return [(row.user.name, f"{row.day:%a}", row.template.short, row.locked) for row in rows]


def test_stf_01_a_split_shift_is_entered_by_hand(watched: Watched, sam: User) -> None:
    page = watched.page
    page.goto(f"{watched.base}/rota/setup/")
    page.keyboard.press("e")
    page.get_by_label("short name").fill("段")
    page.get_by_label("name", exact=True).fill("两段晚班")
    page.get_by_label("from").fill("10:00")
    page.get_by_label("to", exact=True).fill("14:00")
    page.get_by_role("button", name="Another window").click()
    page.get_by_label("from").nth(1).fill("17:30")
    page.get_by_label("to", exact=True).nth(1).fill("01:00")
    assert clean(watched)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("10:00–14:00, 17:30–01:00")).to_be_visible()
    assert [str(window) for window in ShiftTemplate.objects.get().windows.all()] == ["10:00–14:00", "17:30–01:00"]


def test_a_known_set_is_made_by_one_button(watched: Watched, sam: User) -> None:
    page = watched.page
    page.goto(f"{watched.base}/rota/setup/")
    page.get_by_role("button", name="早晚两班").click()
    expect(page.get_by_text("14:30–22:30")).to_be_visible()
    assert ShiftTemplate.objects.count() == 2


def test_the_plan_is_edited_by_keyboard_and_undone(watched: Watched, rota: Rota) -> None:
    page, first = watched.page, User.objects.get(name="甲")
    page.goto(f"{watched.base}/rota/{rota.pk}/")
    monday, tuesday = (cell(page, first, rota.starts_on + number * DAY) for number in (0, 1))
    monday.focus()
    page.keyboard.press("q")
    expect(monday).to_contain_text("早")
    expect(monday).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(tuesday).to_be_focused()
    page.keyboard.press("w")
    expect(tuesday).to_contain_text("晚")
    page.keyboard.press("l")
    expect(tuesday).to_have_attribute("data-locked", "")
    assert planned(rota) == [("甲", "Mon", "早", False), ("甲", "Tue", "晚", True)]
    page.keyboard.press("Delete")
    expect(page.get_by_role("alert")).to_contain_text("unlock it first")
    page.keyboard.press("l")
    expect(tuesday).not_to_have_attribute("data-locked", "")
    page.keyboard.press("Delete")
    expect(tuesday).not_to_contain_text("晚")
    page.keyboard.press("u")
    expect(tuesday).to_contain_text("晚")
    assert planned(rota) == [("甲", "Mon", "早", False), ("甲", "Tue", "晚", False)]
    watched.complaints[:] = [line for line in watched.complaints if "409" not in line]
    assert clean(watched)


def test_a_shift_is_dragged_and_broken_rules_follow(watched: Watched, rota: Rota) -> None:
    page, (first, second) = watched.page, User.objects.filter(name__in="甲乙").order_by("pk")
    template = ShiftTemplate.objects.get(short="早")
    for number in range(7):
        PlannedDuty.objects.create(
            rota=rota, user=first, day=rota.starts_on + number * DAY, template=template, skill=Skill.AFTERSALES
        )
    page.goto(f"{watched.base}/rota/{rota.pk}/")
    broken = page.get_by_role("link", name="no rest day")
    expect(broken.first).to_be_visible()
    broken.first.click()
    sunday = rota.starts_on + 6 * DAY
    expect(cell(page, first, sunday)).to_be_focused()
    cell(page, first, sunday).drag_to(cell(page, second, sunday))
    expect(cell(page, second, sunday)).to_contain_text("早")
    expect(broken).to_have_count(0)
    assert [row for row in planned(rota) if row[1] == "Sun"] == [("乙", "Sun", "早", False)]


def test_two_planners_at_once(watched: Watched, rota: Rota) -> None:
    page, first = watched.page, User.objects.get(name="甲")
    page.goto(f"{watched.base}/rota/{rota.pk}/")
    template = ShiftTemplate.objects.get(short="晚")
    services.set_duty(
        rota=rota,
        version=0,
        user=first,
        day=rota.starts_on,
        template=template,
        skill=Skill.AFTERSALES,
        by=rota.created_by,
    )
    cell(page, first, rota.starts_on).focus()
    page.keyboard.press("q")
    expect(page.get_by_role("alert")).to_contain_text("Somebody else changed this rota meanwhile")
    expect(cell(page, first, rota.starts_on)).to_contain_text("晚")
    assert planned(rota) == [("甲", "Mon", "晚", False)]


def test_a_proposal_is_published_and_printed(watched: Watched, rota: Rota) -> None:
    page = watched.page
    page.goto(f"{watched.base}/rota/{rota.pk}/")
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_text("A proposal is being made")).to_be_visible()
    assert services.run_waiting_proposals() == 1
    page.get_by_role("link", name="Publish …").click()
    assert clean(watched)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_label("Note for the team").fill("第一版")
    page.get_by_role("button", name="Publish and tell").click()
    expect(page.get_by_text("Version 1 is published.")).to_be_visible()
    assert Duty.objects.filter(rota=rota).count() == PlannedDuty.objects.filter(rota=rota).count() >= 12
    page.get_by_role("link", name="Print").click()
    page.wait_for_url("**/print/")
    page.emulate_media(media="print")
    expect(page.locator(".page-actions")).not_to_be_visible()
    expect(page.locator("header.bar")).to_have_count(0)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 1280
    assert clean(watched)


def test_the_address_of_a_calendar_is_shown_once(watched: Watched, sam: User) -> None:
    page = watched.page
    page.goto(f"{watched.base}/rota/mine/")
    page.get_by_role("button", name="Make the address").click()
    address = page.get_by_label("Address of your calendar").input_value()
    assert page.request.get(watched.base + address[address.index("/rota/feed/") :]).status == 200
    page.goto(f"{watched.base}/rota/mine/")
    expect(page.get_by_label("Address of your calendar")).to_have_count(0)
    assert clean(watched)
