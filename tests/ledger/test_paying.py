"""Money has moved: one payment whoever clicks, batches as platforms take them, ours against theirs."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.exceptions import BusinessError, Conflict
from ledger import limits, selectors
from ledger.limits import BatchLimit, batch_limit
from ledger.models import PayBatch, PaySlip, PlatformLimit
from ledger.services.batches import dissolve_batch, make_batches, pack
from ledger.services.paying import pay_list, pay_slip
from ledger.services.reconciling import ask_for_refund, reconcile, settle_difference
from ledger.services.slips import approve_slip
from ledger.signals import slip_paid
from ledger.states import PayBy, Purpose, SlipState
from orders.signals import refund_changed
from sla.models import Clock
from tests import factories
from tests.factories import NOON
from tests.ledger.helpers import D, an_order, approved, asked, paid

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def refused(what, **kwargs) -> str:
    with pytest.raises(BusinessError) as error:
        what(**kwargs)
    return error.value.code


# ── One payment ──────────────────────────────────────────────────────────────
def test_fin_01_paid_with_the_platforms_number(noon, ana, fin):
    slip, heard = asked(an_order(), "10.00", ana), []

    def hear(sender, *, slip, by, **more):
        heard.append((slip.number, by))

    slip_paid.connect(hear)
    try:
        noon.shift(3600)
        slip = pay_slip(slip_id=slip.pk, version=slip.version, platform_number=" 2026 1120 0001", by=fin)
    finally:
        slip_paid.disconnect(hear)
    told = (slip.state, slip.paid_at, slip.paid_by, slip.platform_number)
    assert told == (SlipState.PAID, NOON + HOUR, fin, "202611200001")
    assert heard == [(slip.number, fin)]
    clock = Clock.objects.get(subject_id=slip.pk, policy="ledger.pay")
    assert (clock.state, clock.verdict) == ("stopped", "met")


def test_a_double_click_and_a_stale_tab_pay_once(noon, ana, fin):
    slip = asked(an_order(), "10.00", ana)
    seen = slip.version
    paid(slip, fin, "ALI00000001")
    with pytest.raises(Conflict):
        pay_slip(slip_id=slip.pk, version=seen, platform_number="ALI00000001", by=fin)
    again = {"slip_id": slip.pk, "version": None, "platform_number": "ALI00000002", "by": fin}
    assert refused(pay_slip, **again) == "wrong_state"
    slip.refresh_from_db()
    assert (slip.platform_number, PaySlip.objects.filter(state=SlipState.PAID).count()) == ("ALI00000001", 1)


def test_fin_02_nothing_is_paid_that_nobody_approved(noon, ana, fin):
    slip = asked(an_order(("900.00",)), "500.00", ana)
    told = {"slip_id": slip.pk, "version": None, "platform_number": "ALI00000001", "by": fin}
    assert refused(pay_slip, **told) == "wrong_state"


def test_fin_02_above_the_limit_a_third_pays(noon, sam, max_, fin):
    slip = asked(an_order(("5000.00",)), "3000.00", sam)
    slip = approve_slip(slip_id=slip.pk, version=slip.version, by=max_)
    told = {"slip_id": slip.pk, "version": None, "platform_number": "ALI00000001"}
    assert refused(pay_slip, **told, by=max_) == "same_person"
    assert refused(pay_slip, **told, by=sam) == "no_right"
    assert pay_slip(**told, by=fin).state == SlipState.PAID


def test_a_number_of_the_platform_stands_once(noon, ana, fin):
    first, second = asked(an_order(), "10.00", ana), asked(an_order(), "10.00", ana)
    paid(first, fin, "ALI00000001")
    told = {"slip_id": second.pk, "version": None, "by": fin}
    assert refused(pay_slip, platform_number="ALI00000001", **told) == "number_taken"
    assert refused(pay_slip, platform_number="", **told) == "number_missing"
    assert refused(pay_slip, platform_number="买家", **told) == "number_missing"
    second.refresh_from_db()
    assert second.state == SlipState.APPROVED
    assert pay_slip(platform_number="", pay_by=PayBy.COUPON, **told).state == SlipState.PAID


# ── Batches ──────────────────────────────────────────────────────────────────
SUMS = st.lists(st.integers(1, 900_000).map(lambda fen: D(fen) / 100), max_size=60)
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no failure


@CALM
@given(SUMS)
def test_no_batch_is_above_what_the_platform_takes(sums):
    limit = BatchLimit(20, D("6000.00"))
    packed = pack(list(enumerate(sums)), limit)
    assert sorted(key for batch in packed for key in batch) == list(range(len(sums)))
    for batch in packed:
        total = sum(sums[key] for key in batch)
        assert len(batch) == 1 or (len(batch) <= 20 and total <= D("6000.00"))


def test_a_platform_without_a_limit_takes_all():
    assert pack([(1, D(9999)), (2, D(9999))], BatchLimit()) == [[1, 2]]


def test_the_limit_of_a_platform_holds_from_its_day(noon):
    day = dt.date(2026, 11, 20)
    assert batch_limit("taobao", day) == (20, D("6000.00"))
    assert batch_limit("jd", day) == (None, None)
    PlatformLimit.objects.create(platform="taobao", valid_from=day, cases=5, amount=D("100.00"))
    assert batch_limit("taobao", day) == (5, D("100.00"))
    assert batch_limit("taobao", day - dt.timedelta(days=1)) == (20, D("6000.00"))


def test_the_built_in_limits_become_rows_once(noon):
    assert limits.load() == len(limits.ROLES) + 1
    assert limits.load(dt.date(2026, 2, 1)) == 0
    assert list(PlatformLimit.objects.values_list("platform", "cases", "amount")) == [("taobao", 20, D("6000.00"))]


def test_fin_01_what_is_approved_is_packed_by_shop(noon, ana, fin):
    shop = factories.ShopFactory()
    mine = [asked(an_order(shop=shop), "50.00", ana) for _ in range(21)]
    other = asked(an_order(), "50.00", ana)
    later = asked(an_order(shop=shop), "50.00", ana, pay_on=dt.date(2026, 11, 21))
    hand = asked(an_order(shop=shop), "50.00", ana, pay_by=PayBy.ALIPAY)
    waiting = asked(an_order(("900.00",), shop=shop), "500.00", ana)
    made = make_batches(by=fin, now=NOON)
    assert sorted(batch.slips.count() for batch in made) == [1, 1, 20]
    assert PaySlip.objects.filter(batch__isnull=True).count() == 3
    assert {slip.batch for slip in PaySlip.objects.filter(pk__in=[later.pk, hand.pk, waiting.pk])} == {None}
    assert {batch.shop_id for batch in made} == {shop.pk, other.shop_id}
    assert len(mine) == 21
    assert refused(make_batches, by=fin, now=NOON) == "nothing"
    assert refused(make_batches, by=ana, now=NOON) == "no_right"


def test_a_pasted_list_marks_each_line_by_itself(noon, ana, fin):
    slips = [asked(an_order(), "10.00", ana) for _ in range(3)]
    for slip in slips:
        slip.shop_id = slips[0].shop_id
        slip.save()
    batch = make_batches(by=fin, now=NOON)[0]
    text = (
        f'{slips[0].number}\tREF0000001\n="{slips[1].order.order_no}",REF0000002\nPS999,REF0000003\n{slips[2].number}\t'
    )
    results = pay_list(batch_id=batch.pk, text=text, by=fin, now=NOON)
    assert [bool(row.slip) for row in results] == [True, True, False, False]
    assert [bool(row.refusal) for row in results] == [False, False, True, False]
    batch.refresh_from_db()
    assert batch.paid_at is None
    last = pay_list(batch_id=batch.pk, text=f"{slips[2].number} REF0000003", by=fin, now=NOON)
    batch.refresh_from_db()
    assert (last[0].refusal, batch.paid_at) == ("", NOON)
    assert set(PaySlip.objects.values_list("state", flat=True)) == {SlipState.PAID}


def test_the_same_list_again_pays_nothing_twice(noon, ana, fin):
    slip = asked(an_order(), "10.00", ana)
    batch = make_batches(by=fin, now=NOON)[0]
    pay_list(batch_id=batch.pk, text=f"{slip.number} REF0000001", by=fin, now=NOON)
    again = pay_list(batch_id=batch.pk, text=f"{slip.number} REF0000001", by=fin, now=NOON)
    assert bool(again[0].refusal) is True
    assert PaySlip.objects.filter(platform_number="REF0000001").count() == 1


def test_two_slips_of_an_order_must_be_named(noon, ana, fin):
    order = an_order()
    asked(order, "10.00", ana), asked(order, "11.00", ana)
    results = pay_list(batch_id=None, text=f"{order.order_no} REF0000001", by=fin, now=NOON)
    assert bool(results[0].refusal) is True
    assert PaySlip.objects.filter(state=SlipState.PAID).count() == 0


def test_what_is_not_paid_is_taken_out_of_a_batch(noon, ana, fin):
    slip = asked(an_order(), "10.00", ana)
    batch = make_batches(by=fin, now=NOON)[0]
    dissolve_batch(batch_id=batch.pk, by=fin, now=NOON)
    slip.refresh_from_db()
    assert (slip.batch, slip.state) == (None, SlipState.APPROVED)
    assert refused(dissolve_batch, batch_id=batch.pk, by=fin, now=NOON) == "nothing"
    assert len(make_batches(by=fin, now=NOON)) == 1
    assert PayBatch.objects.count() == 2


# ── Ours against theirs ──────────────────────────────────────────────────────
def test_found_by_its_number_it_is_reconciled(noon, ana, fin):
    order = an_order()
    slip = asked(order, "10.00", ana)
    refund = factories.RefundFactory(order=order, state="success", amount=D("10.00"))
    slip = paid(slip, fin, refund.refund_no)
    assert reconcile(now=NOON) == {"agreed": 1, "differ": 0}
    slip.refresh_from_db()
    assert (slip.state, slip.refund, slip.reconciled_at) == (SlipState.RECONCILED, refund, NOON)
    assert reconcile(now=NOON) == {"agreed": 0, "differ": 0}


def test_another_amount_is_a_difference_until_it_is_explained(noon, ana, fin):
    order = an_order()
    refund = factories.RefundFactory(order=order, state="success", amount=D("12.00"))
    slip = paid(asked(order, "10.00", ana, refund=refund), fin, refund.refund_no)
    assert reconcile(now=NOON) == {"agreed": 0, "differ": 1}
    slip.refresh_from_db()
    assert (slip.state, [row.pk for row in selectors.differences(NOON).other_sum]) == (SlipState.MISMATCHED, [slip.pk])
    told = {"slip_id": slip.pk, "version": slip.version}
    assert refused(settle_difference, **told, reason=" ", by=fin) == "missing"
    assert refused(settle_difference, **told, reason="已核", by=ana) == "no_right"
    slip = settle_difference(**told, reason="平台多退 2 元红包", by=fin)
    assert (slip.state, slip.difference, selectors.differences(NOON).number) == ("reconciled", "平台多退 2 元红包", 0)


def test_the_only_refund_of_that_sum_is_the_slips(noon, ana, fin):
    order = an_order()
    paid(asked(order, "10.00", ana), fin, "ALI00000001")
    factories.RefundFactory(order=order, state="success", amount=D("10.00"))
    factories.RefundFactory(order=order, state="closed", amount=D("10.00"))
    assert reconcile(now=NOON)["agreed"] == 1


def test_two_slips_do_not_claim_one_refund(noon, ana, fin):
    order = an_order()
    for number in ("ALI00000001", "ALI00000002"):
        paid(asked(order, "10.00", ana), fin, number)
    factories.RefundFactory(order=order, state="success", amount=D("10.00"))
    assert reconcile(now=NOON)["agreed"] == 1
    assert PaySlip.objects.filter(state=SlipState.PAID).count() == 1


def test_a_new_list_of_the_platform_is_compared_at_once(noon, ana, fin):
    order = an_order()
    slip = paid(asked(order, "10.00", ana), fin)
    refund = factories.RefundFactory(order=order, state="success", amount=D("10.00"))
    refund_changed.send(sender=None, refund_ids=[refund.pk], now=NOON)
    slip.refresh_from_db()
    assert slip.state == SlipState.RECONCILED


def test_paid_and_not_found_after_a_day(noon, ana, fin):
    slip = paid(asked(an_order(), "10.00", ana), fin)
    assert selectors.differences(NOON + 24 * HOUR).number == 0
    found = selectors.differences(NOON + 25 * HOUR)
    assert [row.pk for row in found.not_found] == [slip.pk]


def test_fin_02_a_refund_without_a_slip_gets_one(noon, ana, sam, fin):
    order = an_order()
    refund = factories.RefundFactory(order=order, state="success", amount=D("100.00"), finished_at=NOON)
    assert [row.pk for row in selectors.differences(NOON).only_theirs] == [refund.pk]
    slip = ask_for_refund(refund_id=refund.pk, reason="平台极速退款", by=fin, now=NOON)
    assert (slip.refund, slip.amount, selectors.differences(NOON).number) == (refund, D("100.00"), 0)
    assert refused(ask_for_refund, refund_id=refund.pk, reason="再写一次", by=fin) == "has_slip"
    paid(slip, sam_or_fin(slip, sam, fin), refund.refund_no)
    assert reconcile(now=NOON)["agreed"] == 1


def sam_or_fin(slip, sam, fin):
    return fin if slip.state == SlipState.APPROVED else sam


def test_comparing_takes_the_same_queries_for_one_and_for_ten(noon, ana, fin):
    def seen(number: int) -> int:
        for _ in range(number):
            order = an_order()
            refund = factories.RefundFactory(order=order, state="success", amount=D("10.00"))
            paid(asked(order, "10.00", ana, refund=refund), fin, refund.refund_no)
        with CaptureQueriesContext(connection) as queries:
            assert reconcile(now=NOON)["agreed"] == number
        return len(queries)

    assert seen(1) == seen(10)


def test_the_queue_takes_three_queries_for_any_number(noon, ana, django_assert_num_queries):
    for _ in range(3):
        asked(an_order(), "10.00", ana, purpose=Purpose.FREIGHT)
    with django_assert_num_queries(2):
        rows = selectors.dress(selectors.slip_rows())
        assert [row[0].order.order_no != "" for row in rows] == [True, True, True]
        assert {due for _slip, due, _paused in rows} == {NOON + 24 * HOUR}


def test_approved_helper_walks_above_the_limit(noon, ana, sam):
    slip = approved(an_order(("900.00",)), "500.00", ana, sam)
    assert (slip.state, slip.approved_by) == (SlipState.APPROVED, sam)
