"""The product as it is served: gunicorn and a Celery worker of its own, ended by their process ids; their memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.cluster import ROOT, free_port
from bench.figures import WrongResultError

PATIENCE = 60  # seconds until both are there, or gone


class Served:
    """A running web server and worker."""

    def __init__(self, port: int, processes: list[subprocess.Popen[bytes]]) -> None:
        self.port = port
        self.address = f"http://127.0.0.1:{port}"
        self.processes = processes

    def post_file(self, path: str, file: Path, token: str) -> None:
        """Sends `file` as multipart, as curl does; anything but 202 has no figure."""
        boundary = uuid.uuid4().hex
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'.encode()
        body = head + file.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Authorization": f"Bearer {token}"}
        request = urllib.request.Request(self.address + path, body, headers)
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            if response.status != 202:
                raise WrongResultError(f"POST {path}: {response.status}")

    def resident(self) -> dict[int, int]:
        """Bytes that each process holds now; the peaks are counted anew from here."""
        found = {pid: memory(pid, "VmRSS") for pid in self._pids()}
        for pid in found:
            Path(f"/proc/{pid}/clear_refs").write_text("5")
        return found

    def peaks(self) -> dict[int, int]:
        """The most that each process held since `resident()`."""
        return {pid: memory(pid, "VmHWM") for pid in self._pids()}

    def _pids(self) -> list[int]:
        found = [process.pid for process in self.processes]
        for pid in found:  # grows while it is walked: children of children
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                with suppress(OSError):
                    found += [int(child) for child in task.read_text().split()]
        return found


def memory(pid: int, what: str) -> int:
    """`VmRSS` or `VmHWM` of a process in bytes; of one that has gone, 0."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(what + ":"):
                return int(line.split()[1]) * 1024
    return 0


WEB = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi"]
WORKER = [sys.executable, "-m", "celery", "-A", "config", "worker", "-c", "1", "-l", "WARNING", "--without-mingle"]


@contextmanager
def served() -> Iterator[Served]:
    """The product with one process of the web server and one worker."""
    env = {"PYTHONWARNINGS": "ignore:You're running the worker"}  # as root, on a machine that is thrown away
    with _running([WEB, WORKER], env) as found:
        yield found


@contextmanager
def web(processes: int, *, settings: str = "bench.settings") -> Iterator[int]:
    """The port of the web server alone, with so many processes and these settings."""
    with _running([WEB], {"WEB_CONCURRENCY": str(processes), "DJANGO_SETTINGS_MODULE": settings}) as found:
        yield found.port


@contextmanager
def _running(commands: list[list[str]], more: dict[str, str]) -> Iterator[Served]:
    port = free_port()
    env = os.environ | {"PORT": str(port), "HOST": "127.0.0.1", "WEB_CONCURRENCY": "1"} | more
    processes = [subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL) for command in commands]
    try:
        _wait_for(port, processes)
        yield Served(port, processes)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(port: int, processes: list[subprocess.Popen[bytes]]) -> None:
    """Until the web server takes connections and answers, and none of them has ended."""
    for _try in range(PATIENCE * 5):
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return
        if any(process.poll() is not None for process in processes):
            break
        time.sleep(0.2)
    raise WrongResultError("the web server or the worker does not start")
