"""Where the bench keeps its data: databases of its own on the server of DATABASE_URL, or on a throw-away cluster."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from config import env

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "on",
    "synchronous_commit": "on",
    "shared_buffers": "1GB",
    "random_page_cost": "1.1",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "maintenance_work_mem": "256MB",
}


class NoServerError(RuntimeError):
    """There is no PostgreSQL here and none can be started."""


@contextmanager
def server() -> Iterator[str]:
    """The URL of a PostgreSQL server: the given one, or a cluster that is gone afterwards."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith(("postgres://", "postgresql://")):
        yield given
        return
    with throw_away_cluster() as url:
        yield url


@contextmanager
def throw_away_cluster() -> Iterator[str]:
    place = Path(tempfile.mkdtemp(prefix="cluster.", dir=_place()))
    data, port = place / "data", free_port()
    place.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(place, "postgres")
    log, options = place / "log", " ".join(f"-c {name}={value}" for name, value in OPTIONS.items())
    try:
        _run([_tool("initdb"), "-D", data, "-U", "houtai", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"], place)
        started = [_tool("pg_ctl"), "-D", data, "-s", "-w", "-l", log, "start", "-o", f"-p {port} -k {place} {options}"]
        _run(started, place)
        yield f"postgres://houtai@127.0.0.1:{port}/postgres"
    finally:
        if (data / "postmaster.pid").exists():
            _run([_tool("pg_ctl"), "-D", data, "-s", "-w", "-m", "immediate", "stop"], place)
        shutil.rmtree(place)


def _place() -> Path:
    """`var/bench`, or a folder under /tmp when the server's user may not enter it."""
    place = ROOT / "var" / "bench"
    place.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0 and subprocess.run([*_as_postgres(), "test", "-x", place], check=False).returncode:
        return Path(tempfile.gettempdir())
    return place


def _tool(name: str) -> str:
    found = shutil.which(name)
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    if not found and not newest:
        raise NoServerError(f"{name} is missing. As root: apt-get install postgresql; or set DATABASE_URL")
    return found or str(newest[-1])


def _as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root: then the user postgres runs it."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


def _run(command: Sequence[str | Path], place: Path) -> None:
    done = subprocess.run([*_as_postgres(), *command], cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode:
        raise NoServerError(f"{Path(command[0]).name}: {done.stderr.decode(errors='replace').strip()[-500:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def url_of(server_url: str, database: str) -> str:
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{database}"))


@contextmanager
def databases(server_url: str, first: str, second: str) -> Iterator[None]:
    """Makes a database `first` on the server; at the end it and `second` are dropped. No other is touched.

    It is empty, or a copy of TEST_TEMPLATE, which spares the tests the minute that migrating takes.
    """
    template = os.environ.get("TEST_TEMPLATE") or "template0"
    _on_server(server_url, f'CREATE DATABASE "{first}" ENCODING UTF8 TEMPLATE "{template}"')
    try:
        yield
    finally:
        for name in (first, second):
            _on_server(server_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def copy_database(server_url: str, source: str, name: str) -> None:
    """Makes `name` as `source` is. Nobody may be connected to `source`."""
    _on_server(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


def _on_server(server_url: str, sql: str) -> None:
    given = env.database(server_url)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    connection = psycopg2.connect(**{names[key]: given[key] for key in names if given[key]}, **given["OPTIONS"])
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
    finally:
        connection.close()
