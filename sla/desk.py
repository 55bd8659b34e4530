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
from common import privacy
from common.exceptions import BusinessError
from common.lean import countdowns
from common.locking import lock_one
from common.paging import Page
from notifications import services as notifications
from sla import facets, policies, topics
from sla.models import Clock
from sla.signals import clock_changed_hands
from sla.states import OPEN, ClockState, Party

ORDER = ("due_at", "id")
MANAGE = "sla.manage_clock"
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
    user: Any = None  # who looks; without one, promises that are somebody's own stay out

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
            user=user,
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
    columns |= {"party": filters.party, "assignee_id": filters.user.pk if filters.mine else None}
    clocks = Clock.objects.filter(state__in=OPEN, **{name: value for name, value in columns.items() if value})
    by_state = {
        "late": Q(state=ClockState.RUNNING, due_at__lt=now),
        "soon": Q(state=ClockState.RUNNING, due_at__gte=now, due_at__lt=now + SOON),
        "running": Q(state=ClockState.RUNNING),
        "paused": Q(state=ClockState.PAUSED),
    }
    clocks = clocks.filter(shown_to(filters.user))
    return clocks.filter(by_state[filters.state]) if filters.state else clocks


def shown_to(user: Any, clock: str = "") -> Q:
    """The clocks that may show to `user` outside of the pages that they are about; `clock` leads to them («clock__»).

    A promise that is somebody's own shows to its holder and to those who manage clocks; what is private between people
    and their leaders to these alone (SEC-05). What is about a page that is closed to `user` is not listed for him.
    """
    shared = ~Q(**{f"{clock}policy__in": policies.personal_keys()})
    if user is None:
        return shared
    if user.has_perm(MANAGE):
        shared |= ~privacy.hidden_from(user, f"{clock}topic")
    shown = shared | Q(**{f"{clock}assignee": user.pk})
    closed = [policy.key for policy in policies.all_policies() if not topics.opens_to(policy.subject_type, user)]
    return shown & ~Q(**{f"{clock}policy__in": closed}) if closed else shown


def may_see(clock: Clock, user: Any) -> bool:
    """Whether `clock` may show to `user` outside of the page that it is about."""
    if clock.policy not in policies.personal_keys() and topics.opens_to(clock.subject_type, user):
        return True
    return Clock.objects.filter(shown_to(user), pk=clock.pk).exists()


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


def kinds_for(user: Any) -> list[tuple[str, str]]:
    """The promises that the filter offers `user`."""
    open_ones = {policy.key for policy in policies.all_policies() if topics.opens_to(policy.subject_type, user)}
    return [(key, label) for key, label in policies.choices() if key in open_ones]


def next_url(filters: DeskFilter, now: dt.datetime | None = None) -> str:
    """The page of the most urgent running clock of the filter; empty when there is none that has a page."""
    now = now or house_clock.now()
    wanted = filters if filters.state else replace(filters, state="running")
    topic = worklist(wanted, now).order_by(*ORDER).values_list("topic", flat=True).first()
    return topics.url(topic) if topic else ""


def names(facet: str) -> dict[int, str]:
    return dict(facets.choices(facet))


def may_change_hands(clock: Clock) -> bool:
    """Whether somebody else could have this clock: it is open, and nobody's own promise."""
    return clock.state in OPEN and clock.policy not in policies.personal_keys()


@transaction.atomic
def take_clock(*, clock_id: int, by: Any, now: dt.datetime | None = None) -> Clock:
    """Put one's own name on an open clock. Raises BusinessError when it has ended or is one's own already."""
    now = now or house_clock.now()
    clock = _open(clock_id)
    _refuse_personal(clock)
    if clock.assignee_id == by.pk:
        raise BusinessError(_("It is yours already."), code="already")
    _put(clock, by, by, "", now)
    audit.record("sla.taken", about=clock.topic, by=by, now=now, policy=clock.policy, title=clock.title)
    return clock


@transaction.atomic
def give_clock(*, clock_id: int, to: Any, reason: str, by: Any, now: dt.datetime | None = None) -> Clock:
    """Pass an open clock on to a colleague, who is told; nobody passes work on without a reason (STF-42).

    One's own and those that nobody has; what others have in hand only who manages clocks. Raises BusinessError for
    an ended clock, a promise that is somebody's own, another's clock, and when no reason is given.
    """
    now = now or house_clock.now()
    words = " ".join(reason.split())[:200]
    clock = _open(clock_id)
    if not words:
        raise BusinessError(_("Give a reason."), code="reason_missing")
    _refuse_personal(clock)
    if clock.assignee_id not in (None, by.pk) and not by.has_perm(MANAGE):
        raise BusinessError(_("Somebody else has it in hand: only a supervisor passes it on."), code="not_yours")
    if clock.assignee_id == to.pk:
        raise BusinessError(_("%(name)s has it already.") % {"name": to}, code="already")
    _put(clock, to, by, words, now)
    audit.record(
        "sla.given", about=clock.topic, by=by, now=now, policy=clock.policy, title=clock.title, to=str(to), reason=words
    )
    if to != by:
        notifications.notify(
            kind="sla.given",
            users=[to],
            context={"title": clock.title, "policy": clock.policy, "by": str(by), "reason": words},
            url=topics.url(clock.topic) or topics.fill("sla:clock", clock.pk),
            dedupe_key=f"sla.given:{clock.pk}:{now.isoformat()}",
            now=now,
        )
    return clock


def _open(clock_id: int) -> Clock:
    clock = lock_one(Clock.objects.filter(pk=clock_id))
    if clock.state not in OPEN:
        raise BusinessError(_("This clock has ended."), code="ended")
    return clock


def _refuse_personal(clock: Clock) -> None:
    if clock.policy in policies.personal_keys():
        raise BusinessError(_("Nobody else can keep this promise: it stays where it is."), code="personal")


def _put(clock: Clock, to: Any, by: Any, reason: str, now: dt.datetime) -> None:
    clock.assignee = to
    clock.save(update_fields=["assignee"])
    clock_changed_hands.send(sender=Clock, clock=clock, by=by, reason=reason, now=now)
