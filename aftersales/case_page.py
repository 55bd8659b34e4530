"""Reading one case with all that its page shows, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import OuterRef, Prefetch, Q, Subquery, prefetch_related_objects
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
from aftersales.states import Goods, Kind, topic
from aftersales.workflows import machine_of
from audit.selectors import TimelineEntry, timeline
from ledger.models import PaySlip
from orders.models import OrderLine
from sla.models import Clock
from sla.selectors import clocks_of
from sla.states import ClockState, Verdict
from suppliers.stock import said_of

PEOPLE = ("owner", "judged_by", "leader_by", "opened_by")
THINGS = ("order__shop", "shop", "supplier", "refund", "reason", "freight_rule", "return_address")
COMES_BACK = (Kind.RETURN, Kind.EXCHANGE, Kind.UNSHIPPED_REFUND)
STOPPED = (Kind.UNSHIPPED_REFUND, Kind.INCIDENT)
GOES_OUT = (Kind.EXCHANGE, Kind.RESHIP)
MOST_RELATED = 20
STEPPED = "aftersales.step"  # a step, with what was said
LOGGED = "aftersales.contacted"  # the trail's line about a talk, which tells itself what was said
Why = CaseLink.Why
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
    responsibilities: list[Responsibility]
    clocks: list[Clock]  # open ones, the most urgent first
    ended: list[Clock]
    events: list[Event]
    return_parcels: list[ReturnParcel] = field(default_factory=list)
    inspections: list[Inspection] = field(default_factory=list)
    resends: list[Resend] = field(default_factory=list)
    questions: list[StockQuestion] = field(default_factory=list)
    intercepts: list[Intercept] = field(default_factory=list)
    slips: list[PaySlip] = field(default_factory=list)
    proposal: amounts.Proposal | None = None

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
    clocks = clocks_of(topic(pk))
    for running in clocks:
        running.supplier_name = case.supplier.name if case.supplier and running.supplier_id else ""
    contacts = list(case.contacts.select_related("by"))
    ended = [clock for clock in clocks if clock.stopped_at is not None]
    page = CasePage(
        case=case,
        lines=_lines(case),
        contacts=contacts,
        links=_related(case),
        responsibilities=_shares(case),
        clocks=[clock for clock in clocks if clock.stopped_at is None],
        ended=ended,
        events=events(timeline(topic(pk)), contacts, ended),
    )
    _goods(page)
    _money(page)
    return page


def _lines(case: Case) -> list[CaseLine]:
    """The case's lines, and the order's, read once for all that counts with them. Two queries."""
    if case.order is not None:
        whole = OrderLine.objects.select_related("fulfilment__supplier").order_by("pk")
        prefetch_related_objects([case.order], Prefetch("lines", whole))
    prefetch_related_objects([case], Prefetch("lines", CaseLine.objects.order_by("pk")))
    known = {line.pk: line for line in case.order.lines.all()} if case.order is not None else {}
    rows = list(case.lines.all())
    for row in rows:
        row.line = known[row.line_id]
    return rows


def _shares(case: Case) -> list[Responsibility]:
    """Who answers for it: nobody says so before the case, or its investigation, comes to its end."""
    if case.active and not case.reopened and case.kind != Kind.COMPLAINT:
        return []
    return list(case.responsibilities.select_related("user").order_by("-percent", "pk"))


def _money(page: CasePage) -> None:
    """What may be paid, and why, until it is approved; the slips from then on."""
    case = page.case
    if case.amount or case.freight_amount or case.extra_cost:
        page.slips = list(PaySlip.objects.filter(topic=topic(case.pk)).order_by("pk"))
    about_money = case.kind in PAYS and case.active and not case.amount and (page.lines or case.refund is not None)
    if case.order is not None and about_money:
        page.proposal = amounts.proposal(case)


def _related(case: Case) -> list[Link]:
    """Linked cases first, in the order in which they came, then the others of the same order. One query."""
    wanted = Q(links_to__case=case) | Q(links_from__origin=case)
    if case.order_id is not None:
        wanted |= Q(order_id=case.order_id)
    above = CaseLink.objects.filter(case=case, origin=OuterRef("pk")).values("why")[:1]
    below = CaseLink.objects.filter(origin=case, case=OuterRef("pk")).values("why")[:1]
    near = Case.objects.filter(wanted).exclude(pk=case.pk).distinct()
    found = near.annotate(above=Subquery(above), below=Subquery(below)).order_by("-active", "-opened_at", "-pk")
    links = [Link(machine_of(row), _how(row.above, row.below)) for row in found[:MOST_RELATED]]
    return sorted(links, key=lambda link: link.how == _("same order"))


def _how(above: str | None, below: str | None) -> str:
    """How another case hangs together with this one: it is its origin, it grew out of it, or neither."""
    upward = {Why.GREW: _("grew out of"), Why.MERGED: _("merged into"), Why.SPLIT: _("split from")}
    downward = {Why.GREW: _("led to"), Why.MERGED: _("took in"), Why.SPLIT: _("split off")}
    if above:
        return upward[Why(above)]
    return downward[Why(below)] if below else _("same order")


def _goods(page: CasePage) -> None:
    """RET-37: all that says where the goods are; only what this kind of case can have is asked for."""
    case = page.case
    if case.kind in COMES_BACK and (case.return_address_id or case.goods not in (Goods.UNSHIPPED, Goods.WITH_BUYER)):
        page.return_parcels = list(case.return_parcels.order_by("pk"))
    if page.return_parcels or (case.kind in COMES_BACK and case.goods in (Goods.BACK, Goods.IN_TRANSIT)):
        counted = case.inspections.select_related("case_line__line", "counted_by", "verdict_by", "counted_by_supplier")
        page.inspections = list(counted.order_by("pk"))
    if case.kind in GOES_OUT:
        page.resends = list(case.resends.select_related("by", "by_supplier").order_by("pk"))
        page.questions = list(said_of(case.stock_questions.select_related("supplier")).order_by("pk"))
    if case.kind in STOPPED:
        page.intercepts = list(case.intercepts.select_related("supplier").order_by("pk"))


def events(trail: list[TimelineEntry], contacts: list[Contact], ended: list[Clock]) -> list[Event]:
    """The trail, the talks and the ends of clocks in one, newest first; a talk that a step tells of is told once."""
    told = {(entry.recorded_at, entry.data.get("said")) for entry in trail if entry.action == STEPPED}
    quoted = {row.pk for row in contacts if (row.at, " ".join(row.result.split())[:200]) in told}
    logged = {row.at for row in contacts}
    found = [
        Event(entry.recorded_at, entry.actor_label, entry.sentence, "trail")
        for entry in trail
        if entry.action != LOGGED or entry.recorded_at not in logged
    ]
    found += [Event(row.at, row.by.name, talk(row), "talk") for row in contacts if row.pk not in quoted]
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
