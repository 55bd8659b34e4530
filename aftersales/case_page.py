"""Reading one case with all that its page shows, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from aftersales import amounts
from aftersales.models import (
    Case,
    CaseLine,
    CaseLink,
    Contact,
    Inspection,
    Intercept,
    Resend,
    Responsibility,
    ReturnParcel,
    StockQuestion,
)
from aftersales.states import Kind
from aftersales.workflows import machine_of
from audit.selectors import TimelineEntry, timeline
from sla.models import Clock
from sla.selectors import clocks_of
from sla.states import ClockState, Verdict

PEOPLE = ("owner", "judged_by", "leader_by", "opened_by")
THINGS = ("order__shop", "shop", "supplier", "refund", "reason", "freight_rule", "return_address")
COMES_BACK = (Kind.RETURN, Kind.EXCHANGE)
GOES_OUT = (Kind.EXCHANGE, Kind.RESHIP)
PAYS = (Kind.UNSHIPPED_REFUND, Kind.RETURN, Kind.RESHIP, Kind.COMPENSATION, Kind.DISPUTE)


@dataclass(frozen=True)
class Link:
    """Another case that this one hangs together with, and how, in words."""

    case: Case
    how: str


@dataclass(frozen=True)
class Event:
    """One item of the timeline: of the trail, a talk, or the end of a clock."""

    at: dt.datetime
    who: str
    text: str
    kind: str  # trail, talk, clock


@dataclass
class CasePage:
    """One case with all that its page shows."""

    case: Case
    lines: list[CaseLine]
    contacts: list[Contact]
    links: list[Link]
    same_order: list[Case]
    responsibilities: list[Responsibility]
    clocks: list[Clock]  # open ones, the most urgent first
    ended: list[Clock]
    events: list[Event]
    return_parcels: list[ReturnParcel] = field(default_factory=list)
    inspections: list[Inspection] = field(default_factory=list)
    resends: list[Resend] = field(default_factory=list)
    questions: list[StockQuestion] = field(default_factory=list)
    intercepts: list[Intercept] = field(default_factory=list)
    proposal: amounts.Proposal | None = None
    left: Decimal | None = None

    @property
    def promised(self) -> list[Contact]:
        """Calls that were promised and not made yet (PHR-08)."""
        return [row for row in self.contacts if row.call_back_at and not row.called_back_at]

    @property
    def urgent(self) -> Clock | None:
        """The clock that runs out first."""
        return next((clock for clock in self.clocks if clock.state == ClockState.RUNNING), None) or next(
            iter(self.clocks), None
        )


def case_of(pk: int) -> Case:
    """The case as its machine, with what its head shows. Raises Case.DoesNotExist."""
    return machine_of(Case.objects.select_related(*PEOPLE, *THINGS).get(pk=pk))


def case_page(pk: int) -> CasePage:
    """The case's page in a fixed number of queries. Raises Case.DoesNotExist."""
    case = case_of(pk)
    topic = f"aftersales.case:{pk}"
    clocks = clocks_of(topic)
    for running in clocks:
        running.supplier_name = case.supplier.name if case.supplier and running.supplier_id else ""
    contacts = list(case.contacts.select_related("by"))
    ended = [clock for clock in clocks if clock.stopped_at is not None]
    page = CasePage(
        case=case,
        lines=list(case.lines.select_related("line__fulfilment__supplier").order_by("pk")),
        contacts=contacts,
        links=_links(case),
        same_order=_same_order(case),
        responsibilities=list(case.responsibilities.select_related("user").order_by("-percent", "pk")),
        clocks=[clock for clock in clocks if clock.stopped_at is None],
        ended=ended,
        events=events(timeline(topic), contacts, ended),
    )
    _goods(page)
    if case.order is not None and case.kind in PAYS and case.active:
        page.proposal, page.left = amounts.proposal(case), amounts.left_of(case)
    return page


def _links(case: Case) -> list[Link]:
    rows = CaseLink.objects.filter(Q(case=case) | Q(origin=case)).select_related("case", "origin").order_by("at", "pk")
    grown = {
        CaseLink.Why.GREW: (_("grew out of"), _("led to")),
        CaseLink.Why.MERGED: (_("merged into"), _("took in")),
        CaseLink.Why.SPLIT: (_("split from"), _("split off")),
    }
    found = []
    for row in rows:
        upward = row.case_id == case.pk
        words = grown[CaseLink.Why(row.why)]
        found.append(Link(machine_of(row.origin if upward else row.case), words[0] if upward else words[1]))
    return found


def _same_order(case: Case) -> list[Case]:
    if case.order_id is None:
        return []
    others = Case.objects.filter(order_id=case.order_id).exclude(pk=case.pk).order_by("-active", "-opened_at", "-pk")
    return [machine_of(other) for other in others[:10]]


def _goods(page: CasePage) -> None:
    """RET-37: all that says where the goods are; only what this kind of case can have is asked for."""
    case = page.case
    if case.kind in COMES_BACK:
        page.return_parcels = list(case.return_parcels.select_related("arrived_by").order_by("pk"))
        counted = case.inspections.select_related("case_line__line", "counted_by", "verdict_by", "counted_by_supplier")
        page.inspections = list(counted.order_by("pk"))
    if case.kind in GOES_OUT:
        page.resends = list(case.resends.select_related("by", "by_supplier").order_by("pk"))
        page.questions = list(case.stock_questions.select_related("supplier").order_by("pk"))
    if case.kind == Kind.UNSHIPPED_REFUND:
        page.intercepts = list(case.intercepts.select_related("supplier").order_by("pk"))


def events(trail: list[TimelineEntry], contacts: list[Contact], ended: list[Clock]) -> list[Event]:
    """The trail, the talks and the ends of clocks in one, newest first."""
    found = [Event(entry.recorded_at, entry.actor_label, entry.sentence, "trail") for entry in trail]
    found += [Event(row.at, row.by.name, talk(row), "talk") for row in contacts]
    found += [Event(clock.stopped_at, "", _end(clock), "clock") for clock in ended if clock.stopped_at]
    return sorted(found, key=lambda event: event.at, reverse=True)


def talk(row: Contact) -> str:
    """A talk in one sentence."""
    words = {"party": row.get_party_display(), "way": row.get_way_display(), "result": row.result}
    if row.reached:
        return _("talk with %(party)s, %(way)s: %(result)s") % words
    return _("%(party)s not reached, %(way)s: %(result)s") % words


def _end(clock: Clock) -> str:
    verdict = Verdict(clock.verdict).label if clock.verdict else clock.get_state_display()
    return _("clock “%(clock)s”: %(verdict)s") % {"clock": clock.label, "verdict": verdict}
