"""A page that is only left open is not activity: what it fetches by itself never keeps a session alive (T11)."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.conf import settings as house
from django.test import Client

from staff.models import User
from tests import factories

HOUR = 3600
TRIGGER = re.compile(r'hx-trigger="[^"]*\bevery\b[^"]*"')
POLL = {"HX-Request": "true", "HX-Trigger": "bell", "X-Poll": "bell"}


def opened(user: User) -> Client:
    client = Client()
    client.post("/login/", {"username": user.username, "password": "a-good-password"})
    return client


@pytest.mark.django_db
def test_a_session_ends_when_its_page_does_nothing_but_poll(ana: User, settings) -> None:
    settings.SESSION_IDLE_SECONDS = HOUR
    with time_machine.travel(factories.NOON, tick=False) as clock:
        client = opened(ana)
        for _minute in range(60):
            clock.shift(60)
            assert client.get("/notices/bell/", headers=POLL).status_code == 200
        clock.shift(1)
        assert client.get("/notices/bell/", headers=POLL).headers["HX-Refresh"] == "true"
        assert client.get("/account/").status_code == 302


@pytest.mark.django_db
def test_what_the_user_does_keeps_the_session(ana: User, settings) -> None:
    settings.SESSION_IDLE_SECONDS = HOUR
    with time_machine.travel(factories.NOON, tick=False) as clock:
        client = opened(ana)
        for _hour in range(3):
            clock.shift(HOUR)
            assert client.get("/desk/", headers={"HX-Request": "true"}).status_code == 200


@pytest.mark.django_db
def test_a_click_inside_of_what_polls_is_no_poll(ana: User, settings) -> None:
    """htmx sends an element's headers with the requests of everything inside it."""
    settings.SESSION_IDLE_SECONDS = HOUR
    with time_machine.travel(factories.NOON, tick=False) as clock:
        client = opened(ana)
        for _hour in range(3):
            clock.shift(HOUR)
            inside = {"HX-Request": "true", "HX-Trigger": "about-7", "X-Poll": "desk-rows"}
            assert client.get("/desk/", headers=inside).status_code == 200


@pytest.mark.django_db
def test_a_poll_writes_nothing_into_the_session(ana: User, settings) -> None:
    with time_machine.travel(factories.NOON, tick=False) as clock:
        client = opened(ana)
        before = dict(client.session)
        clock.shift(300)
        client.get("/notices/bell/", headers=POLL)
        assert dict(client.session) == before


def _element(text: str, place: int) -> str:
    """The opening tag around `place`: from its «<» to its «>»."""
    start = max(found.start() for found in re.finditer(r"<[a-z]", text[:place]))
    return text[start : text.index(">", place)]


def test_every_element_that_polls_says_so_by_its_id() -> None:
    polling = {}
    for path in (house.ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        for trigger in TRIGGER.finditer(text):
            element = _element(text, trigger.start())
            named, said = re.search(r'\bid="([\w-]+)"', element), re.search(r'"X-Poll": "([\w-]+)"', element)
            polling[path.name] = (named and named[1], said and said[1])
    assert len(polling) == 8
    assert {name: pair for name, pair in polling.items() if pair[0] is None or pair[0] != pair[1]} == {}
