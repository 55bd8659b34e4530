"""What every house starts with. `load` adds what is missing and never touches what people have changed."""

from __future__ import annotations

from django.db import transaction

from common import clock
from staff.models import Guide, HandbookPage, Phrase, Term
from staff.words.rulebook.guides import GUIDES
from staff.words.rulebook.handbook import PAGES
from staff.words.rulebook.handbook_after import AFTER_PAGES
from staff.words.rulebook.phrases import ADVERTS, PHRASES
from staff.words.rulebook.terms import TERMS


@transaction.atomic
def load() -> int:
    """Add the terms, phrases, guides and handbook pages that are not there yet. Returns how many were added."""
    return _terms() + _phrases() + _guides() + _pages()


def _terms() -> int:
    there = set(Term.objects.values_list("pattern", flat=True))
    missing = [
        Term(pattern=pattern, kind=kind, severity=severity, replacement=instead, source=source, unless=list(unless))
        for kind, rows in TERMS.items()
        for pattern, severity, instead, source, unless in rows
        if pattern not in there
    ]
    Term.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def _phrases() -> int:
    """PHR-01. One that somebody renamed or retired stays as it is: the key tells that it was there."""
    there = set(Phrase.objects.exclude(key="").values_list("key", flat=True))
    missing = [
        Phrase(
            key=key, stage=stage, situation=situation, title=title, body=body, rule=rule,
            marketing=marketing, reviewed_on=clock.today(),
        )
        for rows, marketing in ((PHRASES, False), (ADVERTS, True))
        for key, stage, situation, title, body, rule in rows
        if key not in there
    ]  # fmt: skip
    Phrase.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def _guides() -> int:
    there = set(Guide.objects.values_list("slug", flat=True))
    missing = [
        Guide(
            slug=slug, letter=letter, title=title, keywords=keywords, do=do, say=say, never=never, rule=rule,
            position=number,
        )
        for number, (slug, letter, title, keywords, do, say, never, rule) in enumerate(GUIDES)
        if slug not in there
    ]  # fmt: skip
    Guide.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def _pages() -> int:
    there = set(HandbookPage.objects.values_list("slug", flat=True))
    missing = [
        HandbookPage(slug=slug, chapter=chapter, title=title, rules=rules, body=body, valid_from=clock.today())
        for slug, chapter, title, rules, body in [*PAGES, *AFTER_PAGES]
        if slug not in there
    ]
    HandbookPage.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)
