"""What an entry of the trail says: one sentence an action, registered in `<app>/audit_messages.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

Sentence = Callable[[Mapping[str, Any]], str]

_sentences: dict[str, Sentence] = {}


def register(action: str, sentence: Sentence) -> Sentence:
    """Name the sentence of `action`; it gets the entry's data and answers in the reader's language."""
    if action in _sentences and _sentences[action] is not sentence:
        raise ValueError(f"The action {action!r} has its sentence already.")
    _sentences[action] = sentence
    return sentence


def known_actions() -> frozenset[str]:
    return frozenset(_sentences)


def sentence(action: str, data: Mapping[str, Any]) -> str:
    """The sentence of one entry. An old entry whose data lacks a word is still told, by its action."""
    words = _sentences.get(action)
    if words is not None:
        try:
            return words(data)
        except (KeyError, TypeError, ValueError):
            pass  # written by an older version of the product: its data is shown as it stands
    details = ", ".join(f"{key}: {value}" for key, value in data.items())
    return _("%(action)s (%(details)s)") % {"action": action, "details": details} if details else action
