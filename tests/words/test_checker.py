"""The checker: nothing bad passes, hardly anything polite is stopped, and places lie in the text (PHR-21, REV-15)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staff.words.checker import CheckContext, Hit, find
from staff.words.matcher import Matcher, Rule, compile_rules
from staff.words.rulebook.terms import rules
from staff.words.states import TermKind, TermSeverity
from staff.words.structure import SHAPES

pytestmark = pytest.mark.once

HERE = Path(__file__).parent
HOUSE = compile_rules(rules())
FALSE_ALARMS_AT_MOST = 5
ADVERT = "亲,双十一大促全场五折,快来抢购"


def lines(name: str) -> list[str]:
    text = (HERE / f"sentences_{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def look(text: str, matcher: Matcher = HOUSE, **context: object) -> list[Hit]:
    return find(text, matcher, CheckContext(**context))  # type: ignore[arg-type]


def kinds(text: str, **context: object) -> list[str]:
    return [str(hit.kind) for hit in look(text, **context)]


def test_none_of_the_bad_sentences_passes() -> None:
    """PHR-21, PHR-22, PHR-23, REV-15, SEC-08: the rule books' own and disguised ones."""
    sentences = [line.split("\t", 1) for line in lines("bad")]
    assert len(sentences) >= 300
    assert [(kind, text) for kind, text in sentences if kind not in kinds(text)] == []


def test_polite_sentences_hardly_raise_an_alarm() -> None:
    sentences = lines("polite")
    assert len(sentences) >= 500
    alarms = [text for text in sentences if look(text)]
    assert len(alarms) <= FALSE_ALARMS_AT_MOST, alarms


def test_without_its_list_the_checker_misses_them() -> None:
    """The control: it is the list that finds them."""
    empty = compile_rules([])
    assert look("这种问题连小朋友都会", empty, to_buyer=False) == []


def test_each_bad_sentence_stands_once() -> None:
    for name in ("bad", "polite"):
        assert len(set(lines(name))) == len(lines(name)), name


def test_all_that_is_found_without_a_term_of_the_list_has_a_name() -> None:
    """PHR-04, REV-15: the page of findings shows it in words."""
    listed = {rule.pattern for rule in rules()}
    texts = [line.split("\t", 1)[1] for line in lines("bad")] + [ADVERT]
    found = {hit.term for text in texts for hit in look(text, consent="refused")}
    assert found - listed == set(SHAPES)


DISGUISES = [" ", "\u200b", "\u3000", "·", "*", "_", "🌸", "\ufe0f"]
BAD_WORDS = ["好评返现", "没有办法", "公司规定是这样", "加微信", "我们不负责", "神经病", "删差评"]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(BAD_WORDS), st.data())
def test_a_hit_stays_a_hit_in_disguise(word: str, data: st.DataObject) -> None:
    """PHR-21: fillers between the letters and full width change nothing, and the place covers the whole word."""
    fillers = data.draw(st.lists(st.sampled_from(["", *DISGUISES]), min_size=len(word), max_size=len(word)))
    hidden = "".join(char + filler for char, filler in zip(word, fillers, strict=True)).rstrip("".join(DISGUISES))
    before, after = data.draw(st.sampled_from(["", "亲,", "您好 "])), data.draw(st.sampled_from(["", ",谢谢您", " 哦"]))
    hits = [hit for hit in look(before + hidden + after) if hit.is_hard]
    assert hits, before + hidden + after
    assert min(hit.start for hit in hits) <= len(before)
    assert max(hit.end for hit in hits) >= len(before) + len(hidden)


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet=st.sampled_from("好评返现五星5%+vx微信您,。 \u200b⭐🧧女子讠平ABCab１２①㍿ﬁ\n\ue000"), max_size=40)
)
def test_places_lie_inside_the_text(text: str) -> None:
    for hit in look(text):
        assert 0 <= hit.start < hit.end <= len(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_at_all_can_be_checked(text: str) -> None:
    for hit in look(text):
        assert 0 <= hit.start < hit.end <= len(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("亲,好评返现3元", "好评返现"),
        ("亲,hao ping 返 现哦", "hao ping 返 现"),
        ("您好,女子讠平返现", "女子讠平返现"),
        ("亲,好好评评返返现现", "好好评评返返现现"),
        ("您好,這不是我們的問題", "不是我們的問題"),
    ],
)
def test_the_place_is_that_of_the_original(text: str, found: str) -> None:
    hits = [hit for hit in look(text) if hit.is_hard]
    assert any(text[hit.start : hit.end].startswith(found[:2]) and found in text[: hit.end] for hit in hits)
    assert min(hit.start for hit in hits) >= text.index(found)


