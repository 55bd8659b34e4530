"""What agents do with an order: the change, its clocks, its line in the trail, and every refusal."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from common.exceptions import BusinessError, Conflict
from notifications.models import BellItem, Message
from orders import clocks, services
from orders.models import BuyerNote, Order
from orders.services.remarks import content_of, signed
from orders.states import Flag, OrderState, RefundState, ShipMode
from sla.engine import sweep
from sla.models import Clock
from sla.services import ClockSpec, pause_clock, start_clocks
from sla.states import ClockState, Party
from tests import factories

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
NOON = factories.NOON


def an_order(state: str = OrderState.PAID, **more: object) -> Order:
    """An order with one supplier's part and one line."""
    order = factories.OrderFactory(state=state, **more)
    factories.OrderLineFactory(fulfilment=factories.FulfilmentFactory(order=order))
    return Order.objects.get(pk=order.pk)


def clock_on(order: Order, policy: str, subject_type: str, subject_id: int) -> Clock:
    spec = ClockSpec(
        policy=policy,
        subject_type=subject_type,
        subject_id=subject_id,
        topic=f"orders.order:{order.pk}",
        title=order.order_no,
        started_at=NOON - HOUR,
        own_due_at=NOON + 10 * HOUR,
    )
    start_clocks([spec], now=NOON)
    return Clock.objects.get(policy=policy, subject_id=subject_id)


def ship_clock(order: Order, policy: str = "orders.ship_daily") -> Clock:
    return clock_on(order, policy, "orders.fulfilment", order.fulfilments.get().pk)


def trail(order: Order) -> list[str]:
    return list(Entry.objects.filter(topic=f"orders.order:{order.pk}").order_by("pk").values_list("action", flat=True))


def do(service, order: Order, by, **typed: object) -> Order:
    return service(order_id=order.pk, version=order.version, by=by, **typed)


def refused(service, order: Order, by, **typed: object) -> str:
    """The code of the refusal; nothing may have happened."""
    before = Order.objects.filter(pk=order.pk).values().get()
    with pytest.raises(BusinessError) as refusal:
        do(service, order, by, **typed)
    assert Order.objects.filter(pk=order.pk).values().get() == before
    assert trail(order) == []
    return refusal.value.code


# ── Remarks and flags ────────────────────────────────────────────────────────
def test_ord_14_a_remark_is_signed_with_name_and_staff_number(noon, ana):
    order = do(services.write_remark, an_order(), ana, flag=Flag.RED, text=" 发邮政快递\n勿压 ")
    assert (order.remark, order.flag, order.version) == ("发邮政快递 勿压_安娜 K01", Flag.RED, 2)
    entry = Entry.objects.get(action="orders.remarked")
    assert (entry.data["flag_before"], entry.data["flag"], entry.actor) == (0, 1, ana)


def test_ord_14_words_that_did_not_change_keep_who_wrote_them(noon, ana, sam):
    order = do(services.write_remark, an_order(), ana, flag=Flag.RED, text="加急")
    again = do(services.write_remark, order, sam, flag=Flag.YELLOW, text="加急")
    assert (again.remark, again.flag) == ("加急_安娜 K01", Flag.YELLOW)


def test_ord_14_underscore_and_length_are_refused(noon, ana):
    order = an_order()
    assert refused(services.write_remark, order, ana, flag=0, text="a_b") == "separator"
    assert refused(services.write_remark, order, ana, flag=0, text="邮" * 331) == "too_long"
    assert refused(services.write_remark, order, ana, flag=0, text="x" * 495) == "too_long"
    assert len(signed("邮" * 329, ana).encode()) <= 1000


def test_an_empty_remark_is_none(noon, ana):
    order = do(services.write_remark, an_order(remark="旧_安娜"), ana, flag=0, text=" ")
    assert order.remark == ""


def test_the_trail_keeps_no_phone_number(noon, ana):
    do(services.write_remark, an_order(), ana, flag=0, text="电话 13800001234")
    assert Entry.objects.get().data["remark"] == "电话 138****1234_安娜 K01"


