"""The pages of words: copying, checking, keeping, and what each visitor gets."""

from __future__ import annotations

import datetime as dt

import pytest

from orders.models import BuyerNote, Order
from sla import facets
from staff.models import Employment, Finding, HandbookPage, Phrase, PhraseCount, Team, Term, User
from staff.roles import Role
from staff.words.states import PhraseState
from tests import factories

pytestmark = [pytest.mark.once, pytest.mark.django_db]
HTMX = {"HX-Request": "true"}


def a_phrase(**more: object) -> Phrase:
    values = {
        "stage": "shipping",
        "situation": "已发货",
        "title": "告知运单号",
        "body": "您好,订单{order_no}已经发出。",
    }
    return Phrase.objects.create(**(values | more))


def test_copying_answers_with_the_text_and_counts(noon, rulebook: None, ana: User, as_user) -> None:
    """PHR-01: with htmx a part, without a whole page."""
    phrase = a_phrase()
    for headers in (HTMX, {}):
        answer = as_user(ana).post(f"/words/phrases/{phrase.pk}/copy/", headers=headers)
        assert (answer.status_code, answer.context["copied"].text) == (200, "您好,订单{order_no}已经发出。")
    assert PhraseCount.objects.get().uses == 2


def test_what_the_checker_stops_is_answered_with_why_and_passes_with_a_reason(
    noon, rulebook: None, ana: User, as_user
) -> None:
    """PHR-21: 409, the replacement beside it; then a written reason."""
    phrase = a_phrase(body="亲,没有办法哦")
    path = f"/words/phrases/{phrase.pk}/copy/"
    answer = as_user(ana).post(path, headers=HTMX)
    assert answer.status_code == 409
    assert "我帮您想想别的办法" in answer.content.decode()
    assert "data-copied" not in answer.content.decode()
    assert as_user(ana).post(path, {"reason": "引用"}, headers=HTMX).status_code == 200
    assert list(Finding.objects.order_by("pk").values_list("reason", flat=True)) == ["", "引用"]


def test_checking_shows_each_hit_with_the_text_put_right(rulebook: None, ana: User, as_user) -> None:
    answer = as_user(ana).post("/words/check/", {"text": "您好，没有办法，谢谢"}, headers=HTMX)
    (found,) = answer.context["findings"]
    assert (found.words, found.mended) == ("没有办法", "您好，我帮您想想别的办法，请您稍等，谢谢")
    again = as_user(ana).post("/words/check/", {"mended": found.mended}, headers=HTMX)
    assert (again.context["findings"], Finding.objects.count()) == ([], 0)


def test_a_marked_up_text_is_shown_as_text(rulebook: None, ana: User, as_user) -> None:
    page = as_user(ana).post("/words/check/", {"text": "<script>没有办法</script>"}).content.decode()
    assert "<script>没有" not in page


def test_another_s_own_phrase_is_nowhere_to_be_found(noon, ana: User, sam: User, as_user) -> None:
    phrase = a_phrase(owner=ana, title="安娜自用一句")
    client = as_user(sam)
    assert "安娜自用一句" not in client.get("/words/").content.decode()
    for path in ("", "copy/", "retire/", "review/"):
        assert client.post(f"/words/phrases/{phrase.pk}/{path}").status_code == 404
    phrase.refresh_from_db()
    assert phrase.state == PhraseState.ACTIVE


def test_a_refused_phrase_keeps_what_was_typed_and_leaves_a_finding(noon, rulebook: None, ana: User, as_user) -> None:
    """REV-15."""
    typed = {"stage": "review", "situation": "评价", "title": "好评", "body": "好评返现3元", "scope": "own"}
    answer = as_user(ana).post("/words/phrases/new/", typed)
    assert answer.status_code == 409
    assert "好评返现3元" in answer.content.decode()
    assert (Phrase.objects.filter(title="好评").count(), Finding.objects.get().place) == (0, "phrase")


def test_a_proposal_goes_to_the_leader_and_into_the_library(
    noon, rulebook: None, ana: User, sam: User, as_user
) -> None:
    """PHR-01."""
    Employment.objects.create(user=ana, team=Team.objects.create(name="一组", leader=sam))
    typed = {
        "stage": "opening",
        "situation": "问候",
        "title": "早",
        "body": "早上好,请问需要什么?",
        "scope": "proposal",
    }
    assert as_user(ana).post("/words/phrases/new/", typed).status_code == 302
    phrase = Phrase.objects.get(title="早")
    assert "早上好" in as_user(sam).get("/words/?show=proposed").content.decode()
    as_user(sam).post(f"/words/phrases/{phrase.pk}/decide/", {"version": 1, "accept": "1"})
    phrase.refresh_from_db()
    assert (phrase.state, phrase.decided_by) == (PhraseState.ACTIVE, sam)


