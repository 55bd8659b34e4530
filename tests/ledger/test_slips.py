"""Asking for money and deciding on it: budgets, limits, eyes, words, clocks."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from audit.models import Entry
from common.exceptions import BusinessError, Conflict
from ledger.models import LineBudget, MoneyLimit, PaySlip
from ledger.services.slips import approve_slip, decline_slip, plan_slip, submit_again
from ledger.signals import slip_declined
from ledger.states import Direction, Purpose, SlipState
from notifications.models import BellItem
from sla.models import Clock
from sla.states import ClockState
from staff.roles import Role
from staff.words.services import WordsStopped
from tests import factories
from tests.factories import NOON, at
from tests.ledger.helpers import D, an_order, approved, asked, budgets, paid

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def refused(what, *args, **kwargs) -> str:
    with pytest.raises(BusinessError) as error:
        what(*args, **kwargs)
    return error.value.code


def clock_of(slip: PaySlip, policy: str = "ledger.pay") -> Clock:
    return Clock.objects.get(subject_type="ledger.payslip", subject_id=slip.pk, policy=policy)


# ── What was paid, and no more ───────────────────────────────────────────────
def test_fin_02_budgets_share_the_payment_to_the_cent(noon, ana):
    order = an_order(("10.00", "10.00", "10.00"), postage="5.00", paid_total=D("25.00"))
    asked(order, "1.00", ana)
    assert [paid for paid, _bound in budgets(order)] == [D("6.66"), D("6.67"), D("6.67"), D("5.00")]


def test_fin_02_a_refund_is_set_aside_line_by_line(noon, ana):
    order = an_order()
    first, second = order.lines.all()
    slip = asked(order, "50.00", ana, lines=[(first.pk, D("30.00")), (second.pk, D("20.00"))])
    assert budgets(order) == [(D(60), D(30)), (D(40), D(20)), (D(0), D(0))]
    assert sorted(slip.lines.values_list("amount", flat=True)) == [D("20.00"), D("30.00")]


def test_fin_02_what_no_line_is_named_for_is_the_postage(noon, ana):
    order = an_order(postage="8.00")
    first = order.lines.first()
    asked(order, "35.00", ana, lines=[(first.pk, D("30.00"))])
    assert budgets(order) == [(D(60), D(30)), (D(40), D(0)), (D(8), D(5))]
    assert refused(asked, order, "34.00", ana, lines=[(first.pk, D("30.00"))]) == "too_much"


def test_fin_02_without_lines_it_is_taken_from_all_in_order(noon, ana, sam):
    order = an_order(postage="8.00")
    approved(order, "105.00", ana, sam)
    assert budgets(order) == [(D(60), D(60)), (D(40), D(40)), (D(8), D(5))]


def test_fin_02_never_more_for_a_line_than_was_paid_for_it(noon, ana):
    order = an_order()
    first = order.lines.first()
    asked(order, "40.00", ana, lines=[(first.pk, D("40.00"))])
    assert refused(asked, order, "20.01", ana, lines=[(first.pk, D("20.01"))]) == "too_much"
    assert (PaySlip.objects.count(), budgets(order)[0]) == (1, (D(60), D(40)))
    asked(order, "20.00", ana, lines=[(first.pk, D("20.00"))])
    assert budgets(order)[0] == (D(60), D(60))


def test_fin_02_a_line_of_another_order_is_refused(noon, ana):
    other = an_order().lines.first()
    assert refused(asked, an_order(), "5.00", ana, lines=[(other.pk, D("5.00"))]) == "other_order"


@pytest.mark.parametrize("amount", ["0.00", "-5.00", "1.005", "NaN"])
def test_fin_02_an_odd_amount_is_refused(noon, ana, amount):
    assert refused(asked, an_order(), amount, ana) == "amount"
    assert PaySlip.objects.count() == 0


def test_fin_02_the_database_holds_the_sum_against_raw_sql(noon, ana):
    order = an_order()
    asked(order, "50.00", ana)
    with pytest.raises(IntegrityError, match=r"ledger_linebudget_never_more|CHECK"), transaction.atomic():
        LineBudget.objects.filter(order=order).update(bound=D("60.01"))


def test_fin_02_a_later_payment_widens_the_budget(noon, ana):
    order = an_order(paid_total=D("50.00"))
    asked(order, "10.00", ana)
    order.paid_total = D("100.00")
    order.save()
    asked(order, "20.00", ana)
    assert sum(paid for paid, _bound in budgets(order)) == D("100.00")


def test_fin_02_what_the_platform_paid_back_itself_is_gone(noon, ana):
    order = an_order()
    factories.RefundFactory(order=order, state="success", amount=D("70.00"))
    assert refused(asked, order, "30.01", ana) == "refunded_elsewhere"
    asked(order, "30.00", ana)


def test_fin_02_the_platforms_word_of_a_slip_of_ours_counts_once(noon, ana, sam, fin):
    """The list says «refunded» before finance has marked it, or bears the slip's number: that is no second refund."""
    order = an_order()
    slip = approved(order, "60.00", ana, sam)
    refund = factories.RefundFactory(order=order, state="success", amount=D("60.00"))
    asked(order, "10.00", ana)
    paid(slip, fin, number=refund.refund_no)
    asked(order, "30.00", ana)
    assert refused(asked, order, "0.01", ana) == "too_much"


