"""A walk of fifty steps through each machine, as people and suppliers might take them: the model and the database agree."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db.models import Min
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from aftersales.machine import steps
from aftersales.models import Case
from aftersales.models.cases import NOTHING_DUE
from aftersales.paying import is_paid
from aftersales.services.stepping import take_step
from aftersales.sla_policies import CASE
from aftersales.states import topic
from aftersales.workflows import ALL, BY_KIND
from audit.models import Entry
from common.exceptions import BusinessError
from ledger.models import PaySlip
from ledger.services.paying import pay_slip
from ledger.services.slips import approve_slip
from ledger.states import WAITING, SlipState
from sla.models import Clock
from sla.states import OPEN, ClockState
from staff.roles import Role
from tests import factories
from tests.aftersales.answers import answers_to
from tests.factories_cases import CaseFactory, ReasonFactory, ReturnAddressFactory, line_of

STEPS = 50
HOUSE = [role for role in Role.values if role != Role.SUPPLIER]


class Walk:
    """The case, and what a plain model of its machine expects of it."""

    def __init__(self, machine: type[Case]) -> None:
        ReturnAddressFactory()
        self.machine = machine
        self.people: dict[str, Any] = {role: factories.UserFactory(role=role) for role in HOUSE} | {"system": None}
        line = line_of(quantity=40, price="100.00")
        self.case = CaseFactory(kind=machine.KIND, line=line, reason=ReasonFactory(), judgement="human", goods="back")
        self.now = factories.NOON
        self.state, self.version, self.taken = str(machine.START), 1, 0

    def one(self, name: str, role: str, number: int) -> None:
        self.now += dt.timedelta(minutes=7)
        step = next(step for step in steps(self.machine) if step.name == name)
        legal = self.state in step.sources and role in step.by
        case = Case.objects.get(pk=self.case.pk)
        data = answers_to(case, step, self.now, number=number) if role != "system" or "declined" in step.asks else {}
        refused = ""
        try:
            take_step(case_id=case.pk, name=name, data=data, by=self.people[role], version=self.version, now=self.now)
        except BusinessError as refusal:
            refused = refusal.code
        if refused:
            held = refused in {condition.__name__ for condition in step.conditions}
            assert held or not legal, (name, role, self.state, refused)
        else:
            assert legal
            self.state, self.version, self.taken = step.target, self.version + 1, self.taken + 1
        self.compare()

    def pay(self) -> None:
        """Finance pays what waits: the case follows by itself where it waited for that."""
        for slip in PaySlip.objects.filter(topic=topic(self.case.pk), state__in=WAITING):
            if slip.state == SlipState.SUBMITTED:
                slip = approve_slip(slip_id=slip.pk, version=slip.version, by=self.people[Role.MANAGER], now=self.now)
            pay_slip(
                slip_id=slip.pk, version=slip.version, platform_number=f"2026{slip.pk:012d}",
                by=self.people[Role.FINANCE], now=self.now,
            )  # fmt: skip
        paid = next((step for step in steps(self.machine) if step.name == "refund_paid"), None)
        if paid is not None and self.state in paid.sources and is_paid(self.case.pk):
            self.state, self.version, self.taken = paid.target, self.version + 1, self.taken + 1
        self.compare()

    def compare(self) -> None:
        case = Case.objects.get(pk=self.case.pk)
        place = BY_KIND[case.kind].PLACES[self.state]
        assert (case.state, case.version, case.active) == (self.state, self.version, not place.final)
        assert (case.closed_at is None) is case.active
        assert Entry.objects.filter(topic=topic(case.pk), action="aftersales.step").count() == self.taken
        assert set(case.lines.values_list("active", flat=True)) == {case.active}
        running = Clock.objects.filter(subject_type=CASE, subject_id=case.pk, state__in=OPEN)
        assert set(running.values_list("policy", flat=True)) <= set(place.clocks)
        nearest = Clock.objects.filter(topic=topic(case.pk), state=ClockState.RUNNING).aggregate(due=Min("due_at"))[
            "due"
        ]
        assert case.due_at == (nearest or NOTHING_DUE)
        assert case.amount <= (case.order.paid_total if case.order else case.amount)


def walk_of(machine: type[Case]) -> type[TestCase]:
    """A test case with one Hypothesis walk of this machine."""
    names = [step.name for step in steps(machine)]
    gestures = st.tuples(st.sampled_from(names), st.sampled_from([*HOUSE, "system"]), st.booleans())

    class Walking(TestCase):
        @settings(
            max_examples=2,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,),
        )
        @given(todo=st.lists(gestures, min_size=STEPS, max_size=STEPS))
        def test_fifty_steps(self, todo: list[tuple[str, str, bool]]) -> None:
            walk = Walk(machine)
            for number, (name, role, pays) in enumerate(todo):
                walk.one(name, role, number)
                if pays:
                    walk.pay()
            self._lead_on(walk)

        def _lead_on(self, walk: Walk) -> None:
            """Then one legal step after the other: a walk that is never refused for whose turn it is."""
            for number in range(STEPS):
                own = [step for step in steps(machine) if walk.state in step.sources and set(step.by) - {"supplier"}]
                if not own:
                    return  # an end from which nothing leads on
                step = own[number % len(own)]
                walk.one(step.name, next(role for role in (*HOUSE, "system") if role in step.by), STEPS + number)

    Walking.__name__ = Walking.__qualname__ = f"Test{machine.__name__}Walk"
    return Walking


for _machine in ALL:
    globals()[f"Test{_machine.__name__}Walk"] = pytest.mark.once(pytest.mark.slow(walk_of(_machine)))
