"""The column that the worklist is ordered by is the nearest running clock of the case, whatever happens to its clocks."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from django.db.models import Min

from aftersales.due import refresh_due
from aftersales.importing.taking import take_in
from aftersales.models import Case, Contact
from aftersales.models.cases import NOTHING_DUE
from aftersales.services.notes import call_back, log_contact
from aftersales.services.stepping import take_step
from aftersales.states import topic
from common import clock
from common.exceptions import BusinessError
from orders.clocks.refunds import sync_refunds
from sla import services as sla
from sla.editing import edit_policy
from sla.engine import sweep
from sla.models import Clock
from sla.states import OPEN, ClockState
from tests import factories
from tests.aftersales.goods import a_case, a_line

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
NOON = factories.NOON


def nearest(case: Case) -> dt.datetime:
    running = Clock.objects.filter(topic=topic(case.pk), state=ClockState.RUNNING)
    return running.aggregate(due=Min("due_at"))["due"] or NOTHING_DUE


def due(case: Case) -> dt.datetime:
    return Case.objects.values_list("due_at", flat=True).get(pk=case.pk)


@pytest.fixture
def case(noon, ana, supplier_a):
    return a_case("complaint", ana, a_line(supplier_a))


def test_a_new_case_is_due_with_its_first_clock(case):
    assert due(case) == nearest(case) < NOTHING_DUE


def test_a_case_whose_clocks_wait_is_not_due_until_they_run_on(case, sam, noon):
    before, ids = (
        due(case),
        list(Clock.objects.filter(topic=topic(case.pk), state__in=OPEN).values_list("pk", flat=True)),
    )
    for pk in ids:
        sla.pause_clock(clock_id=pk, reason="等待厂家", party="supplier", by=sam)
    assert due(case) == NOTHING_DUE
    noon.shift(3_600)
    for pk in ids:
        sla.resume_clock(clock_id=pk, by=sam)
    assert due(case) == nearest(case) == before + HOUR


def test_a_policy_that_grows_longer_moves_the_cases_with_its_clocks(case, sam):
    before = due(case)
    policy = Clock.objects.filter(topic=topic(case.pk)).order_by("due_at").values_list("policy", flat=True)[0]
    edit_policy(key=policy, changes={"length_seconds": 9 * 3_600}, note="旺季", by=sam)
    assert due(case) == nearest(case) != before


def test_a_call_promised_sooner_brings_the_case_forward(case, ana, noon):
    before, soon = due(case), NOON + dt.timedelta(minutes=10)
    said = {"contact_way": "phone", "contact_reached": True, "contact_result": "稍后回电"}
    log_contact(case_id=case.pk, version=None, party="buyer", call_back_at=soon, by=ana, **said)
    assert due(case) == soon
    call_back(contact_id=Contact.objects.get().pk, by=ana, **said)
    assert due(case) == before


def test_the_platform_s_deadline_of_a_refund_makes_its_case_due(noon, supplier_a):
    """RET-16: the clock runs on the refund and leads to the case; it counts from the moment it does."""
    refund = factories.RefundFactory(order=a_line(supplier_a).order)
    sync_refunds([refund.pk], now=NOON)
    take_in([refund.pk], now=NOON)
    case = Case.objects.get(refund=refund)
    clock = Clock.objects.get(subject_type="orders.refund", subject_id=refund.pk)
    Clock.objects.filter(topic=topic(case.pk)).exclude(pk=clock.pk).delete()
    refresh_due([case.pk])
    assert (clock.topic, due(case)) == (topic(case.pk), clock.due_at)
    sla.stop_clocks(policies=None, subject_type="orders.refund", subject_ids=[refund.pk], now=NOON)
    assert due(case) == NOTHING_DUE


@pytest.mark.parametrize("seed", range(3))
def test_column_and_clocks_agree_after_any_history(case, ana, sam, noon, seed):
    """Steps, pauses, ends of pauses, longer terms and sweeps, in any order."""
    dice = random.Random(seed)
    deeds = ("pause", "resume", "extend", "sweep", "step", "void")
    seen = set()
    for _number in range(25):
        noon.shift(dice.randrange(60, 7_200))
        pk = dice.choice(list(Clock.objects.filter(topic=topic(case.pk)).values_list("pk", flat=True)))
        deed = dice.choice(deeds)
        try:
            if deed == "pause":
                sla.pause_clock(clock_id=pk, reason="等待", party="buyer", by=sam)
            elif deed == "resume":
                sla.resume_clock(clock_id=pk, by=sam)
            elif deed == "extend":
                until = due(case) if due(case) < NOTHING_DUE else NOON
                sla.extend_clock(clock_id=pk, until=until + dice.randrange(30) * HOUR, reason="说好了", by=sam)
            elif deed == "sweep":
                sweep()
            elif deed == "step":
                take_step(
                    case_id=case.pk, name=dice.choice(["transfer", "withdraw", "reopen"]), data={"result": "好"}, by=ana
                )
            else:
                row = Clock.objects.get(pk=pk)
                sla.void_clocks(
                    policies=[row.policy], subject_type=row.subject_type, subject_ids=[row.subject_id], reason="-",
                    now=clock.now(),
                )  # fmt: skip
            seen.add(deed)
        except BusinessError:
            pass
        assert due(case) == nearest(case)
    assert len(seen) >= 4
