"""The outbox: told once, sent, marked after the answer; nothing is lost, one poison message stops nobody."""

from __future__ import annotations

import datetime as dt
import socket
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command

from audit.models import Entry
from common.exceptions import BusinessError
from notifications import render
from notifications.delivery import DELAYS, LEASE, lease, mark_sent, put_back, send_due
from notifications.letters import message_id
from notifications.models import BellItem, Message
from notifications.services import notify, queue_mail, resend
from tests.factories import NOON, UserFactory

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def kinds() -> Any:
    render.register(
        "test.letter",
        lambda context, language: render.Mail(
            subject=f"发货提醒 {context['n']}",
            text="正文\n",
            html='<p>正文 <img src="cid:chart"></p>',
            inline=(("chart", PNG),),
            attachments=(("报告.xlsx", b"PK", "application/vnd.ms-excel"),),
        ),
    )
    render.register(
        "test.language",
        lambda context, language: render.Mail(subject=language, text=str(render.translation.get_language())),
    )
    render.register("test.poison", lambda context, language: render.Mail(subject=context["missing"], text=""))
    render.register("test.injected", lambda context, language: render.Mail(subject="a\r\nBcc: x@example.com", text="b"))
    render.register_bell("test.letter", lambda context: f"发货提醒 {context['n']}")


def put(n: int, kind: str = "test.letter", **more: Any) -> Message:
    queue_mail(
        kind=kind,
        address="ana@example.com",
        context={"n": n},
        language="zh-hans",
        dedupe_key=f"t:{n}",
        now=NOON,
        **more,
    )
    return Message.objects.get(dedupe_key=f"t:{n}")


def test_a_mail_holds_text_html_with_its_picture_and_the_attachment(noon: Any) -> None:
    message = put(1)
    counts = send_due()
    assert (counts.sent, counts.failed, counts.dead) == (1, 0, 0)
    sent = mail.outbox[0].message()
    assert sent["Message-ID"] == message_id(message)
    assert sent["Subject"] == "发货提醒 1"
    assert [part.get_content_type() for part in sent.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/vnd.ms-excel",
    ]
    assert [part["Content-ID"] for part in sent.walk() if part["Content-ID"]] == ["<chart>"]
    assert [part.get_filename() for part in sent.iter_attachments()] == ["报告.xlsx"]
    message.refresh_from_db()
    assert (message.state, message.sent_at, message.lease_token) == ("sent", NOON, None)


def test_the_same_key_is_told_once(noon: Any) -> None:
    put(1)
    queue_mail(kind="test.letter", address="b@example.com", context={}, language="en", dedupe_key="t:1")
    assert Message.objects.count() == 1
    send_due()
    assert send_due().sent == 0
    assert len(mail.outbox) == 1


def test_the_language_is_the_recipients(noon: Any) -> None:
    queue_mail(kind="test.language", address="a@example.com", context={}, language="en", dedupe_key="en")
    queue_mail(kind="test.language", address="a@example.com", context={}, language="zh-hans", dedupe_key="zh")
    send_due()
    assert [(m.subject, m.body) for m in mail.outbox] == [("en", "en"), ("zh-hans", "zh-hans")]


def test_one_poison_message_never_blocks_the_others(noon: Any) -> None:
    poison, good = put(1, kind="test.poison"), put(2)
    counts = send_due()
    assert (counts.sent, counts.failed) == (1, 1)
    poison.refresh_from_db()
    good.refresh_from_db()
    assert good.state == "sent"
    assert (poison.state, poison.attempts, poison.next_try_at) == ("queued", 1, NOON + dt.timedelta(minutes=1))
    assert poison.last_error == "KeyError: 'missing'"


def test_an_unknown_kind_waits_for_the_app_that_knows_it(noon: Any) -> None:
    message = put(1, kind="nobody.knows")
    send_due()
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 1)
    assert mail.outbox == []


def test_tries_back_off_from_a_minute_and_end_after_72_hours(noon: Any) -> None:
    assert DELAYS[0] == dt.timedelta(minutes=1)
    assert sum(DELAYS, dt.timedelta()) == dt.timedelta(hours=72)
    message = put(1, kind="test.poison")
    tries = 0
    while Message.objects.get().state == "queued":
        noon.move_to(Message.objects.get().next_try_at)
        send_due()
        tries += 1
    message.refresh_from_db()
    assert tries == len(DELAYS) + 1
    assert message.state == "dead"
    noon.shift(dt.timedelta(days=9))
    assert send_due().failed == 0


def test_a_line_break_in_a_header_is_refused_for_good(noon: Any) -> None:
    message = put(1, kind="test.injected")
    assert send_due().dead == 1
    message.refresh_from_db()
    assert message.state == "dead"
    assert mail.outbox == []


