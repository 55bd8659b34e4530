"""A text before it goes out: the checker's hard hits stop it, its findings are kept without the text (PHR-21, REV-15)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from common import clock
from common.exceptions import BusinessError
from staff.models import Finding, User
from staff.words.checker import CheckContext, Hit, check

COLLEAGUES = CheckContext(to_buyer=False)
REMARK = CheckContext(to_buyer=False, reports=True)  # only colleagues read it


class WordsStopped(BusinessError):
    """The checker stopped a text; `hits` are all it found, `place` and `topic` say where."""

    def __init__(self, hits: Sequence[Hit], text: str, *, place: str, topic: str) -> None:
        super().__init__(_refusal(hits, text), code="words")
        self.hits, self.place, self.topic = list(hits), place, topic


def vet(
    text: str,
    *,
    place: str,
    topic: str,
    by: User,
    now: dt.datetime | None = None,
    reason: str = "",
    context: CheckContext = COLLEAGUES,
) -> list[Hit]:
    """Check `text` before it is written at `place` («remark») about `topic`; answers and keeps what was found.

    Raises WordsStopped for a hard hit without `reason`; for money for reviews a reason does not help (REV-15). The
    caller's transaction is undone with it: `note_stopped` keeps those findings afterwards.
    """
    hits = check(text, context=context)
    if stopping(hits, reason):
        raise WordsStopped(hits, text, place=place, topic=topic)
    note_findings(hits, place=place, topic=topic, reason=reason, by=by, now=now)
    return hits


def stopping(hits: Sequence[Hit], reason: str) -> list[Hit]:
    """The hits that stop a text for which `reason` was given."""
    written = bool(reason.strip())
    return [hit for hit in hits if hit.is_hard and not (written and hit.can_be_overridden)]


def note_stopped(stopped: WordsStopped, *, by: User, now: dt.datetime | None = None) -> None:
    """Keep what stopped a text, after its transaction was undone."""
    note_findings(stopped.hits, place=stopped.place, topic=stopped.topic, by=by, now=now)


def note_findings(
    hits: Sequence[Hit], *, place: str, topic: str, by: User, now: dt.datetime | None = None, reason: str = ""
) -> None:
    """Keep what was found: the term, never the text. A reason stands with those hits that it let pass."""
    moment = now or clock.now()
    Finding.objects.bulk_create(
        [
            Finding(
                user=by,
                at=moment,
                place=place,
                topic=topic[:60],
                kind=hit.kind,
                severity=hit.severity,
                term=hit.term,
                reason=reason.strip()[:200] if hit.is_hard else "",
            )
            for hit in hits
        ]
    )


def _refusal(hits: Sequence[Hit], text: str) -> str:
    hit = next((hit for hit in hits if hit.is_hard and not hit.can_be_overridden), None)
    hit = hit or next(hit for hit in hits if hit.is_hard)
    told = {"words": text[hit.start : hit.end], "why": hit.sentence, "instead": hit.replacement}
    if not hit.can_be_overridden:
        return _("“%(words)s” cannot be written: %(why)s") % told
    if hit.replacement:
        return _("“%(words)s”: %(why)s Say instead: %(instead)s Or write down why it is right all the same.") % told
    return _("“%(words)s”: %(why)s Change it, or write down why it is right all the same.") % told
