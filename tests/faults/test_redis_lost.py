"""Redis refuses, hangs, is killed, flushed: pages answer, jobs are rows, and the next tick finds them."""

from __future__ import annotations

import datetime as dt
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from celery import current_app

from common import clock, hints, waking
from notifications.models import Message
from orders.models import ImportBatch, Parcel, ShipmentUpload
from orders.states import JobState
from orders.uploads import jobs
from orders.uploads.jobs import run_waiting_uploads
from sla.models import Clock, ClockEvent
from sla.services import ClockSpec, ensure_policies, start_clocks
from suppliers.models import Supplier
from tests.faults.conftest import Web, parts, put_mails
from tests.faults.machines import MailServer, Redis, Worker, free_port, silent_server, until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


# ── Nobody waits for Redis, and nothing is lost by asking it ─────────────────
@pytest.fixture(params=["refuses", "hangs"])
def no_redis(request: Any, redis_at: Callable[[str], None]) -> Iterator[None]:
    with ExitStack() as stack:
        port = free_port() if request.param == "refuses" else stack.enter_context(silent_server())
        redis_at(f"redis://127.0.0.1:{port}/0")
        yield


def test_a_request_without_redis_is_answered_and_its_job_kept(no_redis: None, web: Web, supplier_a: Supplier) -> None:
    for send, status in ((lambda: web.upload(parts(supplier_a, 1)), 202), (web.import_orders, 302)):
        began = time.monotonic()
        assert send().status_code == status
        assert time.monotonic() - began < 5  # counted in seconds for a Redis that hangs, one for each thing asked
    assert ShipmentUpload.objects.get().state == JobState.WAITING
    assert ImportBatch.objects.get().state == JobState.WAITING


