"""Nobody reaches another's penalty, appeal, evaluation, records, phone or calendar by any route (Shows 7, SEC-05).

The doors are read off the resolver, so a new one is tried without being told. Vera's things carry marks; Cora of
her own team, a supervisor who does not lead her, and a supplier knock at every door with every id of hers.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.db import transaction
from django.urls import NoReverseMatch

from audit.models import Entry
from common import clock
from notifications.models import BellItem, Message
from sla.models import Clock
from staff.conduct import rulebook
from staff.conduct.improving import agree_improvement
from staff.models import (
    CalendarFeed,
    ChatFile,
    ChatLayout,
    ChatStat,
    DailyRecord,
    Employment,
    Finding,
    Memo,
    Penalty,
    Team,
    User,
    WeeklyRecord,
)
from staff.roles import Role
from tests import factories
from tests.architecture.routes import Route, all_routes
from tests.architecture.world import World, make_world
from tests.conduct.helpers import MARKS, play

pytestmark = pytest.mark.django_db

ENDS = {"logout", "admin:logout"}
OBSERVERS = ("cora", "tina", "supplier_a")


@dataclass
class House:
    """The world with Vera in it, and the ids of everything of hers."""

    world: World
    vera: User
    penalty: Penalty
    ids: list[int] = field(default_factory=list)


def records_of(vera: User, leader: User, now: dt.datetime) -> list[Any]:
    """Whatever else is between Vera and her leader."""
    day = clock.day_of(now)
    layout = ChatLayout.objects.create(name="千牛", fingerprint="f", made_by=leader, made_at=now)
    file = ChatFile.objects.create(name="a.csv", sha256="0" * 64, layout=layout, imported_at=now, imported_by=leader)
    team = Team.objects.get(leader=leader)
    return [
        DailyRecord.objects.create(user=vera, day=day, no_deal_reasons=MARKS["daily record"], handed_in_at=now),
        WeeklyRecord.objects.create(user=vera, week=day, to_improve=MARKS["weekly record"], handed_in_at=now),
        Memo.objects.create(user=vera, at=now, text=MARKS["memo"]),
        Finding.objects.create(user=vera, at=now, place="copy", kind="x", severity="soft", term=MARKS["finding"]),
        CalendarFeed.objects.create(user=vera, digest=MARKS["calendar"], made_at=now),
        ChatStat.objects.create(user=vera, day=day, chats=9, first_response=Decimal("7654.32"), file=file),
        agree_improvement(
            team=team, owner=vera, title=MARKS["improvement"], due_on=day + dt.timedelta(days=3), by=leader, now=now
        ),
    ]


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        rulebook.load()
        now = clock.now()
        vera = factories.UserFactory(username="vera", name="薇拉", role=Role.AGENT_AFTERSALES)
        leader = factories.UserFactory(username="leader", role=Role.SUPERVISOR)
        manager = factories.UserFactory(username="boss", role=Role.MANAGER)
        Employment.objects.create(user=vera, team=Team.objects.create(name="甲队", leader=leader), phone=MARKS["phone"])
        penalty = play(vera, leader, manager, now)
        others = records_of(vera, leader, now)
        tina = factories.UserFactory(username="tina", role=Role.SUPERVISOR)
        Team.objects.create(name="乙队", leader=tina)
        cora = factories.UserFactory(username="cora", role=Role.AGENT_AFTERSALES)
        Employment.objects.create(user=cora, team=vera.employment.team)
        world.users |= {"cora": cora, "tina": tina, "vera": vera, "leader": leader, "boss": manager}
        found = House(world, vera, penalty)
        rows = [vera, penalty, penalty.appeal, penalty.fund_entry, vera.employment, vera.employment.team, *others]
        rows += [*Clock.objects.filter(topic=f"staff.penalty:{penalty.pk}"), *BellItem.objects.filter(user=vera)]
        rows += [*Message.objects.filter(user=vera), *Entry.objects.filter(topic=f"staff.penalty:{penalty.pk}")]
        found.ids = sorted({row.pk for row in rows})
        yield found
        transaction.set_rollback(True)


def urls(house: House, route: Route) -> set[str]:
    """Every address of the route that could be one of Vera's."""
    known = house.world.arguments(route.name)
    choices: list[list[Any]] = []
    for name in route.arguments:
        if name == "key":
            choices.append(["first_response", "findings", "penalty_points"])
        elif name in {"object_id", "pk"} or name.endswith("_pk"):
            choices.append([*house.ids, *([known[name]] if name in known else [])])
        else:
            choices.append([known[name]] if name in known else ["x", 1, "2026-11-20"])
    found = set()
    for values in product(*choices):
        try:
            found.add(route.url(dict(zip(route.arguments, values, strict=True))))
        except NoReverseMatch:
            continue
    return found