def test_fin_03_freight_and_compensation_bind_nothing_of_the_price(noon, ana):
    order = an_order()
    asked(order, "12.00", ana, purpose=Purpose.FREIGHT)
    asked(order, "10.00", ana, purpose=Purpose.COMPENSATION)
    assert LineBudget.objects.count() == 0


def test_fin_02_a_refund_names_its_order(noon, ana):
    assert refused(asked, None, "5.00", ana) == "no_order"


# ── Once an event ────────────────────────────────────────────────────────────
def test_fin_02_one_slip_an_event(noon, ana):
    order = an_order()
    first = asked(order, "50.00", ana, key="case:1:approve:0")
    again = asked(order, "50.00", ana, key="case:1:approve:0")
    assert (again.pk, PaySlip.objects.count(), budgets(order)[0][1]) == (first.pk, 1, D(50))


def test_fin_02_one_slip_a_refund_of_the_platform(noon, ana):
    order = an_order()
    refund = factories.RefundFactory(order=order, amount=D("50.00"))
    asked(order, "50.00", ana, refund=refund)
    assert refused(asked, order, "10.00", ana, refund=refund) == "has_slip"
    assert (PaySlip.objects.count(), budgets(order)[0][1]) == (1, D(50))


def test_fin_02_a_compensation_binds_the_lines_it_names_and_no_more(noon, ana):
    order = an_order()
    first = order.lines.first()
    asked(order, "25.00", ana, purpose=Purpose.COMPENSATION, lines=[(first.pk, D("20.00"))])
    assert budgets(order) == [(D(60), D(20)), (D(40), D(0)), (D(0), D(0))]


# ── Limits and eyes ──────────────────────────────────────────────────────────
def test_fin_06_up_to_the_limit_of_the_role_one_decides_alone(noon, ana):
    MoneyLimit.objects.create(role=Role.AGENT_AFTERSALES, amount=D("50.00"))
    order = an_order()
    small, large = asked(order, "50.00", ana), asked(order, "50.00", ana, lines=[])
    assert (small.state, small.approved_by, small.four_eyes) == (SlipState.APPROVED, ana, False)
    MoneyLimit.objects.update(amount=D("49.99"))
    above = asked(an_order(), "50.00", ana)
    assert (above.state, above.approved_by, above.four_eyes) == (SlipState.SUBMITTED, None, True)
    assert large.state == SlipState.APPROVED