def test_content_of_a_remark_is_without_its_signature():
    assert [content_of(text) for text in ("发邮政_慧兰", "无名", "")] == ["发邮政", "无名", ""]


def test_a_remark_for_the_supplier_is_one_line(noon, ana):
    order = do(services.write_supplier_remark, an_order(), ana, text="先发\n大件")
    assert order.remark_for_supplier == "先发 大件"
    assert refused_text(order, ana) == "too_long"


def refused_text(order: Order, by) -> str:
    with pytest.raises(BusinessError) as refusal:
        do(services.write_supplier_remark, order, by, text="x" * 301)
    return refusal.value.code


def test_ord_15_serving_makes_it_ones_deal_once(noon, ana):
    order = do(services.serve_order, an_order(), ana)
    assert order.owner == ana
    with pytest.raises(BusinessError):
        do(services.serve_order, order, ana)


# ── Two people ───────────────────────────────────────────────────────────────
EVERY = [
    (services.write_remark, {"flag": 1, "text": "x"}),
    (services.write_supplier_remark, {"text": "x"}),
    (services.serve_order, {}),
    (services.set_ship_mode, {"mode": "urgent", "reason": "x", "supplier_confirmed": False}),
    (services.agree_later_date, {"until": NOON + DAY}),
    (services.chase_order, {}),
    (services.extend_confirmation, {"until": NOON + DAY, "reason": "x"}),
    (services.consent_to_shipping, {"how": "x"}),
    (services.check_address, {}),
    (services.remind_payment, {}),
    (services.change_price, {"total": Decimal("1"), "reason": "x"}),
    (services.mark_on_platform, {}),
    (services.record_tracking_number, {"part": 1, "carrier": "SF", "tracking_no": "SF1234567890123"}),
]


@pytest.mark.parametrize(("service", "typed"), EVERY, ids=[service.__name__ for service, _typed in EVERY])
def test_a_later_save_is_refused(noon, ana, service, typed):
    order = an_order()
    Order.objects.filter(pk=order.pk).update(version=9)
    with pytest.raises(Conflict):
        service(order_id=order.pk, version=order.version, by=ana, **typed)
    assert trail(order) == []


# ── Shipping wishes and promises ─────────────────────────────────────────────
def test_sup_26_waiting_pauses_our_clock_and_not_the_platforms(noon, ana):
    order = an_order()
    ours, theirs = ship_clock(order), ship_clock(order, "orders.platform_ship_by")
    held = do(services.set_ship_mode, order, ana, mode="hold", reason="等通知", supplier_confirmed=True)
    ours.refresh_from_db(), theirs.refresh_from_db()
    assert (ours.state, theirs.state, held.supplier_confirmed_mode) == (ClockState.PAUSED, ClockState.RUNNING, True)
    noon.shift(3600)
    do(services.set_ship_mode, held, ana, mode="normal", reason="", supplier_confirmed=True)
    ours.refresh_from_db()
    assert (ours.state, ours.due_at) == (ClockState.RUNNING, NOON + 11 * HOUR)
    order.refresh_from_db()
    assert (order.ship_mode_reason, order.supplier_confirmed_mode) == ("", False)


def test_sup_26_leaving_the_hold_leaves_a_supervisors_pause(noon, ana, sam):
    order = an_order()
    daily, chased = ship_clock(order), ship_clock(order, "orders.chased")
    pause_clock(clock_id=daily.pk, reason="盘点", party=Party.SUPPLIER, by=sam, now=NOON)
    held = do(services.set_ship_mode, order, ana, mode="hold", reason="等通知", supplier_confirmed=True)
    do(services.set_ship_mode, held, ana, mode="urgent", reason="急", supplier_confirmed=True)
    daily.refresh_from_db(), chased.refresh_from_db()
    assert (daily.state, chased.state) == (ClockState.PAUSED, ClockState.RUNNING)
    assert [pause.ended_at for pause in daily.pauses.all()] == [None]


