"""State × step × role of both machines: the buttons show exactly what the services let through; PostgreSQL refuses what
no machine does. Walks through them: test_walks."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.db import Error, connection, transaction

from common.exceptions import BusinessError
from ledger.actions import CLAIM_ACTIONS, SLIP_ACTIONS, open_to
from ledger.models import Claim, PaySlip
from ledger.services import claims as claim_services
from ledger.services.reconciling import reconcile
from ledger.services.slips import approve_slip, decline_slip
from ledger.states import ClaimState, SlipState
from ledger.workflow import ClaimWorkflow, SlipWorkflow
from orders.management.commands.draw_machines import moves
from staff.models import User
from staff.roles import Role
from tests import factories
from tests.ledger.helpers import D, a_loss, an_order, asked, claim_of, paid

pytestmark = pytest.mark.django_db
ROLES = (Role.AGENT_AFTERSALES, Role.SUPERVISOR, Role.FINANCE, Role.MANAGER, Role.WAREHOUSE, Role.SUPPLIER)
PROOF = {"goods": ["a.mp4"], "reply": ["b.png"]}


@pytest.fixture
def people(noon, db) -> dict[str, User]:
    made = {role: factories.UserFactory(role=role) for role in ROLES}
    made["asker"] = factories.UserFactory(role=Role.AGENT_AFTERSALES)
    made["approver"] = factories.UserFactory(role=Role.SUPERVISOR)
    made["payer"] = factories.UserFactory(role=Role.FINANCE)
    return made


# ── Slips ────────────────────────────────────────────────────────────────────
def slip_in(state: str, people: dict[str, User]) -> PaySlip:
    """A slip of 500 yuan, above the agent's limit, brought to `state`."""
    order = an_order(("900.00",))
    slip = asked(order, "500.00", people["asker"])
    told = {"slip_id": slip.pk, "version": None}
    if state == SlipState.DECLINED:
        return decline_slip(**told, reason="x", by=people["approver"])
    if state == SlipState.SUBMITTED:
        return slip
    slip = approve_slip(**told, by=people["approver"])
    if state == SlipState.APPROVED:
        return slip
    if state != SlipState.PAID:
        amount = D("500.00") if state == SlipState.RECONCILED else D("400.00")
        slip.refund = factories.RefundFactory(order=order, state="success", amount=amount)
        slip.save(update_fields=["refund"])
    slip = paid(slip, people["payer"])
    reconcile()
    slip.refresh_from_db()
    return slip


TYPED: dict[str, dict[str, Any]] = {
    "approve": {},
    "pay": {"platform_number": "ALI00000001"},
    "explain": {"reason": "已核"},
    "again": {"reason": "再次"},
    "plan": {},
    "decline": {"reason": "x"},
    "prove": PROOF,
    "send": {"note": "视频可见"},
    "accept": {"answer": "同意"},
    "dispute": {"reason": "不是我们"},
    "settle": {},
    "write_off": {"reason": "金额小"},
}


