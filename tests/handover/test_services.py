"""Writing, signing, taking over: what each gesture does, and every refusal leaves the page as it was (STF-10, STF-13)."""

from __future__ import annotations

import datetime as dt

import pytest

from audit.models import Entry
from common.exceptions import BusinessError, Conflict
from notifications.models import BellItem
from sla.announce import announce
from sla.engine import sweep
from sla.models import Clock
from staff.handover import services
from staff.handover.services import Typed
from staff.models import Assignment, Handover, HandoverItem
from staff.roles import Role
from tests.factories import NOON, UserFactory
from tests.factories_staff import give_duty
from tests.handover.conftest import FIVE, MINUTE, SIX, subjects

QUARTER_TO = FIVE - 15 * MINUTE


def rows() -> list[dict[str, object]]:
    return [*Handover.objects.values(), *HandoverItem.objects.order_by("pk").values(), *Clock.objects.values()]


def refused(service, page: Handover, by, **more: object) -> str:
    """The code of the refusal; nothing may have happened."""
    before, said = rows(), Entry.objects.count()
    with pytest.raises(BusinessError) as refusal:
        do(service, page, by, **more)
    assert rows() == before
    assert Entry.objects.count() == said
    return refusal.value.code


def do(service, page: Handover, by, **more: object):
    page.refresh_from_db()
    given = {"handover_id": page.pk, "version": page.version, "by": by, "now": QUARTER_TO}
    return service(**{**given, **more})


def item(page: Handover, subject_id: int) -> HandoverItem:
    return page.items.get(assignable="tests.work", subject_id=subject_id)


def trail(page: Handover) -> list[str]:
    about = Entry.objects.filter(topic=f"staff.handover:{page.pk}").order_by("pk")
    return [action.removeprefix("staff.handover_") for action in about.values_list("action", flat=True)]


# ── The leaver writes ────────────────────────────────────────────────────────
def test_stf_10_what_the_leaver_types_is_kept(opened, ana):
    page = opened()
    first = item(page, 1)
    typed = Typed(" 留意 \n库存 ", {first.pk: (" 已 联系\n供应商 ", "等回复")}, own=("空调报修", "已报行政", ""))
    do(services.save_handover, page, ana, typed=typed)
    page.refresh_from_db(), first.refresh_from_db()
    assert (page.note, page.version, first.follow_up, first.result) == ("留意 \n库存", 1, "已 联系 供应商", "等回复")
    assert subjects(page)[-1] == ("note", "空调报修")
    assert trail(page) == ["opened", "written"]


def test_an_own_item_may_be_struck_out_a_live_one_may_not(opened, ana):
    page = opened()
    do(services.save_handover, page, ana, typed=Typed(own=("空调报修", "", "")))
    own = page.items.get(kind="note")
    do(services.save_handover, page, ana, typed=Typed(strike=[own.pk, item(page, 1).pk]))
    assert sorted(page.items.values_list("subject_id", flat=True)) == [1, 2, 3]


def test_an_own_item_needs_a_subject(opened, ana):
    assert refused(services.save_handover, opened(), ana, typed=Typed(own=(" ", "已报", ""))) == "no_subject"


def test_items_of_another_page_are_not_touched(opened, ana, eve):
    page = opened()
    foreign = HandoverItem.objects.create(handover=services.open_handover(by=eve, now=NOON), position=1, kind="note")
    do(services.save_handover, page, ana, typed=Typed(lines={foreign.pk: ("x", "y")}, strike=[foreign.pk]))
    foreign.refresh_from_db()
    assert (foreign.follow_up, foreign.result) == ("", "")


def test_an_old_version_is_a_conflict(opened, ana):
    page = opened()
    do(services.save_handover, page, ana, typed=Typed("first"))
    with pytest.raises(Conflict):
        do(services.save_handover, page, ana, typed=Typed("second"), version=0)
    page.refresh_from_db()
    assert page.note == "first"


