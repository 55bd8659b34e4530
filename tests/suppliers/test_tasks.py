"""What happens at night to what suppliers' programs left behind."""

from __future__ import annotations

import datetime as dt

from config.beat import BEAT_SCHEDULE
from suppliers import tasks
from suppliers.models import IdempotentRequest
from tests.factories import NOON


def test_answers_are_kept_for_seven_days(noon, supplier_a):
    for key, age in (("old", dt.timedelta(days=7)), ("young", dt.timedelta(days=7, seconds=-1))):
        IdempotentRequest.objects.create(
            supplier=supplier_a, route="shipments", key=key, fingerprint="f", lease_until=NOON, created_at=NOON - age
        )
    assert tasks.forget_old_requests() == 1
    assert tasks.forget_old_requests() == 0
    assert IdempotentRequest.objects.get().key == "young"


def test_the_night_runs_it():
    assert BEAT_SCHEDULE["suppliers.forget_old_requests"]["task"] == tasks.forget_old_requests.name