def leaks(text: str, but: str = "") -> set[str]:
    return {name for name, mark in MARKS.items() if mark in text} - {but}


def answered(client: Any, method: str, url: str) -> str:
    """What comes back, files too. Nothing that the request does outlives it."""
    with transaction.atomic():
        answer = client.generic(method, url)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    return content.decode("utf-8", "replace") + json.dumps(dict(answer.items()))


ROUTES = [route for route in all_routes() if route.name not in ENDS]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_no_route_shows_what_is_anothers(route: Route, house: House) -> None:
    """Shows 7: by page, list, export, admin, bell, trail, handover book, API; by GET and by POST."""
    for observer in ("tina",) if route.is_admin else OBSERVERS:  # the admin lets nobody else in (test_doors)
        client = house.world.client(observer)
        client.raise_request_exception = False
        for url in urls(house, route):
            for method in ("GET",) if route.is_admin else ("GET", "POST"):
                # The ledger is open to its team: it shows an amount, and nobody's name (FIN-07).
                open_to_team = "fine" if (observer, route.name) == ("cora", "conduct:fund") else ""
                assert leaks(answered(client, method, url), open_to_team) == set(), f"{observer} {method} {url}"


@pytest.mark.parametrize("query", ["?q=vera", "?kind=staff.penalty_decision&state=booked"])
@pytest.mark.parametrize("route", [route for route in ROUTES if not route.arguments], ids=lambda route: route.name)
def test_no_search_finds_what_is_anothers(route: Route, query: str, house: House) -> None:
    for observer in ("tina",) if route.is_admin else ("cora", "tina"):
        client = house.world.client(observer)
        client.raise_request_exception = False
        open_to_team = "fine" if (observer, route.name) == ("cora", "conduct:fund") else ""  # FIN-07
        found = leaks(answered(client, "GET", route.url({}) + query), open_to_team)
        assert found == set(), f"{observer} {route.path}{query}"


def test_the_marks_are_there_to_be_found(house: House) -> None:
    """The control: Vera and her leader do see them, by the same doors."""
    pages = ["/people/penalties/", f"/people/penalties/{house.penalty.pk}/", f"/people/{house.vera.pk}/"]
    pages.append(f"/people/{house.vera.pk}/rows/findings/")
    wanted = {"description", "evidence", "appeal", "decision", "response time", "improvement", "finding", "fine"}
    for name in ("vera", "leader"):
        client = house.world.client(name)
        assert leaks("".join(answered(client, "GET", page) for page in pages)) == wanted, name


def test_the_admin_hides_what_one_does_not_lead(house: House) -> None:
    """SEC-05: that there is a penalty at all is nobody's business: trail, clocks and outbox leave it out."""
    topic = f"staff.penalty:{house.penalty.pk}"
    assert Entry.objects.filter(topic=topic).count() == 5
    traces = {
        "/admin/audit/entry/": topic,
        "/admin/sla/clock/": f">#{house.penalty.pk}</a>",
        "/admin/notifications/message/": "staff.penalty_confirmed",
    }
    for page, trace in traces.items():
        assert trace not in answered(house.world.client("tina"), "GET", page)
        assert trace in answered(house.world.client("boss"), "GET", page)
    for entry in Entry.objects.filter(topic=topic):
        answer = house.world.client("tina").get(f"/admin/audit/entry/{entry.pk}/change/")
        assert answer.status_code == 302
