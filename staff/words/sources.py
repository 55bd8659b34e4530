"""What the words bring to the weekly meeting: what the checker found, what was proposed, what is to be reviewed."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from common import clock
from staff.models import Finding, Phrase, Team
from staff.records import weeks
from staff.records.agenda import AgendaLine, register
from staff.words.permissions import MANAGE_WORDS
from staff.words.states import PhraseState, TermKind


def bad_words(team: Team, monday: dt.date) -> list[AgendaLine]:
    """What the checker found with the team in the week, by kind, the most first. One query, no texts (PHR-21)."""
    first, last = weeks.reviewed(monday)
    rows = (
        Finding.objects.filter(user__employment__team=team, at__gte=clock.day_start(first), at__lte=clock.day_end(last))
        .values("kind")
        .annotate(count=Count("pk"))
        .order_by("-count", "kind")
    )
    labels = {str(value): str(label) for value, label in TermKind.choices}
    return [
        AgendaLine(
            ngettext("%(kind)s: found %(count)d time", "%(kind)s: found %(count)d times", row["count"])
            % {"kind": labels.get(row["kind"], row["kind"]), "count": row["count"]},
            url=f"{reverse('words:findings')}?from={first}&to={last}",
        )
        for row in rows
    ]


def proposed(team: Team, monday: dt.date) -> list[AgendaLine]:
    """The phrases that people of the team propose (PHR-01)."""
    found = Phrase.objects.filter(state=PhraseState.PROPOSED, proposed_by__employment__team=team)
    return [
        AgendaLine(phrase.title, str(phrase.proposed_by or ""), f"{reverse('words:phrases')}?show=proposed")
        for phrase in found.select_related("proposed_by").order_by("pk")[:50]
    ]


def to_update(team: Team, monday: dt.date) -> list[AgendaLine]:
    """The phrases are looked through after the meeting (PHR-02)."""
    old = Phrase.objects.filter(state=PhraseState.ACTIVE, owner__isnull=True, reviewed_on__lt=monday).count()
    if not old:
        return []
    title = ngettext("%(count)d phrase to look through", "%(count)d phrases to look through", old)
    return [AgendaLine(title % {"count": old}, url=f"{reverse('words:phrases')}?show=review")]


def register_all() -> None:
    register("words.found", gettext_lazy("bad words"), bad_words, MANAGE_WORDS)
    register("words.proposed", gettext_lazy("phrases proposed"), proposed)
    register("words.review", gettext_lazy("phrases to review"), to_update)
