"""What the weekly meeting talks about: sources that draw lines from the week (STF-24, AFT-14). Any floor adds its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from staff.models import Team


@dataclass(frozen=True)
class AgendaLine:
    """A matter: one sentence, who is responsible in words, and the page that shows its rows. No personal data."""

    title: str
    responsible: str = ""
    url: str = ""


# (team, the Monday of the meeting) → lines; `weeks.reviewed(monday)` gives the days looked back on.
Collect = Callable[[Team, dt.date], list[AgendaLine]]


@dataclass(frozen=True)
class Source:
    key: str  # stands in AgendaItem.source, at most 30 characters
    label: str | Promise
    collect: Collect
    right: str = ""  # without it the rows behind its lines cannot be opened, so no link is shown


_registry: dict[str, Source] = {}


def register(key: str, label: str | Promise, collect: Collect, right: str = "") -> None:
    """Make a source known; the agenda lists sources in the order in which they registered."""
    _registry[key] = Source(key, label, collect, right)


def sources() -> list[Source]:
    return list(_registry.values())


def label_of(key: str) -> str:
    """The name of a source in the reader's language; empty for lines added by hand and for sources that are gone."""
    return str(_registry[key].label) if key in _registry else ""


def right_of(key: str) -> str:
    """The right that the pages behind a source's lines ask for; empty when everybody of the team may open them."""
    return _registry[key].right if key in _registry else ""


def draw(team: Team, monday: dt.date) -> list[tuple[str, AgendaLine]]:
    """Every line of the week with the key of its source."""
    return [(source.key, line) for source in sources() for line in source.collect(team, monday)]
