"""The patrol of the demo: the rounds of the last hours as a good day and a busy one leave them."""

from __future__ import annotations

import datetime as dt

from aftersales.patrol import hour_of
from aftersales.services.patrol import HOUR, go_round, remark_case
from staff.models import User

SAID = ("等买家补图", "已催供应商拦截，等回复", "快递在派送，等签收", "已转财务，今天打款", "买家电话没接，下午再打")
LEFT = {2: 2}  # hours ago: how many cases nobody came to, so the round was missed
A_MOMENT = dt.timedelta(seconds=1)


def load(now: dt.datetime, agent: User) -> None:
    """Rounds of three hours and the one that runs: done, missed, done, begun. None where nobody was on shift."""
    for ago in (3, 2, 1, 0):
        starts_at = hour_of(now) - ago * HOUR
        begun = go_round(now=min(starts_at + A_MOMENT, now))
        if begun is None:
            continue
        marks = list(begun.marks.filter(deed="").order_by("pk"))
        done = len(marks) - LEFT.get(ago, 0) if ago else len(marks) // 3
        for number, mark in enumerate(marks[: max(0, done)]):
            at = min(starts_at + dt.timedelta(minutes=5 + number), starts_at + HOUR, now)
            remark_case(mark_id=mark.pk, remark=SAID[number % len(SAID)], by=agent, now=at)
    go_round(now=now)
