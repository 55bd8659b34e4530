"""The desk: one worklist over all open clocks, the most urgent first. Every filter is answered by an index."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import services as audit
from common import clock as house_clock
from common.exceptions import BusinessError
from common.lean import countdowns
from common.locking import lock_one
from common.paging import Page
from sla import facets, policies, topics
from sla.models import Clock
from sla.states import OPEN, ClockState, Party

ORDER = ("due_at", "id")
SOON = dt.timedelta(hours=4)  # as the countdown chips have it
STATES = [
    ("late", gettext_lazy("late")),
    ("soon", gettext_lazy("due within 4 hours")),
    ("running", gettext_lazy("running")),
    ("paused", gettext_lazy("paused")),
]
COLUMNS = (
    "id",
    "policy",
    "topic",
    "title",
    "party",
    "supplier_id",
    "shop_id",
    "assignee_id",
    "assignee__name",
    "due_at",
    "state",
)


@dataclass(frozen=True)
class DeskFilter:
    """What the desk's URL asks for; a value that makes no sense asks for nothing."""

    kind: str = ""
    shop: int | None = None
    supplier: int | None = None
    party: str = ""
    mine: bool = False
    state: str = ""
    user_id: int | None = None

    @classmethod
    def from_query(cls, query: Mapping[str, Any], user: Any) -> DeskFilter:
        party, state = query.get("party", ""), query.get("state", "")
        return cls(
            kind=str(query.get("kind", ""))[:60],
            shop=_number(query.get("shop")),
            supplier=_number(query.get("supplier")),
            party=party if party in Party.values else "",
            mine=query.get("mine") == "1",
            state=state if state in dict(STATES) else "",
            user_id=user.pk,
        )

    @property
    def query(self) -> str:
        """The filter as it stands in a URL."""
        values = {"kind": self.kind, "shop": self.shop, "supplier": self.supplier, "party": self.party}
        values |= {"mine": "1" if self.mine else "", "state": self.state}
        return urlencode({name: value for name, value in values.items() if value})


def _number(text: Any) -> int | None:
    plain = str(text or "")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 18 else None


def worklist(filters: DeskFilter, now: dt.datetime | None = None) -> QuerySet[Clock]:
    """The open clocks that `filters` asks for, not yet in order; «late» and «soon» are read off `now`."""
    now = now or house_clock.now()
    columns = {"policy": filters.kind, "shop_id": filters.shop, "supplier_id": filters.supplier}
    columns |= {"party": filters.party, "assignee_id": filters.user_id if filters.mine else None}
    clocks = Clock.objects.filter(state__in=OPEN, **{name: value for name, value in columns.items() if value})
    by_state = {
        "late": Q(state=ClockState.RUNNING, due_at__lt=now),
        "soon": Q(state=ClockState.RUNNING, due_at__gte=now, due_at__lt=now + SOON),
        "running": Q(state=ClockState.RUNNING),
        "paused": Q(state=ClockState.PAUSED),
    }
    return clocks.filter(by_state[filters.state]) if filters.state else clocks


def rows_of(filters: DeskFilter, now: dt.datetime) -> QuerySet[Clock, dict[str, Any]]:
    """The worklist with the columns that a row of the desk shows."""
    rows: QuerySet[Clock, dict[str, Any]] = worklist(filters, now).values(*COLUMNS)
    return rows


def version_of(page: Page[dict[str, Any]], now: dt.datetime) -> str:
    """A fingerprint of what a page shows: as long as it is the same, a live list has nothing new to draw."""
    shown = [list(row.values()) for row in page.rows]
    late = sum(row["due_at"] < now for row in page.rows)
    text = repr((shown, late, page.next_cursor, page.previous_cursor))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def dressed(page: Page[dict[str, Any]], shops: dict[int, str], suppliers: dict[int, str], now: dt.datetime) -> None:
    """Give each row the words that the template prints, so that drawing a hundred of them stays cheap."""
    labels = dict(policies.choices())
    parties = {str(value): str(label) for value, label in Party.choices}
    states = {str(value): str(label) for value, label in ClockState.choices}
    draw = countdowns(now)
    for row in page.rows:
        row["chip"] = draw(row["due_at"], row["state"] == ClockState.PAUSED)
        row["promise"] = labels.get(row["policy"], row["policy"])
        row["url"] = topics.url(row["topic"])
        row["edit_url"] = topics.fill("sla:clock", row["id"])
        row["shop"] = shops.get(row["shop_id"], "")
        row["supplier"] = suppliers.get(row["supplier_id"], "")
        row["party"] = parties.get(row["party"], row["party"])
        row["state"] = states.get(row["state"], row["state"])
        row["assignee"] = row["assignee__name"] or ""


def next_url(filters: DeskFilter, now: dt.datetime | None = None) -> str:
    """The page of the most urgent running clock of the filter; empty when there is none that has a page."""
    now = now or house_clock.now()
    wanted = filters if filters.state else replace(filters, state="running")
    topic = worklist(wanted, now).order_by(*ORDER).values_list("topic", flat=True).first()
    return topics.url(topic) if topic else ""


def names(facet: str) -> dict[int, str]:
    return dict(facets.choices(facet))


@transaction.atomic
def take_clock(*, clock_id: int, by: Any, now: dt.datetime | None = None) -> Clock:
    """Put one's own name on an open clock. Raises BusinessError when it has ended or is one's own already."""
    now = now or house_clock.now()
    clock = lock_one(Clock.objects.filter(pk=clock_id))
    if clock.state not in OPEN:
        raise BusinessError(_("This clock has ended."), code="ended")
    if clock.assignee_id == by.pk:
        raise BusinessError(_("It is yours already."), code="already")
    clock.assignee = by
    clock.save(update_fields=["assignee"])
    audit.record("sla.taken", about=clock.topic, by=by, now=now, policy=clock.policy, title=clock.title)
    return clock