def test_fin_02_the_product_itself_decides_nothing_alone(noon):
    slip = asked(an_order(), "1.00", None)
    assert (slip.state, slip.asked_by, slip.four_eyes) == (SlipState.SUBMITTED, None, True)


def test_fin_02_above_the_limit_another_approves(noon, ana, sam, max_):
    slip = asked(an_order(("5000.00",)), "3000.00", sam)
    assert refused(approve_slip, slip_id=slip.pk, version=slip.version, by=sam) == "same_person"
    assert refused(approve_slip, slip_id=slip.pk, version=slip.version, by=ana) == "no_right"
    slip = approve_slip(slip_id=slip.pk, version=slip.version, by=max_)
    assert (slip.state, slip.approved_by, slip.approved_at) == (SlipState.APPROVED, max_, NOON)


def test_fin_02_who_may_approve_hears_of_it(noon, ana, sam):
    slip = asked(an_order(("900.00",)), "500.00", ana)
    item = BellItem.objects.get()
    told = {"number": slip.number, "amount": "500.00"}
    assert (item.user, item.kind, item.context) == (sam, "ledger.to_approve", told)


def test_fin_02_the_database_wants_three_people(noon, ana, sam, fin):
    slip = approved(an_order(("900.00",)), "500.00", ana, sam)
    for column, value in (("approved_by", ana), ("paid_by", ana), ("paid_by", sam)):
        with pytest.raises(IntegrityError), transaction.atomic():
            PaySlip.objects.filter(pk=slip.pk).update(**{column: value})
    assert PaySlip.objects.filter(pk=slip.pk).update(paid_by=fin) == 1


def test_a_stale_form_is_refused(noon, ana, sam):
    slip = asked(an_order(("900.00",)), "500.00", ana)
    with pytest.raises(Conflict):
        approve_slip(slip_id=slip.pk, version=slip.version - 1, by=sam)
    slip.refresh_from_db()
    assert slip.state == SlipState.SUBMITTED


# ── Declined and handed in again ─────────────────────────────────────────────
def test_a_declined_slip_sets_its_money_free_and_tells(noon, ana, sam):
    order = an_order(("900.00",))
    slip = asked(order, "500.00", ana)
    heard = []

    def hear(sender, *, slip, reason, **more):
        heard.append((slip.pk, reason))

    slip_declined.connect(hear)
    try:
        slip = decline_slip(slip_id=slip.pk, version=slip.version, reason="金额有误", by=sam)
    finally:
        slip_declined.disconnect(hear)
    assert (slip.state, slip.declined_reason, heard) == (SlipState.DECLINED, "金额有误", [(slip.pk, "金额有误")])
    assert budgets(order)[0] == (D(900), D(0))
    assert {clock.state for clock in Clock.objects.filter(subject_id=slip.pk)} == {ClockState.VOID}
    assert [item.user for item in BellItem.objects.filter(kind="ledger.declined")] == [ana]


def test_declining_needs_a_reason_and_a_right(noon, ana, sam):
    other = factories.UserFactory()
    slip = asked(an_order(("900.00",)), "500.00", ana)
    assert refused(decline_slip, slip_id=slip.pk, version=slip.version, reason=" ", by=sam) == "missing"
    assert refused(decline_slip, slip_id=slip.pk, version=slip.version, reason="x", by=other) == "no_right"
    assert decline_slip(slip_id=slip.pk, version=slip.version, reason="撤回", by=ana).state == SlipState.DECLINED


def test_handed_in_again_it_is_set_aside_anew(noon, ana, sam):
    order = an_order(("900.00",))
    slip = asked(order, "500.00", ana)
    slip = decline_slip(slip_id=slip.pk, version=slip.version, reason="说清楚", by=sam)
    slip = submit_again(slip_id=slip.pk, version=slip.version, reason="买家少收两件", by=ana)
    assert (slip.state, slip.remark, budgets(order)[0][1]) == (SlipState.SUBMITTED, "买家少收两件_安娜 K01", D(500))
    running = Clock.objects.filter(subject_id=slip.pk, policy="ledger.pay", state=ClockState.RUNNING)
    assert running.count() == 1


