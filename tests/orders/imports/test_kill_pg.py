"""kill -9 in the middle of an import, and several workers on one: on PostgreSQL the rows are there exactly once."""

from __future__ import annotations

import datetime as dt
import os
import signal

import pytest
from django.db.models import QuerySet

from audit.models import Entry
from common import clock
from orders import claims
from orders.imports import services
from orders.imports.services import SILENCE, run_import, run_waiting_imports, stage_import
from orders.models import Fulfilment, ImportBatch, Order, OrderLine
from orders.states import JobState
from sla.models import Clock
from tests import factories
from tests.faults.machines import at_once, ended_well, fork, kill, sessions, slow_rows, until, while_uncommitted
from tests.orders.imports import files

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROWS = 120
ONCE = dict.fromkeys((Order, Fulfilment, OrderLine, Clock, Entry), ROWS)


@pytest.fixture
def batch() -> ImportBatch:
    factories.ProductFactory(code="A-1")
    numbers = [{"订单编号": f'="61134484743336{n:05d}"'} for n in range(ROWS)]
    return stage_import(files=[files.orders(*numbers), files.lines(*numbers)], by=None)


def rows() -> dict[type, int]:
    """Of orders, parts, lines and clocks all; of the trail what an import writes."""
    trail = Entry.objects.filter(action="orders.imported")
    return {model: trail.count() if model is Entry else model.objects.count() for model in ONCE}


def later() -> dt.datetime:
    return clock.now() + SILENCE + dt.timedelta(seconds=1)


@pytest.mark.parametrize("table", ["orders_order", "orders_fulfilment", "orders_orderline", "sla_clock", "audit_entry"])
def test_an_import_whose_worker_was_killed_is_carried_out_once(batch: ImportBatch, table: str) -> None:
    with slow_rows(table):
        worker = fork(run_waiting_imports)
        until(lambda: sessions("wait_event = 'PgSleep'"))
        kill(worker)
    assert rows() == dict.fromkeys(ONCE, 0)
    assert run_waiting_imports() == 0  # it may still be alive
    assert run_waiting_imports(now=later()) == 1
    batch.refresh_from_db()
    assert (batch.state, batch.counts["orders"]["created"], rows()) == (JobState.DONE, ROWS, ONCE)
    again = stage_import(
        files=[(file.name, file.file.open("rb")) for file in batch.files.order_by("id")], by=None, at_once=True
    )
    assert (files.numbers(run_import(again), "orders"), rows()) == ((0, 0, ROWS), ONCE)


def test_of_several_workers_one_runs_an_import(batch: ImportBatch) -> None:
    assert sorted(at_once(run_waiting_imports, count=4)) == [0, 0, 0, 1]
    batch.refresh_from_db()
    assert (batch.state, rows()) == (JobState.DONE, ONCE)


def test_control_without_a_limit_to_silence_the_import_is_stuck(
    batch: ImportBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = clock.now() + dt.timedelta(days=1)
    assert services._claim(clock.now()) == batch
    monkeypatch.setattr(services, "SILENCE", dt.timedelta(days=999))
    assert run_waiting_imports(now=tomorrow) == 0


def test_control_an_import_marked_before_its_rows_are_written_loses_them(
    batch: ImportBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mark_first(batch: ImportBatch) -> None:
        ImportBatch.objects.filter(pk=batch.pk).update(state=JobState.DONE, finished_at=clock.now())
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(services, "_run", mark_first)
    assert not ended_well(fork(run_waiting_imports))
    monkeypatch.undo()
    assert run_waiting_imports(now=later()) == 0
    assert rows() == dict.fromkeys(ONCE, 0)


def test_two_workers_never_claim_the_same_import(batch: ImportBatch) -> None:
    assert while_uncommitted(lambda: services._claim(clock.now())) == [batch, None]


def test_control_without_the_row_lock_two_workers_claim_it(batch: ImportBatch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda queryset, **_options: queryset.all())
    assert while_uncommitted(lambda: services._claim(clock.now())) == [batch, batch]


def test_a_worker_that_was_given_up_writes_nothing_when_it_comes_back(batch: ImportBatch) -> None:
    """Its import was taken up by another one meanwhile, who is at it still, and then has done it."""
    slow, quick = services._claim(clock.now()), services._claim(later())
    assert slow is not None
    assert quick is not None
    assert run_import(slow).state == JobState.RUNNING
    assert rows() == dict.fromkeys(ONCE, 0)
    assert run_import(quick).counts["orders"]["created"] == ROWS
    for done in (slow, quick):
        run_import(done)
    batch.refresh_from_db()
    assert (batch.state, batch.counts["orders"]["created"], rows()) == (JobState.DONE, ROWS, ONCE)


def test_control_without_a_look_at_the_heartbeat_it_writes_over_the_other_ones_report(
    batch: ImportBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, quick = services._claim(clock.now()), services._claim(later())
    assert slow is not None
    assert quick is not None
    run_import(quick)
    monkeypatch.setattr(claims, "lock_one", lambda rows: slow)
    assert run_import(slow).counts["orders"]["created"] == 0