def test_stf_08_reading_anew_keeps_what_was_typed(opened, works, ana):
    page = opened()
    one, two, three = (item(page, number) for number in (1, 2, 3))
    works.add(2, ana, NOON)  # late by now
    works.add(9, ana, SIX)
    del works.pieces[1], works.pieces[3]  # settled meanwhile: about one of them something is written
    _page, new = do(services.refresh_handover, page, ana, typed=Typed("n", {one.pk: ("已发", ""), two.pk: ("催", "")}))
    kept = [(row.subject_id, row.kind, row.follow_up) for row in page.items.order_by("position")]
    assert (new, kept) == (1, [(1, "late", "已发"), (2, "late", "催"), (9, "due_next", "")])
    assert not HandoverItem.objects.filter(pk=three.pk).exists()
    assert Handover.objects.get().note == "n"


# ── The leaver signs ─────────────────────────────────────────────────────────
def test_stf_10_the_leaver_signs_and_the_next_shift_is_told(opened, ana, eve, finn):
    page = opened()
    do(services.sign_as_leaver, page, ana, typed=Typed("交接"))
    page.refresh_from_db()
    assert (page.state, page.leaver_signed_at, page.note, page.taker) == ("leaver", QUARTER_TO, "交接", None)
    waiting = BellItem.objects.filter(kind="staff.handover_waiting")
    assert sorted(waiting.values_list("user__username", "url")) == [
        ("eve", f"/handover/{page.pk}/"),
        ("finn", f"/handover/{page.pk}/"),
    ]
    assert Clock.objects.get().state == "running"


def test_stf_10_nobody_signs_for_another(opened, eve, sam):
    page = opened()
    for other in (eve, sam):
        assert refused(services.sign_as_leaver, page, other, typed=Typed()) == "not_yours"


def test_stf_13_a_page_that_lacks_a_matter_is_not_signed(opened, works, ana):
    page = opened()
    works.add(9, ana, SIX)
    assert refused(services.sign_as_leaver, page, ana, typed=Typed("x")) == "incomplete"
    do(services.refresh_handover, page, ana, typed=Typed("x"))
    do(services.sign_as_leaver, page, ana, typed=Typed("x"))


def test_stf_10_the_signature_may_be_taken_back_until_the_taker_signed(signed, works, ana, eve):
    page = signed()
    do(services.accept_item, page, eve, item_id=item(page, 1).pk)
    do(services.give_back_item, page, eve, item_id=item(page, 2).pk, note="缺凭证")
    do(services.take_back_handover, page, ana)
    page.refresh_from_db()
    accepted, returned = item(page, 1), item(page, 2)
    assert (page.state, page.leaver_signed_at) == ("open", None)
    assert (accepted.accepted_at, returned.returned_at, returned.return_note) == (QUARTER_TO, None, "缺凭证")
    assert Clock.objects.get().assignee == ana
    do(services.save_handover, page, ana, typed=Typed(lines={accepted.pk: ("changed", "")}))
    assert item(page, 1).follow_up == "已联系"  # the taker has it by now
    do(services.sign_as_leaver, page, ana, typed=Typed())
    for row in page.items.filter(accepted_at=None):
        do(services.accept_item, page, eve, item_id=row.pk)
    do(services.sign_as_taker, page, eve, note="")
    assert refused(services.take_back_handover, page, ana) == "wrong_state"


def test_only_the_leaver_takes_it_back(signed, eve, sam):
    page = signed()
    for other in (eve, sam):
        assert refused(services.take_back_handover, page, other) == "not_yours"


# ── The taker goes through it ────────────────────────────────────────────────
def test_stf_10_an_accepted_item_takes_its_work_along(signed, works, ana, eve):
    page = signed()
    do(services.accept_item, page, eve, item_id=item(page, 1).pk)
    page.refresh_from_db()
    assert (works.holder(1), works.holder(2), page.taker) == (eve.pk, ana.pk, eve)
    given = Assignment.objects.get()
    assert (given.kind, given.subject_id, given.user, given.cause) == ("tests.work", 1, eve, "handover")
    assert given.why == {"handover": page.pk, "from": "安娜"}
    assert Entry.objects.get(topic="tests.work:1").data == {"to": "伊芙"}
    assert Clock.objects.get().assignee == eve


def test_accepting_twice_is_accepting_once(signed, eve):
    page = signed()
    for _time in range(2):
        do(services.accept_item, page, eve, item_id=item(page, 1).pk)
    assert (Assignment.objects.count(), trail(page).count("item_accepted")) == (1, 1)


