"""Live figures beside the items of checklists; the floors above say what is counted and where the rows are shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise


@dataclass(frozen=True)
class Probe:
    """A figure of an Asia/Shanghai day. `url_name` opens the rows that it counts; `query` narrows them."""

    key: str
    label: str | Promise
    read: Callable[[dt.date], int]
    url_name: str = ""
    query: str = ""

    @property
    def url(self) -> str:
        return f"{reverse(self.url_name)}{'?' if self.query else ''}{self.query}" if self.url_name else ""


_registry: dict[str, Probe] = {}


def register(
    key: str, label: str | Promise, read: Callable[[dt.date], int], url_name: str = "", query: str = ""
) -> None:
    """Make a figure known. Registering again replaces."""
    _registry[key] = Probe(key, label, read, url_name, query)


def choices() -> list[tuple[str, str]]:
    """Keys and names, for forms."""
    return [("", "—"), *((key, str(_registry[key].label)) for key in sorted(_registry))]


def get(key: str) -> Probe | None:
    """The probe of that name; None when its floor is gone."""
    return _registry.get(key)


def read_all(keys: Iterable[str], day: dt.date) -> dict[str, int]:
    """The figures of `keys` on a day, each read once; those that nobody registered are left out."""
    return {key: _registry[key].read(day) for key in sorted(set(keys)) if key in _registry}
