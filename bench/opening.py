"""Cases opened over HTTP by the agents' form, against a page with one query: both by two processes of the web server."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client

from bench import load
from bench.figures import Figure, WrongResultError, expect, note, pairs
from bench.run import Bench
from bench.served import web
from orders.models import OrderLine
from staff.models import User
from staff.roles import Role

PROCESSES = 2
ROUNDS = 5
WARMING = 60  # requests before the first round: every thread of both processes has its connection then
OPENED, GREETED = 200, 2_000  # of a round
SECRET = "c" * 32  # of the form's guard, as a browser that has seen the form sends it back
AGENTS = 4
MADE = """SELECT (SELECT count(*) FROM aftersales_case), (SELECT count(*) FROM aftersales_caseline),
    (SELECT count(*) FROM audit_entry WHERE action = 'aftersales.opened'),
    (SELECT count(*) FROM sla_clock WHERE policy = 'aftersales.response'),
    (SELECT count(*) FROM notifications_bellitem WHERE kind = 'aftersales.handed_over')"""


def measure(bench: Bench) -> Iterator[Figure]:
    """Returns of one broken piece each, taken in by pre-sales: with the clock of the first answer, the line of the
    trail, and a message to each of the after-sales agents (AFT-15)."""
    bench.use_large()
    rounds = bench.rounds(ROUNDS)
    opened_a_round, greeted = (OPENED, GREETED) if bench.is_telling else (20, 200)
    lines = _lines(3 * (WARMING + rounds * opened_a_round))
    lines = lines[: len(lines) // 3]  # others are left for what is measured after this
    warming = min(WARMING, len(lines) // 3)
    of_round = (len(lines) - warming) // rounds
    if of_round < 1:
        raise WrongResultError(f"{len(lines)} orders to open cases of: too few")
    cookies = [_log_in(number) for number in range(AGENTS)]
    told = User.objects.filter(role=Role.AGENT_AFTERSALES, is_active=True).count()
    before = _made()
    with web(PROCESSES) as product, web(PROCESSES, settings="bench.bare") as bare:
        opened = iter([_opening(line, product, cookies[n % AGENTS]) for n, line in enumerate(lines)])
        hello = load.request("GET", "/bench/one/", host=f"127.0.0.1:{bare}")

        def some(many: int) -> list[bytes]:
            return [next(opened) for _number in range(many)]

        load.send(product, some(warming), status=302)
        load.send(bare, [hello] * warming * 10, status=200)
        taken = pairs(
            lambda _number: load.send(product, some(of_round), status=302),
            lambda _number: load.send(bare, [hello] * greeted, status=200),
            rounds=rounds,
        )
    done = warming + rounds * of_round
    expect([now - then for now, then in zip(_made(), before, strict=True)], [done] * 4 + [done * told], "rows made")
    rates = [1 / statistics.median(side) for side in (taken.product, taken.limit)]
    note(f"opening cases: {rates[0]:.0f} a second, the bare hello page {rates[1]:.0f} a second, {PROCESSES} processes")
    yield Figure("case_open_vs_hello", taken.ratio, "x", 12)
    yield Figure("cases_opened", rates[0], "/s")


def _lines(many: int) -> Sequence[OrderLine]:
    """A line that was shipped of each of so many orders without a case."""
    found = OrderLine.objects.filter(fulfilment__state="shipped", order__cases__isnull=True)
    return list(found.select_related("fulfilment").distinct("order_id").order_by("order_id", "pk")[:many])


def _log_in(number: int) -> str:
    """The cookies of a pre-sales agent's browser."""
    user, _made = User.objects.get_or_create(
        username=f"presales{number}", defaults={"name": f"售前{number}", "role": Role.AGENT_PRESALES}
    )
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={SECRET}"


def _opening(line: OrderLine, port: int, cookies: str) -> bytes:
    plan = f"p-broken-{line.fulfilment.supplier_id or 0}"
    said = {"order": line.order_id, f"n-{line.pk}-broken": 1, "channel": "hotline", "buyer_words": "碎了"}
    said |= {f"{plan}-kind": "return", f"{plan}-summary": "外箱破损", "csrfmiddlewaretoken": SECRET}
    headers = ["Content-Type: application/x-www-form-urlencoded", f"Cookie: {cookies}"]
    host = f"127.0.0.1:{port}"
    return load.request("POST", "/cases/new/", host=host, body=urlencode(said).encode(), headers=headers)


def _made() -> list[int]:
    """Cases, their lines, lines of the trail, clocks and messages."""
    with connection.cursor() as cursor:
        cursor.execute(MADE)
        return [int(number) for number in cursor.fetchone()]
