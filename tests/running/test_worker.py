"""New connections go to the web process that has fewer of them."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from typing import Any

import pytest
from gunicorn.workers import gthread

from config import worker


class Listener:
    """A listening socket from which another process has just taken what waited there."""

    asked = 0

    def accept(self) -> Any:
        self.asked += 1
        raise BlockingIOError(11, "Resource temporarily unavailable")


class Process(worker.ThreadWorker):
    """A worker that was not forked: what it is told of its connections, and nothing else."""

    def __init__(self, place: int, nr_conns: int) -> None:
        self._place, self.nr_conns = place, nr_conns
        self.notify()


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """How long somebody hesitated."""
    times: list[float] = []
    monkeypatch.setattr(worker.time, "sleep", times.append)
    monkeypatch.setattr(gthread.ThreadWorker, "notify", lambda self: None)
    yield times
    for place in range(len(worker.held)):
        worker.held[place] = worker.NOBODY


@pytest.mark.parametrize(
    ("mine", "others", "hesitates"),
    [(0, [0], False), (1, [0], True), (3, [5, 2], True), (2, [2], False), (2, [3], False), (9, [], False)],
)
def test_who_has_more_connections_lets_others_go_first(
    slept: list[float], mine: int, others: list[int], hesitates: bool
) -> None:
    for place, many in enumerate(others):
        Process(place, many)
    process, listener = Process(9, mine), Listener()
    process.accept(listener)
    assert slept == ([worker.HESITATION] if hesitates else [])
    assert (listener.asked, process.nr_conns) == (1, mine)


def test_nobody_waits_for_a_process_that_has_ended(slept: list[float]) -> None:
    gone, stays = Process(1, 0), Process(2, 4)
    runpy.run_path("config/gunicorn.py")["child_exit"](None, gone)
    stays.accept(Listener())
    assert slept == []


def test_the_web_server_is_given_this_worker() -> None:
    assert runpy.run_path("config/gunicorn.py")["worker_class"] is worker.ThreadWorker
