"""Reading cases: the worklist with its counts, and the search by any number or phone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, F, Min, Q, QuerySet, Value
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aftersales.filters import WORKLISTS, CaseFilter
from aftersales.models import Case, Resend, ReturnParcel
from aftersales.models.cases import NOTHING_DUE
from aftersales.states import Kind, topic
from aftersales.workflows import BY_KIND
from common import bulk, clock
from common.lean import chip, countdowns
from orders.models import Parcel
from orders.selectors import starting_with
from sla import facets
from sla.models import Clock
from sla.states import ClockState, Party
from staff.models import User

SEARCH_LIMIT = 200
MOST_COUNTED = 1_000  # a count ends here: it costs the same among a thousand cases and a million
COUNTED = {  # worklists whose entries are counted, by hand: of whom, and until when
    "mine": "FROM aftersales_case WHERE active AND owner_id = %s",
    "nobody": "FROM aftersales_case WHERE active AND owner_id IS NULL",
    "overdue": "FROM aftersales_case WHERE active AND due_at < %s",
    "call_back": "FROM aftersales_contact WHERE call_back_at IS NOT NULL AND called_back_at IS NULL",
}
KINDS = {kind: f"FROM aftersales_case WHERE active AND kind = '{kind}'" for kind in Kind.values}
COUNTING = " UNION ALL ".join(  # each branch reads at most MOST_COUNTED entries of its own index
    f"SELECT '{key}' AS name, COUNT(*) FROM (SELECT {'DISTINCT case_id' if key == 'call_back' else 1} {source}"
    f" LIMIT {MOST_COUNTED}) t{number}"
    for number, (key, source) in enumerate({**COUNTED, **KINDS}.items())
)
COLUMNS = (
    *("id", "number", "kind", "state", "active", "ball", "summary", "shop_id", "supplier_id"),
    *("order__order_no", "owner__name", "opened_at", "due_at"),
)


@dataclass(frozen=True)
class Found:
    """What a search word led to. One case by its number or a tracking number: straight to it."""

    case_ids: tuple[int, ...] = ()
    direct_id: int | None = None


def search(word: str) -> Found:
    """The cases that `word` names: case or order number, phone (their beginning too), buyer, any tracking number.

    One query (AFT-06).
    """
    text, code = CharField(), word.upper()
    mine = Case.objects.all()
    shipped = Parcel.objects.filter(starting_with("tracking_no", code)).values("order_id")
    back = ReturnParcel.objects.filter(starting_with("tracking_no", code), case__isnull=False).values("case_id")
    again = Resend.objects.filter(starting_with("tracking_no", code)).values("case_id")
    places: list[tuple[str, Q]] = [
        ("number", starting_with("number", code)),
        ("order", starting_with("order__order_no", word)),
        ("phone", starting_with("order__receiver_phone", word)),
        ("buyer", Q(order__buyer_nick=word)),
        ("tracking", Q(order_id__in=shipped)),
        ("tracking", Q(pk__in=back)),
        ("tracking", Q(pk__in=again)),
    ]
    branches = [
        mine.filter(condition).order_by().values_list(F("pk"), Value(place, output_field=text))
        for place, condition in places
    ]
    hits = list(branches[0].union(*branches[1:], all=True)[:SEARCH_LIMIT])
    ids = tuple(dict.fromkeys(pk for pk, _place in hits))
    straight = len(ids) == 1 and any(place in ("number", "tracking") for _pk, place in hits)
    return Found(ids, ids[0] if straight else None)


def case_rows(filters: CaseFilter, found: Found | None, user: User, now: dt.datetime) -> QuerySet[Case, dict[str, Any]]:
    """The rows of the case list, not yet in order, with the columns that are shown."""
    cases = filters.apply(Case.objects.all(), user, now)
    if found is not None:
        cases = cases.filter(pk__in=found.case_ids)
    rows: QuerySet[Case, dict[str, Any]] = cases.values(*COLUMNS)
    return rows


def named(rows: Sequence[dict[str, Any]]) -> None:
    """Give each row the words for its numbers and codes."""
    shops, suppliers = dict(facets.choices("shop")), dict(facets.choices("supplier"))
    words = _words(get_language() or "")
    for row in rows:
        row["kind_label"] = words.kinds[row["kind"]]
        row["state_label"] = words.states[row["kind"]].get(row["state"], row["state"])
        row["ball_label"] = words.balls[row["ball"]] if row["active"] else ""
        row["shop"] = shops.get(row["shop_id"], "")
        row["supplier"] = suppliers.get(row["supplier_id"], "")
        row["order_no"] = row["order__order_no"] or ""


def dressed(rows: Sequence[dict[str, Any]], now: dt.datetime) -> None:
    """Give each row of the list all that the template prints. One query, for the clocks."""
    named(rows)
    due = due_of(rows)
    draw = countdowns(now)
    this_year = clock.local(now).year
    nobody = chip(_("nobody"), "soon")
    for row in rows:
        row["owner"] = row["owner__name"] or (nobody if row["active"] else "")
        moment, paused = due.get(row["id"], (None, False))
        row["chip"] = draw(moment, paused) if moment else ""
        opened = clock.local(row["opened_at"])
        row["opened"] = f"{opened:%m-%d %H:%M}" if opened.year == this_year else f"{opened:%Y-%m-%d %H:%M}"


@dataclass(frozen=True)
class Words:
    """What codes are called in one language."""

    kinds: dict[str, str]
    balls: dict[str, str]
    states: dict[str, dict[str, str]]  # by kind
    lists: dict[str, str]


@cache
def _words(_language: str) -> Words:
    return Words(
        kinds=_named(Kind.choices),
        balls=_named(Party.choices),
        states={kind: _named(machine.STATES.choices) for kind, machine in BY_KIND.items()},
        lists=_named((key, WORKLISTS[key][0]) for key in COUNTED),
    )


def _named(choices: Iterable[tuple[Any, Any]]) -> dict[str, str]:
    return {str(value): str(label) for value, label in choices}


def due_of(rows: Iterable[dict[str, Any]]) -> dict[int, tuple[dt.datetime, bool]]:
    """When the most urgent running clock of each case is due; a case whose clocks all wait: its first, and True.

    One query, for those that wait.
    """
    found: dict[int, tuple[dt.datetime, bool]] = {}
    rest = {}
    for row in rows:
        if row["due_at"] < NOTHING_DUE:
            found[row["id"]] = (row["due_at"], False)
        elif row["active"]:
            rest[topic(row["id"])] = row["id"]
    waiting = Clock.objects.filter(topic__in=list(rest), state=ClockState.PAUSED).values_list("topic")
    for page, due in waiting.annotate(due=Min("due_at")).order_by():
        found[rest[page]] = (due, True)
    return found


@dataclass(frozen=True)
class Count:
    """How many open cases a link of the list leads to; `more` when it is only known that there are at least so many."""

    key: str
    label: str
    many: int
    query: str
    chosen: bool

    @property
    def more(self) -> bool:
        return self.many >= MOST_COUNTED


def counts(filters: CaseFilter, user: User, now: dt.datetime) -> tuple[list[Count], list[Count]]:
    """How many open cases there are: of the worklists, and of each kind. One query, whatever their number."""
    many, words = _count(user, now), _words(get_language() or "")
    lists = [Count(key, words.lists[key], many[key], urlencode({"show": key}), filters.show == key) for key in COUNTED]
    kinds = [
        Count(kind, label, many[kind], urlencode({"kind": kind}), filters.kind == kind)
        for kind, label in words.kinds.items()
    ]
    return lists, kinds


def _count(user: User, now: dt.datetime) -> dict[str, int]:
    return {name: int(many) for name, many in bulk.fetch(COUNTING, [user.pk, now])}
