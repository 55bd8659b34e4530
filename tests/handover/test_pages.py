"""The book and its pages: who sees what, what a refusal keeps, what is found (STF-10)."""

from __future__ import annotations

import re

import pytest

from staff.handover import services
from staff.handover.services import Typed
from staff.models import Handover
from staff.roles import Role
from tests.factories import NOON, UserFactory
from tests.factories_staff import a_team, give_duty
from tests.handover.conftest import FIVE, HALF_PAST_FOUR, MINUTE

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def at_five(noon):
    noon.move_to(FIVE - 10 * MINUTE)


def found(client, query: str = "") -> list[int]:
    """The ids of the pages that the book lists."""
    text = client.get(f"/handover/?{query}").content.decode()
    return [int(pk) for pk in re.findall(r'<tr data-row="(\d+)"', text)]


def fields(page: Handover, **more: object) -> dict[str, object]:
    """The leaver's form as it is drawn."""
    page.refresh_from_db()
    lines = {f"follow_up-{row.pk}": row.follow_up for row in page.items.all()}
    lines |= {f"result-{row.pk}": row.result for row in page.items.all()}
    return {"version": page.version, "note": page.note, **lines, **more}


def test_the_way_through_by_pages(opened, works, ana, eve, as_user):
    page = opened()
    first = page.items.first()
    url = f"/handover/{page.pk}/"
    leaver, taker = as_user(ana), as_user(eve)
    assert leaver.post(f"{url}write/", fields(page, do="save", **{f"result-{first.pk}": "等回复"})).status_code == 302
    assert leaver.post(f"{url}write/", fields(page, do="refresh", own_subject="空调报修")).status_code == 302
    assert leaver.post(f"{url}write/", fields(page, do="sign")).status_code == 302
    page.refresh_from_db()
    version = {"version": page.version}
    *others, last = page.items.order_by("position")
    for row in others:
        assert taker.post(f"{url}items/{row.pk}/accept/", version).status_code == 302
    assert taker.post(f"{url}items/{last.pk}/give-back/", version | {"note": "明天再说"}).status_code == 302
    assert taker.post(f"{url}sign/", version | {"taker_note": "收到"}).status_code == 302
    page.refresh_from_db()
    assert (page.state, page.taker, page.taker_note, page.items.count()) == ("taker", eve, "收到", 4)
    assert works.holder(1) == eve.pk
    text = taker.get(url).content.decode()
    assert "等回复" in text
    assert "明天再说" in text


