"""Names for the plain numbers on a clock (supplier, shop): the apps above say which there are."""

from __future__ import annotations

from collections.abc import Callable

from common.kept import Kept

Choices = Callable[[], list[tuple[int, str]]]

_registry: dict[str, Kept[list[tuple[int, str]]]] = {}


def register(name: str, choices: Choices) -> None:
    """Say what the ids of the facet `name` («shop») are called. `choices` is one query."""
    _registry[name] = Kept(choices)


def choices(name: str) -> list[tuple[int, str]]:
    """The ids of a facet with their names, in the order to show them; none when nobody registered it.

    A process remembers them for some seconds (common.kept): every list names its shops and suppliers.
    """
    return list(_registry[name]()) if name in _registry else []


def forget() -> None:
    """The names are asked for anew: after they were changed in this process."""
    for kept in _registry.values():
        kept.forget()
