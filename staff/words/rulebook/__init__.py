"""What every house starts with. `load` adds what is missing and never touches what people have changed."""

from __future__ import annotations

from django.db import transaction

from staff.models import Term
from staff.words.rulebook.terms import TERMS


@transaction.atomic
def load() -> int:
    """Add the terms, phrases, guides and handbook pages that are not there yet. Returns how many were added."""
    return _terms()


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
