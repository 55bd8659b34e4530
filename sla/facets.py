"""Names for the plain numbers on a clock (supplier, shop): the apps above say which there are."""

from __future__ import annotations

from collections.abc import Callable

Choices = Callable[[], list[tuple[int, str]]]

_registry: dict[str, Choices] = {}


def register(name: str, choices: Choices) -> None:
    """Say what the ids of the facet `name` («shop») are called. `choices` is one query."""
    _registry[name] = choices


def choices(name: str) -> list[tuple[int, str]]:
    """The ids of a facet with their names, in the order to show them; none when nobody registered it."""
    return _registry[name]() if name in _registry else []
