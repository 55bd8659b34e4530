"""Seeds the two houses and takes the figures, one after the other, in one process."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass

import django
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

django.setup()

from django.core.management import call_command  # noqa: E402 — models exist only after setup()

from bench.data import House, Size, seed  # noqa: E402
from common import clock, kept  # noqa: E402

TELLING = 10_000  # orders
_connections: dict[str, BaseDatabaseWrapper] = {}


@dataclass(frozen=True)
class Bench:
    """What every figure is given: the large house, in which everything happens, and the small one beside it."""

    large: House
    small: House
    large_name: str
    small_name: str

    @property
    def is_telling(self) -> bool:
        """Below these orders a figure only shows that its work is done, so a little of the work will do."""
        return self.large.size.orders >= TELLING

    def rounds(self, many: int) -> int:
        """How often a pair is measured: `many` times where the figure says something, else once over."""
        return many if self.is_telling else 1

    def use_large(self) -> None:
        use(self.large_name)

    def use_small(self) -> None:
        use(self.small_name)


def use(name: str) -> None:
    """Makes `name` the database of this process. Both houses keep their connection, so that a switch costs nothing."""
    if name not in _connections:
        made = connections.create_connection(DEFAULT_DB_ALIAS)
        made.settings_dict = made.settings_dict | {"NAME": name}
        _connections[name] = made
    connections[DEFAULT_DB_ALIAS] = _connections[name]
    kept.forget_all()


def run(names: list[str], *, orders: int, fewer: int, large: str, small: str, copy: Callable[[], None]) -> int:
    """`copy` makes the database `large` as `small` is: migrating once is quicker than twice."""
    now = clock.now().replace(microsecond=0)
    houses = {}
    use(small)
    call_command("migrate", verbosity=0, interactive=False)
    _connections[small].close()
    copy()
    for name, number in ((small, fewer), (large, orders)):
        use(name)
        houses[name] = seed(Size(number), now)
    bench = Bench(houses[large], houses[small], large, small)
    short = 0
    try:
        for name in names:
            bench.use_large()
            for figure in importlib.import_module(f"bench.{name}").measure(bench):
                print(figure, flush=True)
                short += figure.is_short
    finally:
        for made in _connections.values():
            made.close()
    return int(short > 0)
