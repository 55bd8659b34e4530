"""The desk and the order list: queries, CPU against the hello page, and a million orders against ten thousand."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from bench.figures import Figure, WrongResultError, note
from bench.run import Bench
from common.paging import encode
from staff.models import User

HELLO = "/bench/hello/"
READER = "bench1"  # an agent
FULL = 100  # rows of a page
STOCK = {"staff.middleware.WhoAsks": "django.contrib.auth.middleware.AuthenticationMiddleware"}
ROW = re.compile(rb"<tr data-row=")

# Filters of every kind, from those that fit most rows to those that fit one in a hundred.
DESK = {
    "all": "",
    "kind": "kind=orders.ship_daily",
    "rare kind": "kind=orders.unpaid_reminder",
    "shop": "shop=2",
    "supplier": "supplier=1",
    "party": "party=supplier",
    "mine": "mine=1",
    "late": "state=late",
    "running": "state=running",
    "paused": "state=paused",
    "kind, shop, supplier": "kind=orders.ship_daily&shop=2&supplier=1",
    "mine, late": "mine=1&state=late",
    "supplier, late": "supplier=1&state=late",
    "shop, party, running": "shop=1&party=supplier&state=running",
}
ORDERS = {
    "all": "",
    "state": "state=paid",
    "rare state": "state=closed",
    "shop": "shop=2",
    "shop, state": "shop=2&state=shipped",
    "supplier": "supplier=1",
    "supplier, state": "supplier=1&state=paid",
    "flag": "flag=1",
    "not marked": "show=unmarked",
    "not checked": "show=unverified",
    "nobody's": "show=ownerless",
    "held": "show=held",
    "to remind": "show=to_remind",
}


@dataclass(frozen=True)
class List:
    name: str
    path: str
    filters: dict[str, str]
    keys: str  # SQL: the sort values of every row of the list, in its order

    def pages(self) -> dict[str, str]:
        """The first page of each filter, and one half way down of the whole list and of the widest filters."""
        found = {name: f"{self.path}?{query}" for name, query in self.filters.items()}
        for name in list(self.filters)[:4]:
            found[f"{name}, deep"] = f"{self.path}?{self.filters[name]}&after={self.half_way()}"
        return found

    def half_way(self) -> str:
        with connection.cursor() as cursor:
            cursor.execute(f"{self.keys} OFFSET (SELECT count(*) / 2 FROM ({self.keys}) x) LIMIT 1")
            return encode(cursor.fetchone())


LISTS = (
    List(
        "desk",
        "/desk/",
        DESK,
        "SELECT due_at, id FROM sla_clock WHERE state IN ('running', 'paused') ORDER BY due_at, id",
    ),
    List("orders", "/orders/", ORDERS, "SELECT ordered_at, id FROM orders_order ORDER BY ordered_at DESC, id DESC"),
)


@dataclass
class Taken:
    """Seconds of requests, CPU of this process and by the clock on the wall, and how many rows the page shows."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    rows: int = 0

    def add(self, cpu: float, wall: float) -> None:
        self.cpu.append(cpu)
        self.wall.append(wall)


def measure(bench: Bench) -> Iterator[Figure]:
    for listed in LISTS:
        yield from figures_of(bench, listed, queries=6)


def figures_of(bench: Bench, listed: List, *, queries: int) -> Iterator[Figure]:
    """A list's queries, at most `queries` of them, its CPU and its growth."""
    asked, taken = _queries(bench, listed), _time(bench, listed)
    cpu = {name: median_ratio(found["large"].cpu, found["hello"].cpu) for name, found in taken.items()}
    growth = {
        name: median_ratio(found["large"].wall, found["small"].wall)
        for name, found in taken.items()
        if found["large"].rows == found["small"].rows  # else the small house has no full page to compare with
    }
    for name, found in taken.items():
        ms = " / ".join(f"{1000 * statistics.median(found[house].cpu):.2f}" for house in ("large", "hello"))
        wall = " / ".join(f"{1000 * statistics.median(found[house].wall):.2f}" for house in ("large", "small"))
        grown = f"growth {growth[name]:.2f}x ({wall} ms)" if name in growth else "not full in the small house"
        note(f"{listed.name}, {name}: {asked[name]} queries, {cpu[name]:.2f}x hello ({ms} ms of CPU), {grown}")
    yield Figure(f"{listed.name}_queries", max(asked.values()), "queries", queries)
    yield Figure(f"{listed.name}_cpu_vs_hello", max(cpu.values()), "x", 6)
    yield Figure(f"{listed.name}_growth", max(growth.values()), "x", 1.2)


def reader() -> Client:
    """A browser in which an agent is logged in."""
    client = Client()
    client.force_login(User.objects.get(username=READER))
    return client


def greeter() -> Client:
    """One who asks for the hello page: with Django's own sessions and users, so that the yardstick stays what it is
    when the product finds out more quickly who asks."""
    stock = [STOCK.get(name, name) for name in settings.MIDDLEWARE]
    client = Client()
    with override_settings(SESSION_ENGINE="django.contrib.sessions.backends.db", MIDDLEWARE=stock):
        client.force_login(User.objects.get(username=READER))
        client.handler.load_middleware()
    return client


def get(client: Client, path: str) -> tuple[float, float, bytes]:
    """CPU and wall seconds of one request, and the page. Anything but 200 has no figure."""
    wall, cpu = time.perf_counter(), time.process_time()
    response = client.get(path)
    spent = time.process_time() - cpu, time.perf_counter() - wall
    if response.status_code != 200:
        raise WrongResultError(f"{path}: {response.status_code}")
    return *spent, response.content


def _queries(bench: Bench, listed: List) -> dict[str, int]:
    """Queries by page, in the large house."""
    bench.use_large()
    client, found = reader(), {}
    for name, path in listed.pages().items():
        get(client, path)
        with CaptureQueriesContext(connection) as captured:
            body = get(client, path)[2]
        rows = len(ROW.findall(body))
        if rows < min(FULL, bench.large.size.orders // 1000):
            raise WrongResultError(f"{path} shows {rows} rows")
        found[name] = len(captured)
    return found


def _time(bench: Bench, listed: List) -> dict[str, dict[str, Taken]]:
    """Of each page: the hello page, the page in the large house, and in the small one, in turn."""
    houses = {"hello": bench.use_large, "large": bench.use_large, "small": bench.use_small}
    paths, clients = {}, {}
    for house, use in houses.items():
        use()
        clients[house], paths[house] = greeter() if house == "hello" else reader(), listed.pages()
    taken: dict[str, dict[str, Taken]] = {}
    for name in paths["large"]:
        taken[name] = {house: Taken() for house in houses}
        for number in range(bench.large.size.repeats + 1):
            for house, use in houses.items():
                use()
                cpu, wall, body = get(clients[house], HELLO if house == "hello" else paths[house][name])
                taken[name][house].rows = len(ROW.findall(body))
                if number:  # the first warms up
                    taken[name][house].add(cpu, wall)
    return taken


def median_ratio(values: Sequence[float], base: Sequence[float]) -> float:
    return statistics.median(values) / statistics.median(base)
