"""Names for the plain numbers on a clock (supplier, shop): the apps above say which there are."""

from __future__ import annotations

import time
from collections.abc import Callable

Choices = Callable[[], list[tuple[int, str]]]
KEPT = 10  # seconds: every list names its shops and suppliers, and they hardly ever change

_registry: dict[str, Choices] = {}
_kept: dict[str, tuple[float, list[tuple[int, str]]]] = {}


def register(name: str, choices: Choices) -> None:
    """Say what the ids of the facet `name` («shop») are called. `choices` is one query."""
    _registry[name] = choices
    _kept.pop(name, None)


def choices(name: str) -> list[tuple[int, str]]:
    """The ids of a facet with their names, in the order to show them; none when nobody registered it.

    A process remembers them for KEPT seconds, so that a new name shows up that much later at the most.
    """
    if name not in _registry:
        return []
    now = time.monotonic()
    read_at, found = _kept.get(name, (now - KEPT, []))
    if not 0 <= now - read_at < KEPT:
        found = _registry[name]()
        _kept[name] = (now, found)
    return list(found)


def forget() -> None:
    """The names are asked for anew: after they were changed in this process."""
    _kept.clear()
