"""What may prove a claim: the floors above say which files are kept about their topics."""

from __future__ import annotations

from collections.abc import Callable

Files = Callable[[int], list[tuple[str, str]]]  # the topic's id → (reference, words), in the order to show them

_registry: dict[str, Files] = {}


def register(kind: str, files: Files) -> None:
    """Say which files are kept about topics of `kind` («aftersales.case»)."""
    _registry[kind] = files


def files_of(topic: str) -> list[tuple[str, str]]:
    """The files kept about a topic; none when nobody keeps any."""
    kind, _colon, key = topic.partition(":")
    return _registry[kind](int(key)) if kind in _registry and key.isdigit() else []
