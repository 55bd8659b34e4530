"""Panels that the floors above put on the page of an order: they say so, and nobody here has to know them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from orders.models import Order
from staff.models import User


@dataclass(frozen=True)
class Panel:
    """A template and what it prints, under the name `panel`."""

    template: str
    said: dict[str, Any] = field(default_factory=dict)


Draw = Callable[[Order, User], Panel | None]  # None: nothing for this visitor

_registry: dict[str, Draw] = {}


def register(key: str, draw: Draw) -> None:
    """Put a panel on every order's page. `draw` takes a fixed number of queries."""
    _registry[key] = draw


def drawn(order: Order, user: User) -> list[Panel]:
    """The panels of this order that are for `user`, in the order of their keys."""
    found = [_registry[key](order, user) for key in sorted(_registry)]
    return [panel for panel in found if panel is not None]
