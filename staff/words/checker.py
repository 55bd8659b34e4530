"""What may not be said, and what is said instead: one pure function over the compiled list (PHR-21, PHR-22, REV-15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from staff.words.compiled import matcher
from staff.words.matcher import DISCONTINUED, Found, Matcher
from staff.words.normal import Plain, plain, without_stutter
from staff.words.states import TermKind, TermSeverity
from staff.words.structure import (
    Shape,
    Signals,
    adverts,
    contacts,
    is_refused,
    is_reported,
    missing_courtesy,
    promises,
    rewarded_reviews,
)

MAY_BE_REFUSED = (TermKind.REVIEW_MONEY, TermKind.OFF_PLATFORM)  # «we do not pay for reviews» is fine to say


@dataclass(frozen=True)
class CheckContext:
    """What must be known besides the text. `consent`: None when no buyer is meant, else none, given or refused."""

    discontinued: bool = False  # the supplier makes it no more: then one may say so (PHR-22)
    consent: str | None = None  # SEC-09
    to_buyer: bool = True  # a remark between colleagues needs no courtesy (PHR-04)
    reports: bool = False  # it may tell what a buyer asked for: that is no offer (REV-15)


@dataclass(frozen=True)
class Hit:
    """text[start:end] should not be said; `sentence` says why, `replacement` what to say (may be empty)."""

    start: int
    end: int
    term: str
    kind: str
    severity: str
    replacement: str
    sentence: str

    @property
    def is_hard(self) -> bool:
        return self.severity == TermSeverity.HARD

    @property
    def can_be_overridden(self) -> bool:
        """A written reason lets it pass. Money for reviews never does: the law forbids it (REV-15)."""
        return self.kind != TermKind.REVIEW_MONEY


def check(text: str, *, context: CheckContext = CheckContext()) -> list[Hit]:
    """Every hit of the house's list and of the shapes in `text`, by place (PHR-04, PHR-21, PHR-22, REV-15)."""
    return find(text, matcher(), context)


def find(text: str, compiled: Matcher, context: CheckContext) -> list[Hit]:
    """As `check`, with a list that is given; of hits that cover each other the wider one."""
    read = plain(text)
    hits = _of(read, compiled, context)
    smooth = without_stutter(read)
    if smooth is not None:
        hits += [hit for hit in _of(smooth, compiled, context) if hit.kind != TermKind.COURTESY]
    return _widest(hits)


def _of(read: Plain, compiled: Matcher, context: CheckContext) -> list[Hit]:
    found = compiled.scan(read)
    signals = Signals.of(found)
    told = [(one.start, _term_hit(read, one)) for one in found if one.rule and _stands(read, one, signals, context)]
    shapes: list[Shape] = [*rewarded_reviews(read, signals), *promises(read), *contacts(read, signals)]
    shapes += adverts(signals, context.consent)
    if context.to_buyer:
        shapes += missing_courtesy(read, signals)
    told += [(shape.start, _shape_hit(read, shape)) for shape in shapes]
    return [_milder(read, signals, start, hit) if context.reports else hit for start, hit in told]


def _milder(read: Plain, signals: Signals, start: int, hit: Hit) -> Hit:
    """Money for a review that only the buyer asked for is told, not offered: kept as a finding, it stops nothing."""
    if hit.kind != TermKind.REVIEW_MONEY or not is_reported(read, signals, start):
        return hit
    return replace(hit, severity=TermSeverity.SOFT)


def _stands(read: Plain, found: Found, signals: Signals, context: CheckContext) -> bool:
    rule = found.rule
    assert rule is not None
    if context.discontinued and DISCONTINUED in rule.unless:
        return False
    warnings = rule.kind == TermKind.OFF_PLATFORM
    return rule.kind not in MAY_BE_REFUSED or not is_refused(read, signals, found.start, found.end, warnings=warnings)


def _term_hit(read: Plain, found: Found) -> Hit:
    rule = found.rule
    assert rule is not None
    start, end = read.original(found.start, found.end)
    why = sentence_of(rule.kind, rule.severity)
    return Hit(start, end, rule.pattern, rule.kind, rule.severity, rule.replacement, why)


def _shape_hit(read: Plain, shape: Shape) -> Hit:
    start, end = read.original(shape.start, shape.end)
    why = sentence_of(shape.kind, shape.severity)
    return Hit(start, end, shape.term, shape.kind, shape.severity, advice_of(shape.kind), why)


def _widest(hits: Sequence[Hit]) -> list[Hit]:
    """Hits in order of place. One inside another of the same kind, or of a lesser effect, says nothing new."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (not hit.is_hard, hit.start - hit.end, hit.start, not hit.replacement)):
        covered = any(other.start < hit.end and hit.start < other.end and other.kind == hit.kind for other in kept)
        inside = any(other.is_hard and other.start <= hit.start and hit.end <= other.end for other in kept)
        if not covered and not inside:
            kept.append(hit)
    return sorted(kept, key=lambda hit: (hit.start, hit.end))


def sentence_of(kind: str, severity: str) -> str:
    """Why a text with such a hit is stopped, or should be changed."""
    told: dict[str, str] = {
        TermKind.FORBIDDEN: _("This is one of the house's forbidden phrases."),
        TermKind.RUDE: _("This hurts the buyer."),
        TermKind.FALSE_PROMISE: _("Nobody can promise this for certain."),
        TermKind.REVIEW_MONEY: _("Nothing may be given for a review, its change or its deletion: the law forbids it."),
        TermKind.ABSOLUTE: _("The advertising law forbids words that claim the utmost."),
        TermKind.OFF_PLATFORM: _("Buyers are not led away from the platform; other contact is for this order only."),
        TermKind.COURTESY: _("A word of courtesy is missing."),
        TermKind.MARKETING: _("This buyer has refused advertising.")
        if severity == TermSeverity.HARD
        else _("This advertises, and the buyer has not agreed to that."),
    }
    return told.get(kind, "")


def advice_of(kind: str) -> str:
    """What is said instead of something that was found by its shape; Chinese, because it is said to buyers."""
    return {
        TermKind.REVIEW_MONEY: "欢迎您根据真实体验评价,您的任何意见对我们都很重要。",
        TermKind.FALSE_PROMISE: "我们会尽快为您安排,有最新进展第一时间告知您。",
        TermKind.OFF_PLATFORM: "为保障您的权益,请在平台内与我们沟通和交易。",
        TermKind.COURTESY: "您好,",
    }.get(TermKind(kind), "")
