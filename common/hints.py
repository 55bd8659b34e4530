"""Hints kept in the cache: how far a job is, when a task last ended. They may be lost; losing them stops nobody."""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache import cache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
AWAY = (RedisError, OSError)  # what a cache raises that is not there, or hangs


def leave(key: str, value: Any, seconds: int) -> None:
    """Keeps `value` for `seconds`, if the cache is there."""
    try:
        cache.set(key, value, seconds)
    except AWAY as error:
        log.warning("The cache is away (%s): a hint is lost.", type(error).__name__)


def find(key: str, default: Any = None) -> Any:
    """What was left under `key`; `default` when it is gone, or the cache is."""
    try:
        return cache.get(key, default)
    except AWAY as error:
        log.warning("The cache is away (%s): a hint is not found.", type(error).__name__)
        return default
