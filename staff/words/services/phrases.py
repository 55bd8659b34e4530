"""The phrase library: own phrases, proposals and their decision, versions, the review after the meeting (PHR-01, PHR-02)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_one
from staff.models import Meeting, Phrase, PhraseVersion, Team, User
from staff.records.states import MeetingState
from staff.selectors import leads, team_of
from staff.words.checker import CheckContext
from staff.words.permissions import MANAGE_WORDS
from staff.words.selectors import editable_by
from staff.words.services.vetting import vet
from staff.words.states import PhraseState

OWN, PROPOSAL, TEAM, HOUSE = "own", "proposal", "team", "house"
FIELDS = ("stage", "situation", "title", "body", "link", "marketing", "valid_from", "valid_to", "shop_id")
PLACE = "phrase"


@transaction.atomic
def add_phrase(*, data: Mapping[str, Any], scope: str, by: User, now: dt.datetime | None = None) -> Phrase:
    """A new phrase: one's `own`, a `proposal` to one's leader, or at once the `team`'s or the `house`'s (PHR-01).

    Raises WordsStopped when the checker stops its text, BusinessError for a title that is taken and for a scope that
    is not this person's.
    """
    now = now or clock.now()
    if scope in (TEAM, HOUSE) and not by.has_perm(MANAGE_WORDS):
        raise BusinessError(_("Propose it: who manages the library decides."), code="not_allowed")
    phrase = Phrase(**{name: data[name] for name in FIELDS if name in data})
    phrase.owner = by if scope == OWN else None
    phrase.team = _team(by) if scope == TEAM else None
    phrase.state = PhraseState.PROPOSED if scope == PROPOSAL else PhraseState.ACTIVE
    phrase.proposed_by = by
    phrase.reviewed_on = clock.day_of(now)
    _vet(phrase, by, now)
    _save(phrase)
    audit.record("staff.phrase_added", about=phrase, by=by, now=now, title=phrase.title, state=phrase.state)
    return phrase


@transaction.atomic
def change_phrase(
    *, phrase_id: int, version: int, data: Mapping[str, Any], by: User, now: dt.datetime | None = None
) -> Phrase:
    """Change a phrase; what it said before stays in its history, with the meeting it followed (PHR-02).

    Raises Conflict, WordsStopped, BusinessError when it is not this person's to change or the title is taken.
    """
    now = now or clock.now()
    phrase = _taken(phrase_id, version, by)
    body = phrase.body
    for name in FIELDS:
        if name in data:
            setattr(phrase, name, data[name])
    _vet(phrase, by, now)
    if body != phrase.body:
        meeting = Meeting.objects.filter(state=MeetingState.HELD).order_by("-held_at").first()
        PhraseVersion.objects.create(phrase=phrase, number=phrase.version, body=body, at=now, by=by, meeting=meeting)
    phrase.version += 1
    phrase.reviewed_on = clock.day_of(now)
    _save(phrase)
    audit.record("staff.phrase_changed", about=phrase, by=by, now=now, title=phrase.title, version=phrase.version)
    return phrase


@transaction.atomic
def decide_phrase(
    *, phrase_id: int, version: int, accept: bool, note: str, by: User, now: dt.datetime | None = None
) -> Phrase:
    """Take a proposal into the library, or decline it with a word. Raises Conflict; BusinessError when it is decided
    already, declined without a word, or proposed by somebody whom `by` does not lead."""
    now = now or clock.now()
    phrase = lock_one(Phrase.objects.filter(pk=phrase_id), version=version)
    if phrase.state != PhraseState.PROPOSED:
        raise BusinessError(_("It is decided already."), code="already")
    proposer = phrase.proposed_by
    if not by.has_perm(MANAGE_WORDS) or (proposer is not None and not leads(by, proposer)):
        raise BusinessError(_("Who leads its author decides about a proposal."), code="not_allowed")
    if not accept and not note.strip():
        raise BusinessError(_("Say in a word why it is declined."), code="missing")
    phrase.state = PhraseState.ACTIVE if accept else PhraseState.DECLINED
    phrase.decided_by, phrase.decision_note = by, note.strip()[:200]
    phrase.reviewed_on = clock.day_of(now)
    phrase.version += 1
    phrase.save(update_fields=["state", "decided_by", "decision_note", "reviewed_on", "version"])
    audit.record("staff.phrase_decided", about=phrase, by=by, now=now, title=phrase.title, accepted=accept)
    return phrase


@transaction.atomic
def retire_phrase(*, phrase_id: int, version: int, by: User, now: dt.datetime | None = None) -> Phrase:
    """Take a phrase out of use; its history and counts stay. Raises Conflict, BusinessError."""
    phrase = _taken(phrase_id, version, by)
    phrase.state = PhraseState.RETIRED
    phrase.version += 1
    phrase.save(update_fields=["state", "version"])
    audit.record("staff.phrase_retired", about=phrase, by=by, now=now, title=phrase.title)
    return phrase


@transaction.atomic
def review_phrase(*, phrase_id: int, version: int, by: User, now: dt.datetime | None = None) -> Phrase:
    """Note that the phrase was looked at after the meeting and is still right (PHR-02). Raises Conflict, BusinessError."""
    now = now or clock.now()
    phrase = _taken(phrase_id, version, by)
    phrase.reviewed_on = clock.day_of(now)
    phrase.save(update_fields=["reviewed_on"])
    audit.record("staff.phrase_reviewed", about=phrase, by=by, now=now, title=phrase.title)
    return phrase


def _taken(phrase_id: int, version: int, by: User) -> Phrase:
    phrase = lock_one(Phrase.objects.filter(pk=phrase_id), version=version)
    if phrase.state != PhraseState.ACTIVE or not editable_by(by, phrase):
        raise BusinessError(_("This phrase is not yours to change."), code="not_allowed")
    return phrase


def _team(by: User) -> Team:
    team = Team.objects.filter(leader=by).order_by("pk").first() or team_of(by)
    if team is None:
        raise BusinessError(_("You are in no team: make it a phrase of the house."), code="no_team")
    return team


def _vet(phrase: Phrase, by: User, now: dt.datetime) -> None:
    """A template goes to many buyers: nothing hard may stand in it, with no reason (REV-15)."""
    consent = "given" if phrase.marketing else None
    vet(phrase.body, place=PLACE, topic="", by=by, now=now, context=CheckContext(consent=consent))


def _save(phrase: Phrase) -> None:
    try:
        with transaction.atomic():
            phrase.save()
    except IntegrityError as error:
        if Phrase.objects.filter(title=phrase.title, owner=phrase.owner).exclude(pk=phrase.pk).exists():
            raise BusinessError(_("There is a phrase of this title already."), code="taken") from error
        raise
