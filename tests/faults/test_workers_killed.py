"""kill -9 in the middle of an upload and between two words with the mail server: taken up again, rows exactly once."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from common import clock
from notifications import delivery
from notifications.delivery import LEASE, send_due
from notifications.letters import message_id
from notifications.models import Message
from orders.models import Parcel, ShipmentUpload
from orders.states import JobState
from orders.uploads import jobs
from orders.uploads.jobs import run_waiting_uploads, stage_upload
from suppliers.models import Supplier
from tests.faults.conftest import parts, put_mails, table
from tests.faults.machines import MailServer, ended_well, fork, kill, sessions, slow_rows, until

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROWS = 120
MAILS = 30


# ── Uploads ──────────────────────────────────────────────────────────────────
@pytest.fixture
def dropped(shared_files: Path, supplier_a: Supplier) -> ShipmentUpload:
    """An upload whose worker was killed while it wrote the parcels."""
    stage_upload(supplier=supplier_a, file=table(parts(supplier_a, ROWS)))
    with slow_rows("orders_parcel"):
        worker = fork(run_waiting_uploads)
        until(lambda: sessions("wait_event = 'PgSleep'"))
        kill(worker)
    return ShipmentUpload.objects.get()


def later() -> dt.datetime:
    return clock.now() + jobs.SILENCE + dt.timedelta(seconds=1)


def test_an_upload_whose_worker_was_killed_is_carried_out_once(dropped: ShipmentUpload) -> None:
    assert (dropped.state, Parcel.objects.count()) == (JobState.RUNNING, 0)
    assert run_waiting_uploads() == 0  # it may still be alive
    assert run_waiting_uploads(now=later()) == 1
    dropped.refresh_from_db()
    assert (dropped.state, dropped.counts["accepted"], dropped.rows.count()) == (JobState.DONE, ROWS, ROWS)
    assert Parcel.objects.values("tracking_no").distinct().count() == Parcel.objects.count() == ROWS


def test_control_without_a_limit_to_silence_the_upload_is_stuck(
    dropped: ShipmentUpload, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = clock.now() + dt.timedelta(days=1)
    monkeypatch.setattr(jobs, "SILENCE", dt.timedelta(days=999))
    assert run_waiting_uploads(now=tomorrow) == 0
    assert Parcel.objects.count() == 0


def test_control_an_upload_marked_before_its_rows_are_written_loses_them(
    shared_files: Path, supplier_a: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mark_first(upload: ShipmentUpload) -> None:
        now = clock.now()
        ShipmentUpload.objects.filter(pk=upload.pk).update(state=JobState.DONE, finished_at=now)
        os.kill(os.getpid(), signal.SIGKILL)

    stage_upload(supplier=supplier_a, file=table(parts(supplier_a, 1)))
    monkeypatch.setattr(jobs, "_carry_out", mark_first)
    assert not ended_well(fork(run_waiting_uploads))
    monkeypatch.undo()
    assert run_waiting_uploads(now=later()) == 0
    assert Parcel.objects.count() == 0


# ── The outbox ───────────────────────────────────────────────────────────────
def send_and_be_killed(server: MailServer, after: dict[str, list[int]]) -> int:
    """Sends all mails by workers that die at the n-th answer «address» or «mail»; answers how many died."""
    killed = 0
    for hook, counts in after.items():
        for count in counts:
            left = count
            worker = fork(send_due)

            def strike(worker: int = worker) -> None:
                nonlocal left
                left -= 1
                if left == 0:
                    os.kill(worker, signal.SIGKILL)

            setattr(server, hook, strike)
            killed += not ended_well(worker)
            setattr(server, hook, lambda: None)
    return killed


def test_a_killed_sender_loses_no_mail_and_repeats_at_most_the_one_in_its_hands(mail_server: MailServer) -> None:
    put_mails(MAILS)
    assert send_and_be_killed(mail_server, {"on_address": [1, 4], "on_mail": [1, 3, 6]}) == 5
    assert send_due(clock.now() + LEASE).sent > 0
    assert set(mail_server.taken) == {message_id(message) for message in Message.objects.all()}
    assert sorted(mail_server.taken.values()) == [1] * (MAILS - 3) + [2] * 3  # the three that had been taken
    assert Message.objects.filter(state="sent").count() == MAILS


def test_without_kills_every_mail_is_taken_once(mail_server: MailServer) -> None:
    put_mails(MAILS)
    assert ended_well(fork(send_due))
    assert list(mail_server.taken.values()) == [1] * MAILS


def test_control_mails_marked_before_they_are_sent_are_lost(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_mails(MAILS)
    compose = delivery.write_letter

    def mark_first(message: Message) -> Any:
        delivery.mark_sent(message, clock.now())
        return compose(message)

    monkeypatch.setattr(delivery, "write_letter", mark_first)
    assert send_and_be_killed(mail_server, {"on_address": [2, 5]}) == 2
    send_due(clock.now() + LEASE)
    assert Message.objects.filter(state="sent").count() == MAILS
    assert len(mail_server.taken) == MAILS - 2


def send_while_another_has_a_mail_in_hand(server: MailServer) -> list[int]:
    """How often each of three mails was taken when one sender goes its round while the answer to another is delayed."""
    put_mails(3)
    held, go_on = threading.Event(), threading.Event()
    take = server.handle_DATA

    async def answer_late(*arguments: Any) -> str:
        answer = await take(*arguments)
        if not held.is_set():
            held.set()
            while not go_on.is_set():
                await asyncio.sleep(0.02)
        return answer

    server.handle_DATA = answer_late  # type: ignore[method-assign]
    other = fork(send_due)
    assert held.wait(20)
    send_due()
    go_on.set()
    assert ended_well(other)
    return sorted(server.taken.values())


def test_no_other_sender_takes_the_mail_in_a_senders_hands(mail_server: MailServer) -> None:
    assert send_while_another_has_a_mail_in_hand(mail_server) == [1, 1, 1]


def test_control_with_a_lease_that_ends_at_once_a_mail_is_sent_twice(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "LEASE", dt.timedelta(0))
    assert send_while_another_has_a_mail_in_hand(mail_server) == [1, 1, 2]
