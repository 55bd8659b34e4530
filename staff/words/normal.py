"""A text as the checker reads it: disguises taken off, every character knowing where it stood (PHR-21, REV-15)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from staff.words.lookalikes import PICTURES, SAME, STARS, TORN

FILLER, THOUGHT, SENTENCE = 1, 2, 3
ENDS = frozenset("。!?;!?;\n\r")  # of a sentence
STRONG = ENDS | frozenset(',:、,:…()()「」《》“”"')  # of a thought: two words on both sides are two words
CJK = re.compile(r"[\u3400-\u9fff]")
STUTTER = re.compile(r"([\u3400-\u9fff])\1+")
AROUND = 20  # letters around a stutter that are read once more without it
LETTER_OF_NUMBER = re.compile(r"(?<=\d)[ol]+|[ol]+(?=\d)")
RATING = re.compile(f"(?<=[5五满⑤])[{STARS}]|[{STARS}][{STARS}\ufe0f]*[{STARS}][{STARS}\ufe0f]*[{STARS}]")
PLUS_CONTACT = frozenset("vqw微扣")
# What a character becomes when it becomes no letter: nothing, a filler, an end, or several letters (WIDE).
SILENT, FILLS, THINKS, SAYS, WIDE = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
MARK_OF = {SILENT: 0, FILLS: FILLER, THINKS: THOUGHT, SAYS: SENTENCE}
NO_LETTER = re.compile("[\ue000-\ue004]")


@dataclass(frozen=True)
class Plain:
    """`text` without disguises. `starts[i]` is where its character i begins in the original, `ends[i]` where it ends;
    `marks[i]` says what stood before it: nothing (0), a space or filler, the end of a thought, of a sentence."""

    text: str
    starts: list[int]
    ends: list[int]
    marks: list[int]

    def apart(self, start: int, end: int) -> bool:
        """Whether text[start:end] is really two thoughts: a mark ends one inside, and not all letters are spread."""
        inside = self.marks[start + 1 : end]
        if not inside or max(inside) < THOUGHT:
            return False
        count = len(inside)
        spread = count - inside.count(0)
        return count == 1 or spread < (count if count == 2 else -(-count * 3 // 5))

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """The bounds of the thought or thoughts that text[start:end] belongs to."""
        while start > 0 and self.marks[start] < THOUGHT:
            start -= 1
        while end < len(self.text) and self.marks[end] < THOUGHT:
            end += 1
        return start, end

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where text[start:end] stands in the original text."""
        return self.starts[start], self.ends[end - 1]


class _Letters(dict[int, str]):
    """What each character is read as, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _letter(chr(code))
        return found


def _letter(char: str) -> str:
    if char in ENDS:
        return SAYS
    if char in STRONG:
        return THINKS
    if char in PICTURES:
        return WIDE
    letters = _folded(char)
    if letters:
        return letters if len(letters) == 1 else WIDE
    return SILENT if unicodedata.category(char) in {"Mn", "Me", "Cf"} else _mark_of_wide(char)


def _folded(char: str) -> str:
    """The letters and digits that `char` stands for, in small, simplified, of plain width."""
    if char in PICTURES:
        return PICTURES[char]
    folded = unicodedata.normalize("NFKC", char).lower()
    return "".join(SAME.get(one, one) for one in folded if one in "%+" or unicodedata.category(one)[0] in "LN")


def _mark_of_wide(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char)
    return SAYS if ENDS & set(folded) else THINKS if STRONG & set(folded) else FILLS


_LETTERS = _Letters()


def plain(text: str) -> Plain:
    """`text` in one form: width, case, look-alikes, traditional and torn characters, fillers between letters."""
    read = RATING.sub(lambda stars: "星" * len(stars.group()), text).translate(_LETTERS)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    marks: list[int] = []
    mark = here = 0
    for found in NO_LETTER.finditer(read):
        place = found.start()
        if place > here:
            pieces.append(read[here:place])
            _stand(here, place, mark, starts, ends, marks)
            mark = 0
        here = place + 1
        if found.group() != WIDE:
            mark = max(mark, MARK_OF[found.group()])
            continue
        letters = _folded(text[place])
        pieces.append(letters)
        starts += [place] * len(letters)
        ends += [here] * len(letters)
        marks += [mark] + [0] * (len(letters) - 1)
        mark = 0
    if here < len(read):
        pieces.append(read[here:])
        _stand(here, len(read), mark, starts, ends, marks)
    return _mended(_signs(Plain("".join(pieces), starts, ends, marks)))


def _stand(first: int, after: int, mark: int, starts: list[int], ends: list[int], marks: list[int]) -> None:
    starts.extend(range(first, after))
    ends.extend(range(first + 1, after + 1))
    marks.append(mark)
    marks.extend([0] * (after - first - 1))


def _signs(read: Plain) -> Plain:
    """% after a number and + before a contact mean something; elsewhere both are fillers. «1OO» is 100."""
    text = LETTER_OF_NUMBER.sub(lambda hit: hit.group().replace("o", "0").replace("l", "1"), read.text)
    if "%" not in text and "+" not in text:
        return read if text is read.text else Plain(text, read.starts, read.ends, read.marks)
    keep: list[int] = []
    letters = list(text)
    for place, letter in enumerate(letters):
        following = letters[place + 1] if place + 1 < len(letters) else ""
        if letter == "+" and following in PLUS_CONTACT and following:
            letters[place] = "加"
        elif letter == "+" or (letter == "%" and not (place and letters[place - 1].isdigit())):
            if following:
                read.marks[place + 1] = max(read.marks[place + 1], read.marks[place], FILLER)
            continue
        keep.append(place)
    return _picked(letters, read, keep)


def _picked(letters: Sequence[str], read: Plain, keep: Sequence[int]) -> Plain:
    return Plain(
        "".join([letters[i] for i in keep]),
        [read.starts[i] for i in keep],
        [read.ends[i] for i in keep],
        [read.marks[i] for i in keep],
    )


def _mended(read: Plain) -> Plain:
    """Torn characters put together again: 女子 is 好."""
    for torn, whole in TORN.items():
        while (place := read.text.find(torn)) >= 0:
            read = Plain(
                read.text[:place] + whole + read.text[place + 2 :],
                read.starts[: place + 1] + read.starts[place + 2 :],
                read.ends[:place] + read.ends[place + 1 :],
                read.marks[: place + 1] + read.marks[place + 2 :],
            )
    return read


def without_stutter(read: Plain) -> Plain | None:
    """Around Chinese characters said twice or more in a row, the text with each said once: 好好评评. None without."""
    keep: list[int] = []
    here = 0
    cuts: list[int] = []  # where something was left out between two places that are kept
    until: dict[int, int] = {}  # place that is kept → end of the last of its repetitions
    for found in STUTTER.finditer(read.text):
        start, end = found.span()
        if max(read.marks[start + 1 : end]) >= THOUGHT:
            continue
        first = max(here, start - AROUND)
        if first > here and keep:
            tail = min(first, here + AROUND)
            keep.extend(range(here, tail))
            first = max(tail, first)
        if not keep or first > keep[-1] + 1:
            cuts.append(len(keep))
        until[start] = read.ends[end - 1]
        keep.extend(range(first, start + 1))
        here = end
    if not here:
        return None
    keep.extend(range(here, min(len(read.text), here + AROUND)))
    around = _picked(read.text, read, keep)
    around.ends[:] = [until.get(place, end) for place, end in zip(keep, around.ends, strict=True)]
    for place in cuts:
        around.marks[place] = SENTENCE
    return around
