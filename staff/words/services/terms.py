"""The checker's list, kept by those who manage the words (PHR-21, PHR-22). A term is never deleted: it is switched off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common.exceptions import BusinessError
from common.locking import lock_one
from staff.models import Term, User
from staff.words.patterns import check_pattern

CHANGEABLE = ("kind", "severity", "replacement", "unless", "source", "enabled")


@transaction.atomic
def add_term(*, pattern: str, data: Mapping[str, Any], by: User, now: dt.datetime | None = None) -> Term:
    """A new term. Raises BusinessError for one that is there already, or that would stop every text."""
    pattern = pattern.strip()
    _refuse_odd([pattern, *data.get("unless", [])])
    if Term.objects.filter(pattern=pattern).exists():
        raise BusinessError(_("This term is in the list already."), code="taken")
    term = Term.objects.create(pattern=pattern, **{name: data[name] for name in CHANGEABLE if name in data})
    audit.record("staff.term_added", about=term, by=by, now=now, term=term.pattern)
    return term


@transaction.atomic
def change_term(
    *, term_id: int, version: int, data: Mapping[str, Any], by: User, now: dt.datetime | None = None
) -> Term:
    """Change what a term does. Its pattern stays: another pattern is another term. Raises Conflict, BusinessError."""
    term = lock_one(Term.objects.filter(pk=term_id), version=version)
    _refuse_odd(list(data.get("unless", [])))
    changed = [name for name in CHANGEABLE if name in data and getattr(term, name) != data[name]]
    for name in changed:
        setattr(term, name, data[name])
    term.version += 1
    term.save(update_fields=[*changed, "version"])
    audit.record("staff.term_changed", about=term, by=by, now=now, term=term.pattern, fields=changed)
    return term


def _refuse_odd(patterns: list[str]) -> None:
    for pattern in patterns:
        try:
            check_pattern(pattern)
        except ValidationError as error:
            raise BusinessError(" ".join(error.messages), code="pattern") from error
