"""The service team of the demo: each subject tells its own part, in the order in which they build on each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from staff.conduct import demo as conduct
from staff.duty import demo as duty
from staff.exchanges import demo as exchanges
from staff.handover import demo as handover
from staff.models import User
from staff.records import demo as records
from staff.rota import demo as rota
from staff.words import demo as words

PARTS = (
    rota.load,
    duty.load,
    exchanges.load,
    handover.load,
    words.load,
    records.load,
    conduct.load,
)


def load(now: dt.datetime, by: User, *, with_people: Callable[[dt.datetime, User], None] | None = None) -> None:
    """Everything about the team that `by` leads. What is there already is left alone.

    `with_people` is what a floor above adds once the team has its people.
    """
    for part in PARTS:
        part(now, by)
        if part is rota.load and with_people is not None:
            with_people(now, by)
