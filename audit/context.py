"""The gesture: one id for everything that one request, task or command does, and who does it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_gesture: ContextVar[uuid.UUID | None] = ContextVar("gesture", default=None)


def current_gesture() -> uuid.UUID:
    return _gesture.get() or uuid.uuid4()


@contextmanager
def gesture() -> Iterator[uuid.UUID]:
    """Everything recorded inside shares one id."""
    made = uuid.uuid4()
    token = _gesture.set(made)
    try:
        yield made
    finally:
        _gesture.reset(token)
