"""What is done with words: a text is vetted, a phrase copied, kept and reviewed, a handbook page approved and read.

All take `by` (who does it) and `now` (aware; default the product's clock). A refusal is a BusinessError with a sentence
for people; what was stopped by the checker is a WordsStopped, which carries the hits.
"""

from __future__ import annotations

from staff.words.services.copying import Copied, copy_phrase, filled
from staff.words.services.handbook import approve_page, draft_page, read_page
from staff.words.services.phrases import (
    add_phrase,
    change_phrase,
    decide_phrase,
    retire_phrase,
    review_phrase,
)
from staff.words.services.terms import add_term, change_term
from staff.words.services.vetting import REMARK, WordsStopped, note_findings, note_stopped, vet

__all__ = [
    "REMARK",
    "Copied",
    "WordsStopped",
    "add_phrase",
    "add_term",
    "approve_page",
    "change_phrase",
    "change_term",
    "copy_phrase",
    "decide_phrase",
    "draft_page",
    "filled",
    "note_findings",
    "note_stopped",
    "read_page",
    "retire_phrase",
    "review_phrase",
    "vet",
]
