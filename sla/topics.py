"""Where a topic has its page: «orders.order:42» → /orders/42/. The apps above say it, one URL name a kind."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.urls import reverse

_registry: dict[str, str] = {}
_rights: dict[str, str] = {}


def register(kind: str, *, url_name: str, right: str = "") -> None:
    """Pages about `kind` («orders.order») have this URL name, with the id as their only argument.

    `right`: what one must be allowed to open them, where not everybody who sees clocks is.
    """
    _registry[kind] = url_name
    _rights[kind] = right
    _around.cache_clear()


def opens_to(kind: str, user: Any) -> bool:
    """Whether `user` may open pages about `kind`."""
    right = _rights.get(kind, "")
    return not right or bool(user.has_perm(right))


@lru_cache(maxsize=64)
def _around(url_name: str) -> tuple[str, str]:
    """What stands before and behind the id: a list draws a hundred links without resolving each."""
    before, _, behind = reverse(url_name, args=[0]).rpartition("0")
    return before, behind


def url(topic: str) -> str:
    """The page of a topic; empty when its kind has none."""
    kind, _, key = topic.partition(":")
    if kind not in _registry or not key.isascii() or not key.isdigit():
        return ""
    return fill(_registry[kind], key)


def fill(url_name: str, key: int | str) -> str:
    """The page `url_name` of the thing with the id `key`, without resolving it anew."""
    before, behind = _around(url_name)
    return f"{before}{key}{behind}"