def test_sup_26_leaving_the_hold_resumes_what_started_under_it(noon, ana):
    order = an_order(ship_mode=ShipMode.HOLD)
    clocks.start_ship([order.fulfilments.get().pk], now=NOON)
    daily = Clock.objects.get(policy="orders.ship_daily", state=ClockState.PAUSED)
    do(services.set_ship_mode, order, ana, mode="normal", reason="", supplier_confirmed=False)
    daily.refresh_from_db()
    assert daily.state == ClockState.RUNNING


def test_sup_26_a_wish_needs_its_reason_and_an_order_to_ship(noon, ana):
    typed = {"mode": ShipMode.URGENT, "reason": " ", "supplier_confirmed": False}
    assert refused(services.set_ship_mode, an_order(), ana, **typed) == "missing"
    assert refused(services.set_ship_mode, an_order(OrderState.SHIPPED), ana, **typed) == "wrong_state"
    assert refused(services.set_ship_mode, an_order(), ana, **(typed | {"mode": "normal"})) == "already"


def test_sup_12_a_later_date_replaces_the_daily_promise(noon, ana):
    order = an_order(platform_ship_by=NOON + DAY)
    daily = ship_clock(order)
    later = do(services.agree_later_date, order, ana, until=NOON + 3 * DAY)
    daily.refresh_from_db()
    promised = Clock.objects.get(policy="orders.ship_promised")
    assert (daily.state, promised.state, promised.due_at) == (ClockState.VOID, ClockState.RUNNING, NOON + 3 * DAY)
    assert services.is_past_the_platforms(later) is True
    do(services.agree_later_date, later, ana, until=NOON + DAY / 2)
    assert Clock.objects.get(policy="orders.ship_promised", state=ClockState.RUNNING).due_at == NOON + DAY / 2


@pytest.mark.parametrize("swept", [True, False])
def test_sup_12_a_later_date_does_not_undo_a_breach(noon, ana, swept):
    order = an_order()
    daily = ship_clock(order)
    noon.shift(11 * 3600)
    if swept:
        sweep()
    do(services.agree_later_date, order, ana, until=NOON + 3 * DAY)
    daily.refresh_from_db()
    assert (daily.state, daily.verdict, daily.late_seconds) == (ClockState.STOPPED, "breached", 3600)
    assert [event.kind for event in daily.events.filter(kind="breach")] == ["breach"]
    assert Clock.objects.get(policy="orders.ship_promised").due_at == NOON + 3 * DAY


def test_sup_12_a_later_date_takes_an_unbroken_promise_back(noon, ana):
    order = an_order()
    daily = ship_clock(order)
    noon.shift(10 * 3600)  # the due instant itself is in time
    do(services.agree_later_date, order, ana, until=NOON + 3 * DAY)
    daily.refresh_from_db()
    assert (daily.state, daily.verdict, daily.late_seconds) == (ClockState.VOID, "", None)
    assert daily.events.filter(kind="breach").count() == 0


def test_sup_12_the_date_must_be_ahead(noon, ana):
    assert refused(services.agree_later_date, an_order(), ana, until=NOON) == "not_future"
    assert refused(services.agree_later_date, an_order(OrderState.CLOSED), ana, until=NOON + DAY) == "wrong_state"


def test_aft_02_a_chase_promises_24_hours_by_the_supplier(noon, ana):
    order = do(services.chase_order, an_order(), ana)
    chased = Clock.objects.get(policy="orders.chased")
    assert (order.chase_count, order.last_chased_at) == (1, NOON)
    assert (chased.due_at, chased.party) == (NOON + DAY, "supplier")
    assert BellItem.objects.count() == 0


def test_aft_02_a_second_chase_within_it_alerts_the_supervisor(noon, ana, sam):
    order = do(services.chase_order, an_order(), ana)
    order = do(services.chase_order, order, ana)
    assert order.chase_count == 2
    assert Clock.objects.filter(policy="orders.chased").count() == 1
    assert [(item.user, item.kind) for item in BellItem.objects.all()] == [(sam, "orders.chased_again")]


