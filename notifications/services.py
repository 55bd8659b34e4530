"""Telling people: bell items and outbox rows, in the caller's transaction. Nothing leaves the house here."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit import services as audit
from common import bulk, clock, writing
from common.exceptions import BusinessError
from common.locking import lock_one
from common.prepared import prepared
from notifications.audiences import Chosen
from notifications.models import BellItem, Message

KEY_LENGTH = 160


def once(*parts: object) -> str:
    """A unique key made of `parts`, shortened by a digest where the column would not hold it."""
    key = ":".join(str(part) for part in parts)
    if len(key) <= KEY_LENGTH:
        return key
    return f"{key[: KEY_LENGTH - 33]}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"


@transaction.atomic(savepoint=False)
def notify(
    *,
    kind: str,
    users: Iterable[Any] | Chosen,
    context: Mapping[str, Any],
    url: str = "",
    severity: str = "info",
    dedupe_key: str,
    mail: bool = True,
    now: dt.datetime | None = None,
) -> None:
    """Tell `users`: a bell item each, and a mail to those who want mails and have an address.

    `context` is JSON with ids, counts and order numbers, never a buyer's name, phone or address. `url` is a
    path of the product. A second call with the same `dedupe_key` does nothing, for each user by himself. Those who are
    `Chosen` are told by the bell alone: raises ValueError with `mail`.
    """
    moment = now or clock.now()
    row = {
        "kind": kind,
        "context": json.dumps(dict(context), ensure_ascii=False),
        "url": url,
        "severity": severity,
        "dedupe_key": once(dedupe_key),
        "created_at": moment,
    }
    if isinstance(users, QuerySet) and not mail:
        users = Chosen.of(users)
    if isinstance(users, Chosen):
        if mail:
            raise ValueError("Who is told without being read has no address to mail to.")
        _ring(f"({users.ids}) told WHERE true", users.params, row)
        return
    told = [user for user in {user.pk: user for user in users}.values() if user.is_active]
    if told:
        marks = ", ".join(["%s"] * len(told))
        _ring(f"{get_user_model()._meta.db_table} WHERE id IN ({marks})", [user.pk for user in told], row)
    if mail:
        _queue(
            [
                _message(
                    kind=kind,
                    address=user.email,
                    context={**context, "url": url},
                    language=user.language,
                    dedupe_key=once(dedupe_key, user.pk),
                    user=user,
                    now=moment,
                )
                for user in told
                if user.wants_mail and user.email
            ]
        )


def _ring(source: str, params: Sequence[Any], row: Mapping[str, Any]) -> None:
    """The same bell item for each `id` of `source` that does not have it yet: one statement."""
    values = {"user_id": "id"} | dict.fromkeys(row, "%s")
    sql, given = bulk.insertion(BellItem, values, f"{source} ON CONFLICT DO NOTHING", [*row.values(), *params])
    writing.send(prepared(sql), given)


def queue_mail(
    *,
    kind: str,
    address: str,
    context: Mapping[str, Any],
    language: str,
    dedupe_key: str,
    user: Any = None,
    now: dt.datetime | None = None,
) -> None:
    """Put one mail into the outbox; a second one with the same `dedupe_key` is none.

    Raises BusinessError when `address` is no e-mail address (a line break in it is none).
    """
    try:
        validate_email(address)
    except ValidationError as error:
        raise BusinessError(_("%(address)r is no e-mail address.") % {"address": address}) from error
    _queue(
        [
            _message(
                kind=kind,
                address=address,
                context=context,
                language=language,
                dedupe_key=once(dedupe_key),
                user=user,
                now=now or clock.now(),
            )
        ]
    )


@transaction.atomic
def resend(message_id: int, by: Any, *, now: dt.datetime | None = None) -> Message:
    """Send a message that was given up, or is waiting for its next try, now. It keeps its Message-ID.

    Raises BusinessError when it has been sent.
    """
    moment = now or clock.now()
    message = lock_one(Message.objects.filter(pk=message_id))
    if message.state == Message.State.SENT:
        raise BusinessError(_("This message has been sent already."), code="already_sent")
    message.state = Message.State.QUEUED
    message.attempts = 0
    message.next_try_at = moment
    message.lease_token = None
    message.save(update_fields=["state", "attempts", "next_try_at", "lease_token"])
    audit.record("notifications.resent", about=message, by=by, now=moment, kind=message.kind)
    return message


def _message(
    *,
    kind: str,
    address: str,
    context: Mapping[str, Any],
    language: str,
    dedupe_key: str,
    user: Any,
    now: dt.datetime,
) -> Message:
    return Message(
        kind=kind,
        address=address,
        user=user,
        language=language,
        context=dict(context),
        dedupe_key=dedupe_key,
        created_at=now,
        next_try_at=now,
    )


def _queue(messages: list[Message]) -> None:
    Message.objects.bulk_create(messages, ignore_conflicts=True)


def open_item(*, user: Any, item_id: int, now: dt.datetime | None = None) -> BellItem:
    """Mark the user's own notice as read. Raises BellItem.DoesNotExist for anybody else's."""
    item = BellItem.objects.get(user=user, pk=item_id)
    BellItem.objects.filter(pk=item.pk, read_at__isnull=True).update(read_at=now or clock.now())
    return item


def mark_all_read(*, user: Any, up_to: int, now: dt.datetime | None = None) -> int:
    """Mark the user's notices with ids up to `up_to` as read; returns how many were unread."""
    return BellItem.objects.filter(user=user, pk__lte=up_to, read_at__isnull=True).update(read_at=now or clock.now())
