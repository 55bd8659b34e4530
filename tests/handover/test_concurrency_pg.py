"""Two people at one page at once, on a real PostgreSQL; the control shows that the lock is needed (STF-10)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from common.exceptions import BusinessError
from sla.services import ensure_policies
from staff.handover import services
from staff.handover.services import base
from staff.models import Handover
from tests.handover.conftest import FIVE, HALF_PAST_FOUR

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def policies(transactional_db):
    ensure_policies()


def at_once(jobs):
    """What the jobs answer when they run at the same time; a refusal answers its code."""

    def run(job):
        try:
            return job()
        except BusinessError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def taking(page, *users):
    """Each of `users` accepts an item of his own, all at once; answers who got through."""
    items = list(page.items.order_by("position"))

    def job(user, item):
        def accept():
            services.accept_item(handover_id=page.pk, version=page.version, item_id=item.pk, by=user, now=FIVE)
            return user.username

        return accept

    return at_once([job(user, item) for user, item in zip(users, items, strict=False)])


def test_stf_10_of_two_takers_at_once_one_wins(signed, eve, finn):
    page = signed()
    answers = taking(page, eve, finn)
    winner = Handover.objects.get().taker.username
    assert sorted(answers) == sorted([winner, "taken"])
    assert page.items.filter(accepted_at__isnull=False).count() == 1


def test_control_without_the_lock_both_would_win(signed, eve, finn, monkeypatch):
    page = signed()
    both_have_read = threading.Barrier(2, timeout=20)

    def unlocked(queryset, *, version=None):
        row = queryset.get()
        both_have_read.wait()
        return row

    monkeypatch.setattr(base, "lock_one", unlocked)
    assert sorted(taking(page, eve, finn)) == ["eve", "finn"]
    assert page.items.filter(accepted_at__isnull=False).count() == 2


def test_two_workers_open_one_handover(duty):
    def open_it():
        return services.open_for_duty(duty_id=duty.pk, now=HALF_PAST_FOUR) is not None

    assert sorted(at_once([open_it, open_it])) == [False, True]
    assert Handover.objects.count() == 1
