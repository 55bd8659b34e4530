"""Sweepers at once and sweepers that die, on a real PostgreSQL; each guard has a control that shows it is needed."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

from sla import engine, rungs
from sla.announce import announce
from sla.engine import sweep
from sla.models import Clock, ClockEvent
from sla.services import ensure_policies, start_clocks
from tests.factories import NOON
from tests.sla.conftest import spec

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LATE = NOON + dt.timedelta(hours=24, seconds=1)
CLOCKS = 2_000
ROOT = Path(__file__).resolve().parents[2]
SWEEPER = """
import django; django.setup()
import tests.sla.conftest
import datetime as dt
from sla.engine import sweep
sweep(now=dt.datetime.fromisoformat({now!r}), batch=50)
"""


@pytest.fixture
def due():
    ensure_policies()
    start_clocks([spec(n) for n in range(CLOCKS)], now=NOON)


def at_once(job, workers=8):
    def run(_number):
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, range(workers)))


def test_eight_sweepers_at_once_tell_each_rung_once(due):
    counts = at_once(lambda: sweep(now=LATE, batch=100))
    assert sum(count.breached for count in counts) == CLOCKS
    assert ClockEvent.objects.count() == CLOCKS
    assert Clock.objects.filter(verdict="breached", step=2).count() == CLOCKS


def test_control_without_the_claim_lock_sweepers_work_on_the_same_clocks(due, monkeypatch):
    monkeypatch.setattr(engine, "CLAIM_LOCK", "")
    counts = at_once(lambda: sweep(now=LATE, batch=500))
    assert sum(count.breached for count in counts) > CLOCKS
    assert ClockEvent.objects.count() == CLOCKS  # the unique key is the second guard


def test_control_without_lock_and_unique_key_rungs_are_told_twice(due, monkeypatch):
    monkeypatch.setattr(engine, "CLAIM_LOCK", "")
    monkeypatch.setattr(rungs, "ONCE", "")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE sla_clockevent DROP CONSTRAINT sla_clockevent_once")
    try:
        at_once(lambda: sweep(now=LATE, batch=500))
        assert ClockEvent.objects.count() > CLOCKS
    finally:
        ClockEvent.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE sla_clockevent ADD CONSTRAINT sla_clockevent_once UNIQUE (clock_id, arming, step)"
            )


def test_eight_announcers_at_once_tell_each_event_once(due, ana):
    sweep(now=LATE)
    assert sum(at_once(lambda: announce(LATE))) == CLOCKS


def sweeper():
    settings = connection.settings_dict
    url = (
        f"postgres://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    )
    return subprocess.Popen(
        [sys.executable, "-c", SWEEPER.format(now=LATE.isoformat())],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        stderr=subprocess.DEVNULL,
    )


def kill_midway(kills=6):
    """Starts two sweepers at a time and kills them with -9 as soon as some events are there."""
    for _number in range(kills // 2):
        before = ClockEvent.objects.count()
        running = [sweeper(), sweeper()]
        patience = time.monotonic() + 20
        while ClockEvent.objects.count() == before and time.monotonic() < patience:
            time.sleep(0.005)
        for process in running:
            process.send_signal(signal.SIGKILL)
            process.wait()
    return ClockEvent.objects.count()


@pytest.fixture
def slow_events(due):
    """Every event takes a moment, so that a kill comes in the middle of a batch."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION tests_slow() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_sleep(0.002); RETURN NEW; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER tests_slow BEFORE INSERT ON sla_clockevent FOR EACH ROW EXECUTE FUNCTION tests_slow()"
        )
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER tests_slow ON sla_clockevent")
        cursor.execute("DROP FUNCTION tests_slow")


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
