"""Daily records: drafts, frozen figures, corrections that hide nothing, buyers' ids that go again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from audit.models import Entry
from common.exceptions import BusinessError, Conflict
from orders.states import OrderState
from staff.models import DailyRecord, ServiceRules
from staff.records.selectors.daily import day_page, readable, recent_days
from staff.records.services import daily
from staff.rota.states import Skill
from tests import factories
from tests.factories_staff import UserSkillFactory, a_team

TODAY = dt.date(2026, 11, 20)
DAY = dt.timedelta(days=1)
TYPED = {"served_buyers": 40, "served_ids": "luofang meimei", "product_problems": "拉链坏"}


def draft(user, day=TODAY, version=0, **typed):
    return daily.save_draft(user=user, day=day, version=version, typed=typed)


def hand_in(user, day=TODAY, version=0, **typed):
    return daily.hand_in_daily(user=user, day=day, version=version, typed={**TYPED, **typed})


def test_stf_28_a_draft_keeps_what_was_typed_and_leaves_no_trail(noon, ana):
    record = draft(ana, **TYPED)
    assert (record.served_buyers, record.product_problems, record.version) == (40, "拉链坏", 1)
    assert (record.handed_in_at, Entry.objects.count()) == (None, 0)


def test_two_windows_do_not_overwrite_each_other(noon, ana):
    draft(ana, served_buyers=1)
    with pytest.raises(Conflict):
        draft(ana, version=0, served_buyers=2)
    assert DailyRecord.objects.get().served_buyers == 1


@pytest.mark.parametrize(("day", "may"), [(TODAY + DAY, False), (TODAY - 14 * DAY, True), (TODAY - 15 * DAY, False)])
def test_a_day_is_written_on_it_and_two_weeks_after(noon, ana, day, may):
    if may:
        assert draft(ana, day=day).day == day
        return
    with pytest.raises(BusinessError) as refusal:
        draft(ana, day=day)
    assert (refusal.value.code, DailyRecord.objects.count()) == ("closed", 0)


def test_stf_28_handing_in_freezes_the_figures_of_the_system(noon, ana, sam):
    factories.OrderFactory(owner=ana, paid_at=factories.NOON, paid_total="100.50")
    factories.OrderFactory(owner=ana, paid_at=factories.NOON, paid_total="59.50")
    factories.OrderFactory(owner=ana, paid_at=factories.NOON, state=OrderState.CLOSED)
    factories.OrderFactory(owner=sam, paid_at=factories.NOON)
    record = hand_in(ana)
    assert (record.deals, record.deal_amount, record.handed_in_at) == (2, Decimal("160.00"), factories.NOON)
    factories.OrderFactory(owner=ana, paid_at=factories.NOON)
    page = day_page(DailyRecord.objects.get(), ana)
    assert (page.deals, page.amount) == (2, Decimal("160.00"))


def test_stf_36_conversion_and_order_value_follow_from_the_figures(noon, ana):
    for total in ("100.00", "60.00"):
        factories.OrderFactory(owner=ana, paid_at=factories.NOON, paid_total=total)
    page = day_page(hand_in(ana), ana)
    assert (page.conversion, page.order_value) == (Decimal("5.0"), Decimal("80.00"))


def test_stf_36_nobody_served_is_no_conversion(noon, ana):
    page = day_page(hand_in(ana, served_buyers=0), ana)
    assert (page.conversion, page.order_value) == (None, None)


def test_a_record_without_the_number_of_buyers_is_not_taken(noon, ana):
    with pytest.raises(BusinessError) as refusal:
        hand_in(ana, served_buyers=None)
    assert (refusal.value.code, DailyRecord.objects.count(), Entry.objects.count()) == ("missing", 0, 0)


def test_stf_37_a_record_that_was_handed_in_is_no_draft_any_more(noon, ana):
    record = hand_in(ana)
    for again in (draft, hand_in):
        with pytest.raises(BusinessError) as refusal:
            again(ana, version=record.version, served_buyers=99)
        assert refusal.value.code == "handed_in"
    assert DailyRecord.objects.get().served_buyers == 40


def correct(record, by, reason="数错了", **typed):
    return daily.correct_daily(record_id=record.pk, version=record.version, typed=typed, reason=reason, by=by)


def test_stf_37_a_correction_is_a_new_entry_and_says_what_was_there(noon, ana):
    record = correct(hand_in(ana), ana, served_buyers=42, served_ids="x y", product_problems="拉链坏")
    entry = record.corrections.get()
    assert (record.served_buyers, record.served_ids) == (42, "x y")
    assert entry.changes == [{"field": "served_buyers", "before": 40, "after": 42}, {"field": "served_ids"}]
    assert (entry.by, entry.reason) == (ana, "数错了")
    trail = Entry.objects.get(action="staff.daily_corrected")
    assert trail.data == {"day": "2026-11-20", "fields": ["served_buyers", "served_ids"]}


@pytest.mark.parametrize(("typed", "reason", "code"), [({}, "因为", "nothing"), ({"served_buyers": 1}, " ", "missing")])
def test_stf_37_a_correction_needs_a_change_and_a_reason(noon, ana, typed, reason, code):
    record = hand_in(ana)
    with pytest.raises(BusinessError) as refusal:
        correct(record, ana, reason, **typed)
    assert (refusal.value.code, record.corrections.count()) == (code, 0)


def test_stf_37_nobody_corrects_somebody_elses_record(noon, ana, sam):
    a_team(ana, leader=sam)
    record = hand_in(ana)
    with pytest.raises(DailyRecord.DoesNotExist):
        correct(record, sam, served_buyers=1)


def test_a_leader_reads_what_was_handed_in_and_no_drafts(noon, ana, sam, olli):
    a_team(ana, leader=sam)
    record = draft(ana, **TYPED)
    with pytest.raises(DailyRecord.DoesNotExist):
        readable(sam, record.pk)
    hand_in(ana, version=record.version)
    assert readable(sam, record.pk) == record
    with pytest.raises(DailyRecord.DoesNotExist):
        readable(olli, record.pk)


def test_stf_28_buyers_ids_go_after_the_time_of_the_rules(noon, ana):
    ServiceRules.objects.create(pk=1, served_ids_kept_days=10)
    hand_in(ana, day=TODAY - 11 * DAY)
    hand_in(ana, day=TODAY - 10 * DAY)
    assert daily.forget_served_ids() == 1
    assert list(DailyRecord.objects.order_by("day").values_list("served_ids", flat=True)) == ["", "luofang meimei"]


def test_stf_28_looking_at_buyers_ids_leaves_a_trail_without_them(noon, ana, sam):
    record = hand_in(ana)
    assert daily.reveal_served_ids(record=record, by=sam) == "luofang meimei"
    entry = Entry.objects.get(action="staff.served_ids_seen")
    assert (entry.actor, entry.data) == (sam, {"day": "2026-11-20"})


def test_stf_28_the_clerk_hands_in_goods_by_kind(noon, ana):
    UserSkillFactory(user=ana, skill=Skill.CLERK)
    part = factories.FulfilmentFactory(order__state=OrderState.SHIPPED)
    factories.OrderLineFactory(fulfilment=part, quantity=3, title="羽绒服")
    part.order.parcels.create(
        fulfilment=part, carrier="YTO", tracking_no="YT1", source="supplier", shipped_at=factories.NOON,
        recorded_at=factories.NOON,
    )  # fmt: skip
    refund = factories.RefundFactory(
        order=part.order, line=part.lines.get(), state="success", needs_return=True, finished_at=factories.NOON
    )
    assert refund.line.quantity == 3
    assert hand_in(ana).goods_out == {"shipped": [["羽绒服", 3]], "returned": [["羽绒服", 3]]}


def test_others_have_no_goods(noon, ana):
    assert hand_in(ana).goods_out == {}


def test_the_last_two_weeks_are_one_query(noon, ana, django_assert_num_queries):
    hand_in(ana)
    with django_assert_num_queries(1):
        days = recent_days(ana, TODAY)
    assert (len(days), days[0][0], days[0][1].served_buyers, days[1][1]) == (14, TODAY, 40, None)


# ── Pages ────────────────────────────────────────────────────────────────────
def test_the_page_saves_as_one_types_and_says_so(noon, ana, as_user):
    client = as_user(ana)
    answer = client.post(
        "/records/save/", {"day": "2026-11-20", "version": "0", "served_buyers": "7"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert 'name="version" id="version" value="1"' in answer.content.decode()
    assert DailyRecord.objects.get().served_buyers == 7


def test_a_conflict_keeps_what_was_typed_and_shows_what_is_saved(noon, ana, as_user):
    draft(ana, served_buyers=1, product_problems="先写的")
    answer = as_user(ana).post(
        "/records/hand-in/", {"day": "2026-11-20", "version": "0", "served_buyers": "2", "product_problems": "后写的"}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "后写的" in page
    assert "先写的" in page
    assert 'id="version" value="1"' in page


def test_a_foreign_record_looks_like_a_missing_one(noon, ana, olli, as_user):
    record = hand_in(ana)
    answers = [as_user(olli).get(f"/records/{pk}/").status_code for pk in (record.pk, record.pk + 99)]
    assert answers == [404, 404]


def test_a_leader_sees_masked_ids_until_revealed(noon, ana, sam, as_user):
    a_team(ana, leader=sam)
    record = hand_in(ana)
    client = as_user(sam)
    assert "luofang" not in client.get(f"/records/{record.pk}/").content.decode()
    assert "luofang meimei" in client.post(f"/records/{record.pk}/ids/").content.decode()


def test_an_agent_reveals_nothing(noon, ana, as_user):
    record = hand_in(ana)
    assert as_user(ana).post(f"/records/{record.pk}/ids/").status_code == 403
