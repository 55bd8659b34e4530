"""The registry of figures about people: each day of each person, told in one query a figure (QA-09).

Who knows a figure registers it from its own `measures.py`; the floors above bring theirs. Evaluation, daily records
and the weekly meeting read them here and nowhere else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.urls import reverse
from django.utils.functional import Promise

Figures = dict[tuple[int, dt.date], Decimal]  # (user id, Shanghai day) → the figure of that day; nothing: no row
Read = Callable[[Sequence[int], dt.date, dt.date], Figures]
RowsUrl = Callable[[int, dt.date, dt.date], str]


@dataclass(frozen=True)
class Row:
    """One of the things that a figure was made of."""

    at: dt.datetime | dt.date
    title: str
    detail: str | Promise = ""
    url: str = ""


@dataclass(frozen=True)
class Measure:
    """A figure about a person. `read` and `rows` take days of Asia/Shanghai, both ends included.

    Days add up; a figure with a `weight` (the key of another measure) is a mean, weighted by that one.
    `personal` figures are shown to the person and the leaders, never in figures without persons.
    """

    key: str
    label: str | Promise
    unit: str | Promise
    better: Literal["more", "less"]
    read: Read
    rows_url: RowsUrl
    personal: bool = False
    weight: str = ""
    decimals: int = 0
    rows: Callable[[int, dt.date, dt.date], Sequence[Row]] | None = None  # shown by the house's own page of rows


_registry: dict[str, Measure] = {}


def register(measure: Measure) -> Measure:
    """Make a figure known. Raises ValueError when its key is taken by another one."""
    if _registry.setdefault(measure.key, measure) is not measure:
        raise ValueError(f"The measure {measure.key!r} is registered already.")
    return measure


def measures() -> list[Measure]:
    """Every figure, in the order in which they were registered."""
    return list(_registry.values())


def get(key: str) -> Measure | None:
    return _registry.get(key)


def read_all(user_ids: Sequence[int], first: dt.date, last: dt.date) -> dict[str, Figures]:
    """All figures of these people over these days (Asia/Shanghai, both included): one query a measure."""
    if not user_ids:
        return {key: {} for key in _registry}
    return {key: measure.read(user_ids, first, last) for key, measure in _registry.items()}


def total(measure: Measure, found: Mapping[str, Figures], user_ids: Sequence[int] | None = None) -> Decimal | None:
    """The figure over all days (and people) of `found`: the sum, or the weighted mean; None where nothing was."""
    wanted = None if user_ids is None else set(user_ids)
    days = {key: value for key, value in found[measure.key].items() if wanted is None or key[0] in wanted}
    if not days:
        return None
    if not measure.weight:
        return sum(days.values(), Decimal(0))
    weights = {key: found[measure.weight].get(key, Decimal(0)) for key in days}
    whole = sum(weights.values(), Decimal(0))
    return sum((days[key] * weights[key] for key in days), Decimal(0)) / whole if whole else None


def house_rows(key: str) -> RowsUrl:
    """The address of the house's own page with the rows behind the figure `key`."""

    def url(user_id: int, first: dt.date, last: dt.date) -> str:
        return f"{reverse('conduct:rows', args=[user_id, key])}?from={first}&to={last}"

    return url
