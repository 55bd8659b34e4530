"""The sweep: every rung once, collapsed after an outage, poison set apart, the same few statements for any number."""

from __future__ import annotations

import datetime as dt

import pytest

from sla import engine
from sla.engine import SweepCounts, sweep
from sla.models import Clock, ClockEvent, PolicyStep, PolicyVersion
from sla.selectors import set_aside_clocks
from sla.services import look_again, start_clocks
from tests.factories import NOON
from tests.sla.conftest import HOUR, PLAIN, spec

SECOND = dt.timedelta(seconds=1)
DUE = NOON + 24 * HOUR


def events(clock):
    return list(clock.events.order_by("step").values_list("step", "kind", "at", "collapsed"))


def test_each_rung_is_told_once_when_its_instant_has_passed(start):
    clock = start()
    assert sweep(now=DUE - 4 * HOUR) == SweepCounts()
    assert sweep(now=DUE - 4 * HOUR + SECOND) == SweepCounts(looked_at=1, warned=1)
    assert sweep(now=DUE - 4 * HOUR + SECOND) == SweepCounts()
    assert sweep(now=DUE + SECOND) == SweepCounts(looked_at=1, breached=1)
    assert sweep(now=DUE + 5 * HOUR) == SweepCounts(looked_at=1, escalated=1)
    assert sweep(now=DUE + 25 * HOUR) == SweepCounts(looked_at=1, escalated=1)
    assert sweep(now=DUE + 999 * HOUR) == SweepCounts()
    assert events(clock) == [
        (0, "warn", DUE - 4 * HOUR, 1),
        (1, "breach", DUE, 1),
        (2, "escalate", DUE + 4 * HOUR, 1),
        (3, "escalate", DUE + 24 * HOUR, 1),
    ]


def test_a_rung_that_was_told_already_is_not_told_again_and_holds_no_clock_up(start):
    """The once key of an event: the clock moves on, and is not set aside for it."""
    clock, warned = start(), DUE - 4 * HOUR
    ClockEvent.objects.create(clock=clock, arming=0, step=0, kind="warn", at=warned, recorded_at=warned, collapsed=1)
    assert sweep(now=warned + SECOND) == SweepCounts(looked_at=1, warned=1)
    clock.refresh_from_db()
    assert (events(clock), clock.step, clock.failures) == ([(0, "warn", warned, 1)], 1, 0)


def test_after_an_outage_one_collapsed_event_bears_the_due_instant_and_everybodys_audience(start):
    clock = start()
    assert sweep(now=DUE + 5 * HOUR) == SweepCounts(looked_at=1, breached=1, escalated=1)
    assert events(clock) == [(2, "escalate", DUE + 4 * HOUR, 3)]
    event = clock.events.get()
    assert sorted(event.audiences) == ["agent", "operations", "supervisor"]
    clock.refresh_from_db()
    assert (clock.verdict, clock.state, clock.step) == ("breached", "running", 3)
    assert clock.next_look_at == DUE + 24 * HOUR


def test_statements_do_not_depend_on_the_number_of_clocks(db, django_assert_num_queries):
    start_clocks([spec(n) for n in range(3)], now=NOON)
    start_clocks([spec(n, NOON + 48 * HOUR) for n in range(1000, 1300)], now=NOON)
    with django_assert_num_queries(6 if engine.bulk.on_postgres() else 8) as few:
        assert sweep(now=DUE - HOUR).warned == 3
    with django_assert_num_queries(len(few.captured_queries)):
        assert sweep(now=DUE + 47 * HOUR, batch=1000).looked_at == 303


def test_an_idle_sweep_asks_at_most_five_questions(start, django_assert_max_num_queries):
    start()
    with django_assert_max_num_queries(5):
        sweep(now=NOON)


def test_many_batches_drain_everything(db):
    start_clocks([spec(n) for n in range(25)], now=NOON)
    assert sweep(now=DUE - HOUR, batch=4) == SweepCounts(looked_at=25, warned=25)
    assert ClockEvent.objects.count() == 25


@pytest.fixture
def poisoned(db):
    """Twenty clocks of a hundred run by a version whose ladder cannot be read."""
    start_clocks([spec(n) for n in range(100)], now=NOON)
    bad = PolicyVersion.objects.create(policy=PLAIN.key, version=99, length_seconds=1, created_at=NOON)
    PolicyStep.objects.create(version=bad, number=0, kind="warn", offset_seconds=-9 * 3600, audiences=["agent"])
    PolicyStep.objects.create(version=bad, number=1, kind="breach", offset_seconds=-8 * 3600, audiences="{")
    chosen = list(Clock.objects.order_by("id").values_list("id", flat=True)[::5])
    Clock.objects.filter(id__in=chosen).update(version=bad, step=5)
    return chosen


def test_twenty_poison_clocks_do_not_stop_the_other_eighty(poisoned):
    now = DUE - HOUR
    assert sweep(now=now) == SweepCounts(looked_at=100, warned=80)
    assert ClockEvent.objects.count() == 80
    bad = Clock.objects.filter(id__in=poisoned)
    assert set(bad.values_list("failures", "next_look_at")) == {(1, now + HOUR)}
    assert all("NoRungError" in error for error in bad.values_list("last_error", flat=True))
    assert sweep(now=now + HOUR) == SweepCounts()


def test_poison_is_set_aside_after_five_looks_and_can_be_looked_at_again(poisoned, sam):
    last = SweepCounts()
    for hours in range(5):
        last = sweep(now=DUE - HOUR + hours * (HOUR + SECOND))
    assert last.set_aside == 20
    assert list(set_aside_clocks().values_list("id", flat=True)) == poisoned
    good = PolicyVersion.objects.get(policy=PLAIN.key, version=1)
    Clock.objects.filter(id__in=poisoned).update(version=good, step=0)
    look_again(clock_id=poisoned[0], by=sam, now=NOON)
    assert len(set_aside_clocks()) == 19
    assert sweep(now=DUE + 30 * HOUR).escalated > 0
    assert Clock.objects.get(id=poisoned[0]).verdict == "breached"


def test_a_handler_that_raises_for_one_clock_leaves_no_trace_of_it(db, monkeypatch):
    start_clocks([spec(n) for n in range(40)], now=NOON)
    bad = Clock.objects.get(subject_id=17).pk

    def handler(clock_ids, step, now):
        if bad in clock_ids:
            raise RuntimeError("no")

    from sla import policies

    monkeypatch.setitem(policies._registry, PLAIN.key, policies.Policy(**{**PLAIN.__dict__, "on_steps": handler}))
    assert sweep(now=DUE - HOUR).warned == 39
    assert ClockEvent.objects.filter(clock=bad).count() == 0
    assert Clock.objects.get(pk=bad).last_error == "RuntimeError: no"


def test_control_without_isolation_the_whole_batch_is_lost(poisoned, monkeypatch):
    def whole(ids, now, counts, aside):
        engine._look_later(set(ids).difference(*(group.clock_ids for group in engine.take_passed(ids, now))))

    monkeypatch.setattr(engine, "_work", whole)
    with pytest.raises(engine.NoRungError):
        sweep(now=DUE - HOUR)
    assert ClockEvent.objects.count() == 0
