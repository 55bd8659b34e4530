"""GET never writes: a link, a prefetch or a crawler changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.architecture.routes import Route, all_routes
from tests.architecture.test_doors import read_table
from tests.architecture.world import VISITORS, World

# On PostgreSQL, so that every page is drawn there too: the browser and the doors walk them on SQLite.
pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

WRITES = re.compile(r"^\s*(?:WITH\b.*?\b)?(INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE|COPY)\s+\"?(\w+)", re.I | re.S)
# What may be noted besides: that a session lives, that somebody looks at a page, that a token was used.
NOTES = {"django_session", "staff_presence", "suppliers_suppliertoken", "suppliers_tokenusage"}
WALKERS = ("supervisor", "agent", "supplier_a", "token_a")
ENDS_BY_LINK = {"admin:logout"}  # Django's admin answers 405
DOORS = read_table()


class Recorder:
    """Stands between Django and the database and keeps every table that was written to."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        found = WRITES.match(sql)
        if found and found.group(2) not in NOTES:
            self.written.append(sql[:120])
        return execute(sql, params, many, context)


@pytest.fixture(scope="module")
def walkers(world: World) -> dict[str, Client]:
    return {visitor: world.client(visitor) for visitor in WALKERS}


def let_in(route: Route) -> list[str]:
    """Whom the table of doors does not turn away before a view begins."""
    codes = DOORS.get((route.name, "GET"))
    if codes is None:
        return list(WALKERS)
    seen = {visitor: codes[VISITORS.index(visitor)] for visitor in WALKERS}
    to_the_login = {"token_a"} if seen["token_a"] == 302 else set()
    return [visitor for visitor, code in seen.items() if code not in (401, 403, 405) and visitor not in to_the_login]


WALK = [r for r in all_routes() if r.name not in ENDS_BY_LINK and (not r.is_admin or not r.arguments) and let_in(r)]


@pytest.mark.parametrize("route", WALK, ids=lambda route: route.name)
def test_get_writes_nothing(route: Route, world: World, walkers: dict[str, Client]) -> None:
    url = route.url(world.arguments(route.name))
    recorder = Recorder()
    with connection.execute_wrapper(recorder):
        for visitor in let_in(route):
            walkers[visitor].get(url)
    assert recorder.written == []


def test_the_recorder_sees_a_write(world: World) -> None:
    """The control: with a write behind it, the test above fails."""
    recorder = Recorder()
    with connection.execute_wrapper(recorder):
        world.supplier_a.save()
    assert len(recorder.written) == 1


def test_most_pages_are_walked() -> None:
    assert len(WALK) > 200