@pytest.mark.parametrize("address", ["a@example.com\r\nBcc: x@example.com", "nobody", "", "a@b@c"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(BusinessError):
        queue_mail(kind="test.letter", address=address, context={}, language="en", dedupe_key="x")
    assert Message.objects.count() == 0


def test_a_bad_address_of_a_user_silences_nobody_else(noon: Any, ana: Any) -> None:
    bad = UserFactory(email="no\r\nBcc: x@example.com")
    notify(kind="test.letter", users=[bad, ana], context={"n": 1}, dedupe_key="k")
    counts = send_due()
    assert (counts.sent, counts.dead) == (1, 1)
    assert [m.to for m in mail.outbox] == [["ana@example.com"]]


def test_notify_tells_each_user_once_by_bell_and_by_mail_if_wanted(noon: Any, ana: Any, sam: Any) -> None:
    quiet = UserFactory(wants_mail=False)
    gone = UserFactory(is_active=False)
    for _ in range(2):
        notify(kind="test.letter", users=[ana, sam, ana, quiet, gone], context={"n": 3}, url="/desk/", dedupe_key="k")
    assert sorted(BellItem.objects.values_list("user__username", flat=True)) == sorted(["ana", "sam", quiet.username])
    assert sorted(Message.objects.values_list("user__username", flat=True)) == ["ana", "sam"]
    assert BellItem.objects.filter(url="/desk/", read_at=None).count() == 3


def test_a_late_worker_changes_nothing(noon: Any) -> None:
    """SIGSTOP for longer than the lease: the other worker's lease is in the WHERE of the late mark."""
    put(1)
    slow = lease(NOON)
    assert slow is not None
    assert lease(NOON) is None
    quick = lease(NOON + LEASE)
    assert quick is not None
    assert mark_sent(slow, NOON + LEASE) is False
    assert put_back(slow, ValueError("x"), NOON + LEASE) == "queued"
    assert Message.objects.get().last_error == ""
    assert mark_sent(quick, NOON + LEASE) is True
    assert mark_sent(slow, NOON + LEASE) is False


class DiesAfterSending(EmailBackend):
    """A worker that is killed between the server's answer and the mark."""

    armed = True

    def send_messages(self, messages: Any) -> int:
        sent = super().send_messages(messages)
        if DiesAfterSending.armed:
            DiesAfterSending.armed = False
            raise KeyboardInterrupt
        return sent


def test_a_kill_between_answer_and_mark_repeats_one_mail_with_the_same_id(noon: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.notifications.test_outbox.DiesAfterSending"
    DiesAfterSending.armed = True
    first = put(1)
    put(2)
    with pytest.raises(KeyboardInterrupt):
        send_due()
    assert send_due().sent == 1  # the other one; the first is leased
    noon.shift(LEASE)
    assert send_due().sent == 1
    assert send_due().sent == 0
    ids = [m.message()["Message-ID"] for m in mail.outbox]
    assert ids.count(message_id(first)) == 2
    assert len(ids) == 3


def test_a_server_that_cannot_be_reached_costs_one_try_of_one_message(noon: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    put(1)
    put(2)
    assert send_due().failed == 1
    assert sorted(Message.objects.values_list("attempts", flat=True)) == [0, 1]


class Sink:
    """A real SMTP receiver; it refuses one address."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.connections = 0

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address == "full@example.com":
            return "452 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(envelope.content)
        return "250 OK"


@pytest.fixture
def sink(settings: Any) -> Any:
    handler = Sink()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield handler
    controller.stop()


def test_a_real_receiver_gets_all_over_one_connection(sink: Sink) -> None:
    for n in range(5):
        put(n)
    assert send_due().sent == 5
    assert (len(sink.mails), sink.connections) == (5, 1)


def test_a_refused_recipient_is_tried_again_and_the_rest_go_on(sink: Sink) -> None:
    queue_mail(
        kind="test.letter", address="full@example.com", context={"n": 0}, language="en", dedupe_key="f", now=NOON
    )
    put(1)
    counts = send_due()
    assert (counts.sent, counts.failed) == (1, 1)
    assert "452" in Message.objects.get(dedupe_key="f").last_error


def test_a_dead_message_can_be_sent_again_by_a_supervisor(noon: Any, sam: Any) -> None:
    message = put(1)
    Message.objects.update(state="dead", attempts=22, last_error="x")
    resend(message.pk, sam)
    assert send_due().sent == 1
    assert mail.outbox[0].message()["Message-ID"] == message_id(message)
    assert Entry.objects.get().action == "notifications.resent"


def test_a_sent_message_is_not_sent_again(noon: Any, sam: Any) -> None:
    message = put(1)
    send_due()
    with pytest.raises(BusinessError):
        resend(message.pk, sam)
    assert send_due().sent == 0
    assert Entry.objects.count() == 0


def test_the_command_prints_its_counts(noon: Any, capsys: Any) -> None:
    put(1)
    call_command("send_outbox", "--json")
    assert capsys.readouterr().out == '{"sent": 1, "failed": 0, "dead": 0, "late": 0}\n'


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_each_message_once() -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    for n in range(60):
        put(n)

    def work(_: int) -> int:
        try:
            return send_due().sent
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(work, range(8)))
    assert sum(sent) == 60
    assert len({m.message()["Message-ID"] for m in mail.outbox}) == 60
    assert len(mail.outbox) == 60
