"""Reading phrases, terms, guides, the handbook and what the checker found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common import clock
from sla import facets
from staff.models import Finding, Guide, HandbookPage, Meeting, Phrase, ReadReceipt, Term, User
from staff.records.states import MeetingState
from staff.selectors import led_people, team_of
from staff.words.permissions import MANAGE_WORDS
from staff.words.states import PhraseState, Stage

# What a phrase may hold in braces, and how it is explained to those who write one.
VARIABLES = {
    "agent": _("your name"),
    "company": _("name of the shop"),
    "order_no": _("order number"),
    "carrier": _("carrier"),
    "tracking_no": _("tracking number"),
    "goods": _("goods"),
    "due": _("time promised"),
    "days": _("number of working days"),
}
SHOWS = {
    "all": _("all"),
    "mine": _("my own"),
    "proposed": _("proposed"),
    "review": _("to review after the meeting"),
}
SHOWN_AT_MOST = 500  # phrases on the page: it searches in the browser, as one types


@dataclass(frozen=True)
class PhraseFilter:
    """What the list of phrases shows, as its URL says."""

    q: str = ""
    stage: str = ""
    show: str = "all"
    shop: int | None = None

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> PhraseFilter:
        stage, show = query.get("stage", ""), query.get("show", "all")
        return cls(
            query.get("q", "").strip()[:60],
            stage if stage in Stage.values else "",
            show if show in SHOWS else "all",
            shop_of(query.get("shop", "")),
        )


def shop_of(sent: str) -> int | None:
    """The shop that a request names by its number; None when there is none of it."""
    return next((pk for pk, _name in facets.choices("shop") if str(pk) == sent), None)


def phrases_for(user: User, day: dt.date, shop_id: int | None = None) -> QuerySet[Phrase]:
    """The phrases that `user` may copy on `day`: the house's, the team's and the user's own (PHR-01, PHR-06)."""
    team = team_of(user)
    mine = Q(owner=user) | Q(owner__isnull=True, team__isnull=True)
    if team is not None:
        mine |= Q(owner__isnull=True, team=team)
    valid = (Q(valid_from__isnull=True) | Q(valid_from__lte=day)) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    found = Phrase.objects.filter(mine & valid, state=PhraseState.ACTIVE)
    return found if shop_id is None else found.filter(Q(shop_id__isnull=True) | Q(shop_id=shop_id))


def library(user: User, filters: PhraseFilter, day: dt.date) -> list[Phrase]:
    """The page of phrases. Proposals are seen by who proposed them and by who decides; retired ones by nobody."""
    found = phrases_for(user, day, filters.shop)
    if filters.show == "mine":
        found = found.filter(owner=user)
    elif filters.show == "proposed":
        found = proposals_for(user)
    elif filters.show == "review":
        found = found.filter(owner__isnull=True).filter(to_review())
    if filters.stage:
        found = found.filter(stage=filters.stage)
    if filters.shop is not None:
        found = found.filter(Q(shop_id__isnull=True) | Q(shop_id=filters.shop))
    for word in filters.q.split():
        found = found.filter(Q(title__icontains=word) | Q(body__icontains=word) | Q(situation__icontains=word))
    order = {stage: number for number, stage in enumerate(Stage.values)}
    rows = list(found.select_related("proposed_by", "team", "owner")[:SHOWN_AT_MOST])
    return sorted(rows, key=lambda row: (order[row.stage], row.situation, -row.uses, row.title))


def proposals_for(user: User) -> QuerySet[Phrase]:
    """What waits for a decision, and what became of one's own proposals (PHR-01)."""
    own = Q(proposed_by=user, state__in=[PhraseState.PROPOSED, PhraseState.DECLINED])
    if not user.has_perm(MANAGE_WORDS):
        return Phrase.objects.filter(own)
    return Phrase.objects.filter(own | Q(state=PhraseState.PROPOSED, proposed_by__in=led_people(user)))


def editable_by(user: User, phrase: Phrase) -> bool:
    """One's own phrases are one's own; the library belongs to those who manage it."""
    if phrase.owner_id is not None:
        return phrase.owner_id == user.pk
    return user.has_perm(MANAGE_WORDS)


def last_meeting() -> dt.date | None:
    """The day of the last weekly meeting that was held; None before the first."""
    held = Meeting.objects.filter(state=MeetingState.HELD, held_at__isnull=False)
    moment = held.order_by("-held_at").values_list("held_at", flat=True).first()
    return clock.day_of(moment) if moment else None


def to_review() -> Q:
    """The phrases that nobody has looked at since the last weekly meeting (PHR-02)."""
    day = last_meeting()
    return Q(pk__in=[]) if day is None else Q(reviewed_on__isnull=True) | Q(reviewed_on__lt=day)


def terms(word: str = "", kind: str = "") -> QuerySet[Term]:
    """The checker's list, those in use first."""
    found = Term.objects.order_by("-enabled", "kind", "pattern")
    if kind:
        found = found.filter(kind=kind)
    return found.filter(Q(pattern__icontains=word) | Q(replacement__icontains=word)) if word else found


def guides() -> list[Guide]:
    """All situations, in their order (PHR-05 to PHR-20, PHR-24)."""
    return list(Guide.objects.all())


def handbook(user: User, word: str) -> list[HandbookPage]:
    """The pages of the handbook, each with `is_read`: whether `user` has read this version (STF-35)."""
    read = ReadReceipt.objects.filter(page=OuterRef("pk"), user=user)
    found = HandbookPage.objects.filter(current=True).annotate(is_read=Exists(read))
    for part in word.split():
        found = found.filter(Q(title__icontains=part) | Q(body__icontains=part) | Q(rules__icontains=part))
    return list(found.order_by("chapter", "pk"))


def drafts() -> list[HandbookPage]:
    """The versions that wait for approval or for their day (STF-35)."""
    found = HandbookPage.objects.filter(Q(current=False, approved_by__isnull=True)).select_related("drafted_by")
    return list(found.order_by("chapter", "title"))


def unread_by(page: HandbookPage, leader: User) -> list[User]:
    """Those whom `leader` leads and who have not read this version."""
    read = ReadReceipt.objects.filter(page=page).values("user_id")
    return list(led_people(leader).exclude(pk__in=read))


@dataclass(frozen=True)
class FindingRow:
    """One person's findings of a term within some days."""

    name: str
    term: str
    kind: str
    count: int
    stopped: int


def findings_of(leader: User, first: dt.date, last: dt.date) -> list[FindingRow]:
    """What the checker found with the people `leader` leads, the most frequent first. One query."""
    rows = (
        Finding.objects.filter(user__in=led_people(leader), at__gte=clock.day_start(first), at__lte=clock.day_end(last))
        .values("user__name", "term", "kind")
        .annotate(count=Count("pk"), stopped=Count("pk", filter=Q(severity="hard", reason="")))
        .order_by("-count", "user__name", "term")[:200]
    )
    return [FindingRow(row["user__name"], row["term"], row["kind"], row["count"], row["stopped"]) for row in rows]