def test_two_editors_of_a_phrase_notice_each_other(noon, rulebook: None, sam: User, as_user) -> None:
    phrase = a_phrase()
    typed = {"stage": "opening", "situation": "问候", "title": "早", "body": "早上好,您请说", "version": 1}
    path = f"/words/phrases/{phrase.pk}/"
    assert as_user(sam).post(path, typed).status_code == 302
    answer = as_user(sam).post(path, typed | {"body": "您好,另一种"})
    assert answer.status_code == 409
    assert "您好,另一种" in answer.content.decode()
    phrase.refresh_from_db()
    assert phrase.body == "早上好,您请说"


def test_a_supervisor_keeps_the_list_an_agent_does_not_see_it(ana: User, sam: User, as_user) -> None:
    """PHR-21: the list is data."""
    typed = {"pattern": "小甜甜", "kind": "rude", "severity": "hard", "unless": "小甜甜圈\n", "enabled": "on"}
    assert as_user(ana).post("/words/terms/new/", typed).status_code == 403
    assert as_user(sam).post("/words/terms/new/", typed).status_code == 302
    term = Term.objects.get()
    assert term.unless == ["小甜甜圈"]
    as_user(sam).post(f"/words/terms/{term.pk}/", typed | {"version": 1, "severity": "soft"})
    term.refresh_from_db()
    assert (term.severity, term.version, term.pattern) == ("soft", 2, "小甜甜")


def test_a_page_is_drafted_put_in_force_and_read(noon, rulebook: None, ana: User, sam: User, as_user) -> None:
    """STF-35."""
    mia = factories.UserFactory(role=Role.MANAGER)
    old = HandbookPage.objects.get(slug="dress")
    typed = {"title": "着装", "chapter": "办公纪律", "rules": "STF-31", "body": "新", "valid_from": "2026-11-20"}
    assert as_user(sam).post(f"/words/handbook/{old.pk}/draft/", typed).status_code == 302
    draft = HandbookPage.objects.get(slug="dress", version=2)
    assert as_user(ana).get(f"/words/handbook/{draft.pk}/").context["shown"] == old
    assert as_user(sam).post(f"/words/handbook/{draft.pk}/approve/").status_code == 403
    as_user(mia).post(f"/words/handbook/{draft.pk}/approve/")
    as_user(ana).post(f"/words/handbook/{draft.pk}/read/")
    assert as_user(ana).get("/words/handbook/?q=着装").context["unread"] == 0


# ── On the orders' floor ─────────────────────────────────────────────────────
def an_order() -> Order:
    order = factories.OrderFactory(buyer_nick="luofang")
    factories.OrderLineFactory(fulfilment=factories.FulfilmentFactory(order=order), title="保温杯")
    return order


NOTE = {"note-marketing_consent": "none", "version": 0}


def test_a_phrase_copied_for_an_order_is_filled_and_names_no_buyer(noon, rulebook: None, ana: User, as_user) -> None:
    """PHR-01, SEC-07."""
    order = an_order()
    phrase = a_phrase(body="您好,{company}的订单{order_no}({goods})已经登记,{buyer}")
    answer = as_user(ana).post(f"/orders/{order.pk}/phrases/{phrase.pk}/copy/", headers=HTMX)
    text = f"您好,{order.shop.name}的订单{order.order_no}(保温杯)已经登记,{{buyer}}"
    assert (answer.status_code, answer.context["copied"].text) == (200, text)
    assert "luofang" not in as_user(ana).get(f"/orders/{order.pk}/phrases/").content.decode()


def test_an_advert_goes_only_to_a_buyer_who_agreed(noon, rulebook: None, ana: User, as_user) -> None:
    """SEC-09, AFT-04: none noted is none given; the stop list takes it back."""
    order, phrase = an_order(), a_phrase(body="亲,会员日欢迎您", marketing=True)
    path = f"/orders/{order.pk}/phrases/{phrase.pk}/copy/"
    client = as_user(ana)
    assert client.post(path, headers=HTMX).status_code == 409
    agreed = NOTE | {"note-marketing_consent": "given", "note-consent_how": "聊天 11:30", "note-vip": "on"}
    assert client.post(f"/orders/{order.pk}/buyer-note/", agreed).status_code == 302
    assert client.post(path, headers=HTMX).status_code == 200
    stop = agreed | {"note-stop_list": "on", "version": 1}
    assert client.post(f"/orders/{order.pk}/buyer-note/", stop).status_code == 302
    assert client.post(path, headers=HTMX).status_code == 409
    note = BuyerNote.objects.get()
    assert (note.marketing_consent, note.stop_list, note.may_advertise) == ("refused", True, False)
    assert PhraseCount.objects.get().uses == 1


