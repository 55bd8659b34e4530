"""Sweepers at once and sweepers that die, on a real PostgreSQL; each guard has a control that shows it is needed."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from common import bulk
from sla import engine, rungs
from sla.announce import announce
from sla.engine import sweep
from sla.models import Clock, ClockEvent
from sla.services import ensure_policies, start_clocks
from tests.factories import NOON
from tests.faults.machines import fork, kill, slow_rows, until, while_uncommitted
from tests.sla.conftest import spec

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LATE = NOON + dt.timedelta(hours=24, seconds=1)
CLOCKS = 2_000


@pytest.fixture
def due():
    ensure_policies()
    start_clocks([spec(n) for n in range(CLOCKS)], now=NOON)


def closing(job):
    """`job` in a thread of its own, whose connection is closed afterwards."""

    def run(*_arguments):
        try:
            return job()
        finally:
            connection.close()

    return run


def at_once(job, workers=8):
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(closing(job), range(workers)))


def test_eight_sweepers_at_once_tell_each_rung_once(due):
    counts = at_once(lambda: sweep(now=LATE, batch=100))
    assert sum(count.breached for count in counts) == CLOCKS
    assert ClockEvent.objects.count() == CLOCKS
    assert Clock.objects.filter(verdict="breached", step=2).count() == CLOCKS


def claims_of_two():
    """What two sweepers claim while neither is done."""
    with transaction.atomic():
        mine = engine._claim(LATE, 100)
        (theirs,) = at_once(lambda: transaction.atomic(engine._claim)(LATE, 100), workers=1)
    return set(mine), set(theirs)


def test_two_sweepers_never_claim_the_same_clock(due):
    mine, theirs = claims_of_two()
    assert (len(mine), len(theirs), mine & theirs) == (100, 100, set())


def test_control_without_the_claim_lock_sweepers_claim_the_same_clocks(due, monkeypatch):
    monkeypatch.setattr(engine, "CLAIM_LOCK", "")
    mine, theirs = claims_of_two()
    assert mine == theirs


def told_by_two():
    """How many events there are when a sweeper goes its round while another has not committed yet."""
    while_uncommitted(lambda: sweep(now=LATE))
    return ClockEvent.objects.count()


def test_a_sweeper_tells_nothing_that_another_has_in_hand(due):
    assert told_by_two() == CLOCKS


def test_control_without_lock_and_unique_key_rungs_are_told_twice(due, monkeypatch):
    monkeypatch.setattr(engine, "CLAIM_LOCK", "")
    monkeypatch.setattr(rungs, "ONCE", "")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE sla_clockevent DROP CONSTRAINT sla_clockevent_once")
    try:
        assert told_by_two() == 2 * CLOCKS
    finally:
        ClockEvent.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE sla_clockevent ADD CONSTRAINT sla_clockevent_once UNIQUE (clock_id, arming, step)"
            )


def test_without_the_lock_the_unique_key_alone_tells_once(due, monkeypatch):
    """The guard behind the guard."""
    monkeypatch.setattr(engine, "CLAIM_LOCK", "")
    assert told_by_two() == CLOCKS


def test_eight_announcers_at_once_tell_each_event_once(due, ana):
    sweep(now=LATE)
    assert sum(at_once(lambda: announce(LATE))) == CLOCKS


def test_control_events_read_before_they_are_marked_are_told_by_both(due, ana, monkeypatch):
    sweep(now=LATE)
    both_read = threading.Barrier(2)
    fetch = bulk.fetch

    def torn(sql, params):
        if not sql.startswith("UPDATE"):
            return fetch(sql, params)
        ids = list(ClockEvent.objects.filter(announced_at=None).values_list("pk"))
        both_read.wait(10)
        ClockEvent.objects.update(announced_at=LATE)
        return ids

    monkeypatch.setattr(bulk, "fetch", torn)
    assert at_once(lambda: announce(LATE), workers=2) == [CLOCKS, CLOCKS]


def kill_midway(kills=6):
    """Starts two sweepers at a time and kills them with -9 as soon as some events are there."""
    for _number in range(kills // 2):
        before = ClockEvent.objects.count()
        running = [fork(lambda: sweep(now=LATE, batch=50)) for _sweeper in range(2)]
        until(lambda before=before: ClockEvent.objects.count() > before)
        for worker in running:
            kill(worker)
    return ClockEvent.objects.count()


@pytest.fixture
def slow_events(due):
    """Every event takes a moment, so that a kill comes in the middle of a batch."""
    with slow_rows("sla_clockevent", 0.002):
        yield


def test_kill_9_in_the_middle_loses_nothing_and_doubles_nothing(slow_events):
    done = kill_midway()
    assert 0 < done < CLOCKS
    sweep(now=LATE)
    assert ClockEvent.objects.count() == CLOCKS
    assert ClockEvent.objects.values("clock_id").distinct().count() == CLOCKS
    assert Clock.objects.filter(verdict="breached", step=2).count() == CLOCKS


def test_control_clocks_moved_before_their_events_are_written_lose_events(due, monkeypatch):
    """Two transactions instead of one: what dies between them is lost."""

    class Killed(BaseException):
        pass

    def torn(clock_ids, now):
        Clock.objects.filter(pk__in=clock_ids).update(step=2, next_look_at=None)
        connection.connection.commit()
        raise Killed

    monkeypatch.setattr(engine, "take_passed", torn)
    with pytest.raises(Killed):
        sweep(now=LATE, batch=100)
    monkeypatch.undo()
    sweep(now=LATE)
    assert ClockEvent.objects.count() < CLOCKS
