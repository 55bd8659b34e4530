"""Search by order number or phone in a million orders, against the hello page."""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.test import Client

from bench.figures import Figure, WrongResultError, expect, note
from bench.pages import HELLO, Taken, get, greeter, median_ratio, reader
from bench.run import Bench
from orders.models import Order

REPEATS = 60
WORDS = 5  # different orders that are searched for
PLACES = {"order_no": "order_no", "phone": "receiver_phone"}


def measure(bench: Bench) -> Iterator[Figure]:
    bench.use_large()
    client, visitor = reader(), greeter()
    sought = [Order.objects.get(pk=1 + n * bench.large.size.orders // WORDS) for n in range(WORDS)]
    for name, column in PLACES.items():
        hello, found = Taken(), Taken()
        for number in range(bench.rounds(REPEATS) + 1):
            order = sought[number % WORDS]
            greeted, searched = get(visitor, HELLO), _search(client, order, getattr(order, column))
            if number:  # the first warms up
                hello.add(*greeted[:2])
                found.add(*searched)
        cpu, wall = median_ratio(found.cpu, hello.cpu), median_ratio(found.wall, hello.wall)
        note(f"search by {name}: {cpu:.2f}x the CPU, {wall:.2f}x the time of the hello page")
        yield Figure(f"search_{name}_vs_hello", max(cpu, wall), "x", 5)


def _search(client: Client, order: Order, word: str) -> tuple[float, float]:
    """CPU and wall seconds. A word that names one order by number leads straight to it, any other shows a list."""
    wall, cpu = time.perf_counter(), time.process_time()
    response = client.get("/orders/", {"q": word})
    spent = time.process_time() - cpu, time.perf_counter() - wall
    if response.status_code == 302:
        expect(response["Location"], order.get_absolute_url(), f"search for {word}")
    elif f'href="{order.get_absolute_url()}"' not in response.content.decode():
        raise WrongResultError(f"search for {word}: {response.status_code} without the order")
    return spent
