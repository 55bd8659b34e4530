"""What every installation starts with: each floor says how its own part is loaded."""

from __future__ import annotations

from collections.abc import Callable

from staff.conduct import rulebook as conduct
from staff.records import rulebook as records
from staff.words import rulebook as words

LOADERS: dict[str, Callable[[], int]] = {
    "words": words.load,
    "conduct": conduct.load,
    "records": records.load,
}


def register(name: str, load: Callable[[], int]) -> None:
    """A floor above adds its own rules: `load` adds what is missing and answers how many rows that were."""
    LOADERS[name] = load
