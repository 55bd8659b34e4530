"""What hardly ever changes is remembered for seconds, and not longer."""

from __future__ import annotations

import time

import pytest

from common import kept
from common.kept import SECONDS, Kept


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(kept, "SECONDS", SECONDS)
    return now


def test_it_is_read_once_in_a_while(moment: list[float]) -> None:
    read = Kept(lambda: moment[0])
    assert read() == 100.0
    moment[0] += SECONDS - 0.1
    assert read() == 100.0
    moment[0] += 0.1
    assert read() == 100.0 + SECONDS


def test_what_was_changed_here_is_read_anew(moment: list[float]) -> None:
    one, other = Kept(lambda: moment[0]), Kept(lambda: moment[0])
    assert (one(), other()) == (100.0, 100.0)
    moment[0] += 1
    one.forget()
    assert (one(), other()) == (101.0, 100.0)
    moment[0] += 1
    kept.forget_all()
    assert (one(), other()) == (102.0, 102.0)