def test_work_that_changed_hands_meanwhile_stays_there(signed, works, ana, eve, finn):
    page = signed()
    works.add(1, finn, NOON)
    do(services.accept_item, page, eve, item_id=item(page, 1).pk)
    assert (works.holder(1), Assignment.objects.count()) == (finn.pk, 0)
    assert item(page, 1).accepted_at == QUARTER_TO


def test_a_note_is_accepted_without_any_work(opened, ana, eve):
    page = opened()
    do(services.sign_as_leaver, page, ana, typed=Typed(own=("空调报修", "", "")))
    do(services.accept_item, page, eve, item_id=page.items.get(kind="note").pk)
    assert Assignment.objects.count() == 0


def test_stf_10_what_is_given_back_stays_with_the_leaver_who_is_told(signed, works, ana, eve):
    page = signed()
    do(services.give_back_item, page, eve, item_id=item(page, 1).pk, note=" 缺 凭证 ")
    row = item(page, 1)
    assert (row.returned_at, row.return_note, row.accepted_at, works.holder(1)) == (QUARTER_TO, "缺 凭证", None, ana.pk)
    bell = BellItem.objects.get(kind="staff.handover_returned")
    assert (bell.user, bell.context) == (ana, {"taker": "伊芙", "number": 1})
    do(services.accept_item, page, eve, item_id=row.pk)  # after all
    row = item(page, 1)
    assert (row.accepted_at, row.returned_at, works.holder(1)) == (QUARTER_TO, None, eve.pk)


def test_giving_back_needs_a_word_and_an_item_not_accepted(signed, eve):
    page = signed()
    assert refused(services.give_back_item, page, eve, item_id=item(page, 1).pk, note=" ") == "missing"
    do(services.accept_item, page, eve, item_id=item(page, 1).pk)
    assert refused(services.give_back_item, page, eve, item_id=item(page, 1).pk, note="x") == "already"


def test_an_item_of_another_page_is_not_there(signed, eve, finn):
    page = signed()
    foreign = HandoverItem.objects.create(handover=services.open_handover(by=finn, now=NOON), position=1, kind="note")
    with pytest.raises(HandoverItem.DoesNotExist):
        do(services.accept_item, page, eve, item_id=foreign.pk)


def test_stf_13_each_item_is_decided_before_the_taker_signs(signed, eve):
    page = signed()
    do(services.accept_item, page, eve, item_id=item(page, 1).pk)
    do(services.give_back_item, page, eve, item_id=item(page, 2).pk, note="缺凭证")
    assert refused(services.sign_as_taker, page, eve, note="") == "undecided"
    do(services.accept_item, page, eve, item_id=item(page, 3).pk)
    do(services.sign_as_taker, page, eve, note=" 收到 ")
    page.refresh_from_db()
    assert (page.state, page.taker, page.taker_signed_at, page.taker_note) == ("taker", eve, QUARTER_TO, "收到")
    assert Entry.objects.get(action="staff.handover_taken").data == {"accepted": 2, "returned": 1}


def test_stf_08_both_signatures_stop_the_clock_in_time(signed, eve):
    page = signed()
    for row in page.items.all():
        do(services.accept_item, page, eve, item_id=row.pk)
    do(services.sign_as_taker, page, eve, note="", now=FIVE + 15 * MINUTE)
    clock = Clock.objects.get()
    assert (clock.state, clock.verdict, clock.stopped_at) == ("stopped", "met", FIVE + 15 * MINUTE)


def test_stf_10_who_is_not_on_the_next_shift_does_not_take_over(signed, ana, sam, team):
    page = signed()
    outsider = UserFactory(role=Role.AGENT_AFTERSALES)
    give_duty(outsider, "2026-11-20 16:00", "22:00")  # on shift, but of another team
    for service, more in (
        (services.accept_item, {"item_id": item(page, 1).pk}),
        (services.sign_as_taker, {"note": ""}),
    ):
        assert refused(service, page, ana, **more) == "own"
        assert refused(service, page, sam, **more) == "not_yours"
        assert refused(service, page, outsider, **more) == "not_yours"


