"""The verdict on every kind of row, and what an accepted one changes (SUP-04, SUP-15, section «what suppliers do»)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext

from audit.models import Entry
from orders.models import Fulfilment, Order, OrderLine, Parcel, Refund
from orders.shipments import ShipmentRow, accept_rows
from orders.states import FulfilmentState, OrderState, RefundState, ShipMode
from sla.models import Clock
from suppliers.models import Supplier
from tests.factories import (
    NOON,
    FulfilmentFactory,
    OrderFactory,
    OrderLineFactory,
    ProductFactory,
    RefundFactory,
    ShopFactory,
)

pytestmark = pytest.mark.django_db
ZTO = "78244801702286"


def part(supplier: Supplier, *, quantity: int = 1, **order: object) -> Fulfilment:
    fulfilment = FulfilmentFactory(order=OrderFactory(**order), supplier=supplier)
    OrderLineFactory(fulfilment=fulfilment, quantity=quantity)
    return fulfilment


def row(order: Order | str, number: str = ZTO, carrier: str = "中通快递", n: int = 2, **more: str) -> ShipmentRow:
    order_no = order if isinstance(order, str) else order.order_no
    return ShipmentRow(row=n, order_no=order_no, carrier=carrier, tracking_no=number, **more)


def verdict(supplier: Supplier, sent: ShipmentRow, **more: object) -> str:
    return accept_rows([sent], supplier=supplier, by=None, **more).rows[0].verdict.value


def verdicts(supplier: Supplier, *sent: ShipmentRow, **more: object) -> list[str]:
    return [r.verdict.value for r in accept_rows(sent, supplier=supplier, by=None, **more).rows]


def test_an_accepted_number_ships_part_and_order(noon, supplier_a):
    fulfilment = part(supplier_a)
    assert verdict(supplier_a, row(fulfilment.order, shipped_at="2026-11-20 10:00:00")) == "accepted"
    fulfilment.refresh_from_db()
    order = Order.objects.get(pk=fulfilment.order_id)
    parcel = Parcel.objects.get()
    assert (fulfilment.state, fulfilment.shipped_at, fulfilment.version) == (FulfilmentState.SHIPPED, NOON, 2)
    assert (order.state, order.platform_state, order.shipped_at) == (OrderState.SHIPPED, OrderState.PAID, NOON)
    assert OrderLine.objects.get().shipped_quantity == 1
    assert (parcel.carrier, parcel.tracking_no, parcel.fulfilment_id) == ("ZTO", ZTO, fulfilment.pk)
    assert parcel.shipped_at.isoformat() == "2026-11-20T02:00:00+00:00"
    entry = Entry.objects.get(action="orders.shipped")
    assert entry.topic == f"orders.order:{order.pk}"
    assert entry.data == {"carrier": "ZTO", "number": ZTO, "supplier": "GYSA", "pieces": 1}


def test_the_promise_to_ship_is_kept_when_the_number_arrives_not_when_the_sender_claims(noon, supplier_a):
    """SUP-04"""
    from orders import clocks

    fulfilment = part(supplier_a)
    clocks.start_ship([fulfilment.pk], now=NOON)
    noon.shift(24 * 3600)
    assert verdict(supplier_a, row(fulfilment.order, shipped_at="2026-11-20 12:30:00")) == "accepted"
    clock = Clock.objects.get(policy="orders.ship_daily")
    assert (clock.state, clock.verdict) == ("stopped", "breached")
    assert Clock.objects.filter(policy="orders.parcel_stuck", state="running").count() == 1
    assert Clock.objects.filter(policy="orders.auto_confirm", state="running").count() == 1


def test_the_same_rows_again_change_nothing(noon, supplier_a):
    fulfilment = part(supplier_a)
    accept_rows([row(fulfilment.order)], supplier=supplier_a, by=None)
    version = Fulfilment.objects.get().version
    assert verdict(supplier_a, row(fulfilment.order)) == "unchanged"
    assert (Parcel.objects.count(), Entry.objects.count()) == (1, 1)
    assert Fulfilment.objects.get().version == version


def test_another_number_replaces_and_keeps_the_old_one(noon, supplier_a):
    fulfilment = part(supplier_a)
    accept_rows([row(fulfilment.order)], supplier=supplier_a, by=None)
    assert verdict(supplier_a, row(fulfilment.order, "SF0104989909773", "顺丰")) == "replaced"
    old, new = Parcel.objects.order_by("id")
    assert (old.tracking_no, old.replaced_by_id, new.replaced_by_id) == (ZTO, new.pk, None)
    assert Entry.objects.filter(action="orders.tracking_replaced").count() == 1
    assert verdict(supplier_a, row(fulfilment.order)) == "unchanged"
    assert Parcel.objects.get(tracking_no="SF0104989909773").replaced_by_id is None


def test_two_numbers_for_one_order_in_one_sending_are_judged_as_if_sent_one_by_one(noon, supplier_a):
    fulfilment = part(supplier_a)
    sent = [row(fulfilment.order), row(fulfilment.order, "78244801702287", n=3)]
    assert verdicts(supplier_a, *sent) == ["accepted", "replaced"]
    assert Parcel.objects.get(tracking_no=ZTO).replaced_by.tracking_no == "78244801702287"
    assert verdicts(supplier_a, *sent) == ["unchanged", "unchanged"]


def test_an_unknown_order_is_named_so(noon, supplier_a):
    assert verdict(supplier_a, row("6113448474333640001")) == "unknown_order"


@pytest.mark.parametrize("order_no", ["7.39E+18", "7.39e18", "8553433416542897000", ""])
def test_a_number_that_a_spreadsheet_destroyed_is_named_so(noon, supplier_a, order_no):
    assert verdict(supplier_a, row(order_no)) == "damaged_order_no"


def test_a_real_order_number_may_end_in_zeros(noon, supplier_a):
    fulfilment = part(supplier_a, order_no="8553433416542897000")
    assert verdict(supplier_a, row(fulfilment.order)) == "accepted"


@pytest.mark.parametrize("written", ['="{}"', "'{}", "\t{}", " {} "])
def test_the_quirks_of_spreadsheets_around_an_order_number_do_no_harm(noon, supplier_a, written):
    fulfilment = part(supplier_a)
    assert verdict(supplier_a, row(written.format(fulfilment.order.order_no))) == "accepted"


def test_an_order_of_others_is_not_yours_and_nothing_of_it_is_told(noon, supplier_a, supplier_b):
    fulfilment = part(supplier_b)
    result = accept_rows([row(fulfilment.order)], supplier=supplier_a, by=None).rows[0]
    assert (result.verdict.value, Parcel.objects.count()) == ("not_yours", 0)
    assert supplier_b.code not in result.message


def test_each_supplier_ships_its_own_part_only(noon, supplier_a, supplier_b):
    mine = part(supplier_a)
    theirs = FulfilmentFactory(order=mine.order, supplier=supplier_b)
    OrderLineFactory(fulfilment=theirs)
    assert verdict(supplier_a, row(mine.order)) == "accepted"
    assert Order.objects.get().state == OrderState.PAID
    assert Fulfilment.objects.get(pk=theirs.pk).state == FulfilmentState.TO_SHIP
    assert verdict(supplier_b, row(mine.order)) == "duplicate_number"
    assert verdict(supplier_b, row(mine.order, "78244801702299")) == "accepted"
    assert Order.objects.get().state == OrderState.SHIPPED


@pytest.mark.parametrize("state", [OrderState.CLOSED, OrderState.UNPAID])
def test_a_closed_or_unpaid_order_must_not_be_shipped(noon, supplier_a, state):
    fulfilment = part(supplier_a, state=state)
    assert verdict(supplier_a, row(fulfilment.order)) == "not_shippable"
    assert (Parcel.objects.count(), Order.objects.get().state) == (0, state)


def test_an_order_on_hold_waits_for_notice(noon, supplier_a):
    """SUP-26"""
    fulfilment = part(supplier_a, ship_mode=ShipMode.HOLD)
    assert verdict(supplier_a, row(fulfilment.order)) == "not_shippable"


def test_a_refund_that_was_asked_for_needs_the_buyers_consent(noon, supplier_a):
    fulfilment = part(supplier_a)
    RefundFactory(order=fulfilment.order, line=fulfilment.lines.get())
    assert verdict(supplier_a, row(fulfilment.order)) == "not_shippable"
    Refund.objects.update(ship_consented_at=NOON)
    assert verdict(supplier_a, row(fulfilment.order)) == "accepted"


def test_a_refund_that_was_withdrawn_does_not_matter(noon, supplier_a):
    fulfilment = part(supplier_a)
    RefundFactory(order=fulfilment.order, line=fulfilment.lines.get(), state=RefundState.CLOSED)
    assert verdict(supplier_a, row(fulfilment.order)) == "accepted"


def test_a_refund_of_another_suppliers_line_does_not_matter(noon, supplier_a, supplier_b):
    mine = part(supplier_a)
    theirs = FulfilmentFactory(order=mine.order, supplier=supplier_b)
    RefundFactory(order=mine.order, line=OrderLineFactory(fulfilment=theirs))
    assert verdict(supplier_a, row(mine.order)) == "accepted"


@pytest.mark.parametrize(("carrier", "number"), [("顺丰速运", "SF053659577"), ("某某物流", "12345678901")])
def test_an_odd_number_is_a_warning_that_can_be_confirmed(noon, supplier_a, carrier, number):
    fulfilment = part(supplier_a)
    assert verdict(supplier_a, row(fulfilment.order, number, carrier)) == "bad_number"
    assert Parcel.objects.count() == 0
    assert verdict(supplier_a, row(fulfilment.order, number, carrier), confirm_odd_numbers=True) == "accepted"
    assert verdict(supplier_a, row(fulfilment.order, number, carrier)) == "unchanged"


@pytest.mark.parametrize(("carrier", "number"), [("顺丰", ""), ("顺丰", "4.7E+14"), ("", ZTO), ("顺丰", "x" * 5000)])
def test_what_is_no_number_at_all_cannot_be_confirmed(noon, supplier_a, carrier, number):
    fulfilment = part(supplier_a)
    assert verdict(supplier_a, row(fulfilment.order, number, carrier), confirm_odd_numbers=True) == "bad_number"


def test_a_number_used_for_another_order_is_refused(noon, supplier_a):
    first, second, third = part(supplier_a), part(supplier_a), part(supplier_a)
    assert verdict(supplier_a, row(first.order)) == "accepted"
    number = "78244801702299"
    assert verdicts(supplier_a, row(second.order), row(third.order, number), row(second.order, number)) == [
        "duplicate_number",
        "accepted",
        "duplicate_number",
    ]


def test_two_orders_of_one_buyer_may_go_in_one_parcel(noon, supplier_a):
    shop = ShopFactory()
    same = {"shop": shop, "buyer_nick": "luofang", "receiver_phone": "13800001234"}
    first, second, third = part(supplier_a, **same), part(supplier_a, **same), part(supplier_a, **same)
    result = accept_rows([row(first.order), row(second.order, n=3)], supplier=supplier_a, by=None).rows
    assert [r.verdict.value for r in result] == ["accepted", "accepted"]
    assert result[1].message
    assert verdict(supplier_a, row(third.order)) == "accepted"
    assert Parcel.objects.filter(tracking_no=ZTO).count() == 3


def test_a_partly_shipped_order_stays_open_for_the_rest(noon, supplier_a):
    fulfilment = part(supplier_a, quantity=5)
    sku = fulfilment.lines.get().sku
    first = row(fulfilment.order, sku=sku, quantity="2")
    assert verdicts(supplier_a, first) == ["accepted"]
    fulfilment.refresh_from_db()
    assert (fulfilment.state, fulfilment.lines.get().shipped_quantity) == (FulfilmentState.PART_SHIPPED, 2)
    assert Order.objects.get().state == OrderState.PAID
    assert verdicts(supplier_a, first) == ["unchanged"]
    assert verdict(supplier_a, row(fulfilment.order, "78244801702299")) == "accepted"
    fulfilment.refresh_from_db()
    assert (fulfilment.state, fulfilment.lines.get().shipped_quantity) == (FulfilmentState.SHIPPED, 5)
    assert Parcel.objects.filter(replaced_by__isnull=True).count() == 2


def test_one_parcel_may_hold_several_goods_row_by_row(noon, supplier_a):
    fulfilment = part(supplier_a)
    other = OrderLineFactory(fulfilment=fulfilment, product=ProductFactory(supplier=supplier_a))
    rows = [row(fulfilment.order, sku=line.sku, n=n) for n, line in enumerate(fulfilment.lines.all(), 2)]
    assert verdicts(supplier_a, *rows) == ["accepted", "accepted"]
    assert verdicts(supplier_a, *rows) == ["unchanged", "unchanged"]
    assert Parcel.objects.get().items.filter(sku=other.sku, quantity=1).count() == 1
    # one of the two went another way after all: only its own number is replaced
    assert verdict(supplier_a, row(fulfilment.order, sku="SOMEBODY-ELSES")) == "not_yours"


def test_a_quantity_without_goods_needs_them_named_and_must_be_a_number(noon, supplier_a):
    fulfilment = part(supplier_a, quantity=3)
    assert verdict(supplier_a, row(fulfilment.order, quantity="two")) == "not_shippable"
    OrderLineFactory(fulfilment=fulfilment, product=ProductFactory(supplier=supplier_a))
    assert verdict(supplier_a, row(fulfilment.order, quantity="1")) == "not_shippable"


def same_goods(supplier: Supplier, *, early: dict | None = None, quantity: int = 1) -> tuple[Fulfilment, Fulfilment]:
    """Two parts of the same goods; the first was paid two hours before the second."""
    product = ProductFactory(supplier=supplier)
    first = part(supplier, ordered_at=NOON.replace(hour=1), quantity=quantity, **(early or {}))
    parts = first, part(supplier, ordered_at=NOON.replace(hour=3))
    OrderLine.objects.filter(fulfilment__in=parts).update(product=product, sku=product.code)
    return parts


def pointing(supplier: Supplier, *sent: ShipmentRow, **more: object) -> list[bool]:
    """For each row: whether it is told that an earlier paid order waits."""
    words = gettext("An earlier paid order of the same goods is still waiting.")
    return [words in result.message for result in accept_rows(sent, supplier=supplier, by=None, **more).rows]


@pytest.mark.parametrize("dry_run", [True, False])
def test_sup_15_an_earlier_paid_order_that_is_left_behind_is_pointed_out(noon, supplier_a, dry_run):
    early, late = same_goods(supplier_a)
    assert pointing(supplier_a, row(late.order), dry_run=dry_run) == [True]
    assert pointing(supplier_a, row(early.order, "78244801702299"), dry_run=dry_run) == [False]


@pytest.mark.parametrize("dry_run", [True, False])
def test_sup_15_nothing_is_left_behind_when_the_same_sending_ships_it(noon, supplier_a, dry_run):
    early, late = same_goods(supplier_a)
    sent = row(late.order), row(early.order, "78244801702299", n=3)
    assert pointing(supplier_a, *sent, dry_run=dry_run) == [False, False]


@pytest.mark.parametrize("dry_run", [True, False])
def test_sup_15_a_refused_row_and_the_rest_of_an_order_are_left_behind(noon, supplier_a, dry_run):
    early, late = same_goods(supplier_a, quantity=3)
    refused = row(early.order, "?", n=3)
    assert pointing(supplier_a, row(late.order), refused, dry_run=dry_run)[0] is True
    some = row(early.order, "78244801702299", n=3, sku=early.lines.get().sku, quantity="2")
    late_again = late if dry_run else another(supplier_a, late)
    assert pointing(supplier_a, row(late_again.order, "78244801702271"), some, dry_run=dry_run)[0] is True


def another(supplier: Supplier, like: Fulfilment) -> Fulfilment:
    """One more part of the same goods, paid at the same time."""
    made = part(supplier, ordered_at=like.order.ordered_at)
    made.lines.update(sku=like.lines.get().sku)
    return made


@pytest.mark.parametrize("reason", ["held", "refund", "closed", "unpaid"])
def test_sup_15_what_must_not_be_shipped_is_not_left_behind(noon, supplier_a, reason):
    states = {"closed": OrderState.CLOSED, "unpaid": OrderState.UNPAID}
    order = {"ship_mode": ShipMode.HOLD} if reason == "held" else {"state": states.get(reason, OrderState.PAID)}
    early, late = same_goods(supplier_a, early=order)
    if reason == "refund":
        RefundFactory(order=early.order)
    assert pointing(supplier_a, row(late.order)) == [False]


def test_sup_15_other_goods_and_other_suppliers_are_not_left_behind(noon, supplier_a, supplier_b):
    part(supplier_a, ordered_at=NOON.replace(hour=1))
    early, late = same_goods(supplier_a)
    Fulfilment.objects.filter(pk=early.pk).update(supplier=supplier_b)
    assert pointing(supplier_a, row(late.order)) == [False]


def test_a_time_that_cannot_be_is_said_and_the_arrival_taken(noon, supplier_a):
    one, two = part(supplier_a), part(supplier_a)
    rows = [
        row(one.order, shipped_at="2026-12-24 10:00"),
        row(two.order, "78244801702299", shipped_at="last Tuesday", n=3),
    ]
    results = accept_rows(rows, supplier=supplier_a, by=None).rows
    assert [(r.verdict.value, bool(r.message)) for r in results] == [("accepted", True), ("accepted", True)]
    assert set(Parcel.objects.values_list("shipped_at", flat=True)) == {NOON}


def test_a_platform_parcel_is_replaced_by_the_suppliers_number(noon, supplier_a):
    fulfilment = part(supplier_a, state=OrderState.SHIPPED)
    old = Parcel.objects.create(
        order=fulfilment.order,
        carrier="ZTO",
        tracking_no="1" * 14,
        source="platform",
        shipped_at=NOON,
        recorded_at=NOON,
    )
    assert verdict(supplier_a, row(fulfilment.order, "1" * 14)) == "unchanged"
    assert verdict(supplier_a, row(fulfilment.order)) == "replaced"
    old.refresh_from_db()
    assert old.replaced_by.tracking_no == ZTO


def test_a_dry_run_says_the_same_and_changes_nothing(noon, supplier_a):
    fulfilment = part(supplier_a)
    sent = [row(fulfilment.order), row(fulfilment.order, "78244801702287", n=3), row("7.39E+18", n=4)]
    dry = accept_rows(sent, supplier=supplier_a, by=None, dry_run=True)
    assert (Parcel.objects.count(), Entry.objects.count(), Order.objects.get().state) == (0, 0, OrderState.PAID)
    assert accept_rows(sent, supplier=supplier_a, by=None) == dry
    assert dry.counts["accepted"] == 1


def test_the_number_of_statements_does_not_depend_on_the_rows(noon, supplier_a):
    def statements(count: int, start: int) -> int:
        rows = [row(part(supplier_a).order, str(78000000000000 + start + n), n=n + 2) for n in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as seen:
            accept_rows(rows, supplier=supplier_a, by=None)
        return len(seen)

    statements(2, 0)  # warms what is kept between calls
    assert statements(2, 100) == statements(40, 200)
