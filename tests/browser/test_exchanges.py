"""Swap, leave, emergency and gap played through by the people concerned (Shows 2). The clock stands at Friday noon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from sla.services import ensure_policies
from staff.conduct import rulebook
from staff.exchanges import services
from staff.exchanges.states import LeaveState, SwapState
from staff.models import Attendance, Duty, Gap, HandedDuty, Leave, Swap, User
from staff.roles import Role
from tests import factories
from tests.browser.conftest import Watched
from tests.factories import at
from tests.factories_staff import a_team, give_duty

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]
Sit = Callable[[str, str], None]


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """Sam leads Ana, Ben and Eve."""
    rulebook.load()
    ensure_policies()
    sam = factories.UserFactory(name="山姆", role=Role.SUPERVISOR)
    ana, ben, eve = (factories.UserFactory(name=name, role=Role.AGENT_AFTERSALES) for name in ("安娜", "小本", "伊芙"))
    a_team(ana, ben, eve, leader=sam, name="客服一组")
    return {"sam": sam, "ana": ana, "ben": ben, "eve": eve}


@pytest.fixture
def sit(watched: Watched, people: dict[str, User]) -> Sit:
    """`sit("ana", "/swaps/")`: Ana sits down and opens that page."""

    def down(name: str, path: str) -> None:
        client = Client()
        client.force_login(people[name])
        watched.log_in(client, "en")
        watched.page.goto(watched.base + path)

    return down


def press(watched: Watched, selector: str) -> None:
    """Press a button that loads a page, which is clean."""
    with watched.page.expect_navigation():
        watched.page.locator(selector).click()
    assert watched.findings() == []
    assert watched.too_wide() == []


def test_a_swap_from_asked_to_confirmed(watched: Watched, people: dict[str, User], sit: Sit) -> None:
    """STF-15: Ana asks, Ben agrees, Sam approves, both confirm; each by keyboard where a key does it."""
    mine = give_duty(people["ana"], "2026-11-23 09:00", "17:00")
    theirs = give_duty(people["ben"], "2026-11-24 14:30", "22:30")
    page = watched.page
    sit("ana", "/swaps/")
    with page.expect_navigation():
        page.keyboard.press("n")
    for name, value in (("duty", mine.pk), ("counterpart", people["ben"].pk), ("other", theirs.pk)):
        with page.expect_navigation():
            page.locator(f"#pick-{name}").select_option(str(value))
    page.get_by_label("reason").fill("孩子家长会")
    press(watched, "#ask button")
    swap = Swap.objects.get()

    sit("ben", "/swaps/")
    assert page.locator("tr.is-turn").count() == 1
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("o")
    with page.expect_navigation():
        page.keyboard.press("e")

    sit("sam", f"/swaps/{swap.pk}/")
    press(watched, "#do-approve button")
    assert [duty.user.name for duty in Duty.objects.filter(cancelled_at=None).order_by("day")] == ["小本", "安娜"]
    for name in ("ana", "ben"):
        sit(name, f"/swaps/{swap.pk}/")
        press(watched, "#do-confirm button")
    row = Swap.objects.get()
    assert (row.state, bool(row.asker_confirmed_at), bool(row.counterpart_confirmed_at)) == ("approved", True, True)


def test_leave_with_a_gap_that_the_leader_takes_on(watched: Watched, people: dict[str, User], sit: Sit) -> None:
    """STF-09: two shifts, one goes to Ben who agreed, the other stays open on Sam's account."""
    days = [give_duty(people["ana"], f"2026-11-{day} 09:00", "17:00") for day in (24, 25)]
    page = watched.page
    sit("ana", "/swaps/leave/new/")
    assert watched.findings() == []
    page.get_by_label("first day").fill("2026-11-24")
    page.get_by_label("last day").fill("2026-11-25")
    page.get_by_label("reason").fill("手术复查")
    page.get_by_label("substitute").select_option(str(people["ben"].pk))
    press(watched, "#ask button")
    leave = Leave.objects.get()
    sit("ben", f"/swaps/leave/{leave.pk}/")
    assert page.get_by_text("手术复查").count() == 0
    press(watched, "#do-agree button")
    sit("sam", f"/swaps/leave/{leave.pk}/")
    with page.expect_navigation():
        page.locator(f"select[name=duty{days[1].pk}]").select_option("0")
    press(watched, "#do-approve button.btn-primary")
    assert Leave.objects.get().state == LeaveState.APPROVED
    handed = HandedDuty.objects.order_by("before__day")
    assert [(row.after.user.name if row.after else None) for row in handed] == ["小本", None]
    assert page.get_by_text("open: 山姆 took the gap on").is_visible()


def test_an_emergency_and_the_gap_of_an_unclear_swap(
    watched: Watched, people: dict[str, User], sit: Sit, noon: Any
) -> None:
    """STF-09, STF-16: Sam finds somebody for Ana at once; Ben's swap is not confirmed, nobody comes, both read why."""
    ill = give_duty(people["ana"], "2026-11-20 14:30", "22:30")
    given = give_duty(people["ben"], "2026-11-23 09:00", "17:00")
    Attendance.objects.create(user=people["eve"], came_at=at("2026-11-20 08:00"), left_at=at("2026-11-20 11:00"))
    page = watched.page
    sit("sam", "/swaps/emergency/")
    assert watched.findings() == []
    with page.expect_navigation():
        page.get_by_role("link", name="安娜").click()
    page.get_by_label("伊芙").check()
    page.get_by_label("reason").fill("发烧")
    press(watched, "#ask button")
    assert Duty.objects.get(origin="emergency").user == people["eve"]
    assert Duty.objects.get(pk=ill.pk).cancelled_at is not None

    swap = services.ask_swap(duty_id=given.pk, counterpart=people["ana"], reason="搬家", by=people["ben"])
    services.agree_swap(swap_id=swap.pk, version=0, by=people["ana"])
    services.approve_swap(swap_id=swap.pk, version=1, acknowledged=True, by=people["sam"])
    services.look_after(at("2026-11-23 09:00") + dt.timedelta(minutes=15))
    assert sorted(user.name for user in Gap.objects.get().liable.all()) == ["安娜", "小本"]
    for name in ("ana", "ben", "sam"):
        sit(name, f"/swaps/{swap.pk}/")
        assert page.get_by_text("both are liable").first.is_visible()
        assert watched.findings() == []
    sit("sam", "/swaps/?what=gaps")
    assert page.get_by_text("both are liable").is_visible()
    assert watched.findings() == []
    assert watched.too_wide() == []
    assert Swap.objects.get().state == SwapState.GAP