def test_the_first_who_takes_over_keeps_the_others_out(signed, eve, finn):
    page = signed()
    do(services.accept_item, page, eve, item_id=item(page, 1).pk)
    assert refused(services.accept_item, page, finn, item_id=item(page, 2).pk) == "taken"
    assert refused(services.sign_as_taker, page, finn, note="") == "taken"


def test_what_the_leaver_changed_meanwhile_is_a_conflict_for_the_taker(signed, ana, eve):
    page = signed()
    seen = page.version
    do(services.take_back_handover, page, ana)
    do(services.sign_as_leaver, page, ana, typed=Typed("changed"))
    with pytest.raises(Conflict):
        do(services.accept_item, page, eve, item_id=item(page, 1).pk, version=seen)
    assert item(page, 1).accepted_at is None


# ── Naming the taker ─────────────────────────────────────────────────────────
def test_stf_10_the_leaver_or_who_leads_him_names_the_taker(signed, ana, sam, eve, finn):
    page = signed()
    do(services.name_taker, page, ana, taker=finn)
    assert refused(services.accept_item, page, eve, item_id=item(page, 1).pk) == "taken"
    do(services.name_taker, page, sam, taker=eve)
    do(services.accept_item, page, eve, item_id=item(page, 1).pk)
    assert Clock.objects.get().assignee == eve


def test_a_named_taker_need_not_be_on_shift_and_alone_is_told(opened, ana, sam):
    page = opened()
    do(services.name_taker, page, ana, taker=sam)
    assert Clock.objects.get().assignee == ana  # it is the leaver's turn still
    do(services.sign_as_leaver, page, ana, typed=Typed())
    assert [bell.user for bell in BellItem.objects.filter(kind="staff.handover_waiting")] == [sam]
    assert Clock.objects.get().assignee == sam
    do(services.accept_item, page, sam, item_id=item(page, 1).pk)


def test_neither_the_leaver_nor_who_may_not_is_named(opened, ana, eve, olli, petra):
    page = opened()
    gone = UserFactory(role=Role.AGENT_AFTERSALES, is_active=False)
    for nobody in (ana, olli, petra, gone):
        assert refused(services.name_taker, page, ana, taker=nobody) == "no_taker"
    assert refused(services.name_taker, page, eve, taker=eve) == "not_yours"


def test_nobody_is_named_after_both_signed(signed, ana, eve, finn):
    page = signed()
    for row in page.items.all():
        do(services.accept_item, page, eve, item_id=row.pk)
    do(services.sign_as_taker, page, eve, note="")
    assert refused(services.name_taker, page, ana, taker=finn) == "wrong_state"


# ── The clock ────────────────────────────────────────────────────────────────
def heard(at: dt.datetime) -> list[str]:
    """Who of the shift's people hears of clocks for the first time at `at`."""
    known = set(BellItem.objects.values_list("pk", flat=True))
    sweep(now=at)
    announce(at)
    people = ("ana", "boss", "eve", "finn", "sam")
    fresh = BellItem.objects.filter(kind="sla.round", user__username__in=people).exclude(pk__in=known)
    return sorted(fresh.values_list("user__username", flat=True))


def test_stf_08_an_unsigned_handover_raises_its_clock(opened, ana, sam):
    boss = UserFactory(username="boss", role=Role.MANAGER)
    page = opened()
    due = FIVE + 15 * MINUTE
    second = dt.timedelta(seconds=1)
    assert heard(due - 10 * MINUTE) == []
    both = ["ana", "eve", "finn"]  # her shift is over by then: who is on shift now hears it too
    assert heard(due - 10 * MINUTE + second) == both
    assert heard(due) == []
    assert heard(due + second) == [*both, "sam"]
    assert heard(due + 120 * MINUTE) == []
    assert heard(due + 120 * MINUTE + second) == [boss.username]
    assert Clock.objects.get(subject_id=page.pk).verdict == "breached"


def test_stf_08_a_signed_one_raises_nothing(signed, eve, sam):
    page = signed()
    for row in page.items.all():
        do(services.accept_item, page, eve, item_id=row.pk)
    do(services.sign_as_taker, page, eve, note="")
    assert heard(FIVE + 300 * MINUTE) == []
