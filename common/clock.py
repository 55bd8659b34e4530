"""The product's clock. Every «now» comes from here, so that a test, or `HOUTAI_NOW`, can set it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> dt.datetime:
    """The present instant, aware, in UTC. `HOUTAI_NOW` sets it, except in production."""
    if settings.HOUTAI_NOW and not settings.PRODUCTION:
        moment = parse_datetime(settings.HOUTAI_NOW)
        if moment is None:
            raise ValueError(f"HOUTAI_NOW is no ISO time: {settings.HOUTAI_NOW!r}")
        return aware(moment)
    return timezone.now()


def aware(moment: dt.datetime) -> dt.datetime:
    """`moment` as an aware UTC time; a naive one is read as Asia/Shanghai, as every export means it."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=SHANGHAI)
    return moment.astimezone(dt.UTC)


def local(moment: dt.datetime) -> dt.datetime:
    """`moment` on the wall clock of Asia/Shanghai."""
    return moment.astimezone(SHANGHAI)


def day_of(moment: dt.datetime) -> dt.date:
    """The Asia/Shanghai day that `moment` falls on."""
    return local(moment).date()


def today() -> dt.date:
    return day_of(now())


def day_start(day: dt.date) -> dt.datetime:
    """The first instant of an Asia/Shanghai day, in UTC."""
    return dt.datetime.combine(day, dt.time(), SHANGHAI).astimezone(dt.UTC)


def day_end(day: dt.date) -> dt.datetime:
    """23:59:59 of an Asia/Shanghai day, in UTC: the last second in which a promise «that day» is kept."""
    return dt.datetime.combine(day, dt.time(23, 59, 59), SHANGHAI).astimezone(dt.UTC)
