"""PostgreSQL itself keeps the machines: illegal raw updates are refused; twenty people on one button are one success."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, connections, transaction

from aftersales.models import Case, LegalMove
from aftersales.moves import ensure_moves, legal_moves
from aftersales.services.stepping import take_step
from aftersales.states import Kind, topic
from aftersales.workflows import ALL
from audit.models import Entry
from common.exceptions import BusinessError
from sla.models import Clock
from staff.roles import Role
from tests import factories
from tests.factories_cases import CaseFactory, line_of

PEOPLE = 20


def raw(case: Case, column: str, value: str) -> str:
    """Writes past all of the product; answers what PostgreSQL says."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE aftersales_case SET {column} = %s WHERE id = %s", [value, case.pk])
    except DatabaseError as error:
        return str(error).splitlines()[0]
    return ""


@pytest.mark.postgres
@pytest.mark.parametrize("machine", ALL, ids=lambda machine: machine.KIND)
def test_a_raw_update_makes_legal_moves_only(machine, db):
    legal = {(before, after) for kind, before, after in legal_moves() if kind == machine.KIND}
    line = line_of()
    for before in machine.STATES.values:
        case = CaseFactory(kind=machine.KIND, state=before, line=line, lines=[])
        for after in machine.STATES.values:
            if after == before or (before, after) in legal:
                continue
            assert raw(case, "state", after) == "The machine of this kind of case has no such move."
        assert Case.objects.get(pk=case.pk).state == before
        allowed = next((after for source, after in sorted(legal) if source == before and after != before), None)
        if allowed is not None:
            assert raw(case, "state", allowed) == ""


@pytest.mark.postgres
def test_a_case_never_changes_its_kind_nor_begins_in_an_unknown_state(db):
    case = CaseFactory(kind=Kind.RETURN)
    assert raw(case, "kind", "exchange") == "A case never changes its kind."
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseFactory(kind=Kind.REPAIR, state="coming_back", active=True, ball="agent")


def test_the_table_of_moves_is_that_of_the_machines(db):
    """Written after each migration; what is gone from the machines is gone from the table."""
    rows = set(LegalMove.objects.values_list("kind", "before", "after"))
    assert rows == legal_moves()
    LegalMove.objects.create(kind="return", before="requested", after="refunded!")
    LegalMove.objects.filter(kind="repair").delete()
    ensure_moves()
    assert set(LegalMove.objects.values_list("kind", "before", "after")) == legal_moves()


def press(case_id: int, version: int | None, name: str, by: int, gate: threading.Barrier) -> str:
    """One of many who press the button in the same instant: «done», or the code of the refusal."""
    from staff.models import User

    try:
        user = User.objects.get(pk=by)
        gate.wait(timeout=60)
        take_step(case_id=case_id, name=name, data={"result": "…"}, by=user, version=version)
    except BusinessError as refusal:
        return refusal.code
    else:
        return "done"
    finally:
        connections.close_all()


@pytest.mark.postgres
@pytest.mark.slow
def test_twenty_on_one_button_are_one_success(transactional_db):
    case = CaseFactory(kind=Kind.COMPENSATION)
    people = [factories.UserFactory(role=Role.AGENT_AFTERSALES).pk for _number in range(PEOPLE)]
    gate = threading.Barrier(PEOPLE)
    with ThreadPoolExecutor(PEOPLE) as pool:
        said = list(pool.map(lambda by: press(case.pk, 1, "decline", by, gate), people))
    assert sorted(said) == sorted(["done", *["changed_meanwhile"] * (PEOPLE - 1)])
    assert Entry.objects.filter(topic=topic(case.pk), action="aftersales.step").count() == 1
    left = Case.objects.get(pk=case.pk)
    assert (left.state, left.version) == ("declined", 2)


@pytest.mark.postgres
@pytest.mark.slow
def test_without_the_lock_twenty_would_all_succeed(transactional_db, monkeypatch):
    """The control: take the lock and the version away, and the test above would see more than one."""
    from aftersales.services import stepping
    from aftersales.workflows import machine_of

    gate = threading.Barrier(PEOPLE)

    def unlocked(case_id: int, version: int | None = None) -> Case:
        found = machine_of(Case.objects.get(pk=case_id))
        gate.wait(timeout=60)  # all have read it before the first writes
        return found

    monkeypatch.setattr(stepping, "take", unlocked)
    case = CaseFactory(kind=Kind.CONSULTATION)
    people = [factories.UserFactory(role=Role.AGENT_AFTERSALES).pk for _number in range(PEOPLE)]
    start = threading.Barrier(PEOPLE)
    with ThreadPoolExecutor(PEOPLE) as pool:
        said = list(pool.map(lambda by: press(case.pk, None, "answer", by, start), people))
    assert said.count("done") > 1
    assert not Clock.objects.filter(subject_type="aftersales.case", subject_id=case.pk, state="running").exists()
