"""The demo on PostgreSQL: its steps commit, so that a server as it comes has room for their locks."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from orders.demo import above
from orders.models import Order
from staff.models import User
from tests.factories import UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


class BrokenError(Exception):
    pass


def break_off(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Loads a demo that fails near its end; the locks that it held then."""
    held: list[int] = []

    def fail(*_args: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid()")
            held.append(cursor.fetchone()[0])
        raise BrokenError

    monkeypatch.setattr(above, "load", fail)
    with pytest.raises(BrokenError):
        call_command("load_demo", orders=20, verbosity=0)
    return held


def test_what_people_made_before_the_demo_survives_its_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    UserFactory(username="own")
    break_off(monkeypatch)
    assert User.objects.filter(username="own").exists()


def test_a_demo_that_fails_half_way_leaves_nothing_and_holds_no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert break_off(monkeypatch)[0] < 500
    assert (Order.objects.count(), User.objects.count()) == (0, 0)
