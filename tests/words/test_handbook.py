"""The handbook, rules of manners as text, and what the weekly meeting hears of words (STF-35, STF-24)."""

from __future__ import annotations

import datetime as dt

import pytest

from staff.models import Guide, HandbookPage, Phrase, ReadReceipt, Team, Term, User
from staff.words import selectors, services, sources
from staff.words.checker import check
from tests import factories
from tests.words.test_services import DAY, NEW, TODAY, refused

pytestmark = pytest.mark.django_db


# ── The handbook ─────────────────────────────────────────────────────────────
PAGE = {"title": "着装", "chapter": "办公纪律", "body": "不穿拖鞋。", "rules": "STF-31", "valid_from": TODAY}


def test_a_page_is_drafted_approved_by_another_and_read_anew(
    noon, rulebook: None, sam: User, mia: User, ana: User
) -> None:
    """STF-35: version, approver, effective date, read receipts."""
    old = HandbookPage.objects.get(slug="dress")
    services.read_page(page_id=old.pk, by=ana)
    services.read_page(page_id=old.pk, by=ana)
    assert ReadReceipt.objects.count() == 1
    draft = services.draft_page(slug="dress", data=PAGE, by=sam)
    assert (draft.version, draft.current) == (2, False)
    assert services.draft_page(slug="dress", data=PAGE | {"body": "改"}, by=sam).pk == draft.pk
    assert refused(services.approve_page, page_id=draft.pk, by=sam) == "not_allowed"
    services.approve_page(page_id=draft.pk, by=mia)
    old.refresh_from_db()
    draft.refresh_from_db()
    assert (old.current, draft.current, draft.approved_by, draft.body) == (False, True, mia, "改")
    shown = {page.slug: page for page in selectors.handbook(ana, "")}
    assert (shown["dress"].pk, shown["dress"].is_read) == (draft.pk, False)
    assert refused(services.approve_page, page_id=draft.pk, by=mia) == "already"


def test_nobody_approves_the_own_draft(noon, mia: User, ana: User) -> None:
    draft = services.draft_page(slug="new", data=PAGE, by=mia)
    assert refused(services.approve_page, page_id=draft.pk, by=mia) == "own"
    assert refused(services.draft_page, slug="x", data=PAGE, by=ana) == "not_allowed"
    assert HandbookPage.objects.filter(current=True).count() == 0


def test_leaders_see_who_has_not_read_a_page(noon, rulebook: None, team: Team, ana: User, sam: User) -> None:
    page = HandbookPage.objects.get(slug="dress")
    assert selectors.unread_by(page, sam) == [ana]
    services.read_page(page_id=page.pk, by=ana)
    assert selectors.unread_by(page, sam) == []


RULES_AS_TEXT = [
    *(f"STF-{n}" for n in (13, 14, 18, 19, 20, 22, 23, 26, 30, 31, 32, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43)),
    *(f"SEC-{n:02d}" for n in range(1, 11)),
    *(f"PHR-{n:02d}" for n in (*range(4, 28),)),
    *(f"CMP-{n:02d}" for n in (1, 6, 7, 8, 10, 11)),
    *(f"LOG-{n:02d}" for n in (9, 10, 11, 12, 13, 14, 15, 16, 19, 20, 21, 23)),
    *("AFT-03", "AFT-23", "AFT-24", "RET-19", "RET-22", "RET-34", "ORD-23", "ORD-24"),
    *("ORD-10", "ORD-19", "ORD-20", "LOG-05", "LOG-06", "LOG-07", "AFT-04", "AFT-13", "REV-10", "REV-15"),
]


def test_rules_of_manners_stand_as_text_where_they_are_found(rulebook: None) -> None:
    """STF-20, STF-31, PHR-18, PHR-27, SEC-01 to SEC-06, ORD-10, LOG-06, CMP-07, AFT-24: each has its page or phrase."""
    named = " ".join(
        [
            *HandbookPage.objects.values_list("rules", flat=True),
            *Guide.objects.values_list("rule", flat=True),
            *Phrase.objects.values_list("rule", flat=True),
            *Term.objects.values_list("source", flat=True),
        ]
    )
    missing = [rule for rule in RULES_AS_TEXT if rule not in named]
    assert missing == []


# ── The weekly meeting ───────────────────────────────────────────────────────
def test_the_meeting_hears_of_bad_words_and_proposals(noon, rulebook: None, team: Team, ana: User) -> None:
    """STF-24, PHR-02: of the team's own people, without the texts."""
    services.note_findings(check("没有办法"), place="copy", topic="", by=ana, now=factories.NOON)
    services.add_phrase(data=NEW, scope="proposal", by=ana)
    monday = dt.date(2026, 11, 23)
    assert len(sources.bad_words(team, monday)) == 1
    (line,) = sources.proposed(team, monday)
    assert (line.title, line.responsible) == ("早上好", "安娜")
    assert sources.bad_words(Team.objects.create(name="二组"), monday) == []


def test_findings_are_shown_to_who_leads(noon, rulebook: None, team: Team, ana: User, sam: User, olli: User) -> None:
    services.note_findings(check("没有办法"), place="copy", topic="", by=ana, now=factories.NOON)
    services.note_findings(check("没有办法"), place="copy", topic="", by=olli, now=factories.NOON)
    rows = selectors.findings_of(sam, TODAY - DAY, TODAY)
    assert [(row.name, row.term, row.count, row.stopped) for row in rows] == [("安娜", "没有办法", 1, 1)]
