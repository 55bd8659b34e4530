"""gunicorn's threaded worker, which leaves new connections to a process that has fewer of them."""

from __future__ import annotations

import time
from multiprocessing.sharedctypes import RawArray
from socket import socket
from typing import Any

from gunicorn.workers import gthread

HESITATION = 0.002  # seconds: a process that waits for connections takes less to wake up
NOBODY = -1
# How many connections each process has: made before the first of them is forked, so all see the same.
held = RawArray("i", [NOBODY] * 64)


class ThreadWorker(gthread.ThreadWorker):  # type: ignore[misc]
    """A connection stays with the process that accepted it. Of several at once, as a proxy opens them, the process that
    woke up first would take all, and the others would have nothing to do until those connections end."""

    def __init__(self, age: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(age, *args, **kwargs)
        self._place = age % len(held)

    def notify(self) -> None:
        """gunicorn's sign of life: each time when this process has looked at its connections."""
        held[self._place] = self.nr_conns
        super().notify()

    def accept(self, listener: socket) -> None:
        others = [many for place, many in enumerate(held) if many != NOBODY and place != self._place]
        if others and self.nr_conns > min(others):
            time.sleep(HESITATION)
        super().accept(listener)  # one that another process has taken meanwhile is no error
        held[self._place] = self.nr_conns


def forget(worker: ThreadWorker) -> None:
    """A process has ended: nobody waits for it any more."""
    held[worker._place] = NOBODY
