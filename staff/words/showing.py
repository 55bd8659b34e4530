"""What the checker found, as the pages show it: the text in pieces, and every hit put right (PHR-21)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from staff.words.checker import Hit
from staff.words.states import TermKind

IN_FRONT = (TermKind.COURTESY,)  # what is said instead goes before the text, it replaces nothing


@dataclass(frozen=True)
class Piece:
    """A stretch of the text; `number` of the hit it belongs to, from 1, or 0."""

    text: str
    number: int = 0
    hard: bool = False


@dataclass(frozen=True)
class Finding:
    """One hit beside the text: what was found, why it is one, and the whole text with it put right."""

    number: int
    hit: Hit
    words: str
    kind: str
    mended: str


def pieces(text: str, hits: Sequence[Hit]) -> list[Piece]:
    """`text` cut up at its hits; where two overlap, the first one marks what they share."""
    found: list[Piece] = []
    here = 0
    for number, hit in enumerate(hits, start=1):
        start = max(hit.start, here)
        if hit.kind in IN_FRONT or start >= hit.end:
            continue
        if start > here:
            found.append(Piece(text[here:start]))
        found.append(Piece(text[start : hit.end], number, hit.is_hard))
        here = hit.end
    if here < len(text):
        found.append(Piece(text[here:]))
    return found


def findings(text: str, hits: Sequence[Hit]) -> list[Finding]:
    return [
        Finding(number, hit, text[hit.start : hit.end], str(TermKind(hit.kind).label), mended(text, hit))
        for number, hit in enumerate(hits, start=1)
    ]


def mended(text: str, hit: Hit) -> str:
    """`text` with this hit put right; as it is when nobody says how."""
    if not hit.replacement:
        return text
    if hit.kind in IN_FRONT:
        return hit.replacement + text
    before, after = text[: hit.start], text[hit.end :]
    ends = hit.replacement[-1] in "。!?！？" and after[:1] in set(",。!?，！？")
    return before + (hit.replacement[:-1] if ends else hit.replacement) + after
