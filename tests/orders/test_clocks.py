"""Which clocks an order gets, what stops them, and whose court the ball is in."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation

from orders import clocks
from orders.models import Parcel, PromotionWindow
from orders.states import OrderState, RefundState
from sla.engine import sweep
from sla.models import Clock
from sla.selectors import clocks_of
from tests.factories import (
    NOON,
    FulfilmentFactory,
    OrderFactory,
    OrderLineFactory,
    RefundFactory,
    ShopFactory,
    SupplierFactory,
    at,
)

HOUR = dt.timedelta(hours=1)
PAID = NOON - HOUR


def part(**order):
    supplier = order.pop("supplier", None) or SupplierFactory()
    return FulfilmentFactory(order=OrderFactory(ordered_at=PAID, paid_at=PAID, **order), supplier=supplier)


def found(**filters):
    return dict(Clock.objects.filter(state__in=["running", "paused"], **filters).values_list("policy", "due_at"))


def test_a_paid_order_is_to_be_shipped_the_same_day_sup_02(db):
    one = part()
    assert clocks.start_ship([one.pk], now=NOON) == 1
    clock = Clock.objects.get()
    assert (clock.policy, clock.due_at) == ("orders.ship_daily", at("2026-11-20 23:59:59"))
    assert (clock.party, clock.supplier_id, clock.shop_id) == ("supplier", one.supplier_id, one.order.shop_id)
    assert (clock.topic, clock.title) == (f"orders.order:{one.order_id}", one.order.order_no)


def test_the_suppliers_cut_off_is_data_sup_02(db):
    one = part(supplier=SupplierFactory(cutoff=dt.time(10)))
    clocks.start_ship([one.pk], now=NOON)
    assert found() == {"orders.ship_daily": PAID + 24 * HOUR}


@pytest.mark.parametrize(("hours", "policy"), [(0, "orders.ship_promotion"), (2, "orders.ship_daily")])
def test_paid_inside_a_promotion_of_the_shop_has_48_hours_sup_03(db, hours, policy):
    one = part()
    window = {"starts_at": PAID + hours * HOUR, "ends_at": PAID + 3 * HOUR, "name": "双11"}
    PromotionWindow.objects.create(shop=one.order.shop, **window)
    PromotionWindow.objects.create(shop=ShopFactory(), starts_at=PAID - HOUR, ends_at=PAID + HOUR, name="other")
    clocks.start_ship([one.pk], now=NOON)
    assert list(found()) == [policy]


def test_the_platforms_date_caps_ours_and_has_its_own_clock(db):
    one = part(platform_ship_by=NOON + 3 * HOUR)
    assert clocks.start_ship([one.pk], now=NOON) == 2
    assert found() == {"orders.ship_daily": NOON + 3 * HOUR, "orders.platform_ship_by": NOON + 3 * HOUR}
    type(one.order).objects.update(platform_ship_by=NOON + 5 * HOUR)
    assert clocks.sync_platform_ship_by([one.pk], now=NOON) == 2
    assert found() == {"orders.ship_daily": NOON + 5 * HOUR, "orders.platform_ship_by": NOON + 5 * HOUR}


def test_a_date_agreed_with_the_buyer_is_not_capped_but_the_platforms_clock_runs_on_sup_12(db):
    one = part(platform_ship_by=NOON + 3 * HOUR, promised_ship_at=NOON + 99 * HOUR)
    clocks.start_ship([one.pk], now=NOON)
    assert found() == {"orders.ship_promised": NOON + 99 * HOUR, "orders.platform_ship_by": NOON + 3 * HOUR}


def test_on_hold_our_clock_waits_and_the_platforms_runs_on_sup_26(db):
    one = part(platform_ship_by=NOON + 30 * HOUR, ship_mode="hold")
    clocks.start_ship([one.pk], now=NOON)
    states = dict(Clock.objects.values_list("policy", "state"))
    assert states == {"orders.ship_daily": "paused", "orders.platform_ship_by": "running"}


def test_unpaid_shipped_and_unknown_parts_get_no_clock(db):
    waiting = FulfilmentFactory(order=OrderFactory(state=OrderState.UNPAID))
    shipped = FulfilmentFactory(order=OrderFactory(state=OrderState.SHIPPED))
    assert clocks.start_ship([waiting.pk, shipped.pk, 10**9], now=NOON) == 0


def test_a_part_without_supplier_is_in_operations_court(db):
    one = FulfilmentFactory(order=OrderFactory(), supplier=None)
    clocks.start_ship([one.pk], now=NOON)
    assert Clock.objects.get().party == "operations"


def test_a_tracking_number_stops_all_of_them_sup_04(db):
    one, other = part(platform_ship_by=NOON + 9 * HOUR), part()
    clocks.start_ship([one.pk, other.pk], now=NOON)
    assert clocks.stop_ship([one.pk], now=NOON + HOUR) == 2
    assert set(Clock.objects.filter(subject_id=one.pk).values_list("verdict", flat=True)) == {"met"}
    assert list(found(subject_id=other.pk)) == ["orders.ship_daily"]


def test_a_closed_part_has_void_clocks(db):
    one = part()
    clocks.start_ship([one.pk], now=NOON)
    assert clocks.void_ship([one.pk], reason="closed", now=NOON) == 1
    assert Clock.objects.get().verdict == ""


def test_another_supplier_starts_the_right_clock_from_the_payment_again(db):
    one = part()
    clocks.start_ship([one.pk], now=NOON)
    one.supplier = SupplierFactory(cutoff=dt.time(10))
    one.save(update_fields=["supplier"])
    clocks.restart_ship([one.pk], reason="another supplier", now=NOON)
    assert found(supplier_id=one.supplier_id) == {"orders.ship_daily": PAID + 24 * HOUR}


def test_an_unpaid_order_is_reminded_once_and_closes_ord_05_ord_06(db):
    order = OrderFactory(state=OrderState.UNPAID, ordered_at=NOON - 9 * HOUR)
    assert clocks.start_unpaid([order.pk], now=NOON) == 2
    assert found() == {
        "orders.unpaid_reminder": at("2026-11-20 16:00:00"),
        "orders.unpaid_close": NOON + (7 * 24 - 9) * HOUR,
    }
    assert sweep(now=at("2026-11-20 16:01:00")).warned == 1
    clocks.stop_reminder([order.pk], at("2026-11-20 16:30:00"))
    assert Clock.objects.get(policy="orders.unpaid_reminder").verdict == "met"


def test_paid_before_the_round_owes_no_reminder(db):
    order = OrderFactory(state=OrderState.UNPAID, ordered_at=NOON - 9 * HOUR)
    clocks.start_unpaid([order.pk], now=NOON)
    assert clocks.stop_unpaid([order.pk], now=NOON) == 1
    assert Clock.objects.get(policy="orders.unpaid_reminder").state == "void"
    assert Clock.objects.get(policy="orders.unpaid_close").verdict == "met"


def test_confirmation_is_shown_and_can_be_extended_log_03_log_04(db):
    post = OrderFactory(state=OrderState.SHIPPED, shipped_at=NOON, delivery_mode="平邮")
    late = OrderFactory(state=OrderState.SHIPPED, shipped_at=NOON, confirm_extended_until=NOON + 500 * HOUR)
    assert clocks.start_auto_confirm([post.pk, late.pk], now=NOON) == 2
    assert set(Clock.objects.values_list("due_at", flat=True)) == {NOON + 720 * HOUR, NOON + 500 * HOUR}
    clocks.stop_auto_confirm([post.pk], NOON + 999 * HOUR, now=NOON + 999 * HOUR)
    assert Clock.objects.get(subject_id=post.pk).verdict == "met"  # the platform's date cannot be broken by us


@pytest.fixture
def parcel(db):
    one = part(state=OrderState.SHIPPED)
    return Parcel.objects.create(
        order=one.order,
        fulfilment=one,
        carrier="sf",
        tracking_no="SF1",
        source="supplier",
        shipped_at=NOON,
        recorded_at=NOON,
    )


def test_a_parcel_without_a_scan_goes_to_operations_log_08_sup_22(parcel):
    clocks.start_parcel_stuck([parcel.pk], now=NOON)
    assert sweep(now=NOON + 49 * HOUR).breached == 1
    assert Clock.objects.get().events.get().audiences == ["operations"]


def test_a_scan_starts_the_48_hours_again_log_08(parcel):
    clocks.start_parcel_stuck([parcel.pk], now=NOON)
    parcel.last_scan_at = NOON + 20 * HOUR
    parcel.save(update_fields=["last_scan_at"])
    clocks.restart_parcel_stuck([parcel.pk], NOON + 20 * HOUR, now=NOON + 21 * HOUR)
    assert found() == {"orders.parcel_stuck": NOON + 68 * HOUR}


def test_a_refunds_clock_names_the_supplier_of_its_line(db):
    """SUP-17 counts overdue refunds by supplier."""
    line = OrderLineFactory()
    refund = RefundFactory(order=line.order, line=line)
    clocks.sync_refunds([refund.pk], now=NOON)
    assert Clock.objects.get(subject_type="orders.refund").supplier_id == line.fulfilment.supplier_id


def test_the_platforms_refund_deadline_moves_with_its_stage(db):
    refund = RefundFactory()
    assert clocks.sync_refunds([refund.pk], now=NOON) == 1
    assert clocks.sync_refunds([refund.pk], now=NOON) == 0
    refund.deadline_at = NOON + 60 * HOUR
    refund.save()
    clocks.sync_refunds([refund.pk], now=NOON)
    assert found() == {"orders.platform_refund": NOON + 60 * HOUR}
    refund.state, refund.deadline_at = RefundState.WAIT_SELLER_CONFIRM, NOON + 90 * HOUR
    refund.save()
    assert clocks.sync_refunds([refund.pk], now=NOON + HOUR) == 1
    assert list(Clock.objects.order_by("id").values_list("party", "state", "verdict")) == [
        ("agent", "stopped", "met"),
        ("warehouse", "running", ""),
    ]
    refund.state, refund.finished_at = RefundState.SUCCESS, NOON + 2 * HOUR
    refund.save()
    clocks.sync_refunds([refund.pk], now=NOON + 3 * HOUR)
    assert found() == {}


def test_the_clock_says_why_sup_02(db):
    one = part(supplier=SupplierFactory(cutoff=dt.time(15, 30)))
    clocks.start_ship([one.pk], now=NOON)
    with translation.override("en"):
        (clock,) = clocks_of(f"orders.order:{one.order_id}")
    assert clock.explanation == [
        "Paid 2026-11-20 11:00, by the cut-off: to be shipped the same day.",
        "The cut-off of this supplier is 15:30.",
        "Due 2026-11-20 23:59:59.",
    ]


def test_reading_facts_does_not_grow_with_the_parts(db, django_assert_max_num_queries):
    parts = [part().pk for _ in range(30)]
    with django_assert_max_num_queries(10):
        assert clocks.start_ship(parts, now=NOON) == 30
