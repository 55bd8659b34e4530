"""Every route × every kind of visitor. What each gets stands in `doors.txt`; a route that is not in it fails here.

After a new route: `python -m pytest tests/architecture/test_doors.py --write-doors`, then read the difference.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from tests.architecture.routes import Route, all_routes, pages
from tests.architecture.world import VISITORS, World

pytestmark = [pytest.mark.once, pytest.mark.django_db]

TABLE = Path(__file__).with_name("doors.txt")
METHODS = ("GET", "POST")
REFUSED = {302, 401, 403, 404, 405}
# Doors that are open to everybody: they show nothing of the business.
PUBLIC = {
    *("login", "logout", "second_factor", "second_factor_start", "second_factor_enrol", "set_language"),
    *("healthz", "readyz", "metrics", "schema", "api_docs"),
}


@cache
def read_table() -> dict[tuple[str, str], list[int]]:
    """(route, method) → status for each of VISITORS."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return {(name, method): [int(code) for code in codes] for name, method, *codes in lines}


def knock(world: World, clients: dict[str, Client], route: Route, method: str) -> list[int]:
    """What each visitor gets. Nothing that a request does outlives it."""
    url = route.url(world.arguments(route.name))
    found = []
    for visitor in VISITORS:
        client = clients[visitor]
        cookies = dict(client.cookies)
        with transaction.atomic():
            found.append(client.generic(method, url).status_code)
            transaction.set_rollback(True)
        client.cookies.clear()
        client.cookies.update(cookies)
    return found


@pytest.fixture(scope="module")
def clients(world: World) -> dict[str, Client]:
    return {visitor: world.client(visitor) for visitor in VISITORS}


@pytest.mark.parametrize("route", pages(), ids=lambda route: route.name)
def test_every_visitor_gets_what_the_table_says(
    route: Route, world: World, clients: dict[str, Client], request: pytest.FixtureRequest
) -> None:
    found = {method: knock(world, clients, route, method) for method in METHODS}
    if request.config.getoption("--write-doors"):
        write(route.name, found)
        return
    table = read_table()
    expected = {method: table.get((route.name, method)) for method in METHODS}
    assert expected == found, f"{route.name} ({route.path}): {VISITORS}"


def write(name: str, found: dict[str, list[int]]) -> None:
    table = read_table() | {(name, method): codes for method, codes in found.items()}
    order = {route.name: number for number, route in enumerate(pages())}
    rows = sorted((key for key in table if key[0] in order), key=lambda key: (order[key[0]], key[1]))
    head = [line for line in TABLE.read_text().splitlines() if line.startswith("#")]
    body = [f"{name:32} {method:5} " + " ".join(str(code) for code in table[name, method]) for name, method in rows]
    TABLE.write_text("\n".join([*head, *body]) + "\n")
    read_table.cache_clear()


def test_the_table_names_no_route_that_is_gone() -> None:
    assert {name for name, _method in read_table()} - {route.name for route in pages()} == set()


def test_those_who_work_here_get_in() -> None:
    """The control: the visitors are who they say they are."""
    table = read_table()
    assert [table[name, "GET"][VISITORS.index("agent")] for name in ("sla:desk", "orders:list")] == [200, 200]
    assert table["portal:to_ship", "GET"][VISITORS.index("supplier_a")] == 200
    assert table["api:orders", "GET"][VISITORS.index("token_a")] == 200


def test_nobody_unknown_gets_in() -> None:
    """Neither anonymous visitors nor revoked tokens get anything but the public doors."""
    strangers = [VISITORS.index(name) for name in ("anonymous", "token_revoked")]
    open_doors = {
        name
        for (name, _method), codes in read_table().items()
        if name not in PUBLIC and any(codes[stranger] not in REFUSED for stranger in strangers)
    }
    assert open_doors == set()


def test_suppliers_get_neither_pages_of_the_house_nor_each_others_things() -> None:
    """SEC-03: a door with an argument leads to a thing of supplier A; B finds nothing there."""
    supplier_b, token_b = VISITORS.index("supplier_b"), VISITORS.index("token_b")
    words = {"public_id", "uuid", "order_no", "key", "number"}
    things_of_a = {route.name for route in pages() if words & set(route.arguments)}
    leaks = {
        name
        for (name, _method), codes in read_table().items()
        if name in things_of_a and (codes[supplier_b] not in REFUSED or codes[token_b] not in REFUSED)
    }
    assert leaks == set()


ADMIN_DOORS = [
    route
    for route in all_routes()
    if route.is_admin
    and not route.arguments
    and route.name not in {"admin:login", "admin:logout", "admin:password_change", "admin:password_change_done"}
]


@pytest.mark.parametrize("route", ADMIN_DOORS, ids=lambda route: route.name)
def test_the_admin_lets_in_supervisors_only(route: Route, world: World, clients: dict[str, Client]) -> None:
    codes = dict(zip(VISITORS, knock(world, clients, route, "GET"), strict=True))
    inside = codes.pop("supervisor")
    assert inside in {200, 302, 403, 405}, f"{route.path}: {inside}"
    assert set(codes.values()) <= {302, 403, 404, 405}, f"{route.path}: {codes}"