def test_aft_02_a_shipped_order_is_not_chased(noon, ana):
    assert refused(services.chase_order, an_order(OrderState.SHIPPED), ana) == "wrong_state"
    assert Clock.objects.count() == 0


def test_log_04_extending_moves_the_clock(noon, ana):
    order = an_order(OrderState.SHIPPED)
    confirm = clock_on(order, "orders.auto_confirm", "orders.order", order.pk)
    order = do(services.extend_confirmation, order, ana, until=NOON + 5 * DAY, reason="换货中")
    confirm.refresh_from_db()
    assert (order.confirm_extended_until, confirm.due_at) == (NOON + 5 * DAY, NOON + 5 * DAY)


def test_log_04_only_what_is_under_way_is_extended(noon, ana):
    assert refused(services.extend_confirmation, an_order(), ana, until=NOON + DAY, reason="x") == "wrong_state"


def test_rule_27_the_buyers_consent_is_kept_with_the_refund(noon, ana):
    order = an_order()
    refund = factories.RefundFactory(order=order)
    closed = factories.RefundFactory(order=order, state=RefundState.CLOSED)
    do(services.consent_to_shipping, order, ana, how="旺旺 14:20 说先发货, 电话 13800001234")
    refund.refresh_from_db(), closed.refresh_from_db()
    assert (refund.ship_consented_at, refund.ship_consented_by) == (NOON, ana)
    assert closed.ship_consented_at is None
    data = {"refunds": [refund.refund_no], "how": "旺旺 14:20 说先发货, 电话 138****1234"}
    assert Entry.objects.get(action="orders.shipping_consented").data == data


def test_rule_27_without_a_refund_there_is_nothing_to_consent_to(noon, ana):
    assert refused(services.consent_to_shipping, an_order(), ana, how="x") == "no_refund"


def test_rule_27_it_must_be_said_how_the_buyer_agreed(noon, ana):
    order = an_order()
    factories.RefundFactory(order=order)
    assert refused(services.consent_to_shipping, order, ana, how=" ") == "missing"
    assert order.refunds.get().ship_consented_at is None


# ── Shipped ──────────────────────────────────────────────────────────────────
def test_aft_01_marking_tells_that_the_platform_knows(noon, ana):
    order = do(services.mark_on_platform, an_order(OrderState.SHIPPED, platform_state="paid"), ana)
    assert (order.platform_state, order.state) == ("shipped", "shipped")
    assert refused(services.mark_on_platform, an_order(), ana) == "wrong_state"
    assert refused(services.mark_on_platform, an_order(OrderState.SHIPPED), ana) == "already"


def test_aft_01_the_number_ships_the_part_and_stops_its_clock(noon, ana):
    order = an_order()
    running = ship_clock(order)
    part = order.fulfilments.get().pk
    shipped = do(services.record_tracking_number, order, ana, part=part, carrier="SF", tracking_no="SF1234567890123")
    running.refresh_from_db()
    assert (shipped.state, running.state) == (OrderState.SHIPPED, ClockState.STOPPED)
    assert shipped.parcels.get().source == "agent"


def test_aft_01_an_odd_number_must_be_confirmed(noon, ana):
    order = an_order()
    typed = {"part": order.fulfilments.get().pk, "carrier": "SF", "tracking_no": "ABCDE123"}
    assert refused(services.record_tracking_number, order, ana, **typed) == "bad_number"
    assert do(services.record_tracking_number, order, ana, confirm_odd=True, **typed).state == OrderState.SHIPPED


def test_aft_01_a_part_of_another_order_is_refused(noon, ana):
    other = an_order().fulfilments.get().pk
    typed = {"part": other, "carrier": "SF", "tracking_no": "SF1234567890123"}
    assert refused(services.record_tracking_number, an_order(), ana, **typed) == "no_such_part"


# ── Payment ──────────────────────────────────────────────────────────────────
def unpaid(hours: int = 13) -> Order:
    return an_order(OrderState.UNPAID, ordered_at=NOON - hours * HOUR)


