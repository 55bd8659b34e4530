"""What hardly ever changes, remembered by each process for a few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
SECONDS = 10  # a change made in another process shows that much later at the most

_all: list[Kept[object]] = []


class Kept(Generic[T]):
    """The answer of `read`, which is asked anew after `SECONDS`: every process sees a change within that time.

    For rows that people edit now and then and every request needs. All who ask are given the same objects: nobody
    changes them. What decides about money or rights is read from the database each time instead.
    """

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._found: tuple[float, T] | None = None
        _all.append(self)  # type: ignore[arg-type]

    def __call__(self) -> T:
        now, found = time.monotonic(), self._found
        if found is None or not 0 <= now - found[0] < SECONDS:
            self._found = found = (now, self._read())
        return found[1]

    def forget(self) -> None:
        """It is read anew: after it was changed in this process."""
        self._found = None


def forget_all() -> None:
    """Everything is read anew: in another database, or by another test."""
    for kept in _all:
        kept.forget()
