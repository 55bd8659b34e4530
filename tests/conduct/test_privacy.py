"""Nobody reaches another's penalty, appeal, evaluation, records, phone or calendar by any route (Shows 7, SEC-05).

The doors are read off the resolver, so a new one is tried without being told. Vera's things carry marks; Cora of
her own team, a supervisor who does not lead her, and a supplier knock at every door with every id of hers.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.db import connection, transaction
from django.urls import NoReverseMatch

from audit.models import Entry
from common import clock
from notifications.models import BellItem, Message
from sla.models import Clock, ClockEvent
from staff.conduct import rulebook
from staff.conduct.improving import agree_improvement
from staff.conduct.proposing import propose
from staff.models import (
    ActionItem,
    Appeal,
    CalendarFeed,
    ChatFile,
    ChatLayout,
    ChatStat,
    DailyRecord,
    Employment,
    Finding,
    FundEntry,
    Memo,
    Penalty,
    Team,
    User,
    WeeklyRecord,
)
from staff.roles import Role
from tests import factories
from tests.architecture.routes import Route, all_routes
from tests.architecture.test_doors import read_table
from tests.architecture.world import VISITORS, World, make_world
from tests.conduct.helpers import MARKS, play

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,
    pytest.mark.xdist_group("privacy"),
]  # one worker builds the one world

ENDS = {"logout", "admin:logout"}
LIKE = {"cora": "agent", "tina": "supervisor", "supplier_a": "supplier_a"}  # whose column of the doors is theirs
OBSERVERS = tuple(LIKE)
FIRST = 70_001  # the id of Vera's row in every table of hers: a door needs one try, not one for each table
PENALTY_NUMBERS = {f"penalty {number}": f"#{number}" for number in (FIRST, FIRST + 1)}
KEPT = MARKS | PENALTY_NUMBERS
TABLES = (
    *(User, Team, Employment, Penalty, Appeal, FundEntry, DailyRecord, WeeklyRecord, Memo, Finding, CalendarFeed),
    *(ChatStat, ActionItem, Clock, BellItem, Message, Entry),
)


@dataclass
class House:
    """The world with Vera in it, and the ids of everything of hers."""

    world: World
    vera: User
    penalty: Penalty
    ids: set[int] = field(default_factory=set)
    papers: set[int] = field(default_factory=set)  # bell, mail and trail: asked for where these are shown


def number_from(first: int) -> None:
    """The next row of each of TABLES gets the id `first`."""
    with connection.cursor() as cursor:
        for table in [model._meta.db_table for model in TABLES]:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, false)", [table, first])
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, first - 1])


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


def late_decision(vera: User, now: dt.datetime) -> Penalty:
    """A proposal whose decision is late, so that it stands wherever open and broken promises do."""
    made = propose(kind="late", user=vera, event_key="e:2", topic="", happened_at=now, now=now)
    assert made is not None
    late = Clock.objects.get(topic=f"staff.penalty:{made.pk}")
    day = dt.timedelta(days=1)
    Clock.objects.filter(pk=late.pk).update(started_at=now - 9 * day, own_due_at=now - 6 * day, due_at=now - 6 * day)
    ClockEvent.objects.create(clock=late, step=1, kind="breach", at=now - day, recorded_at=now, announced_at=now)
    return made


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        rulebook.load()
        now = clock.now()
        number_from(FIRST)
        vera = factories.UserFactory(username="vera", name="薇拉", role=Role.AGENT_AFTERSALES)
        leader = factories.UserFactory(username="leader", role=Role.SUPERVISOR)
        manager = factories.UserFactory(username="boss", role=Role.MANAGER)
        Employment.objects.create(user=vera, team=Team.objects.create(name="甲队", leader=leader), phone=MARKS["phone"])
        penalty = play(vera, leader, manager, now)
        others = [*records_of(vera, leader, now), late_decision(vera, now)]
        tina = factories.UserFactory(username="tina", role=Role.SUPERVISOR)
        Team.objects.create(name="乙队", leader=tina)
        cora = factories.UserFactory(username="cora", role=Role.AGENT_AFTERSALES)
        Employment.objects.create(user=cora, team=vera.employment.team)
        world.users |= {"cora": cora, "tina": tina, "vera": vera, "leader": leader, "boss": manager}
        rows = [vera, penalty, penalty.appeal, penalty.fund_entry, vera.employment, vera.employment.team, *others]
        rows += Clock.objects.filter(topic__startswith="staff.penalty:", pk__gte=FIRST)
        papers = [*BellItem.objects.filter(user=vera), *Message.objects.filter(user=vera)]
        papers += Entry.objects.filter(topic__startswith="staff.penalty:", pk__gte=FIRST)
        yield House(world, vera, penalty, {row.pk for row in rows}, {row.pk for row in papers})
        transaction.set_rollback(True)


def urls(house: House, route: Route) -> set[str]:
    """Every address of the route that could be one of Vera's."""
    known = house.world.arguments(route.name)
    ids = house.ids | house.papers if route.is_admin or route.name.startswith("notifications:") else house.ids
    choices: list[list[Any]] = []
    for name in route.arguments:
        if name == "key":
            choices.append(["first_response", "findings", "penalty_points"])
        elif name in {"object_id", "pk"} or name.endswith("_pk"):
            choices.append([*sorted(ids), *([known[name]] if name in known else [])])
        else:
            choices.append([known[name]] if name in known else ["x", 1, "2026-11-20"])
    found = set()
    for values in product(*choices):
        try:
            found.add(route.url(dict(zip(route.arguments, values, strict=True))))
        except NoReverseMatch:
            continue
    return found