def test_ord_05_one_reminder_and_a_blue_flag(noon, ana):
    order = unpaid()
    waiting = clock_on(order, "orders.unpaid_reminder", "orders.order", order.pk)
    order = do(services.remind_payment, order, ana)
    waiting.refresh_from_db()
    assert (order.flag, order.payment_reminded_at, order.payment_reminded_by) == (Flag.BLUE, NOON, ana)
    assert waiting.state == ClockState.STOPPED
    with pytest.raises(BusinessError) as second:
        do(services.remind_payment, order, ana)
    assert second.value.code == "already"
    assert trail(order) == ["orders.payment_reminded"]


def test_ord_05_a_paid_order_is_not_reminded(noon, ana):
    assert refused(services.remind_payment, an_order(), ana) == "wrong_state"


def test_ord_05_several_at_once_each_with_its_result(noon, ana):
    first, second = unpaid(), an_order()
    results = services.remind_payments(order_ids=[second.pk, first.pk, 10**9], by=ana)
    assert [(row.order_id, bool(row.refusal)) for row in results] == [(first.pk, False), (second.pk, True)]


def test_ord_05_the_round_tells_agents_once_a_day_and_reminds_nobody(noon, ana, sam):
    order = unpaid()
    unpaid(hours=2)
    assert services.tell_payment_round() == 1
    assert services.tell_payment_round() == 1
    assert [(item.user, item.context["count"], item.url) for item in BellItem.objects.all()] == [
        (ana, 1, "/orders/unpaid/")
    ]
    assert Message.objects.filter(user=ana).count() == 1
    order.refresh_from_db()
    assert order.payment_reminded_at is None


def test_ord_05_an_empty_round_is_not_told(noon, ana):
    assert services.tell_payment_round() == 0
    assert BellItem.objects.count() == 0


def test_ord_02_a_price_change_keeps_the_old_price_and_the_reason(noon, ana):
    order = do(services.change_price, unpaid(), ana, total=Decimal("49.90"), reason="满减")
    assert order.total_due == Decimal("49.90")
    assert Entry.objects.get().data == {"before": "59.90", "total": "49.90", "reason": "满减"}


def test_ord_02_paid_same_negative_or_without_a_reason_is_refused(noon, ana):
    ten = Decimal(10)
    assert refused(services.change_price, an_order(), ana, total=ten, reason="x") == "wrong_state"
    assert refused(services.change_price, unpaid(), ana, total=Decimal("59.90"), reason="x") == "same_price"
    assert refused(services.change_price, unpaid(), ana, total=-ten, reason="x") == "same_price"
    assert refused(services.change_price, unpaid(), ana, total=ten, reason=" ") == "missing"


def test_ord_02_a_discount_beyond_the_limit_needs_the_supervisor(noon, ana, sam, olli):
    for agent in (ana, olli):
        assert refused(services.change_price, unpaid(), agent, total=Decimal("47.91"), reason="x") == "beyond_limit"
    assert do(services.change_price, unpaid(), sam, total=Decimal("0.01"), reason="x").total_due == Decimal("0.01")
    assert do(services.change_price, unpaid(), ana, total=Decimal("99"), reason="运费").total_due == Decimal(99)


def test_ord_02_the_limit_itself_is_allowed_and_stands_in_the_settings(noon, ana, settings):
    order = an_order(OrderState.UNPAID, total_due=Decimal("100.00"))
    order = do(services.change_price, order, ana, total=Decimal("80.00"), reason="x")
    settings.PRICE_CHANGE_LIMIT = 30
    assert do(services.change_price, order, ana, total=Decimal("70.00"), reason="x").total_due == 70


def test_ord_02_small_steps_do_not_add_up_to_a_large_discount(noon, ana):
    order = an_order(OrderState.UNPAID, total_due=Decimal("100.00"))
    order = do(services.change_price, order, ana, total=Decimal("85.00"), reason="x")
    with pytest.raises(BusinessError) as refusal:
        do(services.change_price, order, ana, total=Decimal("75.00"), reason="x")
    order.refresh_from_db()
    assert (refusal.value.code, order.total_due) == ("beyond_limit", Decimal("85.00"))