def test_htmx_gets_the_items_alone(signed, eve, as_user):
    page = signed()
    url = f"/handover/{page.pk}/items/{page.items.first().pk}/accept/"
    answer = as_user(eve).post(url, {"version": page.version}, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert (answer.status_code, text.count("data-accept"), "<html" in text) == (200, 2, False)


def test_a_conflict_shows_both_and_keeps_what_was_typed(opened, ana, as_user):
    page = opened()
    stale = fields(page, note="mine", do="save")
    services.save_handover(handover_id=page.pk, version=0, typed=Typed("theirs"), by=ana)
    answer = as_user(ana).post(f"/handover/{page.pk}/write/", stale)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "mine</textarea>" in text
    assert "theirs" in text
    assert 'name="version" value="1"' in text
    assert Handover.objects.get().note == "theirs"


def test_a_refused_signature_keeps_what_was_typed(opened, works, ana, as_user):
    page = opened()
    works.add(9, ana, NOON)
    answer = as_user(ana).post(f"/handover/{page.pk}/write/", fields(page, note="typed", do="sign"))
    assert answer.status_code == 409
    assert "typed</textarea>" in answer.content.decode()
    assert Handover.objects.get().note == ""


def test_too_long_a_word_is_a_mistake_of_form(opened, ana, as_user):
    page = opened()
    typed = fields(page, do="save", **{f"result-{page.items.first().pk}": "x" * 301})
    assert as_user(ana).post(f"/handover/{page.pk}/write/", typed).status_code == 422
    assert Handover.objects.get().version == 0


def test_a_taker_who_may_not_sign_yet_keeps_the_note(signed, eve, as_user):
    page = signed()
    answer = as_user(eve).post(f"/handover/{page.pk}/sign/", {"version": page.version, "taker_note": "收到了"})
    assert answer.status_code == 409
    assert "收到了</textarea>" in answer.content.decode()


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999"])
def test_a_version_that_is_none_is_a_conflict(signed, eve, as_user, version):
    page = signed()
    url = f"/handover/{page.pk}/items/{page.items.first().pk}/accept/"
    assert as_user(eve).post(url, {"version": version}).status_code == 409
    assert page.items.filter(accepted_at=None).count() == 3


def test_opening_by_hand_leads_to_the_page_and_once(ana, as_user):
    client = as_user(ana)
    first = client.post("/handover/open/")
    assert first["Location"] == f"/handover/{Handover.objects.get().pk}/"
    assert client.post("/handover/open/")["Location"] == "/handover/"
    assert Handover.objects.count() == 1


def test_naming_the_taker(opened, ana, eve, as_user):
    page = opened()
    url = f"/handover/{page.pk}/taker/"
    assert as_user(ana).post(url, {"version": 0, "taker": ana.pk}).status_code == 422
    assert as_user(ana).post(url, {"version": 0, "taker": eve.pk}).status_code == 302
    assert Handover.objects.get().taker == eve


# ── Who sees what ────────────────────────────────────────────────────────────
def test_agents_see_their_teams_book_and_leaders_that_of_whom_they_lead(opened, ana, eve, sam, as_user):
    page = opened()
    stranger = UserFactory(role=Role.AGENT_AFTERSALES)
    a_team(stranger, leader=UserFactory(role=Role.SUPERVISOR, username="other_lead"))
    boss = UserFactory(role=Role.MANAGER)
    url = f"/handover/{page.pk}/"
    for user in (ana, eve, sam, boss):
        assert (found(as_user(user)), as_user(user).get(url).status_code) == ([page.pk], 200)
    for user in (stranger, stranger.employment.team.leader, UserFactory(role=Role.AGENT_PRESALES)):
        assert (found(as_user(user)), as_user(user).get(url).status_code) == ([], 404)


def test_who_may_not_see_it_may_not_touch_it_either(opened, as_user):
    page = opened()
    stranger = as_user(UserFactory(role=Role.AGENT_AFTERSALES))
    item = page.items.first().pk
    doors = ["write/", "take-back/", "taker/", f"items/{item}/accept/", f"items/{item}/give-back/", "sign/"]
    assert {stranger.post(f"/handover/{page.pk}/{door}", {"version": 0}).status_code for door in doors} == {404}


def test_others_of_the_team_read_without_buttons(opened, eve, as_user):
    page = opened()
    text = as_user(eve).get(f"/handover/{page.pk}/").content.decode()
    assert "data-accept" not in text
    assert 'name="do"' not in text
    answer = as_user(eve).post(f"/handover/{page.pk}/write/", fields(page, do="sign"))
    assert (answer.status_code, Handover.objects.get().state) == (409, "open")


def test_a_follower_of_another_team_sees_the_page_that_waits_for_him(team, ana, as_user):
    other = UserFactory(role=Role.AGENT_AFTERSALES)
    a_team(other)
    give_duty(ana, "2026-11-20 09:00", "17:00")
    give_duty(other, "2026-11-20 17:00", "23:00")
    services.open_due_handovers(HALF_PAST_FOUR)
    page = Handover.objects.get()
    assert as_user(other).get(f"/handover/{page.pk}/").status_code == 404
    services.sign_as_leaver(handover_id=page.pk, version=0, typed=Typed(), by=ana)
    assert as_user(other).get(f"/handover/{page.pk}/").status_code == 200


# ── The book ─────────────────────────────────────────────────────────────────
def test_the_book_is_searched_by_day_person_shift_text_topic_and_state(signed, ana, eve, as_user, noon):
    first = signed()
    noon.move_to(FIVE + MINUTE)
    second = services.open_handover(by=eve)
    services.save_handover(handover_id=second.pk, version=0, typed=Typed("空调", own=("报修", "行政", "")), by=eve)
    both, client = [second.pk, first.pk], as_user(ana)
    asked = {
        "": both,
        "day=2026-11-20": both,
        "day=2026-11-19": [],
        "day=nonsense": both,
        f"person={ana.pk}": [first.pk],
        f"person={eve.pk}": [second.pk],
        f"shift={first.shift}": [first.pk],
        "state=open": [second.pk],
        "state=leaver": [first.pk],
        "state=other": both,
        "q=W2": [first.pk],
        "q=已联系": [first.pk],
        "q=留意": [first.pk],
        "q=空调": [second.pk],
        "q=行政": [second.pk],
        "q=nowhere": [],
        "topic=tests.work:1": [first.pk],
        "topic=tests.work:8": [],
    }
    assert {query: found(client, query) for query in asked} == asked


def test_more_pages_take_no_more_queries(opened, ana, as_user, django_assert_max_num_queries):
    opened()
    client = as_user(ana)
    with django_assert_max_num_queries(40) as one:
        client.get("/handover/")
    for _number in range(5):
        mate = UserFactory(role=Role.AGENT_AFTERSALES)
        a_team(mate)
        mate.employment.team = ana.employment.team
        mate.employment.save()
        services.open_handover(by=mate)
    with django_assert_max_num_queries(len(one)):
        assert len(found(client)) == 6


def test_the_paper_has_the_six_fields_and_both_signatures(signed, eve, as_user):
    page = signed()
    for row in page.items.all():
        services.accept_item(handover_id=page.pk, version=page.version, item_id=row.pk, by=eve)
    services.sign_as_taker(handover_id=page.pk, version=page.version, note="收到", by=eve)
    text = as_user(eve).get(f"/handover/{page.pk}/").content.decode()
    paper = text[text.index('class="paper"') :]
    told = ("2026-11-20", page.shift, "W1 · to do", "安娜", "伊芙", "已联系", "等回复", "11-20 16:50")
    assert [words for words in told if words not in paper] == []
