"""A mail server that refuses or hangs: no request waits for it, no row stays locked, the other mails go out."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from notifications import delivery
from notifications.delivery import send_due
from notifications.models import Message
from tests.faults.conftest import Web, put_mails
from tests.faults.machines import MailServer, free_port, sessions, silent_server, until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def hanging(settings: Any) -> Iterator[None]:
    """A server that takes the connection and says nothing; we listen for two seconds."""
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = SMTP, "127.0.0.1", 2
    with silent_server() as settings.EMAIL_PORT:
        yield


def send_in_background() -> threading.Thread:
    def run() -> None:
        try:
            send_due()
        finally:
            connection.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    until(lambda: Message.objects.filter(attempts=1).exists())
    return thread


def touch_all_rows() -> None:
    """What a request may want of the outbox, waiting at most half a second for a lock."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '500ms'")
        Message.objects.update(language="zh-hans")


@pytest.mark.postgres
def test_nothing_waits_for_a_server_that_hangs(settings: Any, web: Web) -> None:
    """All is answered while the sender still waits, however slow the machine; then the server hangs up."""
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = SMTP, "127.0.0.1", 60
    with silent_server() as settings.EMAIL_PORT:
        put_mails(3)
        sender = send_in_background()
        touch_all_rows()
        assert sessions("state LIKE 'idle in transaction%%'") == 0
        assert web.browser.get(reverse("orders:imports")).status_code == 200
        put_mails(1, first=3)
        assert sender.is_alive()
    sender.join(10)
    assert not sender.is_alive()
    assert sorted(Message.objects.values_list("attempts", flat=True)) == [0, 0, 0, 1]


@pytest.mark.postgres
def test_control_a_transaction_around_the_sending_locks_its_row(hanging: None, monkeypatch: pytest.MonkeyPatch) -> None:
    put_mails(1)
    monkeypatch.setitem(globals(), "send_due", transaction.atomic(delivery.send_due))
    thread = threading.Thread(target=run_and_close, daemon=True)
    thread.start()
    until(lambda: sessions("state LIKE 'idle in transaction%%'"))
    with pytest.raises(DatabaseError):
        touch_all_rows()
    thread.join(10)


def run_and_close() -> None:
    try:
        send_due()
    finally:
        connection.close()


def test_a_server_that_hangs_or_refuses_ends_the_round_after_one_try(hanging: None, settings: Any) -> None:
    put_mails(3)
    began = time.monotonic()
    assert send_due().failed == 1
    settings.EMAIL_PORT = free_port()  # and one that refuses
    assert send_due().failed == 1
    assert time.monotonic() - began < 5
    assert sorted(Message.objects.values_list("attempts", flat=True)) == [0, 1, 1]
    assert not Message.objects.exclude(state="queued").exists()


def test_control_an_unreachable_server_taken_for_a_bad_mail_costs_a_try_of_each(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", free_port()
    put_mails(3)
    send = delivery.Line.send

    def blame_the_mail(line: delivery.Line, letter: Any) -> None:
        try:
            send(line, letter)
        except delivery.UnreachableError as error:
            raise OSError from error

    monkeypatch.setattr(delivery.Line, "send", blame_the_mail)
    assert send_due().failed == 3


@pytest.mark.postgres
def test_control_without_a_time_limit_the_sender_hangs(hanging: None, settings: Any) -> None:
    settings.EMAIL_TIMEOUT = 60
    put_mails(1)
    sender = send_in_background()
    sender.join(3)
    assert sender.is_alive()


def send_three_and_choke_on_one(server: MailServer, settings: Any) -> delivery.Counts:
    """The server hangs in the middle of the second mail."""
    settings.EMAIL_TIMEOUT = 1
    put_mails(3)
    take = server.handle_RCPT

    async def choke(connection: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address == "p1@example.com":
            await asyncio.sleep(3)
        return await take(connection, session, envelope, address, options)

    server.handle_RCPT = choke  # type: ignore[method-assign]
    return send_due()


def test_a_mail_that_the_server_chokes_on_stops_no_other(mail_server: MailServer, settings: Any) -> None:
    """The third goes out over a new connection in the same round."""
    counts = send_three_and_choke_on_one(mail_server, settings)
    assert (counts.sent, counts.failed) == (2, 1)
    assert list(Message.objects.filter(state="queued").values_list("address", flat=True)) == ["p1@example.com"]


def test_control_over_the_same_connection_the_next_mail_fails_too(
    mail_server: MailServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery.Line, "hang_up", lambda line: None)
    counts = send_three_and_choke_on_one(mail_server, settings)
    assert (counts.sent, counts.failed) == (1, 2)
