"""The small language of terms: «公司(的|)规定(就|)是这样» are four phrases; a guarded one is found in pinyin too."""

from __future__ import annotations

from itertools import product

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from staff.words.lookalikes import SYLLABLES
from staff.words.normal import plain

MOST = 1500  # phrases that one term may stand for
SPELLED_AT_MOST = 4  # longer terms are not looked for in pinyin: nobody spells them out


def expand(pattern: str) -> list[str]:
    """Every phrase that `pattern` stands for. Raises ValidationError when brackets do not fit or it is far too wide."""
    phrases, rest = _either(pattern, 0)
    if rest != len(pattern):
        raise ValidationError(_("The brackets do not fit: write variants as (one|other)."))
    return list(dict.fromkeys(phrases))


def _either(pattern: str, place: int) -> tuple[list[str], int]:
    """The variants from `place` on up to the bracket that closes them, and where that stands."""
    found: list[str] = []
    while True:
        phrases, place = _row(pattern, place)
        found += phrases
        if place == len(pattern) or pattern[place] != "|":
            return found, place
        place += 1


def _row(pattern: str, place: int) -> tuple[list[str], int]:
    """One variant: letters and brackets one after the other."""
    found = [""]
    while place < len(pattern) and pattern[place] not in "|)":
        if pattern[place] == "(":
            inner, place = _either(pattern, place + 1)
            if place == len(pattern):
                raise ValidationError(_("The brackets do not fit: write variants as (one|other)."))
        else:
            inner = [pattern[place]]
        found = [before + after for before in found for after in inner]
        if len(found) > MOST:
            raise ValidationError(_("The term stands for more than %(most)d phrases.") % {"most": MOST})
        place += 1
    return found, place


def searched(phrase: str, *, spelled: bool = False) -> list[str]:
    """`phrase` as it is looked for in a plain text: itself, and `spelled` in any mixture with pinyin."""
    text = plain(phrase).text
    if not text:
        return []
    if not spelled or len(text) > SPELLED_AT_MOST:
        return [text]
    ways = [(char, *SYLLABLES.get(char, ())) for char in text]
    return ["".join(parts) for parts in product(*ways)]


def check_pattern(pattern: str) -> None:
    """Refuses a term that would match everything, or whose brackets do not fit. Raises ValidationError."""
    for phrase in expand(pattern):
        if len(plain(phrase).text) < 2:
            raise ValidationError(
                _("A term has two characters or more: “%(phrase)s” is too short.") % {"phrase": phrase}
            )
