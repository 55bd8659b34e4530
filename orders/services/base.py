"""What the services of an order share: taking it for a change, and giving it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from common.exceptions import BusinessError
from common.locking import lock_one
from orders.models import Order


def take(order_id: int, version: int | None) -> Order:
    """The order, locked until the transaction ends. Raises Conflict when `version` is no longer the row's."""
    return lock_one(Order.objects.filter(pk=order_id), version=version)


def keep(order: Order, fields: Iterable[str], now: dt.datetime) -> None:
    """Save `fields`; forms that were drawn before are out of date from here on."""
    order.version += 1
    order.updated_at = now
    order.save(update_fields=[*fields, "version", "updated_at"])


def require_state(order: Order, states: Sequence[str], refusal: str) -> None:
    if order.state not in states:
        raise BusinessError(refusal, code="wrong_state")


def required(text: str, refusal: str) -> str:
    """`text` in one line. Raises BusinessError with `refusal` when nothing is left of it."""
    line = " ".join(text.split())
    if not line:
        raise BusinessError(refusal, code="missing")
    return line


def in_future(moment: dt.datetime, now: dt.datetime) -> dt.datetime:
    if moment <= now:
        raise BusinessError(_("The time must lie in the future."), code="not_future")
    return moment
