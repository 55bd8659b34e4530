"""The service team of the demo: each subject tells its own part, in the order in which they build on each other."""

from __future__ import annotations

import datetime as dt

from staff.duty import demo as duty
from staff.handover import demo as handover
from staff.models import User
from staff.rota import demo as rota

PARTS = (
    rota.load,
    duty.load,
    handover.load,
)


def load(now: dt.datetime, by: User) -> None:
    """Everything about the team that `by` leads. What is there already is left alone."""
    for part in PARTS:
        part(now, by)
