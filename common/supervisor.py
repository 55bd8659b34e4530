"""Runs child processes as one: if one ends, all end; when told to stop, they stop in order and none is left behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

PR_SET_PDEATHSIG = 1
TICK_SECONDS = 0.2
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Child:
    """One process. `patience`: seconds between being asked to stop and being killed with its whole session."""

    name: str
    command: Sequence[str]
    patience: float
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)


def die_with(parent: int) -> Callable[[], None]:
    """A function for the forked child: the kernel ends it when the parent dies, even by SIGKILL (Linux).

    The signal follows the thread that forked, so children are started from the main thread only.
    """
    libc = ctypes.CDLL(None, use_errno=True)

    def arrange() -> None:
        if hasattr(libc, "prctl"):
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died between fork and prctl
            os._exit(1)

    return arrange


class Supervisor:
    """Starts `children` in order and stops them in the same order: who takes work in goes first."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children
        self.asked_to_stop = False

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop = True

    def run(self, *, ready: Callable[[], bool], when_ready: Callable[[], None]) -> int:
        """Runs until a signal (returns 0) or until a child ends by itself (returns 1, after stopping the rest).

        `when_ready` is called once, the first time `ready` answers true.
        """
        before = {number: signal.signal(number, self._ask_to_stop) for number in STOP_SIGNALS}
        announced = False
        try:
            for child in self.children:
                self._start(child)
            while not self.asked_to_stop and not self.ended():
                if not announced and ready():
                    announced = True
                    when_ready()
                time.sleep(TICK_SECONDS)
            return 0 if self.asked_to_stop else 1
        finally:
            for child in self.children:
                self._stop(child)
            for number, handler in before.items():
                signal.signal(number, handler)

    def ended(self) -> list[Child]:
        """The children that are no longer running."""
        return [child for child in self.children if child.process is not None and child.process.poll() is not None]

    def _start(self, child: Child) -> None:
        # A session of its own: Ctrl-C in the terminal reaches the supervisor only, which then stops them in order.
        child.process = subprocess.Popen(  # noqa: S603 - the commands are the house's own
            child.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with(os.getpid()),  # no threads are running yet
        )

    def _stop(self, child: Child) -> None:
        if child.process is None:
            return
        if child.process.poll() is None:
            child.process.terminate()
            try:
                child.process.wait(child.patience)
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
        try:  # whatever it left in its session goes with it
            os.killpg(child.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