def test_control_an_error_of_the_broker_that_is_not_caught_fails_the_request(
    redis_at: Callable[[str], None], web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    redis_at(f"redis://127.0.0.1:{free_port()}/0")
    monkeypatch.setattr(waking, "AWAY", ())
    with pytest.raises(waking.OperationalError):
        web.import_orders()


def carry_out_without_a_cache(redis_at: Callable[[str], None], web: Web, order_nos: list[str]) -> str:
    web.upload(order_nos)
    redis_at(f"redis://127.0.0.1:{free_port()}/0")
    run_waiting_uploads()
    return ShipmentUpload.objects.get().state


def test_a_job_goes_on_when_the_cache_goes_away(
    shared_files: Path, redis_at: Any, web: Web, supplier_a: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "STRIDE", 1)
    order_nos = parts(supplier_a, 3)
    assert carry_out_without_a_cache(redis_at, web, order_nos) == JobState.DONE
    assert Parcel.objects.count() == 3


def test_control_an_error_of_the_cache_that_is_not_caught_fails_the_job(
    shared_files: Path, redis_at: Any, web: Web, supplier_a: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "STRIDE", 1)
    monkeypatch.setattr(hints, "AWAY", ())
    order_nos = parts(supplier_a, 3)
    assert carry_out_without_a_cache(redis_at, web, order_nos) == JobState.FAILED
    assert Parcel.objects.count() == 0


def test_requests_are_counted_without_redis_too(redis_at: Callable[[str], None], web: Web, settings: Any) -> None:
    redis_at(f"redis://127.0.0.1:{free_port()}/0")
    settings.API_REQUESTS_A_MINUTE = 2
    assert [web.to_ship().status_code for _ in range(6)].count(429) >= 2  # a minute may end in between


# ── Redis dies under a real worker ───────────────────────────────────────────
@pytest.fixture
def redis(tmp_path: Path, redis_at: Callable[[str], None]) -> Iterator[Redis]:
    server = Redis(tmp_path)
    server.start()
    redis_at(server.url)
    yield server
    server.kill()
    server.client.close()


@pytest.fixture
def start_worker(redis: Redis, mail_server: MailServer, shared_files: Path) -> Iterator[Callable[..., Worker]]:
    """`start_worker("--beat")`: and it has sent a first mail."""
    started: list[Worker] = []

    def start(*options: str, **environment: str) -> Worker:
        ensure_policies()
        put_mails(1)
        started.append(
            Worker(
                *options,
                REDIS_URL=redis.url,
                HOUTAI_VAR=str(shared_files),
                EMAIL_URL=f"smtp://127.0.0.1:{mail_server.port}",
                **environment,
            )
        )
        if "--beat" not in options:
            tick("notifications.send_outbox")
        until(lambda: mail_server.taken or not started[0].running(), 40)
        assert started[0].running(), started[0].last_words()
        return started[0]

    yield start
    for worker in started:
        worker.end()


def tick(task: str) -> None:
    """What beat says."""
    with current_app.connection_for_write() as connection:
        current_app.send_task(task, connection=connection)


def late_clocks(count: int) -> None:
    long_ago = clock.now() - dt.timedelta(days=9)
    specs = [
        ClockSpec("orders.chased", "orders.fulfilment", n, f"orders.order:{n}", f"T{n}", long_ago) for n in range(count)
    ]
    start_clocks(specs, now=long_ago)


@pytest.mark.postgres
@pytest.mark.redis
def test_without_redis_beat_does_the_work_itself_and_nothing_is_doubled_when_it_is_back(
    redis: Redis, start_worker: Any, mail_server: MailServer, web: Web, supplier_a: Supplier, ana: Any
) -> None:
    """Breaches are told and mailed, files carried out with Redis dead; then it starts empty, and work goes on by it."""
    worker = start_worker("--beat")
    redis.kill()
    put_mails(20, first=1)
    late_clocks(50)
    assert web.upload(parts(supplier_a, 20)).status_code == 202
    assert web.import_orders().status_code == 302
    chased = ClockEvent.objects.filter(clock__policy="orders.chased")
    until(lambda: chased.filter(announced_at__isnull=False).count() == 50 or not worker.running(), 60)
    assert worker.running(), worker.last_words()
    until(lambda: ShipmentUpload.objects.get().state == ImportBatch.objects.get().state == JobState.DONE, 60)
    until(lambda: not Message.objects.exclude(state="sent").exists(), 60)
    assert not redis.answers()
    redis.start()
    assert web.upload(parts(supplier_a, 5)).status_code == 202
    until(lambda: not ShipmentUpload.objects.exclude(state=JobState.DONE).exists() or not worker.running(), 60)
    assert worker.running(), worker.last_words()
    until(lambda: not Message.objects.exclude(state="sent").exists())
    assert chased.values("clock_id").distinct().count() == chased.count() == 50
    assert Clock.objects.filter(policy="orders.chased", verdict="breached").count() == 50
    assert Message.objects.filter(kind="sla.round", user=ana).exists()
    assert set(mail_server.taken.values()) == {1}
    assert len(mail_server.taken) == Message.objects.count() >= 21 + 1  # with the breaches' own


@pytest.mark.postgres
@pytest.mark.redis
def test_control_celerys_own_beat_tells_nobody_while_redis_is_away(
    redis: Redis, start_worker: Any, mail_server: MailServer, ana: Any
) -> None:
    worker = start_worker("--beat", BEAT_SCHEDULER="celery.beat:PersistentScheduler")
    redis.kill()
    time.sleep(1.5)  # for the ticks that the worker had heard already
    late_clocks(5)
    put_mails(1, first=1)
    time.sleep(5)
    assert worker.running(), worker.last_words()
    assert ClockEvent.objects.count() == 0
    assert len(mail_server.taken) == 1


@pytest.mark.postgres
@pytest.mark.redis
def test_what_a_flush_took_from_the_queue_is_found_by_the_next_tick(
    redis: Redis, start_worker: Any, mail_server: MailServer, web: Web, supplier_a: Supplier
) -> None:
    """With its control: without a tick, a worker that is awake does not know of the upload."""
    worker = start_worker()
    until(lambda: redis.client.llen("celery") == 0)
    worker.signal_all(signal.SIGSTOP)
    tick("notifications.send_outbox")  # this one was on its way already
    web.upload(parts(supplier_a, 5))
    assert redis.client.llen("celery") == 1
    assert redis.client.flushall()
    worker.signal_all(signal.SIGCONT)
    put_mails(1, first=1)
    tick("notifications.send_outbox")
    until(lambda: len(mail_server.taken) == 2)
    assert ShipmentUpload.objects.get().state == JobState.WAITING
    tick(jobs.TASK)
    until(lambda: ShipmentUpload.objects.get().state == JobState.DONE)
    assert Parcel.objects.count() == 5
    assert worker.running()