# ── The buyer's data ─────────────────────────────────────────────────────────
def test_sec_07_a_reveal_leaves_a_line_with_field_and_reason(noon, ana):
    order = an_order()
    typed = {"field": "receiver_phone", "reason": "delivery"}
    assert services.reveal_buyer(order_id=order.pk, by=ana, **typed) == order.receiver_phone
    assert Entry.objects.get().data == typed


@pytest.mark.parametrize(("field", "reason"), [("remark", "delivery"), ("receiver_phone", " ")])
def test_sec_07_no_reveal_without_a_reason_or_of_other_fields(noon, ana, field, reason):
    with pytest.raises(BusinessError):
        services.reveal_buyer(order_id=an_order().pk, field=field, reason=reason, by=ana)
    assert Entry.objects.count() == 0


def test_ord_12_a_checked_address_says_when_and_who(noon, ana):
    order = do(services.check_address, an_order(), ana)
    assert (order.address_checked_at, order.address_checked_by) == (NOON, ana)
    assert refused(services.check_address, an_order(OrderState.SHIPPED), ana) == "wrong_state"


def test_sec_07_buyers_are_forgotten_three_years_after_the_end(noon, db):
    past = {"ordered_at": NOON - 1200 * DAY, "remark": "x_安娜"}
    old = an_order(OrderState.FINISHED, finished_at=NOON - 1100 * DAY, **past)
    factories.RefundFactory(order=old, explanation="buyer's words", state=RefundState.SUCCESS)
    young = an_order(OrderState.FINISHED, finished_at=NOON - 1000 * DAY, **past)
    running = an_order(OrderState.SHIPPED, **past)
    assert services.forget_old_buyers() == 1
    assert services.forget_old_buyers() == 0
    old.refresh_from_db(), young.refresh_from_db(), running.refresh_from_db()
    gone = (old.buyer_nick, old.receiver_name, old.receiver_phone, old.receiver_address, old.remark)
    assert (gone, old.forgotten_at, old.refunds.get().explanation) == (("",) * 5, NOON, "")
    assert (young.forgotten_at, running.forgotten_at) == (None, None)
    assert (young.receiver_name, running.receiver_name) == ("杨淑珍", "杨淑珍")


def test_sec_07_a_note_goes_with_the_last_order_that_names_the_buyer(noon, db):
    past = {"ordered_at": NOON - 1200 * DAY, "finished_at": NOON - 1100 * DAY}
    old = an_order(OrderState.FINISHED, buyer_nick="gone", **past)
    again = an_order(OrderState.FINISHED, buyer_nick="back", shop=old.shop, **past)
    an_order(OrderState.SHIPPED, buyer_nick="back", shop=old.shop)
    an_order(OrderState.SHIPPED, buyer_nick="gone", shop=factories.ShopFactory())
    for nick in ("gone", "back"):
        BuyerNote.objects.create(shop=old.shop, buyer_nick=nick, vip=True, updated_at=NOON)
    assert services.forget_old_buyers() == 2
    again.refresh_from_db()
    assert again.buyer_nick == ""
    assert list(BuyerNote.objects.values_list("buyer_nick", flat=True)) == ["back"]


def test_sec_07_the_settings_say_how_many_years(noon, db, settings):
    settings.BUYER_DATA_YEARS = 5
    old = an_order(OrderState.FINISHED, finished_at=NOON - 1800 * DAY, ordered_at=NOON - 1900 * DAY)
    assert services.forget_old_buyers() == 0
    settings.BUYER_DATA_YEARS = 4
    assert services.forget_old_buyers() == 1
    assert trail(old) == ["orders.buyer_forgotten"]


def test_sec_07_many_are_forgotten_in_as_few_statements_as_one(noon, db):
    def statements(count: int) -> int:
        for _n in range(count):
            an_order(OrderState.FINISHED, finished_at=NOON - 1100 * DAY, ordered_at=NOON - 1200 * DAY)
        with CaptureQueriesContext(connection) as seen:
            assert services.forget_old_buyers() == count
        return len(seen)

    assert statements(1) == statements(12)
