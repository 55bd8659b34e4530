"""Sending the outbox: lease a row, render, send, mark it after the receiver's answer. One commit a message.

A kill between the answer and the mark repeats one mail, with the same Message-ID; it never loses one.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from dataclasses import dataclass

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet

from common import clock
from notifications import render
from notifications.letters import Letter, RefusedMailError
from notifications.models import Message

log = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=5)  # longer than rendering and the SMTP time-out together
ROUND_SECONDS = 200  # a round ends before the task's time limit; the next tick goes on
LIMIT = 2000


def _delays() -> tuple[dt.timedelta, ...]:
    """1, 2, 4 … minutes, at most 6 hours, 72 hours in all."""
    total, delays, minutes = 72 * 60, [], 1
    while total > 0:
        step = min(minutes, 6 * 60, total)
        delays.append(dt.timedelta(minutes=step))
        total -= step
        minutes *= 2
    return tuple(delays)


DELAYS = _delays()


@dataclass
class Counts:
    """What a round did. `late`: sent by a worker whose lease another had taken over in the meantime."""

    sent: int = 0
    failed: int = 0
    dead: int = 0
    late: int = 0


def send_due(now: dt.datetime | None = None, limit: int = LIMIT) -> Counts:
    """Send what is due, oldest first, over one connection. A given `now` stands still.

    A mail server that cannot be reached ends the round: that costs one try of one message, not one of each.
    """
    counts = Counts()
    end = time.monotonic() + ROUND_SECONDS
    with Line() as line:
        for _ in range(limit):
            message = lease(now or clock.now()) if time.monotonic() < end else None
            if message is None:
                break
            try:
                line.send(write_letter(message))
            except Exception as error:
                if put_back(message, error, now or clock.now()) == Message.State.DEAD:
                    counts.dead += 1
                else:
                    counts.failed += 1
                if isinstance(error, UnreachableError):
                    break
            else:
                marked = mark_sent(message, now or clock.now())
                counts.sent += marked
                counts.late += not marked
    return counts


def write_letter(message: Message) -> Letter:
    """The letter as it is to go out now. Raises RefusedMailError, or what its renderer raises."""
    if message.attempts > len(DELAYS) + 1:  # its tries never came to an end: it takes its worker down each time
        raise RefusedMailError("every try ended without an answer")
    return Letter(message, render.render(message.kind, message.context, message.language))


def lease(now: dt.datetime) -> Message | None:
    """Take the message that is due longest; nobody else takes it before the lease ends (5 minutes)."""
    waiting = Message.objects.filter(state=Message.State.QUEUED, next_try_at__lte=now)
    due = waiting.order_by("next_try_at", "id")
    if not due.exists():
        return None
    with transaction.atomic():
        message = due.select_for_update(skip_locked=True).first()
        if message is None:
            return None
        message.lease_token = uuid.uuid4()
        message.attempts += 1
        message.next_try_at = now + LEASE
        message.save(update_fields=["lease_token", "attempts", "next_try_at"])
    return message


def mark_sent(message: Message, now: dt.datetime) -> bool:
    """Note the receiver's answer. False, and nothing changed, when another worker has the lease by now."""
    sent = {"state": Message.State.SENT, "sent_at": now, "lease_token": None, "last_error": ""}
    return _under_lease(message).update(**sent) == 1


def put_back(message: Message, error: Exception, now: dt.datetime) -> str:
    """Note a failure and when to try again; after 72 hours of tries, or when it must never leave, give it up.

    Returns the message's new state.
    """
    log.warning("Message %s (%s): %s", message.public_id, message.kind, type(error).__name__)
    hopeless = isinstance(error, RefusedMailError) or message.attempts > len(DELAYS)
    state = Message.State.DEAD if hopeless else Message.State.QUEUED
    _under_lease(message).update(
        state=state,
        next_try_at=now if hopeless else now + DELAYS[message.attempts - 1],
        lease_token=None,
        last_error=f"{type(error).__name__}: {error}"[:500],
    )
    return state


def _under_lease(message: Message) -> QuerySet[Message]:
    return Message.objects.filter(pk=message.pk, state=Message.State.QUEUED, lease_token=message.lease_token)


class UnreachableError(OSError):
    """The mail server does not answer, or does not let us in."""


class Line:
    """One connection to the mail server: opened for the first letter, again after a failure, closed last."""

    def __init__(self) -> None:
        self.backend: BaseEmailBackend | None = None

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()

    def send(self, letter: Letter) -> None:
        """Hand the letter over. Raises UnreachableError, or what the server or the backend said."""
        if self.backend is None:
            backend = get_connection()
            try:
                backend.open()
            except OSError as error:
                raise UnreachableError(f"{type(error).__name__}: {error}") from error
            self.backend = backend
        try:
            self.backend.send_messages([letter])
        except Exception:
            self.hang_up()
            raise

    def hang_up(self) -> None:
        backend, self.backend = self.backend, None
        if backend is not None:
            try:
                backend.close()
            except OSError as error:  # the server hung up first
                log.info("The mail server ended the connection: %s", type(error).__name__)
