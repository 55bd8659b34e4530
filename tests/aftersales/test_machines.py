"""Every machine of the after-sales floor: state × step × role, generated from the machine itself, and its promises.

The oracle is the file of the machine: what it does not say is refused, and a refusal leaves everything as it was.
"""

from __future__ import annotations

from typing import Any

import pytest

from aftersales.importing import meaning
from aftersales.inputs import INPUTS
from aftersales.machine import Step, steps
from aftersales.models import Case, CaseLine, Contact
from aftersales.services.stepping import steps_of, take_step
from aftersales.sla_policies import CASE
from aftersales.states import Kind, topic
from aftersales.workflows import ALL, BY_KIND
from audit.models import Entry
from common.exceptions import BusinessError
from ledger.models import PaySlip
from sla.models import Clock
from sla.policies import all_policies
from sla.states import OPEN
from staff.roles import Role
from tests import factories
from tests.aftersales.answers import answers_to
from tests.factories_cases import CaseFactory, ReasonFactory, ReturnAddressFactory, line_of, share_all

pytestmark = pytest.mark.once

ROLES = (*Role.values, "system")
LEGAL = [(machine.KIND, step.name, state) for machine in ALL for step in steps(machine) for state in step.sources]

# The table «After-sales machines» of the specification, state by state in its order.
SPECIFIED = {
    Kind.UNSHIPPED_REFUND: "requested retaining withdrawn stopping stopped too_late refund_approved refunded closed",
    Kind.RETURN: "requested evidence_wanted reviewing rejected approved coming_back received inspected mismatched"
    " called_back refund_approved refunded closed",
    Kind.EXCHANGE: "requested stock_asked out_of_stock approved coming_back received inspected resend_due resent"
    " delivered closed unsatisfied",
    Kind.RESHIP: "reported checking stock_asked resend_due resent closed refund_approved refunded",
    Kind.COMPENSATION: "proposed approved declined paid closed",
    Kind.REPAIR: "requested payer_agreed dispatched repaired failed closed",
    Kind.SHORTAGE: "reported contacting cancelled waiting shipped promise_broken",
    Kind.INCIDENT: "opened contacting decided acting resolved closed",
    Kind.DISPUTE: "opened negotiating evidence_wanted evidence_sent won lost split closed",
    Kind.COMPLAINT: "recorded transferred investigating reported answered closed",
    Kind.CONSULTATION: "open answered transferred closed",
}
ADDED = {  # docs/adr/0011 says why
    Kind.EXCHANGE: {"rejected", "mismatched", "called_back"},
    Kind.INCIDENT: {"stopping"},
}


def named(kind: str, name: str) -> Step:
    return next(step for step in steps(BY_KIND[kind]) if step.name == name)


def somebody(step: Step, case: Case) -> Any:
    """One who may take the step: of the house if anybody is, else the supplier of the case, else the product."""
    for role in Role.values:
        if role != Role.SUPPLIER and step.open_to(role):
            return factories.UserFactory(role=role)
    return None


def prepared(kind: str, state: str, step: Step | None = None) -> Case:
    """A case in that state for which every guard of the step is content."""
    ReturnAddressFactory()
    case = CaseFactory(kind=kind, state=state, goods="back", reason=ReasonFactory(), judgement="human")
    share_all(case)
    if step is not None and "goods_are_judged" in {condition.__name__ for condition in step.conditions}:
        supplier = case.supplier
        case.inspections.create(
            case_line=case.lines.get(), good=2, bad=0, counted_at=factories.NOON, counted_by_supplier=supplier
        )
    return case


@pytest.mark.parametrize("machine", ALL, ids=lambda machine: machine.KIND)
def test_a_machine_has_the_states_of_the_specification(machine):
    assert set(machine.STATES.values) == set(SPECIFIED[machine.KIND].split()) | ADDED.get(machine.KIND, set())
    assert set(machine.PLACES) == set(machine.STATES)
    assert {machine.KIND for machine in ALL} == set(Kind.values)


@pytest.mark.parametrize("machine", ALL, ids=lambda machine: machine.KIND)
def test_every_state_is_reached_and_leads_to_an_end(machine):
    ways = {(source, step.target) for step in steps(machine) for source in step.sources}
    reached, ends = {machine.START}, {state for state, place in machine.PLACES.items() if place.final}
    for _round in machine.STATES.values:
        reached |= {target for source, target in ways if source in reached}
        ends |= {source for source, target in ways if target in ends}
    assert reached == set(machine.STATES.values)
    assert ends == set(machine.STATES.values)


@pytest.mark.parametrize("machine", ALL, ids=lambda machine: machine.KIND)
def test_a_machine_speaks_of_things_that_exist(machine):
    policies = {policy.key for policy in all_policies() if policy.subject_type == CASE}
    for place in machine.PLACES.values():
        assert set(place.clocks) <= policies
    for step in steps(machine):
        assert set(step.asks) <= set(INPUTS)
        assert set(step.by) <= set(ROLES)
        assert step.opens in ("", *Kind.values)
        assert {step.target, *step.sources} <= set(machine.STATES.values)


@pytest.mark.parametrize("machine", ALL, ids=lambda machine: machine.KIND)
def test_a_closed_case_can_be_reopened_with_a_reason(machine):
    final = {state for state, place in machine.PLACES.items() if place.final}
    reopen = next(step for step in steps(machine) if step.name == "reopen")
    assert final - set(reopen.sources) <= {"unsatisfied"}  # its return goes on
    assert reopen.asks == ("why",)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("machine", ALL, ids=lambda machine: machine.KIND)
