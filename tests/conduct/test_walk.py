"""Whatever people try in whatever order, the rules of penalties hold (STF-21, STF-34, FIN-07)."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.exceptions import BusinessError
from sla.models import Clock
from sla.states import OPEN
from staff.conduct import services
from staff.conduct.actions import ACTIONS
from staff.conduct.ladder import COUNTED
from staff.conduct.states import PenaltyState as P
from staff.models import Appeal, FundEntry, Penalty, Team, User
from tests.conduct.helpers import fines_on, proposed
from tests.factories import NOON

pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.usefixtures("noon")]

STEPS = st.one_of(
    st.tuples(st.just("propose"), st.just(0), st.just("ana")),
    st.tuples(st.sampled_from(list(ACTIONS)), st.integers(0, 3), st.sampled_from(["ana", "sam", "max", "tina"])),
    st.tuples(st.just("wait"), st.integers(1, 9), st.just("ana")),
)


def carry_out(step: str, number: int, by: User, ana: User, now: dt.datetime) -> None:
    if step == "propose":
        proposed(ana)
        return
    rows = list(Penalty.objects.order_by("pk"))
    if not rows:
        return
    words = {
        "confirm": {},
        "drop": {"note": "x"},
        "appeal": {"text": "x"},
        "decide": {"upheld": number % 2 == 0, "decision": "x"},
    }
    row = rows[number % len(rows)]
    with suppress(BusinessError):
        ACTIONS[step].service(penalty_id=row.pk, version=row.version, by=by, now=now, **words[step])


def holds(now: dt.datetime) -> None:
    """What must be true at every moment."""
    counted = Penalty.objects.filter(state__in=COUNTED)
    assert sorted(counted.values_list("rung", flat=True)) == list(range(1, counted.count() + 1))
    for row in Penalty.objects.all():
        assert row.confirmed_by_id != row.user_id
        assert (row.confirmed_by_id is None) == (row.state in {P.PROPOSED, P.DROPPED})
        running = Clock.objects.filter(topic=f"staff.penalty:{row.pk}", state__in=OPEN).count()
        assert running == (1 if row.state in {P.PROPOSED, P.CONFIRMED, P.APPEALED} else 0)
        assert FundEntry.objects.filter(penalty=row).count() == int(row.state == P.BOOKED and bool(row.money))
        if row.state == P.BOOKED and not Appeal.objects.filter(penalty=row).exists():
            assert row.appeal_until is not None
            assert row.appeal_until < now
    for appeal in Appeal.objects.filter(decided_by__isnull=False):
        assert appeal.decided_by_id != appeal.penalty.confirmed_by_id
    booked = FundEntry.objects.order_by("-number").first()
    assert (booked.balance if booked else Decimal(0)) == sum(FundEntry.objects.values_list("amount", flat=True))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=14))
def test_any_walk_keeps_the_rules(
    team: Team, ana: User, sam: User, max_: User, tina: User, walk: list[tuple[str, int, str]]
) -> None:
    people = {"ana": ana, "sam": sam, "max": max_, "tina": tina}
    with transaction.atomic():
        fines_on()
        now = NOON
        for step, number, name in walk:
            if step == "wait":
                now += dt.timedelta(days=number)
                services.book_due(now)
            else:
                carry_out(step, number, people[name], ana, now)
            holds(now)
        transaction.set_rollback(True)
