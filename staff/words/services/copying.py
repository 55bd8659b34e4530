"""Copying a phrase: its variables filled in, checked, counted (PHR-01, PHR-28); adverts only with consent (SEC-09)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from common import clock
from common.exceptions import BusinessError
from staff.models import Phrase, PhraseCount, User
from staff.words.checker import CheckContext, Hit, check
from staff.words.selectors import VARIABLES, phrases_for
from staff.words.services.vetting import note_findings, stopping

VARIABLE = re.compile(r"\{([a-z_]{1,20})\}")
PLACE = "copy"
CONSENT_GIVEN = "given"


@dataclass(frozen=True)
class Copied:
    """A phrase as it would go out. `stopped`: it may not, `hits` say why. `missing`: variables nobody knows yet."""

    phrase: Phrase
    text: str
    hits: list[Hit]
    missing: list[str]
    stopped: bool = False
    can_be_overridden: bool = True


def filled(body: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """`body` with its variables replaced, and the names of those for which there is no value; they stay as they are."""
    missing = [name for name in VARIABLE.findall(body) if name in VARIABLES and not values.get(name)]
    text = VARIABLE.sub(lambda found: values.get(found.group(1)) or found.group(), body)
    return text, list(dict.fromkeys(missing))


@transaction.atomic
def copy_phrase(
    *,
    phrase_id: int,
    by: User,
    values: Mapping[str, str] | None = None,
    context: CheckContext | None = None,
    topic: str = "",
    reason: str = "",
    now: dt.datetime | None = None,
) -> Copied:
    """The text to copy, checked as it will be read; a use is counted when nothing stops it.

    `context.consent` is the buyer's: a phrase that advertises is refused to anybody who has not agreed (SEC-09).
    Raises BusinessError for such a one, and Phrase.DoesNotExist for a phrase that is not this person's to use.
    """
    now = now or clock.now()
    context = context or CheckContext()
    phrase = phrases_for(by, clock.day_of(now)).get(pk=phrase_id)
    if phrase.marketing and context.consent is not None and context.consent != CONSENT_GIVEN:
        raise BusinessError(_("This buyer has not agreed to advertising: the phrase is not copied."), code="consent")
    text, missing = filled(phrase.body, {"agent": by.name, **(values or {})})
    hits = check(text, context=context)
    stops = stopping(hits, reason)
    note_findings(hits, place=PLACE, topic=topic or f"staff.phrase:{phrase.pk}", reason=reason, by=by, now=now)
    if not stops:
        _count(phrase, by, clock.day_of(now))
    overridable = all(hit.can_be_overridden for hit in stops)
    return Copied(phrase, text, hits, missing, bool(stops), overridable)


def _count(phrase: Phrase, by: User, day: dt.date) -> None:
    """One use more, in one statement each, so that two copies at once are two."""
    table = PhraseCount._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (phrase_id, user_id, day, uses) VALUES (%s, %s, %s, 1) "
            f"ON CONFLICT (phrase_id, user_id, day) DO UPDATE SET uses = {table}.uses + 1",
            [phrase.pk, by.pk, connection.ops.adapt_datefield_value(day)],
        )
    Phrase.objects.filter(pk=phrase.pk).update(uses=F("uses") + 1)
