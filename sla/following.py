"""What floors above keep beside clocks: when something of theirs is due next, in a column that its lists are ordered by.

Whoever changes clocks here says which topics they lead to; the follower brings its rows up to date in the same
transaction. The rows are locked before the clocks, as every gesture about them does it, so that nobody waits in a ring.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

Deed = Callable[[Collection[int]], object]


@dataclass(frozen=True)
class Follower:
    """How one kind of topic is followed. `subject_types`: whose clocks may lead to its pages."""

    subject_types: frozenset[str]
    lock: Deed
    refresh: Deed  # its rows are locked by now


_followers: dict[str, Follower] = {}
_held: ContextVar[bool] = ContextVar("held", default=False)


def follow(kind: str, *, subject_types: Collection[str], lock: Deed, refresh: Deed) -> None:
    """Make known who follows the clocks of pages of `kind` («aftersales.case»). Called from an app's `ready()`."""
    _followers[kind] = Follower(frozenset(subject_types), lock, refresh)


def concerns(subject_type: str) -> bool:
    """Whether clocks of such subjects may lead to a page that somebody follows, and nobody holds it already."""
    return not _held.get() and any(subject_type in follower.subject_types for follower in _followers.values())


def is_followed(topic: str) -> bool:
    return topic.partition(":")[0] in _followers


def lock(topics: Iterable[str]) -> None:
    """Locks what stands behind these topics, before their clocks are locked."""
    for follower, ids in _by_follower(topics):
        follower.lock(ids)


def changed(topics: Iterable[str]) -> None:
    """The open clocks of these topics, or their due times, are others now."""
    for follower, ids in _by_follower(topics):
        follower.lock(ids)
        follower.refresh(ids)


@contextmanager
def held(topics: Iterable[str]) -> Iterator[None]:
    """The caller has locked what stands behind these topics, and changes clocks of theirs alone: they are brought up to
    date once, at the end."""
    mark = _held.set(True)
    try:
        yield
    finally:
        _held.reset(mark)
    for follower, ids in _by_follower(topics):
        follower.refresh(ids)


def _by_follower(topics: Iterable[str]) -> list[tuple[Follower, list[int]]]:
    found: dict[str, set[int]] = defaultdict(set)
    for topic in topics if not _held.get() else ():
        kind, _, key = topic.partition(":")
        if kind in _followers and key.isdigit():
            found[kind].add(int(key))
    return [(_followers[kind], sorted(ids)) for kind, ids in found.items()]
