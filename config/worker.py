"""gunicorn's threaded worker, which leaves new connections to a process that has fewer of them."""

from __future__ import annotations

import time
from socket import socket

from gunicorn.workers import gthread

HESITATION = 0.0001  # seconds a connection that it has: another process that waits takes less to wake up
MOST = 4  # connections that count: nobody waits half a millisecond for a process that may be asleep


class ThreadWorker(gthread.ThreadWorker):  # type: ignore[misc]
    """A connection stays with the process that accepted it. Of several at once, as a proxy opens them, the process that
    woke up first would take all, and the others would have nothing to do until those connections end."""

    def accept(self, listener: socket) -> None:
        if self.nr_conns:
            time.sleep(HESITATION * min(self.nr_conns, MOST))
        super().accept(listener)  # one that another process has taken meanwhile is no error
