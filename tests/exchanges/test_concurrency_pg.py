"""Two swaps at once over one shift, on a real PostgreSQL: one wins. The controls show what each guard is for (STF-15)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection

from common.exceptions import BusinessError
from staff.exchanges.services import swaps
from staff.models import Duty, Swap, User
from tests.exchanges.helpers import agreed, asked
from tests.factories import NOON

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Job = Callable[[], str]


def at_once(jobs: list[Job]) -> list[str]:
    """What the jobs answer when they run at the same time; a refusal answers its code."""

    def run(job: Job) -> str:
        try:
            return job()
        except BusinessError as refusal:
            return refusal.code
        except IntegrityError as error:
            return "constraint" if "staff_swap_one_open" in str(error) else "other"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return sorted(pool.map(run, jobs))


def asking(duty: Duty, to: User, other: Duty | None = None) -> Job:
    def job() -> str:
        asked(duty, to, other)
        return "asked"

    return job


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the section and the look for a second swap, both having come that far."""
    both = threading.Barrier(2, timeout=20)

    def wait(*_duties: object) -> None:
        both.wait()

    monkeypatch.setattr(swaps, "lock_alone", lambda name: None)
    monkeypatch.setattr(swaps, "lock", lambda rows: list(rows))
    monkeypatch.setattr(swaps, "_refuse_second", wait)


def test_stf_15_two_swaps_at_once_over_one_shift_one_wins(monday: Duty, ben: User, eve: User) -> None:
    assert at_once([asking(monday, ben), asking(monday, eve)]) == ["asked", "taken"]
    assert Swap.objects.count() == 1


def test_stf_15_as_given_and_as_taken_one_wins(monday: Duty, tuesday: Duty, ben: User, eve: User) -> None:
    """One wants Ben's Tuesday in return while Ben gives it to Eve."""
    assert at_once([asking(monday, ben, tuesday), asking(tuesday, eve)]) == ["asked", "taken"]
    assert Swap.objects.count() == 1


@pytest.mark.usefixtures("unlocked")
def test_control_without_the_lock_the_constraint_stands(monday: Duty, ben: User, eve: User) -> None:
    assert at_once([asking(monday, ben), asking(monday, eve)]) == ["asked", "constraint"]
    assert Swap.objects.count() == 1


@pytest.mark.usefixtures("unlocked")
def test_control_without_the_lock_both_sides_of_one_shift_would_win(
    monday: Duty, tuesday: Duty, ben: User, eve: User
) -> None:
    assert at_once([asking(monday, ben, tuesday), asking(tuesday, eve)]) == ["asked", "asked"]


def test_stf_15_approved_and_withdrawn_at_once_one_wins(monday: Duty, ana: User, ben: User, sam: User) -> None:
    swap = agreed(monday, ben)

    def approve() -> str:
        swaps.approve_swap(swap_id=swap.pk, version=1, acknowledged=True, by=sam, now=NOON)
        return "approved"

    def withdraw() -> str:
        swaps.withdraw_swap(swap_id=swap.pk, version=1, by=ana, now=NOON)
        return "withdrawn"

    answers = at_once([approve, withdraw])
    winner = Swap.objects.values_list("state", flat=True).get()
    assert answers == sorted(["changed_meanwhile", winner])
    holder = Duty.objects.get(cancelled_at__isnull=True).user
    assert holder == (ben if winner == "approved" else ana)


def test_stf_15_approved_twice_at_once_the_shift_moves_once(monday: Duty, ben: User, sam: User, max_: User) -> None:
    swap = agreed(monday, ben)

    def approving(by: User) -> Job:
        def job() -> str:
            swaps.approve_swap(swap_id=swap.pk, version=1, acknowledged=True, by=by, now=NOON)
            return "approved"

        return job

    assert at_once([approving(sam), approving(max_)]) == ["approved", "changed_meanwhile"]
    assert Duty.objects.count() == 2
