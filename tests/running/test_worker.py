"""New connections go to the web process that has fewer of them."""

from __future__ import annotations

import runpy
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.util import load_class
from gunicorn.workers import gthread

from config import worker


class Listener:
    """A listening socket from which another process has just taken what waited there."""

    def __init__(self) -> None:
        self.asked = 0

    def accept(self) -> Any:
        self.asked += 1
        raise BlockingIOError(11, "Resource temporarily unavailable")


@pytest.mark.parametrize(("has", "hesitates"), [(0, []), (1, [0.0001]), (3, [0.0003]), (500, [0.0004])])
def test_who_has_connections_lets_others_go_first(
    monkeypatch: pytest.MonkeyPatch, has: int, hesitates: list[float]
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(worker.time, "sleep", slept.append)
    busy, listener = SimpleNamespace(nr_conns=has, cfg=None), Listener()
    monkeypatch.setattr(worker.ThreadWorker, "__init__", lambda self: self.__dict__.update(vars(busy)))
    made = worker.ThreadWorker()
    made.accept(listener)
    assert slept == pytest.approx(hesitates)
    assert (listener.asked, made.nr_conns) == (1, has)


def test_the_web_server_is_given_this_worker() -> None:
    settings = runpy.run_path("config/gunicorn.py")
    assert load_class(settings["worker_class"]) is worker.ThreadWorker
    assert issubclass(worker.ThreadWorker, gthread.ThreadWorker)
