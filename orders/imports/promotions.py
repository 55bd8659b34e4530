"""Promotion windows (SUP-03): declared by operations, also after the fact; running clocks follow."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from orders import clocks
from orders.models import Fulfilment, PromotionWindow, Shop
from orders.states import UNSHIPPED

REASON = "promotion"


def declare_window(
    *, shop: Shop, name: str, starts_at: dt.datetime, ends_at: dt.datetime, by: Any, now: dt.datetime | None = None
) -> tuple[PromotionWindow, int]:
    """A new window, and how many unshipped parts of orders paid inside it changed their promise to 48 hours.

    Raises BusinessError when it ends before it begins or overlaps another window of the shop.
    """
    now = now or clock.now()
    if ends_at <= starts_at:
        raise BusinessError(_("A promotion must end after it begins."), code="bad_window")
    with transaction.atomic():
        other = PromotionWindow.objects.filter(shop=shop, starts_at__lt=ends_at, ends_at__gt=starts_at).first()
        if other is not None:
            raise BusinessError(
                _("It overlaps the promotion “%(name)s” of the same shop.") % {"name": other.name}, code="overlap"
            )
        window = PromotionWindow.objects.create(shop=shop, name=name, starts_at=starts_at, ends_at=ends_at)
        moved = _restart(window, now)
        audit.record("orders.promotion_declared", about=shop, by=by, now=now, **_told(window, moved))
    return window, moved


def withdraw_window(*, window: PromotionWindow, by: Any, now: dt.datetime | None = None) -> int:
    """Takes a window back; unshipped parts of orders paid inside it go back to the daily promise (SUP-01)."""
    now = now or clock.now()
    with transaction.atomic():
        told, shop = _told(window, 0), window.shop
        paid_inside = _parts(window)
        window.delete()
        clocks.restart_ship(paid_inside, reason=REASON, now=now)
        told["parts"] = len(paid_inside)
        audit.record("orders.promotion_withdrawn", about=shop, by=by, now=now, **told)
    return len(paid_inside)


def _restart(window: PromotionWindow, now: dt.datetime) -> int:
    parts = _parts(window)
    clocks.restart_ship(parts, reason=REASON, now=now)
    return len(parts)


def _parts(window: PromotionWindow) -> list[int]:
    return list(
        Fulfilment.objects.filter(
            state__in=UNSHIPPED, order__shop_id=window.shop_id, order__promised_ship_at__isnull=True,
            order__paid_at__gte=window.starts_at, order__paid_at__lte=window.ends_at,
        ).order_by("pk").values_list("pk", flat=True)
    )  # fmt: skip


def _told(window: PromotionWindow, parts: int) -> dict[str, Any]:
    return {
        "name": window.name,
        "starts_at": window.starts_at.isoformat(),
        "ends_at": window.ends_at.isoformat(),
        "parts": parts,
    }
