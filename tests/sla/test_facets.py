"""The names of shops and suppliers are remembered for a moment, not longer."""

from __future__ import annotations

import time

from common import kept
from common.kept import SECONDS, Kept
from sla import facets


def test_names_are_asked_for_once_in_a_while(monkeypatch):
    asked, moment = [], [100.0]

    def names():
        asked.append(moment[0])
        return [(1, f"at {moment[0]}")]

    monkeypatch.setattr(facets, "_registry", {"shop": Kept(names)})
    monkeypatch.setattr(kept, "SECONDS", SECONDS)
    monkeypatch.setattr(time, "monotonic", lambda: moment[0])
    assert facets.choices("shop") == [(1, "at 100.0")]
    moment[0] += SECONDS - 0.1
    assert facets.choices("shop") == [(1, "at 100.0")]
    moment[0] += 0.1
    assert facets.choices("shop") == [(1, "at 110.0")]
    facets.forget()
    facets.choices("shop")
    assert asked == [100.0, 110.0, 110.0]
    assert facets.choices("unknown") == []
