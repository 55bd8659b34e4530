"""What is done with words: vetted, copied and counted, kept, decided, reviewed, put in force; and every refusal."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command

from audit.models import Entry
from common.exceptions import BusinessError, Conflict
from staff.models import (
    Finding,
    Guide,
    HandbookPage,
    Meeting,
    Phrase,
    PhraseCount,
    PhraseVersion,
    Team,
    Term,
    User,
)
from staff.records.states import MeetingState
from staff.roles import Role
from staff.words import compiled, selectors, services
from staff.words.checker import CheckContext, check
from staff.words.selectors import PhraseFilter
from staff.words.states import PhraseState
from tests import factories

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 11, 20)
POLITE = "您好,{agent}为您服务,订单{order_no}已经发出。"


def a_phrase(**more: object) -> Phrase:
    values = {"stage": "shipping", "situation": "已发货", "title": "告知运单号", "body": POLITE}
    return Phrase.objects.create(**(values | more))


def refused(service, **typed: object) -> str:
    with pytest.raises(BusinessError) as refusal:
        service(**typed)
    return refusal.value.code


# ── The list ─────────────────────────────────────────────────────────────────
def test_the_rule_book_is_loaded_once_and_leaves_what_people_changed(rulebook: None) -> None:
    """PHR-01, PHR-21, STF-35: again adds nothing and overwrites nothing, not even what was renamed or switched off."""
    tables = (Term, Phrase, Guide, HandbookPage)
    before = [table.objects.count() for table in tables]
    assert min(before) >= 20
    Term.objects.filter(pattern="没有办法").update(enabled=False, replacement="请稍等")
    Phrase.objects.filter(key="shipped").update(title="单号来了", body="您好", state=PhraseState.RETIRED)
    Guide.objects.filter(slug="angry").update(title="生气的客户")
    call_command("load_rulebook", verbosity=0)
    assert [table.objects.count() for table in tables] == before
    assert Term.objects.get(pattern="没有办法").enabled is False
    assert Phrase.objects.get(key="shipped").title == "单号来了"
    assert Guide.objects.get(slug="angry").title == "生气的客户"


def test_the_house_s_own_phrases_pass_the_checker(rulebook: None) -> None:
    """PHR-28: the library is the standard; the six topics of PHR-01 are in it."""
    found = [phrase.title for phrase in Phrase.objects.all() if check(phrase.body)]
    assert found == []
    situations = set(Phrase.objects.values_list("situation", flat=True))
    assert {"问候", "快递", "发货", "活动", "邀请评价", "套餐链接"} <= situations


def test_every_situation_has_a_letter_of_its_own(rulebook: None) -> None:
    """PHR-24: two keystrokes, g and the letter."""
    letters = list(Guide.objects.values_list("letter", flat=True))
    assert len(set(letters)) == len(letters)
    assert "" not in letters


def test_a_changed_list_holds_from_the_next_text_on(sam: User) -> None:
    """PHR-21: the compiled list follows the table."""
    text = "亲,这款是小甜甜限定"
    assert check(text) == []
    term = services.add_term(pattern="小甜甜(限定|款)", data={"kind": "rude", "severity": "hard"}, by=sam)
    assert [hit.term for hit in check(text)] == [term.pattern]
    services.change_term(term_id=term.pk, version=1, data={"enabled": False}, by=sam)
    assert check(text) == []
    assert compiled.state_of_the_list() == (1, 2)


def test_an_unchanged_list_costs_one_query(rulebook: None, django_assert_num_queries) -> None:
    check("您好")
    with django_assert_num_queries(1):
        check("没有办法")


@pytest.mark.parametrize("pattern", ["好", "(好|)", "好(评", "a)b", "", "。。"])
def test_a_term_that_would_stop_everything_is_refused(pattern: str, sam: User) -> None:
    assert refused(services.add_term, pattern=pattern, data={"kind": "rude", "severity": "hard"}, by=sam) == "pattern"
    assert Term.objects.count() == 0


def test_a_term_stands_once_and_two_editors_notice_each_other(sam: User) -> None:
    data = {"kind": "rude", "severity": "hard"}
    term = services.add_term(pattern="讨厌鬼", data=data, by=sam)
    assert refused(services.add_term, pattern="讨厌鬼", data=data, by=sam) == "taken"
    services.change_term(term_id=term.pk, version=1, data={"severity": "soft"}, by=sam)
    with pytest.raises(Conflict):
        services.change_term(term_id=term.pk, version=1, data={"severity": "hard"}, by=sam)
    assert Term.objects.get().severity == "soft"


# ── Vetting ──────────────────────────────────────────────────────────────────
def test_a_hard_hit_stops_a_text_until_a_reason_is_written(noon, rulebook: None, ana: User) -> None:
    """PHR-21: with the reason it passes, and both are kept without the text."""
    typed = {"text": "买家说没有办法上门", "place": "remark", "topic": "orders.order:1", "by": ana}
    with pytest.raises(services.WordsStopped) as stopped:
        services.vet(**typed)
    assert stopped.value.code == "words"
    assert Finding.objects.count() == 0
    services.note_stopped(stopped.value, by=ana)
    services.vet(**typed, reason="引用买家的话")
    kept = list(Finding.objects.order_by("pk").values_list("term", "place", "topic", "reason"))
    assert kept == [
        ("没有办法", "remark", "orders.order:1", ""),
        ("没有办法", "remark", "orders.order:1", "引用买家的话"),
    ]
    assert Finding.objects.first().at == factories.NOON


def test_money_for_reviews_passes_with_no_reason(rulebook: None, ana: User, sam: User) -> None:
    """REV-14, REV-15: law, for supervisors too."""
    for by in (ana, sam):
        typed = {"text": "删除中评,返5元", "place": "remark", "topic": "", "reason": "主管同意", "by": by}
        assert refused(services.vet, **typed) == "words"


def test_a_remark_that_reports_a_buyer_s_demand_is_written_and_kept(noon, rulebook: None, ana: User) -> None:
    """REV-15: the finding stays, and what goes to a buyer is stopped by the same words."""
    text = "买家索要返现才改差评"
    services.vet(text, place="remark", topic="", by=ana, context=services.REMARK)
    assert list(Finding.objects.values_list("kind", "severity", "place")) == [("review", "soft", "remark")]
    assert refused(services.vet, text=text, place="phrase", topic="", by=ana, context=CheckContext()) == "words"


def test_a_soft_hit_is_kept_and_passes(rulebook: None, ana: User) -> None:
    hits = services.vet("亲,明天肯定到", place="copy", topic="", by=ana)
    assert [hit.severity for hit in hits] == ["soft"]
    assert list(Finding.objects.values_list("severity", "reason")) == [("soft", "")]


# ── Copying ──────────────────────────────────────────────────────────────────
def test_a_copied_phrase_is_filled_in_and_counted(noon, rulebook: None, ana: User) -> None:
    """PHR-01: its variables come from the order; what nobody knows is named."""
    phrase = a_phrase(title="新", body=POLITE + "预计{due}送达")
    for _time in range(2):
        copied = services.copy_phrase(phrase_id=phrase.pk, by=ana, values={"order_no": "611"})
    assert copied.text == "您好,安娜为您服务,订单611已经发出。预计{due}送达"
    assert (copied.missing, copied.stopped) == (["due"], False)
    phrase.refresh_from_db()
    counts = list(PhraseCount.objects.values_list("user", "day", "uses"))
    assert (phrase.uses, counts) == (2, [(ana.pk, TODAY, 2)])


def test_a_phrase_that_the_checker_stops_is_not_counted(noon, rulebook: None, ana: User) -> None:
    phrase = a_phrase(body="亲,没有办法哦")
    copied = services.copy_phrase(phrase_id=phrase.pk, by=ana)
    assert (copied.stopped, copied.can_be_overridden, [hit.term for hit in copied.hits]) == (True, True, ["没有办法"])
    assert PhraseCount.objects.count() == 0
    assert Finding.objects.count() == 1
    assert services.copy_phrase(phrase_id=phrase.pk, by=ana, reason="引用").stopped is False


@pytest.mark.parametrize(("consent", "copied"), [("given", True), ("none", False), ("refused", False)])
def test_an_advert_is_copied_only_for_a_buyer_who_agreed(
    consent: str, copied: bool, noon, rulebook: None, ana: User
) -> None:
    """SEC-09."""
    phrase = a_phrase(body="您好,会员日活动开始了,欢迎您来看看", marketing=True)
    typed = {"phrase_id": phrase.pk, "by": ana, "context": CheckContext(consent=consent)}
    if copied:
        assert services.copy_phrase(**typed).stopped is False
    else:
        assert refused(services.copy_phrase, **typed) == "consent"
    assert PhraseCount.objects.count() == int(copied)


@pytest.mark.parametrize(
    "more",
    [
        {"state": PhraseState.RETIRED},
        {"state": PhraseState.PROPOSED},
        {"valid_to": TODAY - DAY},
        {"valid_from": TODAY + DAY},
    ],
)
def test_a_phrase_out_of_use_is_not_copied(more: dict, noon, ana: User) -> None:
    """PHR-06: a promotion's phrase ends with it."""
    phrase = a_phrase(**more)
    with pytest.raises(Phrase.DoesNotExist):
        services.copy_phrase(phrase_id=phrase.pk, by=ana)


