"""The supervisor: one child ends, all end; a signal stops them in order; a kill of the parent leaves nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from common.supervisor import Child, Supervisor
code = "import os, time; open(os.environ['PIDS'], 'a').write(f'{os.getpid()}\\\\n'); time.sleep(60)"
sleeper = [sys.executable, "-c", code]
first = [sys.executable, "-c", sys.argv[1]] if len(sys.argv) > 1 else sleeper
children = [Child("first", first, 3), Child("second", sleeper, 3)]
sys.exit(Supervisor(children).run(ready=lambda: True, when_ready=lambda: None))
"""


def start(tmp_path: Path, *arguments: str, program: str = PROGRAM) -> tuple[subprocess.Popen[bytes], Path]:
    pids = tmp_path / "pids"
    environment = os.environ | {"PIDS": str(pids), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", program, *arguments], cwd=ROOT, env=environment), pids


def children(pids: Path, count: int) -> list[int]:
    """The ids of `count` sleeping children, as soon as all have written theirs."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        found = [int(line) for line in pids.read_text().split()] if pids.exists() else []
        if len(found) == count:
            return found
        time.sleep(0.05)
    raise AssertionError("the children did not start")


def gone(pid: int, seconds: float = 5) -> bool:
    """Whether the process ended within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_children(number: signal.Signals, tmp_path: Path) -> None:
    process, pids = start(tmp_path)
    running = children(pids, 2)
    process.send_signal(number)
    assert process.wait(10) == 0
    assert [gone(pid) for pid in running] == [True, True]


@pytest.mark.slow
def test_a_kill_of_the_supervisor_leaves_nothing(tmp_path: Path) -> None:
    process, pids = start(tmp_path)
    running = children(pids, 2)
    process.kill()
    process.wait(10)
    assert [gone(pid) for pid in running] == [True, True]


@pytest.mark.slow
def test_control_without_the_kernels_signal_children_outlive_their_parent(tmp_path: Path) -> None:
    process, pids = start(
        tmp_path, program="import common.supervisor as s; s.die_with = lambda parent: None\n" + PROGRAM
    )
    running = children(pids, 2)
    process.kill()
    process.wait(10)
    try:
        assert [gone(pid, seconds=1) for pid in running] == [False, False]
    finally:
        for pid in running:
            os.kill(pid, signal.SIGKILL)


@pytest.mark.slow
def test_a_child_that_ends_takes_the_others_along(tmp_path: Path) -> None:
    process, pids = start(tmp_path, "import time; time.sleep(1.5)")
    running = children(pids, 1)
    assert process.wait(10) == 1
    assert gone(running[0])


@pytest.mark.slow
def test_a_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    deaf = (
        "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "open(os.environ['PIDS'], 'a').write(f'{os.getpid()}\\n'); time.sleep(60)"
    )
    process, pids = start(tmp_path, deaf)
    running = children(pids, 2)
    started = time.monotonic()
    process.terminate()
    assert process.wait(15) == 0
    assert time.monotonic() - started > 3  # it was given its patience first
    assert [gone(pid) for pid in running] == [True, True]


@pytest.mark.slow
def test_what_a_child_leaves_behind_goes_with_it(tmp_path: Path) -> None:
    leaves = (
        "import os, subprocess, sys, time; "
        "left = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        "open(os.environ['PIDS'], 'a').write(f'{left.pid}\\n'); time.sleep(60)"
    )
    process, pids = start(tmp_path, leaves)
    running = children(pids, 2)
    process.terminate()
    assert process.wait(10) == 0
    assert [gone(pid) for pid in running] == [True, True]
