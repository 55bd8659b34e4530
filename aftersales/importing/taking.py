"""Refunds that are new or changed become cases, or move theirs on: by legal steps, never back (RET-16, RET-36, CMP-02).

The platform's word stands above our guards: what it has paid back is paid back. Where it ended a refund that we have
not ended and no legal step leads there, the trail says so and people look.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.urls import reverse

from aftersales import rulebook
from aftersales.importing import meaning, rows, writing
from aftersales.importing.rows import Known, Reasons, Row
from aftersales.importing.writing import Move, NewCase
from aftersales.machine import Place, Step
from aftersales.models import Case, Intercept, Reason
from aftersales.services.clocks import OF_CASES, policies_at, spec
from aftersales.services.opening import number_of
from aftersales.sla_policies import CASE
from aftersales.states import Goods, Kind, topic
from aftersales.states import UnshippedRefundState as Stopping
from aftersales.workflows import BY_KIND
from common import clock
from notifications import audiences
from notifications import services as notifications
from notifications.audiences import Facts
from orders.carriers import clean_number
from orders.states import RefundState
from sla.following import held
from sla.services import lead_to, move_platform_due, start_clocks, stop_clocks

CHUNK = 5_000
REFUND = "orders.refund"
OVER = (RefundState.CLOSED, RefundState.SUCCESS)
NOTHING = Decimal(0)
FOLLOWS = ["aftersales.platform", "aftersales.rejected"]


@transaction.atomic
def take_in(refund_ids: Sequence[int], *, now: dt.datetime) -> tuple[list[int], list[int]]:
    """Every one of these refunds becomes a case, or its case moves on; answers the ids of both.

    The number of statements depends on chunks of CHUNK refunds, never on their rows.
    """
    if not Reason.objects.exists():
        rulebook.load()
    opened: list[int] = []
    moved: list[int] = []
    for start in range(0, len(refund_ids), CHUNK):
        taking = _Taking(rows.read(refund_ids[start : start + CHUNK]), now)
        taking.carry_out()
        opened += taking.opened
        moved += taking.moved
    _tell(opened, now)
    return opened, moved


class _Taking:
    """One chunk: first all is thought out in memory, then it is written."""

    def __init__(self, found: list[Row], now: dt.datetime) -> None:
        self.rows = found
        self.now = now
        self.reasons = Reasons()
        self.known: Known = rows.known(found)
        self.new: list[NewCase] = []
        self.dates: list[tuple[int, int | None, dt.datetime | None, dt.datetime | None]] = []
        self.ways: list[tuple[Case, Row, tuple[Step, ...]]] = []
        self.differ: list[tuple[int, str, str, str]] = []
        self.links: list[tuple[int, str]] = []  # an agent's dispute, and the key of the case that it is about
        self.opened: list[int] = []
        self.moved: list[int] = []

    def carry_out(self) -> None:
        for row in self.rows:
            self._think(row)
        ids = writing.write_new(self.new, self.now)
        writing.write_links([(pk, ids.get(origin) or int(origin)) for pk, origin in self.links], self.now)
        writing.write_dates(self.dates, self.now)
        self._move()
        writing.write_differences(self.differ, self.now)
        self._parcels(ids)
        self._stop_requests(ids)
        self._clocks(ids)
        self.opened = sorted(ids.values())

    def _think(self, row: Row) -> None:
        case = self.known.cases.get(row.pk) or self.known.take_free(row, row.kind)
        if case is None:
            self.new.append(self._new(row))
        else:
            self.dates.append((case.pk, row.pk, row.deadline_at, row.evidence_at))
            case.refund_id, case.platform_due_at, case.evidence_due_at = row.pk, row.deadline_at, row.evidence_at
            self.known.cases[row.pk] = case
            self._plan(case, row, meaning.way(case.kind, case.state, row.state), meaning.STANDS[case.kind][row.state])
        if meaning.stepped_in(row.intervention):
            self._think_of_dispute(row, case)

    def _think_of_dispute(self, row: Row, case: Case | None) -> None:
        stands = meaning.dispute_stands(row.intervention, row.state, row.evidence_at is not None)
        origin = str(case.pk) if case else f"r{row.pk}"
        dispute = self.known.disputes.get(row.pk)
        if dispute is None:
            dispute = self.known.take_free(row, Kind.DISPUTE)
            if dispute is None:
                self.new.append(self._dispute(row, stands[0], origin))
                return
            self.links.append((dispute.pk, origin))
            self.known.disputes[row.pk] = dispute
        self.dates.append((dispute.pk, None, dispute.platform_due_at, row.evidence_at))
        dispute.evidence_due_at = row.evidence_at
        steps = () if dispute.state in stands else meaning.route(Kind.DISPUTE, dispute.state, stands)
        self._plan(dispute, row, steps, stands)

    def _plan(self, case: Case, row: Row, steps: tuple[Step, ...], stands: tuple[str, ...]) -> None:
        if steps:
            self.ways.append((case, row, steps))
        elif case.active and case.state not in stands and row.state in OVER and case.kind != Kind.DISPUTE:
            self.differ.append((case.pk, case.kind, case.state, row.state))

    def _new(self, row: Row) -> NewCase:
        kind = row.kind
        return self._made(row, kind, meaning.start_of(kind, row.state), f"r{row.pk}", row.pk, row.deadline_at, "")

    def _dispute(self, row: Row, state: str, origin: str) -> NewCase:
        return self._made(row, Kind.DISPUTE, state, f"d{row.pk}", None, None, origin)

    def _made(
        self,
        row: Row,
        kind: Kind,
        state: str,
        key: str,
        refund_id: int | None,
        due: dt.datetime | None,
        origin: str,
    ) -> NewCase:
        place = BY_KIND[kind].PLACES[state]
        paid = row.state == RefundState.SUCCESS and kind not in (Kind.DISPUTE, Kind.EXCHANGE)
        return NewCase(
            key=key,
            day=f"AS{clock.day_of(self.now):%y%m%d}",
            refund_id=refund_id,
            order_id=row.order_id,
            shop_id=row.shop_id,
            supplier_id=row.supplier_id,
            reason_id=self.reasons.meant_by(row.reason),
            line_id=row.line_id,
            pieces=row.pieces,
            kind=kind,
            state=state,
            active=not place.final,
            ball=place.ball,
            goods=place.goods or row.goods,
            summary=row.reason[:200],
            buyer_words=row.buyer_words[:2000],
            amount=row.amount if paid else NOTHING,
            platform_due_at=due,
            evidence_due_at=row.evidence_at,
            opened_at=min(row.applied_at or row.created_at, self.now),
            closed_at=(row.finished_at or self.now) if place.final else None,
            origin=origin,
        )

    def _move(self) -> None:
        """Step after step: in the first round the first step of each way, then the second …; each is legal."""
        befores = {case.pk: (case.state, policies_at(case, case.state)) for case, _row, _steps in self.ways}
        for number in range(max((len(steps) for *_rest, steps in self.ways), default=0)):
            writing.write_moves(
                [self._step(case, row, steps[number]) for case, row, steps in self.ways if len(steps) > number],
                self.now,
            )
        gone: dict[str, list[int]] = defaultdict(list)
        for case, _row, _steps in self.ways:
            stays = policies_at(case, case.state)
            for policy in befores[case.pk][1]:
                if policy not in stays:
                    gone[policy].append(case.pk)
        with held(map(topic, befores)):
            for policy in OF_CASES:
                if gone.get(policy):
                    stop_clocks(policies=[policy], subject_type=CASE, subject_ids=gone[policy], stopped_at=self.now)
        self.moved = sorted(befores)

    def _step(self, case: Case, row: Row, step: Step) -> Move:
        """The case one step on, in memory as it will be in the table."""
        place: Place = BY_KIND[case.kind].PLACES[step.target]
        before = case.state
        case.__dict__["state"] = step.target  # the column's own value: the machine has said that the step is legal
        case.active, case.ball = not place.final, place.ball
        case.goods = place.goods or case.goods
        case.closed_at = (row.finished_at or self.now) if place.final else None
        paid = row.state == RefundState.SUCCESS and step.name in ("refund_paid", "platform_refunded")
        return Move(
            case_id=case.pk,
            refund_id=row.pk,
            state=step.target,
            before=before,
            kind=case.kind,
            step=step.name,
            active=case.active,
            ball=case.ball,
            goods=case.goods,
            amount=row.amount if paid else NOTHING,
            line_id=row.line_id,
            closed_at=case.closed_at,
        )

    def _parcels(self, ids: dict[str, int]) -> None:
        found = []
        for row in self.rows:
            number = clean_number(row.tracking_no)
            case = self.known.cases.get(row.pk)
            case_id = case.pk if case else ids.get(f"r{row.pk}")
            if number and case_id is not None:
                found.append((case_id, row.carrier[:40], number[:40], row.supplier_id))
        writing.write_parcels(found, self.now)

    def _stop_requests(self, ids: dict[str, int]) -> None:
        """The platform has agreed to pay back what was not to be shipped: whoever has the goods is asked to stop them."""
        found = [
            (ids[made.key], _how(made.goods), made.supplier_id) for made in self.new if made.state == Stopping.STOPPING
        ]
        found += [
            (case.pk, _how(case.goods), case.supplier_id)
            for case, _row, _steps in self.ways
            if case.state == Stopping.STOPPING
        ]
        writing.write_stop_requests(found, self.now)

    def _clocks(self, ids: dict[str, int]) -> None:
        """Clocks of new and moved cases start; the platform's clocks on the refunds lead to the cases from now on."""
        numbers = self._numbers(ids)
        specs = []
        for made in self.new:
            case = self._as_case(made, ids[made.key], numbers[ids[made.key]])
            specs += [spec(case, policy, self.now) for policy in policies_at(case, case.state)]
        for case, _row, _steps in self.ways:
            specs += [spec(case, policy, self.now) for policy in policies_at(case, case.state)]
        stay = [(case.pk, case.platform_due_at) for case in self.known.cases.values() if case.active]
        evidence = [(case.pk, case.evidence_due_at) for case in self.known.disputes.values() if case.active]
        touched = [*ids.values(), *(case.pk for case, _row, _steps in self.ways), *(pk for pk, _due in stay + evidence)]
        with held(map(topic, touched)):
            start_clocks(specs, now=self.now)
            move_platform_due(subject_type=CASE, rows=stay, policies=FOLLOWS, now=self.now)
            move_platform_due(subject_type=CASE, rows=evidence, policies=["aftersales.dispute_evidence"], now=self.now)
        pages = {row.pk: ids.get(f"r{row.pk}") or self.known.cases[row.pk].pk for row in self.rows}
        known = numbers | {case.pk: case.number for case in self.known.cases.values()}
        lead_to(subject_type=REFUND, pages=[(pk, topic(case_id), known[case_id]) for pk, case_id in pages.items()])

    def _numbers(self, ids: dict[str, int]) -> dict[int, str]:
        return {pk: number_of(pk, clock.day_of(self.now)) for pk in ids.values()}

    def _as_case(self, made: NewCase, pk: int, number: str) -> Case:
        return Case(
            pk=pk,
            number=number,
            kind=made.kind,
            state=made.state,
            ball=made.ball,
            goods=made.goods,
            refund_id=made.refund_id,
            shop_id=made.shop_id,
            supplier_id=made.supplier_id,
            platform_due_at=made.platform_due_at,
            evidence_due_at=made.evidence_due_at,
        )


def _how(goods: str) -> str:
    """RET-32, RET-33: cancelled while the supplier has it, intercepted once the carrier has it."""
    return Intercept.How.CANCEL if goods == Goods.UNSHIPPED else Intercept.How.INTERCEPT


def _tell(opened: list[int], now: dt.datetime) -> None:
    """One bell item an import for the agents on shift: how many cases are new."""
    many = Case.objects.filter(pk__in=opened, active=True).count() if opened else 0
    if many:
        notifications.notify(
            kind="aftersales.imported",
            users=audiences.resolve("agent", Facts(), now=now),
            context={"count": many},
            url=reverse("aftersales:list"),
            dedupe_key=f"aftersales.imported:{opened[0]}:{opened[-1]}",
            mail=False,
            now=now,
        )
