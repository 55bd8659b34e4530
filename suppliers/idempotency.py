"""Idempotency-Key as in the IETF draft: a request is carried out once, its answer given again for seven days."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.api import BadShape, Conflicting, Unprocessable
from suppliers.authentication import token_of
from suppliers.models import IdempotentRequest, Supplier

KEPT = dt.timedelta(days=7)
LEASE = dt.timedelta(minutes=2)  # a request that takes longer has died: its key is free again
LONGEST_KEY = 120
Handler = Callable[..., Response]


def idempotent(route: str) -> Callable[[Handler], Handler]:
    """Wraps a view's method. Without a key nothing is kept; answers of 500 and above free the key."""

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        def guarded(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
            key = _key_of(request)
            if not key:
                return handler(view, request, *args, **kwargs)
            now = clock.now()
            entry, answer = _begin(token_of(request).supplier, route, key, view.fingerprint(request), now)
            if answer is not None:
                return answer
            try:
                response = handler(view, request, *args, **kwargs)
            except BaseException:
                IdempotentRequest.objects.filter(pk=entry.pk, lease_until=entry.lease_until).delete()
                raise
            _finish(entry, response)
            return response

        return guarded

    return decorate


def fingerprint_of(*parts: str | bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def forget_old(*, now: dt.datetime | None = None) -> int:
    """Answers older than seven days go; answers how many."""
    return IdempotentRequest.objects.filter(created_at__lte=(now or clock.now()) - KEPT).delete()[0]


def _key_of(request: Request) -> str:
    """The key; the draft writes it as a quoted string, most programs do not."""
    key = str(request.headers.get("Idempotency-Key", "")).strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if len(key) > LONGEST_KEY:
        raise BadShape(_("The Idempotency-Key is too long: at most %(limit)d characters.") % {"limit": LONGEST_KEY})
    return key


def _begin(
    supplier: Supplier, route: str, key: str, fingerprint: str, now: dt.datetime
) -> tuple[IdempotentRequest, Response | None]:
    """The entry that is ours to carry out, or the answer kept from the first time. The unique index decides."""
    try:
        with transaction.atomic():
            return IdempotentRequest.objects.create(
                supplier=supplier,
                route=route,
                key=key,
                fingerprint=fingerprint,
                lease_until=now + LEASE,
                created_at=now,
            ), None
    except IntegrityError:
        return _meet(supplier, route, key, fingerprint, now)


def _meet(
    supplier: Supplier, route: str, key: str, fingerprint: str, now: dt.datetime
) -> tuple[IdempotentRequest, Response | None]:
    with transaction.atomic():
        entry = IdempotentRequest.objects.select_for_update().filter(supplier=supplier, route=route, key=key).first()
        if entry is None:  # freed between the two looks
            raise Conflicting(_("A request with this Idempotency-Key is still running."), code="still_running")
        expired = entry.created_at <= now - KEPT
        if entry.fingerprint != fingerprint and not expired:
            raise Unprocessable(_("This Idempotency-Key was used with another request."), code="idempotency_key_reused")
        if entry.status is not None and not expired:
            return entry, _kept_answer(entry)
        if entry.lease_until > now and not expired:
            raise Conflicting(_("A request with this Idempotency-Key is still running."), code="still_running")
        entry.fingerprint, entry.lease_until, entry.created_at = fingerprint, now + LEASE, now
        entry.status = entry.body = None
        entry.save(update_fields=["fingerprint", "lease_until", "created_at", "status", "body"])
        return entry, None


def _kept_answer(entry: IdempotentRequest) -> Response:
    headers = {"Idempotency-Replayed": "true"}
    if entry.status == 202 and isinstance(entry.body, dict) and "url" in entry.body:
        headers["Location"] = entry.body["url"]
    return Response(entry.body, status=entry.status, headers=headers)


def _finish(entry: IdempotentRequest, response: Response) -> None:
    mine = IdempotentRequest.objects.filter(pk=entry.pk, lease_until=entry.lease_until)
    if response.status_code >= 500:
        mine.delete()
    else:
        mine.update(status=response.status_code, body=response.data)