def test_nobody_copies_another_s_own_phrase(noon, ana: User, olli: User) -> None:
    phrase = a_phrase(owner=ana)
    with pytest.raises(Phrase.DoesNotExist):
        services.copy_phrase(phrase_id=phrase.pk, by=olli)


# ── The library ──────────────────────────────────────────────────────────────
NEW = {"stage": "opening", "situation": "问候", "title": "早上好", "body": "早上好,请问有什么可以帮您?"}


def test_own_phrases_are_there_at_once_proposals_wait(noon, rulebook: None, team: Team, ana: User, sam: User) -> None:
    """PHR-01."""
    own = services.add_phrase(data=NEW, scope="own", by=ana)
    proposal = services.add_phrase(data=NEW, scope="proposal", by=ana)
    assert (own.owner, own.state, proposal.owner, proposal.state) == (ana, "active", None, "proposed")
    assert own in selectors.phrases_for(ana, TODAY)
    assert own not in selectors.phrases_for(sam, TODAY)
    assert list(selectors.proposals_for(sam)) == [proposal]
    services.decide_phrase(phrase_id=proposal.pk, version=1, accept=True, note="好", by=sam)
    assert proposal in selectors.phrases_for(sam, TODAY)
    assert Entry.objects.filter(action="staff.phrase_decided").count() == 1