def test_the_buttons_of_a_role_are_its_legal_steps(machine, role):
    for state in machine.STATES.values:
        offered = {step.name for step in steps_of(Case(kind=machine.KIND, state=state), role)}
        assert offered == {step.name for step in steps(machine) if state in step.sources and role in step.by}


@pytest.mark.parametrize(("kind", "name", "state"), LEGAL)
def test_a_legal_step_arrives(kind, name, state, db, noon):
    step = named(kind, name)
    case = prepared(kind, state, step)
    by = somebody(step, case)
    data = answers_to(case, step, factories.NOON) if by is not None or "declined" in step.asks else {}
    if "money_is_paid" in {condition.__name__ for condition in step.conditions}:
        assert not case.amount  # nothing is to be paid, so nothing is waited for
    take_step(case_id=case.pk, name=name, data=data, by=by, version=1)
    place = BY_KIND[kind].PLACES[step.target]
    moved = Case.objects.get(pk=case.pk)
    assert (moved.state, moved.active, moved.version) == (step.target, not place.final, 2)
    assert moved.closed_at == (factories.NOON if place.final else None)
    assert set(case.lines.values_list("active", flat=True)) == {moved.active}
    entry = Entry.objects.get(topic=topic(case.pk), action="aftersales.step")
    assert (entry.data["before"], entry.data["after"], entry.data["step"]) == (state, step.target, name)
    running = set(
        Clock.objects.filter(subject_type=CASE, subject_id=case.pk, state__in=OPEN).values_list("policy", flat=True)
    )
    assert running <= set(place.clocks)
    if step.opens:
        assert Case.objects.get(links_from__origin=case).kind == step.opens


@pytest.mark.parametrize(
    ("kind", "state"), [(machine.KIND, state) for machine in ALL for state in machine.STATES.values]
)
def test_illegal_steps_change_nothing(kind, state, db, noon):
    case = prepared(kind, state)
    people = {role: factories.UserFactory(role=role) for role in Role.values if role != Role.SUPPLIER}
    illegal = [step for step in steps(BY_KIND[kind]) if state not in step.sources]
    for step in illegal:
        by = next((people[role] for role in people if step.open_to(role)), None)
        with pytest.raises(BusinessError) as refusal:
            take_step(case_id=case.pk, name=step.name, data={"why": "…"}, by=by, version=1)
        assert refusal.value.code == "wrong_state"
    left = Case.objects.get(pk=case.pk)
    assert (left.state, left.version, left.active) == (state, 1, case.active)
    assert not Entry.objects.filter(topic=topic(case.pk)).exists()
    assert illegal


@pytest.mark.parametrize("machine", ALL, ids=lambda machine: machine.KIND)
def test_a_step_is_refused_to_every_other_role(machine, db, noon):
    people = {role: factories.UserFactory(role=role) for role in Role.values} | {"system": None}
    line = line_of()
    cases = {state: CaseFactory(kind=machine.KIND, state=state, line=line, lines=[]) for state in machine.STATES.values}
    for step in steps(machine):
        for role, by in people.items():
            if role in step.by and role != Role.SUPPLIER:
                continue  # a supplier's user without this supplier is a stranger, too
            case = cases[step.sources[0]]
            with pytest.raises(BusinessError) as refusal:
                take_step(case_id=case.pk, name=step.name, data={}, by=by)
            assert refusal.value.code == "not_yours", (step.name, role)
    assert set(Case.objects.filter(pk__in=[case.pk for case in cases.values()]).values_list("version", flat=True)) == {
        1
    }


@pytest.mark.parametrize("machine", ALL, ids=lambda machine: machine.KIND)
def test_an_unknown_step_is_refused(machine, db):
    with pytest.raises(BusinessError) as refusal:
        take_step(case_id=CaseFactory(kind=machine.KIND).pk, name="nonsense", data={}, by=None)
    assert refusal.value.code == "unknown_step"


def test_a_stale_version_is_a_conflict(db, ana, noon):
    case = CaseFactory(kind=Kind.INCIDENT)
    with pytest.raises(BusinessError) as refusal:
        take_step(case_id=case.pk, name="contact", data={}, by=ana, version=7)
    assert refusal.value.code == "changed_meanwhile"
    assert not Contact.objects.exists()


@pytest.mark.parametrize("kind", [kind for kind in Kind.values if kind in meaning.STANDS])
def test_every_word_of_the_platform_has_its_place_in_the_machine(kind):
    for stands in meaning.STANDS[kind].values():
        assert set(stands) <= set(BY_KIND[kind].STATES.values)


def test_a_refused_guard_leaves_no_trace(db, ana, noon):
    """AFT-14: without shares nothing is closed, and the half-taken step is undone."""
    case = CaseFactory(kind=Kind.RESHIP, state="checking", line=line_of(paid_total=0))
    data = {"amount": 1, "freight_amount": None}
    with pytest.raises(BusinessError):
        take_step(case_id=case.pk, name="approve_refund", data=data, by=ana)
    assert Case.objects.get(pk=case.pk).state == "checking"
    assert CaseLine.objects.get(case=case).amount == 0
    assert not PaySlip.objects.exists()