def test_restock_may_be_denied_only_when_it_is_no_longer_made() -> None:
    """PHR-22: «the factory no longer makes it» is false unless the product is marked so."""
    for text in ("亲,厂家已经停止生产了,请您谅解", "抱歉亲,这款不会再补货了"):
        assert kinds(text) == ["forbidden"]
        assert kinds(text, discontinued=True) == []


def test_a_message_to_a_buyer_needs_a_word_of_courtesy() -> None:
    """PHR-04; a remark between colleagues needs none, nor does a short answer."""
    assert kinds("昨天已经发走了单号在订单里") == ["courtesy"]
    assert kinds("您好,昨天已经发走了单号在订单里") == []
    assert kinds("昨天已经发走了单号在订单里", to_buyer=False) == []
    assert kinds("有货") == []


def test_advertising_needs_consent() -> None:
    """SEC-09: without consent it is advised against, after a refusal it is stopped."""
    text = "亲,店铺大促,全场满减,欢迎您来看看"
    assert kinds(text) == []
    assert kinds(text, consent="given") == []
    assert {hit.severity for hit in look(text, consent="none")} == {TermSeverity.SOFT}
    assert {hit.severity for hit in look(text, consent="refused")} == {TermSeverity.HARD}


def test_money_for_reviews_is_found_however_far_they_stand_apart_in_a_sentence() -> None:
    """REV-15: the combination, not one phrase."""
    assert kinds("亲,收到货满意的话给个五星,截图发给客服,这边返您5元") == ["review"]
    assert kinds("亲,收到货满意的话欢迎您如实评价") == []
    assert kinds("亲,补偿是针对质量问题的,和您怎么评价没有关系") == []


def test_what_is_refused_is_not_offered() -> None:
    """REV-15, SEC-08: to say that it is not done is right."""
    assert kinds("您好,我们不支持好评返现,请您理解") == []
    assert kinds("亲,请不要添加陌生人微信,谨防诈骗") == []
    assert kinds("亲,不支持退货,好评返现3元") == ["review"]


def test_money_for_reviews_is_never_overridden_the_rest_may_be() -> None:
    """REV-15 is law; a forbidden phrase may stand with a written reason."""
    (paid,) = look("亲,好评返现")
    (forbidden,) = look("亲,没有办法")
    assert (paid.is_hard, paid.can_be_overridden) == (True, False)
    assert (forbidden.is_hard, forbidden.can_be_overridden) == (True, True)


def test_each_hard_finding_of_the_house_says_what_to_say_instead() -> None:
    """PHR-21: the replacement stands beside it."""
    assert [rule.pattern for rule in rules() if not rule.replacement] == []


def test_a_harmless_longer_word_shields_the_term() -> None:
    matcher = compile_rules([Rule("没有办法", TermKind.FORBIDDEN, unless=("有没有办法",))])
    assert look("请问有没有办法改地址呢", matcher) == []
    assert [hit.term for hit in look("亲,没有办法", matcher)] == ["没有办法"]


def test_two_thoughts_are_not_one_word() -> None:
    """A comma between two words keeps them two; marks between all letters are a disguise."""
    matcher = compile_rules([Rule("没有办法", TermKind.FORBIDDEN)])
    assert look("您看看有没有。办法我来想", matcher) == []
    assert len(look("亲,没。有。办。法", matcher)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "买家索要返现才改差评",
        "客户说要给五星就得返现十元，已拒绝",
        "买家要求好评返现，没答应",
        "客户威胁不返现就给差评",
    ],
)
def test_a_remark_may_tell_what_a_buyer_asked_for(text: str) -> None:
    """REV-15: between colleagues it is a finding that stops nothing; to a buyer it is not said at all."""
    told = [hit for hit in look(text, to_buyer=False, reports=True) if hit.kind == TermKind.REVIEW_MONEY]
    assert [hit.severity for hit in told] == [TermSeverity.SOFT]
    for context in ({}, {"to_buyer": False}):
        assert TermSeverity.HARD in [hit.severity for hit in look(text, **context)], context


@pytest.mark.parametrize(
    "text",
    [
        "好评返现5元",
        "已告知买家好评返现5元",
        "好评返现，买家说行",
        "买家说改好评，我答应返10元",
        "买家要改评，同意补偿20元",
        "买家要求好评返现，已给买家转5元",
        "买家说好评后我们返5元已谈好",
        "买家问有没有好评返现。改好评返10元",
    ],
)
def test_a_remark_about_an_offer_of_the_house_s_own_is_stopped(text: str) -> None:
    """REV-15: naming the buyer is no way round."""
    hits = [hit for hit in look(text, to_buyer=False, reports=True) if hit.kind == TermKind.REVIEW_MONEY]
    assert TermSeverity.HARD in [hit.severity for hit in hits]