def test_a_consent_needs_its_proof_and_the_latest_note(noon, ana: User, as_user) -> None:
    """SEC-09."""
    order = an_order()
    path = f"/orders/{order.pk}/buyer-note/"
    assert as_user(ana).post(path, NOTE | {"note-marketing_consent": "given"}).status_code == 409
    assert BuyerNote.objects.count() == 0
    assert as_user(ana).post(path, NOTE | {"note-vip": "on", "note-group": "老客"}).status_code == 302
    assert as_user(ana).post(path, NOTE | {"note-group": "新客"}).status_code == 409
    note = BuyerNote.objects.get()
    assert (note.vip, note.group, note.version) == (True, "老客", 1)


def test_vip_buyers_are_listed_masked(noon, ana: User, as_user) -> None:
    """AFT-04, SEC-07."""
    order = an_order()
    shown = {"shop": order.shop, "updated_at": factories.NOON - dt.timedelta(days=1)}
    BuyerNote.objects.create(buyer_nick="luofang", vip=True, **shown)
    BuyerNote.objects.create(buyer_nick="somebody", **shown)
    page = as_user(ana).get("/orders/buyers/").content.decode()
    assert ("l***g" in page, "luofang" in page, "s***y" in page) == (True, False, False)
    assert "s***y" in as_user(ana).get("/orders/buyers/?all=1").content.decode()


def test_restock_is_denied_only_for_goods_no_longer_made(noon, rulebook: None, ana: User, as_user) -> None:
    """PHR-22."""
    order, phrase = an_order(), a_phrase(body="抱歉亲,工厂不再生产了")
    path = f"/orders/{order.pk}/phrases/{phrase.pk}/copy/"
    assert as_user(ana).post(path, headers=HTMX).status_code == 409
    product = order.lines.get().product
    product.discontinued = True
    product.save()
    assert as_user(ana).post(path, headers=HTMX).status_code == 200


@pytest.mark.parametrize(("action", "field"), [("remark", "remark"), ("supplier_remark", "remark_for_supplier")])
def test_a_remark_that_the_checker_stops_is_kept_in_the_form(
    action: str, field: str, noon, rulebook: None, ana: User, as_user
) -> None:
    """REV-14, PHR-21: refused with the text, a finding stays; with a reason it is written."""
    order = an_order()
    path, typed = (
        f"/orders/{order.pk}/do/{action}/",
        {f"{action}-text": "快递说没有办法", "version": 1, f"{action}-flag": 0},
    )
    answer = as_user(ana).post(path, typed)
    order.refresh_from_db()
    assert (answer.status_code, getattr(order, field), Finding.objects.count()) == (409, "", 1)
    assert "快递说没有办法" in answer.content.decode()
    assert as_user(ana).post(path, typed | {f"{action}-words_reason": "引用快递"}).status_code == 302
    order.refresh_from_db()
    assert getattr(order, field).startswith("快递说没有办法")
    paid = typed | {f"{action}-text": "删除中评返5元", f"{action}-words_reason": "主管同意", "version": 2}
    assert as_user(ana).post(path, paid).status_code == 409


def test_the_library_shows_a_shop_s_phrases_and_fills_in_its_name(noon, rulebook: None, sam: User, as_user) -> None:
    """PHR-01: a phrase of one shop is none of another's; {company} is the shop's name."""
    facets.forget()
    one, two = factories.ShopFactory(name="一号店"), factories.ShopFactory(name="二号店")
    typed = {
        "stage": "opening",
        "situation": "问候",
        "title": "本店问候",
        "body": "您好，{company}为您服务。",
        "scope": "house",
    }
    assert as_user(sam).post("/words/phrases/new/", typed | {"shop_id": one.pk}).status_code == 302
    phrase = Phrase.objects.get(title="本店问候")
    assert phrase.shop_id == one.pk
    shown = {
        shop: "本店问候" in as_user(sam).get(f"/words/?shop={shop}").content.decode() for shop in ("", one.pk, two.pk)
    }
    assert shown == {"": True, one.pk: True, two.pk: False}
    copied = as_user(sam).post(f"/words/phrases/{phrase.pk}/copy/", headers=HTMX).content.decode()
    assert "您好，一号店为您服务。" in copied
    anywhere = a_phrase(body="您好，{company}为您服务。")
    path = f"/words/phrases/{anywhere.pk}/copy/"
    assert "您好，二号店为您服务。" in as_user(sam).post(path, {"shop": two.pk}, headers=HTMX).content.decode()
    assert as_user(sam).post("/words/phrases/new/", typed | {"title": "别的", "shop_id": 987654}).status_code == 422
    assert not Phrase.objects.filter(title="别的").exists()