def test_a_proposal_is_declined_with_a_word_by_its_author_s_leader(
    rulebook: None, team: Team, ana: User, sam: User
) -> None:
    proposal = services.add_phrase(data=NEW, scope="proposal", by=ana)
    decide = {"phrase_id": proposal.pk, "version": 1}
    other = factories.UserFactory(role=Role.SUPERVISOR)
    assert refused(services.decide_phrase, **decide, accept=True, note="", by=other) == "not_allowed"
    assert refused(services.decide_phrase, **decide, accept=True, note="", by=ana) == "not_allowed"
    assert refused(services.decide_phrase, **decide, accept=False, note=" ", by=sam) == "missing"
    declined = services.decide_phrase(**decide, accept=False, note="已有相近的", by=sam)
    assert (declined.state, declined.decision_note, declined.decided_by) == ("declined", "已有相近的", sam)
    again = {"phrase_id": proposal.pk, "version": 2, "accept": True, "note": "", "by": sam}
    assert refused(services.decide_phrase, **again) == "already"
    assert [row.decision_note for row in selectors.proposals_for(ana)] == ["已有相近的"]


def test_agents_do_not_write_into_the_library(rulebook: None, ana: User) -> None:
    for scope in ("team", "house"):
        assert refused(services.add_phrase, data=NEW, scope=scope, by=ana) == "not_allowed"
    phrase = a_phrase()
    assert refused(services.change_phrase, phrase_id=phrase.pk, version=1, data=NEW, by=ana) == "not_allowed"
    assert refused(services.retire_phrase, phrase_id=phrase.pk, version=1, by=ana) == "not_allowed"


def test_no_template_pays_for_reviews(rulebook: None, sam: User) -> None:
    """REV-15: templates are scanned."""
    data = NEW | {"body": "亲,五星好评返现3元"}
    assert refused(services.add_phrase, data=data, scope="house", by=sam) == "words"
    assert Phrase.objects.filter(title=NEW["title"]).count() == 0


def test_a_title_stands_once(rulebook: None, sam: User) -> None:
    services.add_phrase(data=NEW, scope="house", by=sam)
    assert refused(services.add_phrase, data=NEW, scope="house", by=sam) == "taken"


def test_what_a_phrase_said_before_stays_with_its_meeting(noon, rulebook: None, team: Team, sam: User) -> None:
    """PHR-02: history linked to the meeting it followed."""
    meeting = Meeting.objects.create(
        team=team, week=dt.date(2026, 11, 16), state=MeetingState.HELD, held_at=factories.NOON, held_by=sam
    )
    phrase = a_phrase(title="旧")
    services.change_phrase(phrase_id=phrase.pk, version=1, data={"body": "您好,新的说法"}, by=sam)
    kept = PhraseVersion.objects.get()
    assert (kept.number, kept.body, kept.by, kept.meeting) == (1, POLITE, sam, meeting)
    with pytest.raises(Conflict):
        services.change_phrase(phrase_id=phrase.pk, version=1, data={"body": "您好"}, by=sam)


def test_after_a_meeting_every_phrase_is_looked_at(noon, team: Team, sam: User) -> None:
    """PHR-02."""
    phrase = a_phrase(reviewed_on=TODAY - DAY)
    show = PhraseFilter(show="review")
    assert selectors.library(sam, show, TODAY) == []
    Meeting.objects.create(
        team=team, week=dt.date(2026, 11, 16), state=MeetingState.HELD, held_at=factories.NOON, held_by=sam
    )
    assert selectors.library(sam, show, TODAY) == [phrase]
    services.review_phrase(phrase_id=phrase.pk, version=1, by=sam)
    assert selectors.library(sam, show, TODAY) == []


def test_the_library_is_read_in_a_fixed_number_of_queries(noon, ana: User, django_assert_max_num_queries) -> None:
    for number in range(3):
        a_phrase(title=str(number), proposed_by=ana)
    with django_assert_max_num_queries(2):
        rows = selectors.library(ana, PhraseFilter(q="订单 单号"), TODAY)
    assert [row.title for row in rows] == [] or len(rows) == 3


def test_the_search_looks_at_title_text_and_situation(noon, ana: User) -> None:
    shown = a_phrase(title="甲", situation="超区", body="您好,派送范围")
    a_phrase(title="乙", situation="退款", body="您好,已退")
    assert selectors.library(ana, PhraseFilter(q="超区 派送"), TODAY) == [shown]
