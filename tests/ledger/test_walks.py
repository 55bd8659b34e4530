"""Walks of fifty steps through the machines of a pay slip and of a loss claim: the model and the database agree.

The models are tables in words; what they do not have is refused and leaves everything as it was.
"""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from audit.models import Entry
from common.exceptions import BusinessError
from ledger.actions import CLAIM_ACTIONS, SLIP_ACTIONS
from ledger.models import Claim, LineBudget, PaySlip
from ledger.states import BINDING
from staff.models import User
from staff.roles import Role
from tests import factories
from tests.ledger.helpers import D, a_loss, an_order, asked, claim_of, paid

STEPS = 50
SUM = "500.00"  # above the agent's limit: three people
SLIP_MODEL = {
    ("submitted", "approve"): "approved",
    ("submitted", "decline"): "declined",
    ("approved", "decline"): "declined",
    ("approved", "pay"): "paid",
    ("declined", "again"): "submitted",
    ("paid", "explain"): "reconciled",
    ("mismatched", "explain"): "reconciled",
}
CLAIM_MODEL = {
    ("drafted", "prove"): "evidenced",
    ("evidenced", "send"): "sent",
    ("disputed", "send"): "sent",
    ("sent", "accept"): "accepted",
    ("disputed", "accept"): "accepted",
    ("sent", "dispute"): "disputed",
    ("accepted", "settle"): "settled",
    **{(state, "write_off"): "written_off" for state in ("drafted", "evidenced", "sent", "disputed")},
}
SLIP_ENDS, CLAIM_ENDS = ("reconciled",), ("settled", "written_off")
SLIP_BY = {"approve": "approver", "decline": "approver", "pay": "payer", "explain": "payer", "again": "asker"}
CLAIM_BY = dict.fromkeys(("prove", "send", "accept", "dispute", "settle"), "asker") | {"write_off": "approver"}
SLIP_TYPED: dict[str, dict[str, Any]] = {
    "approve": {},
    "pay": {},
    "explain": {"reason": "已核"},
    "again": {"reason": "再次"},
    "decline": {"reason": "不符"},
}
CLAIM_TYPED: dict[str, dict[str, Any]] = {
    "prove": {"goods": ["a.mp4"], "reply": ["b.png"]},
    "send": {"note": "视频可见"},
    "accept": {"answer": "同意"},
    "dispute": {"reason": "不是我们"},
    "settle": {},
    "write_off": {"reason": "金额小"},
}
walking = settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),
)
_payments = itertools.count(1)


class People:
    def __init__(self) -> None:
        self.asker = factories.UserFactory(role=Role.AGENT_AFTERSALES)
        self.approver = factories.UserFactory(role=Role.SUPERVISOR)
        self.payer = factories.UserFactory(role=Role.FINANCE)

    def named(self, who: str) -> User:
        found: User = getattr(self, who)
        return found


class SlipWalk:
    """A slip, and what the model expects of it; one that has ended gives way to another."""

    def __init__(self) -> None:
        self.people = People()
        self.begin()

    def begin(self) -> None:
        self.slip = asked(an_order(("900.00",)), SUM, self.people.asker)
        self.state = "submitted"

    def step(self, key: str) -> None:
        typed = SLIP_TYPED[key] | ({"platform_number": f"WALK{next(_payments):06d}"} if key == "pay" else {})
        before = Entry.objects.count()
        moved = _tried(SLIP_ACTIONS[key].service, slip_id=self.slip.pk, by=self.people.named(SLIP_BY[key]), **typed)
        assert moved == ((self.state, key) in SLIP_MODEL), (self.state, key)
        assert (Entry.objects.count() > before) == moved
        self.state = SLIP_MODEL.get((self.state, key), self.state)
        self.compare()
        if self.state in SLIP_ENDS:
            self.begin()

    def compare(self) -> None:
        """FIN-02: the budget of the line is bound exactly while the slip binds."""
        slip = PaySlip.objects.get(pk=self.slip.pk)
        bound = LineBudget.objects.get(order=slip.order, line__isnull=False).bound
        assert (slip.state, bound) == (self.state, D(SUM) if self.state in BINDING else D(0))


class ClaimWalk:
    """A claim of a loss that a supplier bears, likewise."""

    def __init__(self) -> None:
        self.people = People()
        self.begin()

    def begin(self) -> None:
        self.claim = claim_of(a_loss({"supplier": "100"}, supplier=factories.SupplierFactory()))
        self.state = "drafted"

    def step(self, key: str) -> None:
        by = self.people.named(CLAIM_BY[key])
        moved = _tried(CLAIM_ACTIONS[key].service, claim_id=self.claim.pk, by=by, **CLAIM_TYPED[key])
        assert moved == ((self.state, key) in CLAIM_MODEL), (self.state, key)
        if moved and key == "settle":  # it asks for the money; its arrival settles
            assert Claim.objects.get(pk=self.claim.pk).state == self.state
            paid(PaySlip.objects.get(topic=f"ledger.claim:{self.claim.pk}"), self.people.payer)
        self.state = CLAIM_MODEL.get((self.state, key), self.state)
        claim = Claim.objects.get(pk=self.claim.pk)
        agreed = D("100.00") if self.state in ("accepted", "settled") else D(0)
        settled = agreed if self.state == "settled" else D(0)
        assert (claim.state, claim.agreed_amount, claim.settled_amount) == (self.state, agreed, settled)
        if self.state in CLAIM_ENDS:
            self.begin()


def _tried(service: Any, **told: Any) -> bool:
    try:
        service(version=None, **told)
    except BusinessError:
        return False
    return True


def _todo(keys: dict[str, str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(keys)), min_size=STEPS, max_size=STEPS)


@pytest.mark.once
@pytest.mark.once
class TestWalks(TestCase):
    @walking
    @given(todo=_todo(SLIP_BY))
    def test_fin_02_fifty_steps_of_a_slip_never_leave_the_model(self, todo: list[str]) -> None:
        walk = SlipWalk()
        for key in todo:
            walk.step(key)

    @walking
    @given(todo=_todo(CLAIM_BY))
    def test_sup_27_fifty_steps_of_a_claim_never_leave_the_model(self, todo: list[str]) -> None:
        walk = ClaimWalk()
        for key in todo:
            walk.step(key)
