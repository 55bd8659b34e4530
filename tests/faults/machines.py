"""Processes and servers of the tests' own that may fail: each is started here and ended by its own id."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from django.db import connection, connections, transaction
from redis import Redis as RedisClient
from redis.exceptions import RedisError

ROOT = Path(__file__).resolve().parents[2]


def until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Waits for `condition`, not for ever."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


# ── Workers to be killed ─────────────────────────────────────────────────────
def fork(job: Callable[[], object]) -> int:
    """Runs `job` in a process of its own, with its own connection to the database, and answers its id."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.environ["PGAPPNAME"] = name_of(os.getpid())
            # After a test in a browser the parent ran inside an event loop, which does not outlive the fork: Django
            # now finds the connection from before that loop, open still, and the parent's.
            for inherited in connections.all(initialized_only=True):
                inherited.connection = None
            job()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return pid


def name_of(pid: int) -> str:
    return f"worker-{pid}"


def kill(pid: int) -> None:
    """kill -9, and waits until the database has noticed too: only then are its locks gone."""
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    until(lambda: not sessions("application_name = %s", name_of(pid)))


def ended_well(pid: int) -> bool:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def sessions(condition: str, *values: object) -> int:
    """How many of the database's other sessions are as `condition` says."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            f"WHERE datname = current_database() AND pid <> pg_backend_pid() AND {condition}",
            values,
        )
        return int(cursor.fetchone()[0])


def at_once(job: Callable[[], Any], count: int = 8) -> list[Any]:
    """What `count` threads answer that begin `job` together, or the error that stopped one of them."""
    start, answers = threading.Barrier(count), []

    def run() -> None:
        try:
            start.wait(10)
            answers.append(job())
        except Exception as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def while_uncommitted(job: Callable[[], Any]) -> list[Any]:
    """What `job` answers two who do it at once: the second does it while the first has not committed yet."""
    done, go_on = threading.Event(), threading.Event()

    def first() -> Any:
        try:
            with transaction.atomic():
                answer = job()
                done.set()
                go_on.wait(20)
            return answer
        finally:
            connection.close()

    def second() -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '20s'")  # whatever happens, it comes to an end
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(first)]
        assert done.wait(20)
        running.append(pool.submit(second))
        try:
            until(lambda: running[1].done() or sessions("wait_event_type = 'Lock'"))
        finally:
            go_on.set()
        return [task.result(30) for task in running]


@contextmanager
def slow_rows(table: str, seconds: float = 0.005) -> Iterator[None]:
    """Every row that is written to `table` takes a moment, so that a kill comes in the middle."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION tests_slow() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN PERFORM pg_sleep({seconds}); RETURN NEW; END $$"
        )
        cursor.execute(f"CREATE TRIGGER tests_slow BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION tests_slow()")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION tests_slow() CASCADE")


# ── Redis and Celery ─────────────────────────────────────────────────────────
class Redis:
    """A Redis that keeps nothing on disk: killed and started again it is empty."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.client = RedisClient(port=self.port)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        server = shutil.which("redis-server")
        assert server, "redis-server is missing"
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen([server, *options], stdout=subprocess.DEVNULL)
        until(self.answers)

    def answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except RedisError:
            return False

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


class Worker:
    """A real Celery worker over the test's database, as the product starts it; its beat ticks every second."""

    def __init__(self, *options: str, **environment: str) -> None:
        settings = connection.settings_dict
        login = f"{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}"
        self.stderr = tempfile.TemporaryFile()  # noqa: SIM115 — closed at the end
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "--app", "tests.faults.quick_beat", "--quiet", "worker", *options),
                *("--pool", "threads", "--concurrency", "2", "--without-gossip", "--without-mingle"),
                *("--loglevel", "ERROR"),
            ],
            cwd=ROOT,
            start_new_session=True,
            stderr=self.stderr,
            env={
                **{name: value for name, value in os.environ.items() if name != "HOUTAI_NOW"},
                "DJANGO_SETTINGS_MODULE": "config.settings.base",
                "DATABASE_URL": f"postgres://{login}/{settings['NAME']}",
                **environment,
            },
        )

    def signal_all(self, number: signal.Signals) -> None:
        os.killpg(self.process.pid, number)  # a session of its own: the worker and its beat

    def running(self) -> bool:
        return self.process.poll() is None

    def last_words(self) -> str:
        self.stderr.seek(0)
        return self.stderr.read()[-6000:].decode()

    def end(self) -> None:
        self.signal_all(signal.SIGKILL)
        self.process.wait()
        self.stderr.close()


# ── Mail servers ─────────────────────────────────────────────────────────────
class MailServer:
    """Keeps the Message-ID of every mail it took. `on_address` and `on_mail` are called before it answers."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.on_address: Callable[[], object] = lambda: None
        self.on_mail: Callable[[], object] = lambda: None
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.on_address()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken[message_from_bytes(envelope.content)["Message-ID"]] += 1
        self.on_mail()
        return "250 OK"


@contextmanager
def silent_server() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(50)
        yield int(server.getsockname()[1])