def leaks(text: str, observer: str = "", route: str = "") -> set[str]:
    """The marks in `text`. The ledger is open to its team: it shows an amount, and nobody's name (FIN-07)."""
    open_to_team = "fine" if (observer, route) == ("cora", "conduct:fund") else ""
    return {name for name, mark in KEPT.items() if mark in text} - {open_to_team}


def plain(content: bytes) -> str:
    """The text of an answer, that inside of a workbook too."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    return content.decode("utf-8", "replace")


def answered(client: Any, method: str, url: str) -> str:
    """What comes back, files too. Nothing that the request does outlives it."""
    with transaction.atomic():
        answer = client.generic(method, url)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    return plain(content) + json.dumps(dict(answer.items()))


DOORS = read_table()
ROUTES = [route for route in all_routes() if route.name not in ENDS]
PAGES = [route for route in ROUTES if not route.is_admin]
ADMIN = [route for route in ROUTES if route.is_admin]  # lets nobody else in (test_doors)
LISTS = [route for route in ROUTES if not route.arguments]
SEARCH = "?q=vera"
OF_CLOCKS = ("?kind=staff.penalty_decision&state=late", "?policy=staff.penalty_decision")  # where promises are listed


def is_worth_a_try(route: Route, method: str, observer: str) -> bool:
    """Not where the table of doors has no such method for anybody, nor where the house is closed to suppliers."""
    codes = DOORS.get((route.name, method))
    if codes is None:
        return True
    seen = codes[VISITORS.index(LIKE[observer])]
    return seen != 405 and not (seen == 403 and observer == "supplier_a")


def walk(house: House, observer: str, routes: list[Route], methods: tuple[str, ...]) -> dict[str, set[str]]:
    """What `observer` finds of Vera's behind these doors: address → names of marks."""
    client = house.world.client(observer)
    client.raise_request_exception = False
    doors = [(route, method) for route in routes for method in methods if is_worth_a_try(route, method, observer)]
    tries = ((route, url, method) for route, method in doors for url in sorted(urls(house, route)))
    found = {
        f"{method} {url}": leaks(answered(client, method, url), observer, route.name) for route, url, method in tries
    }
    assert len(found) >= len(doors) // 2 > 20  # the control: doors were tried
    return {url: names for url, names in found.items() if names}


@pytest.mark.parametrize("observer", OBSERVERS)
def test_no_page_shows_what_is_anothers(observer: str, house: House) -> None:
    """Shows 7: by page, list, export, bell, handover book, API; by GET and by POST."""
    assert walk(house, observer, PAGES, ("GET", "POST")) == {}


def test_no_page_of_the_admin_shows_what_is_anothers(house: House) -> None:
    assert walk(house, "tina", ADMIN, ("GET",)) == {}


@pytest.mark.parametrize("observer", ["cora", "tina"])
def test_no_search_finds_what_is_anothers(observer: str, house: House) -> None:
    client = house.world.client(observer)
    client.raise_request_exception = False
    found = {
        route.path + query: leaks(answered(client, "GET", route.url({}) + query), observer, route.name)
        for route in LISTS
        if observer == "tina" or not route.is_admin
        for query in (SEARCH, *(OF_CLOCKS if "sla" in route.name or "reports" in route.name else ()))
    }
    assert {path: names for path, names in found.items() if names} == {}


def test_the_marks_are_there_to_be_found(house: House) -> None:
    """The control: Vera and her leader do see them, by the same doors."""
    pages = ["/people/penalties/", f"/people/penalties/{house.penalty.pk}/", f"/people/{house.vera.pk}/"]
    pages.append(f"/people/{house.vera.pk}/rows/findings/")
    wanted = {"description", "evidence", "appeal", "decision", "response time", "improvement", "finding", "fine"}
    numbers = list(PENALTY_NUMBERS)
    for name, seen in {"vera": numbers[:1], "leader": numbers}.items():  # a proposal is between the leaders yet
        client = house.world.client(name)
        assert leaks("".join(answered(client, "GET", page) for page in pages)) == wanted | set(seen), name
    assert KEPT[numbers[1]] in answered(house.world.client("leader"), "GET", "/desk/?state=late")


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
