"""A link that somebody is shown leads where he may go: the desk, the worklist and every kind of case, as each role."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import resolve

from aftersales.models import Case
from sla.models import Clock
from sla.states import OPEN
from staff.roles import Role
from tests.architecture.world import World
from tests.factories import UserFactory

pytestmark = [pytest.mark.once, pytest.mark.django_db]
LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)')
NOT_PAGES = ("/static/", "/media/", "/logout/")
HOUSE = [role for role in Role.values if role != Role.SUPPLIER]


def links(html: str) -> set[str]:
    return {link for link in map(unescape, LINK.findall(html)) if link and not link.startswith(NOT_PAGES)}


def door(link: str) -> tuple[str, str]:
    """Links of one route are one door, whatever they filter; what a page is about stays."""
    path = link.partition("?")[0]
    return resolve(path).view_name, path


def client_of(role: str) -> Client:
    client = Client()
    client.force_login(UserFactory(username=f"links-{role}", role=role))
    return client


def refused(client: Client, start: list[str]) -> dict[str, int]:
    """The links of these pages that answer no to the one who is shown them, each door knocked at once."""
    found: dict[tuple[str, str], str] = {}
    for page in start:
        answer = client.get(page, follow=True)
        assert answer.status_code == 200, page
        for link in links(answer.content.decode()):
            found.setdefault(door(link), link)
    answers = {link: client.get(link).status_code for link in found.values()}
    return {link: status for link, status in answers.items() if status in (403, 404)}


@pytest.mark.parametrize("role", HOUSE)
def test_the_desk_and_the_cases_show_no_link_that_is_closed_to_who_sees_it(world: World, role: str) -> None:
    kinds = Case.objects.order_by("kind", "pk").values_list("kind", "pk")
    cases = [f"/cases/{pk}/" for pk in dict(kinds).values()]
    assert refused(client_of(role), ["/desk/", "/cases/", *cases]) == {}


def test_the_desk_lists_money_for_those_who_handle_it_alone(world: World) -> None:
    money = set(Clock.objects.filter(subject_type__startswith="ledger.", state__in=OPEN).values_list("pk", flat=True))
    assert money
    seen = {role: {row["id"] for row in client_of(role).get("/desk/").context["page"].rows} & money for role in HOUSE}
    closed = {Role.WAREHOUSE, Role.QUALITY, Role.OPERATIONS}
    assert seen == {role: set() if role in closed else money for role in HOUSE}


@pytest.mark.parametrize("role", HOUSE)
def test_the_most_urgent_of_every_promise_opens(world: World, role: str) -> None:
    client = client_of(role)
    urls = [f"/desk/next/?kind={key}" for key in set(Clock.objects.values_list("policy", flat=True))]
    answers = {url: client.get(url, follow=True).status_code for url in ("/desk/next/", *urls)}
    assert {url: status for url, status in answers.items() if status != 200} == {}