def goes(work: Callable[[], object]) -> bool:
    """Whether it is let through; nothing of it stays."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                work()
        except BusinessError:
            return False
        finally:
            transaction.set_rollback(True)
    return True


@pytest.mark.once
@pytest.mark.parametrize("state", [state for state in SlipState.values if state != SlipState.DRAFT])
def test_fin_02_slips_the_buttons_are_what_the_services_let_through(people, state, noon):
    from common import clock

    slip = slip_in(state, people)
    assert slip.state == state
    found, shown = {}, {}
    for who, (key, action) in itertools.product(people, SLIP_ACTIONS.items()):
        user = people[who]
        typed = TYPED[key] | ({"pay_on": clock.today()} if key == "plan" else {})
        shown[who, key] = key in open_to(SLIP_ACTIONS, slip, user)
        found[who, key] = user.has_perm(action.right) and goes(
            lambda: action.service(slip_id=slip.pk, version=slip.version, by=user, **typed)  # noqa: B023
        )
    assert found == shown


def test_fin_02_who_may_do_what_with_a_slip_above_the_limit(people):
    """The table in words, so that it does not follow the code."""
    waits, ready = slip_in("submitted", people), slip_in("approved", people)
    approves = {who for who, user in people.items() if "approve" in open_to(SLIP_ACTIONS, waits, user)}
    pays = {who for who, user in people.items() if "pay" in open_to(SLIP_ACTIONS, ready, user)}
    assert approves == {Role.SUPERVISOR, Role.MANAGER, "approver"}
    assert pays == {Role.FINANCE, Role.MANAGER, "payer"}
    assert open_to(SLIP_ACTIONS, waits, people[Role.SUPPLIER]) == {}
    assert open_to(SLIP_ACTIONS, waits, people[Role.WAREHOUSE]) == {}


# ── Claims ───────────────────────────────────────────────────────────────────
def claim_in(state: str, people: dict[str, User]) -> Claim:
    supplier = factories.SupplierFactory()
    claim = claim_of(a_loss({"supplier": "100"}, supplier=supplier))
    told: dict[str, Any] = {"claim_id": claim.pk, "version": None, "by": people["asker"]}
    path = {
        "evidenced": ["prove"],
        "sent": ["prove", "send"],
        "accepted": ["prove", "send", "accept"],
        "settled": ["prove", "send", "accept", "settle"],
        "disputed": ["prove", "send", "dispute"],
        "written_off": ["write_off"],
    }.get(state, [])
    for step in path:
        by = people["approver"] if step == "write_off" else people["asker"]
        made = CLAIM_ACTIONS[step].service(**told | {"by": by}, **TYPED[step])
        if step == "settle":
            paid(made, people["payer"])
    claim.refresh_from_db()
    return claim


@pytest.mark.once
@pytest.mark.parametrize("state", ClaimState.values)
def test_sup_27_claims_the_buttons_are_what_the_services_let_through(people, state):
    claim = claim_in(state, people)
    assert claim.state == state
    found, shown = {}, {}
    for who, (key, action) in itertools.product(people, CLAIM_ACTIONS.items()):
        user = people[who]
        shown[who, key] = key in open_to(CLAIM_ACTIONS, claim, user)
        found[who, key] = user.has_perm(action.right) and goes(
            lambda: action.service(claim_id=claim.pk, version=claim.version, by=user, **TYPED[key])  # noqa: B023
        )
    assert found == shown


# ── PostgreSQL ───────────────────────────────────────────────────────────────
def test_the_guards_of_the_database_are_the_machines():
    guards = import_module("ledger.migrations.0002_guarded_by_the_database")
    assert set(guards.SLIPS) == {(source, target) for source, target, _name in moves(SlipWorkflow)}
    assert set(guards.CLAIMS) == {(source, target) for source, target, _name in moves(ClaimWorkflow)}


def refused_by_the_database(sql: str, params: list[Any]) -> bool:
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
    return True


@pytest.mark.postgres
@pytest.mark.parametrize("target", ["paid", "draft", "reconciled"])
def test_postgresql_refuses_a_jump_of_a_slip(people, target):
    slip = slip_in("submitted", people)
    assert refused_by_the_database(
        "UPDATE ledger_payslip SET state = %s, paid_at = now(), approved_at = now() WHERE id = %s", [target, slip.pk]
    )
    assert PaySlip.objects.get().state == "submitted"


@pytest.mark.postgres
def test_postgresql_keeps_the_sum_of_a_slip_and_the_slip(people):
    slip = slip_in("submitted", people)
    assert refused_by_the_database("UPDATE ledger_payslip SET amount = 1 WHERE id = %s", [slip.pk])
    assert refused_by_the_database("DELETE FROM ledger_slipline; DELETE FROM ledger_payslip WHERE id = %s", [slip.pk])


@pytest.mark.postgres
def test_postgresql_refuses_a_jump_of_a_claim(people):
    claim = claim_in("drafted", people)
    assert refused_by_the_database("UPDATE ledger_claim SET state = 'settled' WHERE id = %s", [claim.pk])
    assert refused_by_the_database("UPDATE ledger_claim SET agreed_amount = amount + 1 WHERE id = %s", [claim.pk])
    assert claim_services.missing_proof(claim) != []
