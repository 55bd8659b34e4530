"""All terms and signal words in one automaton (Aho-Corasick): one pass over a text, however long the list is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from staff.words.normal import Plain
from staff.words.patterns import expand, searched
from staff.words.signals import SIGNALS
from staff.words.states import TermKind, TermSeverity

SPELLED = frozenset({TermKind.REVIEW_MONEY, TermKind.OFF_PLATFORM, TermKind.RUDE})  # also hidden in pinyin
DISCONTINUED = "{discontinued}"  # in a term's «allowed within»: where the product is really not made any more (PHR-22)
SHORT_LATIN = 3


@dataclass(frozen=True)
class Rule:
    """A term as the checker needs it."""

    pattern: str
    kind: str
    severity: str = TermSeverity.HARD
    replacement: str = ""
    unless: tuple[str, ...] = ()


class Found(NamedTuple):
    """A term (`rule`) or a signal word (`signal`) at text[start:end] of a plain text."""

    start: int
    end: int
    rule: Rule | None = None
    signal: str = ""


@dataclass
class Matcher:
    """The compiled list. Build it once for each version of the list; it is never changed afterwards."""

    automaton: AhoCorasick
    owners: list[list[tuple[str, int]]]  # by pattern: («term» | «unless» | a signal's name, number of the rule)
    rules: Sequence[Rule] = field(default_factory=tuple)

    def scan(self, read: Plain) -> list[Found]:
        """Every term and signal in `read`, those within a phrase that makes them harmless left out."""
        found: list[Found] = []
        shields: dict[int, list[tuple[int, int]]] = {}
        for number, start, end in self.automaton.find_matches_as_indexes(read.text, overlapping=True):
            if end - start > 1 and (read.apart(start, end) or _inside_a_word(read.text, start, end)):
                continue
            for what, owner in self.owners[number]:
                if what == "unless":
                    shields.setdefault(owner, []).append((start, end))
                elif what == "term":
                    found.append(Found(start, end, rule=self.rules[owner]))
                else:
                    found.append(Found(start, end, signal=what))
        covers = {id(self.rules[owner]): spans for owner, spans in shields.items()}
        return [hit for hit in found if hit.rule is None or not _covered(hit, covers.get(id(hit.rule), ()))]


def _covered(hit: Found, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= hit.start and hit.end <= end for start, end in spans)


def _inside_a_word(text: str, start: int, end: int) -> bool:
    """A few Latin letters are a hit only by themselves: «vx», not the middle of «nvxing»."""
    found = text[start:end]
    if end - start > SHORT_LATIN or not (found.isascii() and found.isalpha()):
        return False
    around = text[start - 1 : start] + text[end : end + 1]
    return any(char.isascii() and char.isalpha() for char in around)


def compile_rules(rules: Sequence[Rule]) -> Matcher:
    """One automaton of all `rules` and of the signal words. Raises ValidationError for a pattern that is none."""
    owners: dict[str, list[tuple[str, int]]] = {}
    for text, what, number in _entries(rules):
        places = owners.setdefault(text, [])
        if (what, number) not in places:
            places.append((what, number))
    automaton = AhoCorasick(list(owners), matchkind=MatchKind.Standard)
    return Matcher(automaton, list(owners.values()), rules)


def _entries(rules: Sequence[Rule]) -> Iterator[tuple[str, str, int]]:
    for number, rule in enumerate(rules):
        for phrase in expand(rule.pattern):
            for text in searched(phrase, spelled=rule.kind in SPELLED):
                yield text, "term", number
        for harmless in rule.unless:
            if harmless != DISCONTINUED:
                for phrase in expand(harmless):
                    for text in searched(phrase):
                        yield text, "unless", number
    for name, (patterns, spelled) in SIGNALS.items():
        for pattern in patterns.split():
            for phrase in expand(pattern):
                for text in searched(phrase, spelled=spelled):
                    yield text, name, -1
