"""Many at once on a real PostgreSQL: never more than was paid, one payment a slip. The controls show what guards do it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from django.db.models import Sum

from common.exceptions import BusinessError
from ledger.models import LineBudget, PaySlip, SlipLine
from ledger.services import budgets
from ledger.services.paying import pay_slip
from ledger.services.slips import approve_slip, decline_slip
from ledger.signals import slip_paid
from ledger.states import SlipState
from staff.roles import Role
from tests import factories
from tests.factories import NOON
from tests.ledger.helpers import D, an_order, asked, paid

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
THREADS = 20
PAYMENTS = 100
CHECK = "ledger_linebudget_never_more"


def at_once(jobs: list[Callable[[], str]]) -> Counter[str]:
    """What the jobs answer when they run at the same time; a refusal answers its code."""
    start = threading.Barrier(len(jobs), timeout=60)

    def run(job: Callable[[], str]) -> str:
        try:
            start.wait()
            return job()
        except BusinessError as refusal:
            return refusal.code
        except IntegrityError as error:
            return "check" if CHECK in str(error) else str(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return Counter(pool.map(run, jobs))


def asking_all(orders, ana, number: int) -> Callable[[], str]:
    """One clerk who asks 100 yuan of each order, one after the other; answers how many were let through."""

    def job() -> str:
        through = 0
        for order in orders:
            try:
                asked(order, "100.00", ana, key=f"t{number}:{order.pk}")
            except BusinessError:
                continue
            through += 1
        return str(through)

    return job


def given(order) -> Decimal:
    return SlipLine.objects.filter(budget__order=order).aggregate(total=Sum("amount"))["total"] or D(0)


@pytest.fixture
def ana():
    return factories.UserFactory(username="ana", role=Role.AGENT_AFTERSALES)


@pytest.fixture
def sam():
    return factories.UserFactory(username="sam", role=Role.SUPERVISOR)


def test_fin_02_twenty_threads_on_each_of_a_hundred_payments_never_exceed_it(ana):
    orders = [an_order(("300.00",)) for _ in range(PAYMENTS)]
    answers = at_once([asking_all(orders, ana, number) for number in range(THREADS)])
    assert sum(int(through) * times for through, times in answers.items()) == 3 * PAYMENTS
    assert {given(order) for order in orders} == {D(300)}
    assert set(LineBudget.objects.filter(line__isnull=False).values_list("bound", flat=True)) == {D(300)}


@pytest.fixture
def unlocked(monkeypatch):
    """Without the row lock, each having looked before any writes."""
    looked = threading.Barrier(THREADS, timeout=60)
    spread = budgets.spread

    def wait(*told):
        found = spread(*told)
        looked.wait()
        return found

    monkeypatch.setattr(budgets, "lock", list)
    monkeypatch.setattr(budgets, "spread", wait)


def rush(order, ana) -> Counter[str]:
    def asking(number: int) -> Callable[[], str]:
        def job() -> str:
            asked(order, "100.00", ana, key=f"t{number}")
            return "asked"

        return job

    budgets.LineBudget.objects.bulk_create(
        [LineBudget(order=order, line=order.lines.get(), paid=D(300)), LineBudget(order=order, paid=D(0))]
    )
    return at_once([asking(number) for number in range(THREADS)])


@pytest.mark.usefixtures("unlocked")
def test_control_without_the_lock_the_check_stands(ana):
    order = an_order(("300.00",))
    assert rush(order, ana) == {"asked": 3, "check": 17}
    assert given(order) == D(300)


@pytest.mark.usefixtures("unlocked")
def test_control_without_lock_and_check_far_more_goes_out(ana):
    order = an_order(("300.00",))
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE ledger_linebudget DROP CONSTRAINT {CHECK}")
    try:
        assert rush(order, ana) == {"asked": THREADS}
        assert given(order) == D(2000)
    finally:
        LineBudget.objects.update(bound=0)
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE ledger_linebudget ADD CONSTRAINT {CHECK} CHECK (bound >= 0 AND bound <= paid)")


def test_one_event_asked_for_by_twenty_is_one_slip(ana):
    order = an_order(("300.00",))

    def job() -> str:
        return asked(order, "300.00", ana, key="case:1").number

    answers = at_once([job] * THREADS)
    assert (len(answers), PaySlip.objects.count(), given(order)) == (1, 1, D(300))


def test_fin_01_twenty_clicks_are_one_payment(ana):
    clerks = [factories.UserFactory(role=Role.FINANCE) for _ in range(2)]
    slip, heard = asked(an_order(), "10.00", ana), []

    def hear(sender, *, slip, **more):
        heard.append(slip.pk)

    def paying(number: int) -> Callable[[], str]:
        def job() -> str:
            by, text = clerks[number % 2], f"ALI{number:08d}"
            pay_slip(slip_id=slip.pk, version=slip.version, platform_number=text, by=by, now=NOON)
            return "paid"

        return job

    slip_paid.connect(hear)
    try:
        answers = at_once([paying(number) for number in range(THREADS)])
    finally:
        slip_paid.disconnect(hear)
    assert answers == {"paid": 1, "changed_meanwhile": THREADS - 1}
    assert heard == [slip.pk]


def test_paid_and_declined_at_once_one_wins(ana, sam):
    fin = factories.UserFactory(role=Role.FINANCE)
    slip = asked(an_order(), "10.00", ana)

    def decline() -> str:
        decline_slip(slip_id=slip.pk, version=slip.version, reason="x", by=sam, now=NOON)
        return "declined"

    def pay() -> str:
        pay_slip(slip_id=slip.pk, version=slip.version, platform_number="ALI00000001", by=fin, now=NOON)
        return "paid"

    answers = at_once([decline, pay])
    slip.refresh_from_db()
    assert answers == {slip.state: 1, "changed_meanwhile": 1}
    assert given_bound(slip) == (D(10) if slip.state == SlipState.PAID else D(0))


def given_bound(slip) -> Decimal:
    return LineBudget.objects.filter(order=slip.order).aggregate(total=Sum("bound"))["total"]


def test_approved_by_two_at_once_one_wins(ana, sam):
    other = factories.UserFactory(role=Role.SUPERVISOR)
    slip = asked(an_order(("900.00",)), "500.00", ana)

    def approving(by) -> Callable[[], str]:
        def job() -> str:
            approve_slip(slip_id=slip.pk, version=slip.version, by=by, now=NOON)
            return "approved"

        return job

    assert at_once([approving(sam), approving(other)]) == {"approved": 1, "changed_meanwhile": 1}


def test_opposite_orders_do_not_wait_for_each_other(ana):
    """T7: two orders asked for in opposite order, again and again: nobody is killed by the database."""
    first, second = an_order(("900.00",)), an_order(("900.00",))

    def walking(number: int) -> Callable[[], str]:
        def job() -> str:
            for order in (first, second) if number % 2 else (second, first):
                asked(order, "1.00", ana, key=f"w{number}:{order.pk}")
            return "done"

        return job

    assert at_once([walking(number) for number in range(THREADS)]) == {"done": THREADS}
    assert (given(first), given(second)) == (D(20), D(20))


def test_paid_helper_is_for_one_thread(ana):
    fin = factories.UserFactory(role=Role.FINANCE)
    assert paid(asked(an_order(), "10.00", ana), fin).state == SlipState.PAID