def test_what_went_elsewhere_meanwhile_is_not_set_aside_twice(noon, ana, sam):
    order = an_order(("900.00",))
    slip = asked(order, "500.00", ana)
    slip = decline_slip(slip_id=slip.pk, version=slip.version, reason="说清楚", by=sam)
    asked(order, "600.00", ana)
    assert refused(submit_again, slip_id=slip.pk, version=slip.version, reason="再次", by=ana) == "too_much"
    assert budgets(order)[0] == (D(900), D(600))


# ── Remarks and words ────────────────────────────────────────────────────────
def test_fin_05_the_remark_is_content_and_name(noon, ana):
    slip = asked(an_order(), "10.00", ana, reason="杯子破损_补偿")
    assert (slip.reason, slip.remark) == ("杯子破损_补偿", "杯子破损-补偿_安娜 K01")


def test_fin_05_a_long_reason_leaves_room_for_the_name(noon, ana):
    slip = asked(an_order(), "10.00", ana, reason="破" * 300)
    assert (len(slip.remark), slip.remark.endswith("_安娜 K01")) == (200, True)


@pytest.mark.parametrize("reason", ["好评返现5元", "给买家红包改好评", "删差评补偿"])
def test_rev_15_no_money_for_reviews(noon, ana, reason):
    from staff.words import rulebook

    rulebook.load()
    with pytest.raises(WordsStopped):
        asked(an_order(), "5.00", ana, purpose=Purpose.COMPENSATION, reason=reason)
    assert (PaySlip.objects.count(), Clock.objects.count()) == (0, 0)


def test_a_slip_says_what_for(noon, ana):
    assert refused(asked, an_order(), "5.00", ana, reason="  ") == "missing"


# ── Clocks ───────────────────────────────────────────────────────────────────
def test_fin_01_finance_has_24_hours(noon, ana):
    clock = clock_of(asked(an_order(), "10.00", ana))
    assert (clock.due_at, clock.party, clock.topic.split(":")[0]) == (NOON + DAY, "finance", "ledger.payslip")


def test_fin_04_the_department_plans_a_later_day(noon, ana):
    slip = asked(an_order(), "10.00", ana, pay_on=dt.date(2026, 11, 25))
    assert clock_of(slip).due_at == at("2026-11-25 23:59:59")
    slip = plan_slip(slip_id=slip.pk, version=slip.version, pay_on=dt.date(2026, 11, 23), by=ana)
    running = Clock.objects.get(subject_id=slip.pk, policy="ledger.pay", state=ClockState.RUNNING)
    assert running.due_at == at("2026-11-23 23:59:59")
    assert refused(plan_slip, slip_id=slip.pk, version=slip.version, pay_on=dt.date(2026, 11, 19), by=ana) == "past"


def test_money_that_comes_in_has_no_pay_clock(noon, ana):
    asked(None, "10.00", ana, purpose=Purpose.CLAIM, direction=Direction.IN)
    assert Clock.objects.count() == 0


def test_the_trail_tells_it_on_the_slip_and_on_what_it_is_about(noon, ana):
    order = an_order()
    slip = asked(order, "10.00", ana, reason="电话 13800001234 说少件")
    entries = Entry.objects.filter(action="ledger.asked")
    assert {entry.topic for entry in entries} == {f"ledger.payslip:{slip.pk}", f"orders.order:{order.pk}"}
    assert {entry.data["reason"] for entry in entries} == {"电话 138****1234 说少件"}


def test_asking_takes_no_more_queries_for_more_slips(noon, ana, django_assert_max_num_queries):
    order = an_order()
    asked(order, "1.00", ana)
    with django_assert_max_num_queries(40):
        asked(order, "1.00", ana)
    assert Decimal(2) == sum(bound for _paid, bound in budgets(order))
