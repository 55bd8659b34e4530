"""One figure a line, and the ways of taking one: pairs of product and limit, CPU of this process, queries."""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection


@dataclass(frozen=True)
class Figure:
    """A measured value; `at_most` None is said for information and cannot be short."""

    name: str
    value: float
    unit: str
    at_most: float | None = None

    @property
    def is_short(self) -> bool:
        return self.at_most is not None and round(self.value, 2) > self.at_most

    def __str__(self) -> str:
        most = "-" if self.at_most is None else f"{self.at_most:g}"
        return f"{self.name}\t{self.value:.2f}\t{self.unit}\t{most}\t{'short' if self.is_short else 'ok'}"


class WrongResultError(RuntimeError):
    """What was measured did not do what it should have done: then it has no figure."""


def expect(found: object, wanted: object, what: str) -> None:
    if found != wanted:
        raise WrongResultError(f"{what}: {found!r} instead of {wanted!r}")


def note(text: str) -> None:
    """Says something beside the figures, on standard error."""
    print(f"# {text}", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Pairs:
    """Seconds of product and limit, taken alternately; the ratio is that of the medians."""

    product: list[float]
    limit: list[float]

    @property
    def ratio(self) -> float:
        return statistics.median(self.product) / statistics.median(self.limit)

    def tell(self, name: str) -> None:
        note(f"{name}: product {seconds(self.product)} limit {seconds(self.limit)}")


def seconds(values: list[float]) -> str:
    return " ".join(f"{value:.3f}" for value in values) + " s"


def pairs(product: Callable[[int], float], limit: Callable[[int], float], *, rounds: int) -> Pairs:
    """Runs both `rounds` times. Each is given the number of the run, times itself and checks what it did; the order
    changes from pair to pair, so that neither always finds the warmer memory."""
    taken: dict[Callable[[int], float], list[float]] = {product: [], limit: []}
    for number in range(rounds):
        order = (product, limit) if number % 2 == 0 else (limit, product)
        for place, run in enumerate(order):
            gc.collect()
            taken[run].append(run(2 * number + place))
    return Pairs(taken[product], taken[limit])


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Seconds that `work` took on the wall clock, and what it answered."""
    start = time.perf_counter()
    answer = work()
    return time.perf_counter() - start, answer


def statements(file: Path) -> list[str]:
    """The statements of an SQL file."""
    return [part for part in file.read_text(encoding="utf-8").split(";\n") if part.strip()]


def fetch_value(sql: str, params: Sequence[object] | Mapping[str, object] = ()) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.fetchone()[0] or 0)
