"""The fund of a team: append-only, never below zero, open to its members (FIN-07, STF-37)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import Entry
from common.exceptions import BusinessError
from staff.conduct import fund
from staff.models import FundEntry, Team, User
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def put_in(team: Team, by: User, amount: str = "100.00") -> FundEntry:
    return fund.enter(team=team, amount=Decimal(amount), text="经理赞助", by=by, spending=False, now=NOON)


def test_entries_run_up_a_balance(team: Team, sam: User) -> None:
    """FIN-07: in and out, numbered without a gap."""
    put_in(team, sam)
    fund.enter(team=team, amount=Decimal("30.50"), text="下午茶", by=sam, now=NOON)
    found = list(FundEntry.objects.order_by("number").values_list("number", "amount", "balance"))
    assert found == [(1, Decimal("100.00"), Decimal("100.00")), (2, Decimal("-30.50"), Decimal("69.50"))]
    assert fund.balance_of(team) == Decimal("69.50")


def test_it_never_falls_below_zero(team: Team, sam: User) -> None:
    put_in(team, sam, "10.00")
    with pytest.raises(BusinessError, match="hold"):
        fund.enter(team=team, amount=Decimal("10.01"), text="聚餐", by=sam, now=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        FundEntry.objects.create(
            team=team, number=2, on=NOON.date(), amount=Decimal(-11), balance=Decimal(-1), text="x", by=sam
        )
    assert fund.balance_of(team) == Decimal("10.00")


@pytest.mark.parametrize("amount", ["0", "-5", "0.001"])
def test_odd_amounts_are_refused(amount: str, team: Team, sam: User) -> None:
    with pytest.raises(BusinessError):
        fund.enter(team=team, amount=Decimal(amount), text="x", by=sam, spending=False, now=NOON)
    assert not FundEntry.objects.exists()


def test_only_the_leader_enters(team: Team, ana: User, tina: User) -> None:
    for by in (ana, tina):
        with pytest.raises(BusinessError, match="leads"):
            put_in(team, by)
    assert not FundEntry.objects.exists()


def test_a_correction_is_the_opposite_once(team: Team, sam: User) -> None:
    """STF-37: nothing is changed; the wrong entry and its opposite both stand."""
    wrong = put_in(team, sam)
    undone = fund.correct(entry=wrong, reason="记错了队", by=sam, now=NOON)
    assert (undone.amount, undone.balance, undone.corrects) == (Decimal(-100), Decimal(0), wrong)
    for entry in (wrong, undone):
        with pytest.raises(BusinessError, match="already"):
            fund.correct(entry=entry, reason="再来", by=sam, now=NOON)
    assert FundEntry.objects.count() == 2


@pytest.mark.postgres
def test_the_database_refuses_to_change_an_entry(team: Team, sam: User) -> None:
    put_in(team, sam)
    for change in (lambda: FundEntry.objects.update(text="别的"), lambda: FundEntry.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert FundEntry.objects.get().text == "经理赞助"


def test_the_trail_knows_of_the_entry_but_not_of_the_amount(team: Team, sam: User) -> None:
    put_in(team, sam)
    assert Entry.objects.get(action="staff.fund_entry").data == {"number": 1}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["in", "out", "correct"]), st.integers(1, 20_000)), max_size=12))
def test_every_history_balances(team: Team, sam: User, history: list[tuple[str, int]]) -> None:
    """FIN-07: whatever is entered, refused and corrected, the balance is the sum and never negative."""
    with transaction.atomic():
        for step, fen in history:
            last = FundEntry.objects.order_by("-number").first()
            try:
                with transaction.atomic():
                    if step == "correct" and last is not None:
                        fund.correct(entry=last, reason="改", by=sam, now=NOON)
                    else:
                        fund.enter(
                            team=team, amount=Decimal(fen) / 100, text="x", by=sam, spending=step == "out", now=NOON
                        )
            except BusinessError:
                assert list(FundEntry.objects.order_by("-number").values_list("pk", flat=True)[:1]) == (
                    [last.pk] if last else []
                )
        entries = list(FundEntry.objects.order_by("number"))
        running = Decimal(0)
        for number, entry in enumerate(entries, start=1):
            running += entry.amount
            assert (entry.number, entry.balance) == (number, running)
            assert running >= 0
        transaction.set_rollback(True)


def test_members_read_it_and_others_do_not(team: Team, sam: User, ana: User, ben: User, as_user: object) -> None:
    """FIN-07: open to its team. Who was fined is named nowhere."""
    put_in(team, sam, "77.00")
    for user, sees in ((ana, True), (sam, True), (ben, False)):
        client: Client = as_user(user)  # type: ignore[operator]
        assert ("77.00" in client.get("/people/fund/").content.decode()) is sees
    client = as_user(ana)  # type: ignore[operator]
    assert client.post(f"/people/fund/{team.pk}/enter/", {}).status_code == 403


def test_a_leader_enters_on_the_page(team: Team, sam: User, tina: User, as_user: object) -> None:
    client: Client = as_user(sam)  # type: ignore[operator]
    prefix = f"team{team.pk}-"
    typed = {f"{prefix}way": "in", f"{prefix}amount": "25.00", f"{prefix}text": "经理赞助"}
    assert client.post(f"/people/fund/{team.pk}/enter/", typed).status_code == 302
    assert fund.balance_of(team) == Decimal("25.00")
    refused = client.post(f"/people/fund/{team.pk}/enter/", typed | {f"{prefix}way": "out", f"{prefix}amount": "99"})
    assert (refused.status_code, fund.balance_of(team)) == (409, Decimal("25.00"))
    entry = FundEntry.objects.get()
    other: Client = as_user(tina)  # type: ignore[operator]
    assert other.get(f"/people/fund/entries/{entry.pk}/correct/").status_code == 404
    assert client.post(f"/people/fund/entries/{entry.pk}/correct/", {"reason": "记错"}).status_code == 302
    assert fund.balance_of(team) == Decimal(0)
