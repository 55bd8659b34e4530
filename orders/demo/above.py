"""What the floors above add to the demo, once its orders and its team are there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from staff.models import User

Part = Callable[[dt.datetime, User], None]

_parts: dict[str, Part] = {}


def register(name: str, load: Part) -> None:
    """Say how a floor above tells its own part: `load(now, supervisor)`. In the order of registration."""
    _parts[name] = load


def load(now: dt.datetime, by: User) -> None:
    for part in _parts.values():
        part(now, by)
