"""What may prove a claim: the floors above say which files are kept about their topics."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from ledger.models import Claim

Files = Callable[[int], list[tuple[str, str]]]  # the topic's id → (reference, words), in the order to show them

_registry: dict[str, Files] = {}


def register(kind: str, files: Files) -> None:
    """Say which files are kept about topics of `kind` («aftersales.case»)."""
    _registry[kind] = files


def files_of(topic: str) -> list[tuple[str, str]]:
    """The files kept about a topic; none when nobody keeps any."""
    kind, _colon, key = topic.partition(":")
    return _registry[kind](int(key)) if kind in _registry and key.isdigit() else []


def ticked(claim: Claim) -> list[str]:
    """The references that somebody chose to prove the claim with (SUP-28); what merely lay with the case is none."""
    return [rest for kind, _colon, rest in _parted(claim) if kind]


def shown_proofs(claim: Claim) -> list[tuple[str, str]]:
    """What each proof shows, and the name of its file; of what was gathered before, nothing once somebody chose."""
    words = {"goods": _("goods and packing"), "reply": _("their answer")}
    names, parted = dict(files_of(claim.loss.topic)), _parted(claim)
    chosen = any(kind == "goods" for kind, _colon, _rest in parted)
    told = [(words[kind or "goods"], names.get(rest, rest)) for kind, _colon, rest in parted if kind or not chosen]
    return list(dict.fromkeys(told))


def _parted(claim: Claim) -> list[tuple[str, str, str]]:
    """Kind («goods», «reply» or none), colon and reference of each proof."""
    parts = [str(one).partition(":") for one in claim.proof]
    return [part if part[0] in ("goods", "reply") and part[1] else ("", "", "".join(part)) for part in parts]
