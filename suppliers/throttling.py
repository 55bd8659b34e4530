"""So many requests a minute and token, counted exactly across all processes."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from common import clock
from suppliers.models import SupplierToken

log = logging.getLogger(__name__)
WINDOW = 60  # seconds


class TokenThrottle(BaseThrottle):
    """A window a minute. The count stands in Redis where there is one (INCR is atomic), else in the database;
    so it does while Redis is away, which may grant one window twice."""

    def allow_request(self, request: Request, view: Any) -> bool:
        token = request.auth
        if not isinstance(token, SupplierToken):
            return True
        window, self._left = divmod(int(clock.now().timestamp()), WINDOW)
        return _count(token.pk, window) <= settings.API_REQUESTS_A_MINUTE

    def wait(self) -> float:
        return float(WINDOW - self._left)


def _count(token_id: int, window: int) -> int:
    """The number of this request in its window, from 1."""
    if settings.REDIS_URL:
        try:
            return _count_in_redis(token_id, window)
        except (RedisError, ValueError) as error:  # ValueError: flushed between the two commands
            log.warning("Redis is away (%s): requests are counted in the database.", type(error).__name__)
    return _count_in_database(token_id, window)


def _count_in_redis(token_id: int, window: int) -> int:
    key = f"api-requests:{token_id}:{window}"
    cache.add(key, 0, timeout=2 * WINDOW)
    return int(cache.incr(key))


def _count_in_database(token_id: int, window: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO suppliers_tokenusage (token_id, "window", requests) VALUES (%s, %s, 1)
               ON CONFLICT (token_id) DO UPDATE SET
                 requests = CASE WHEN suppliers_tokenusage."window" = excluded."window"
                                 THEN suppliers_tokenusage.requests + 1 ELSE 1 END,
                 "window" = excluded."window"
               RETURNING requests""",
            [token_id, window],
        )
        return int(cursor.fetchone()[0])
