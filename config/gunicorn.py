"""How gunicorn serves the product: few processes, several threads each; the requests are short and wait on SQL."""

from __future__ import annotations

import gc
import os

from config.worker import ThreadWorker, forget

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
worker_class = ThreadWorker
workers = int(os.environ.get("WEB_CONCURRENCY") or "2")
threads = int(os.environ.get("WEB_THREADS") or "8")
timeout = 120  # an upload of 200 MB over a slow line; threads keep the heartbeat meanwhile
graceful_timeout = 10
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True
accesslog = None  # lines with addresses of buyers' searches have no place in a log (SEC-07)
errorlog = "-"
loglevel = "warning"


def post_worker_init(worker: object) -> None:
    """What the process has loaded by now stays: the garbage collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def child_exit(server: object, worker: ThreadWorker) -> None:
    """What a process has held is nobody's."""
    forget(worker)
