"""An import from files to rows: states, lines, parts, parcels, refunds, clocks, and the second time nothing."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from orders.models import Fulfilment, Order, OrderLine, Parcel, PromotionWindow, Refund
from orders.states import Flag, JobState
from sla.models import Clock
from sla.starting import FEW
from suppliers.models import Product
from tests import factories
from tests.factories import at
from tests.orders.imports import files

pytestmark = pytest.mark.django_db
SHIPPED = {"订单状态": "卖家已发货,等待买家确认", "物流单号 ": "No:YT1234567890123", "物流公司": "圆通速递"}


@pytest.fixture
def supplier(noon):
    made = factories.SupplierFactory(code="GYS01")
    factories.ProductFactory(code="A-1", supplier=made)
    return made


def test_an_order_with_its_line_is_stored_with_part_and_clock(supplier):
    """SUP-01, SUP-02: paid before 16:00, due at the end of that day."""
    batch = files.take(files.orders(), files.lines())
    assert (batch.state, batch.error_count) == (JobState.DONE, 0)
    assert (files.numbers(batch, "orders"), files.numbers(batch, "lines")) == ((1, 0, 0), (1, 0, 0))
    order = Order.objects.get()
    assert (order.order_no, order.state, order.platform_state) == ("6113448474333641210", "paid", "paid")
    assert (order.receiver_phone, order.receiver_address) == ("13800001234", "浙江省 杭州市 西湖区 文三路1号")
    assert order.paid_at == at("2026-11-20 10:05:00")
    part = order.fulfilments.get()
    assert (part.supplier, part.state, part.paid_at) == (supplier, "to_ship", order.paid_at)
    line = part.lines.get()
    assert (line.line_key, line.quantity, line.attributes) == ("A-1#1", 1, "颜色分类:蓝;尺码:XL")
    clock = Clock.objects.get()
    assert (clock.policy, clock.due_at) == ("orders.ship_daily", at("2026-11-20 23:59:59"))
    assert Entry.objects.get(topic=f"orders.order:{order.pk}").action == "orders.imported"


def test_the_same_files_again_change_nothing(supplier):
    sent = files.orders(), files.lines(), files.refunds()
    files.take(*sent)
    before = [
        list(model.objects.order_by("pk").values()) for model in (Order, OrderLine, Fulfilment, Refund, Clock, Entry)
    ]
    batch = files.take(files.orders(), files.lines(), files.refunds())
    assert [files.numbers(batch, kind) for kind in ("orders", "lines", "refunds")] == [(0, 0, 1)] * 3
    after = [
        list(model.objects.order_by("pk").values()) for model in (Order, OrderLine, Fulfilment, Refund, Clock, Entry)
    ]
    assert before == after


def test_a_preview_counts_the_same_and_keeps_nothing(supplier):
    batch = files.take(files.orders(), files.lines({"购买数量": "x"}), dry_run=True)
    assert (files.numbers(batch, "orders"), batch.counts["lines"]["errors"]) == ((1, 0, 0), 1)
    assert (Order.objects.count(), Clock.objects.count(), Entry.objects.count()) == (0, 0, 0)


def test_a_shipped_order_stops_the_clock_and_brings_its_parcel(supplier):
    files.take(files.orders(), files.lines())
    batch = files.take(files.orders(SHIPPED))
    assert files.numbers(batch, "orders") == (0, 1, 0)
    assert Order.objects.get().state == "shipped"
    assert Fulfilment.objects.get().state == "shipped"
    assert OrderLine.objects.get().shipped_quantity == 1
    parcel = Parcel.objects.get()
    assert (parcel.carrier, parcel.tracking_no, parcel.source) == ("YTO", "YT1234567890123", "platform")
    clock = Clock.objects.get(policy="orders.ship_daily")
    assert (clock.state, clock.verdict, clock.due_at) == ("stopped", "met", at("2026-11-20 23:59:59"))


def test_log_08_the_wait_for_a_scan_begins_when_we_hear_of_the_dispatch(supplier, noon):
    files.take(files.orders(), files.lines())
    noon.shift(3600)
    files.take(files.orders(SHIPPED))
    clock = Clock.objects.get(policy="orders.parcel_stuck")
    assert (clock.subject_id, clock.started_at) == (Parcel.objects.get().pk, at("2026-11-20 13:00:00"))
    files.take(files.orders(SHIPPED))
    assert Clock.objects.filter(policy="orders.parcel_stuck").count() == 1


def test_log_08_nobody_knows_since_when_a_parcel_of_the_past_is_under_way(supplier):
    files.take(files.orders(SHIPPED), files.lines())
    files.take(files.orders(SHIPPED | {"物流单号 ": "No:YT1234567890124"}))
    assert Parcel.objects.count() == 2
    assert Clock.objects.filter(policy="orders.parcel_stuck").count() == 0


def test_an_older_file_never_takes_an_order_back(supplier):
    files.take(files.orders(SHIPPED), files.lines())
    batch = files.take(files.orders({"买家实际支付金额": "1.00"}), files.lines())
    order = Order.objects.get()
    assert (order.state, order.platform_state, str(order.paid_total)) == ("shipped", "shipped", "59.90")
    assert files.numbers(batch, "orders") == (0, 0, 1)


def test_shipped_at_first_sight_starts_no_ship_clock(supplier):
    files.take(files.orders(SHIPPED), files.lines())
    assert not Clock.objects.filter(policy__startswith="orders.ship").exists()


def test_unpaid_then_paid_moves_clocks(supplier):
    files.take(files.orders({"订单状态": "等待买家付款", "订单付款时间 ": "", "买家实际支付金额": "0"}), files.lines())
    assert Fulfilment.objects.get().state == "waiting"
    assert set(Clock.objects.values_list("policy", flat=True)) == {"orders.unpaid_reminder", "orders.unpaid_close"}
    files.take(files.orders())
    assert Fulfilment.objects.get().state == "to_ship"
    running = Clock.objects.filter(state="running").values_list("policy", flat=True)
    assert list(running) == ["orders.ship_daily"]


def test_a_closed_order_voids_its_clocks(supplier):
    files.take(files.orders(), files.lines())
    files.take(files.orders({"订单状态": "交易关闭", "订单关闭原因": "缺货"}))
    assert Order.objects.get().close_reason == "缺货"
    assert Fulfilment.objects.get().state == "cancelled"
    assert Clock.objects.get().state == "void"


def test_each_supplier_has_its_own_part_and_clock(supplier):
    factories.ProductFactory(code="B-1", supplier=factories.SupplierFactory(code="GYS02"))
    files.take(files.orders(), files.lines({}, {"商家编码": "B-1", "标题": "龙井"}))
    assert sorted(Fulfilment.objects.values_list("supplier__code", flat=True)) == ["GYS01", "GYS02"]
    assert Clock.objects.filter(policy="orders.ship_daily").count() == 2


@pytest.mark.parametrize("one_is_shipped", [True, False])
def test_the_platforms_parcel_belongs_to_the_only_part_that_was_left(supplier, one_is_shipped):
    """With two parts left the platform does not say whose it is."""
    factories.ProductFactory(code="B-1", supplier=factories.SupplierFactory(code="GYS02"))
    files.take(files.orders(), files.lines({}, {"商家编码": "B-1", "标题": "龙井"}))
    done, left = Fulfilment.objects.order_by("supplier__code")
    if one_is_shipped:
        Fulfilment.objects.filter(pk=done.pk).update(state="shipped")
    files.take(files.orders(SHIPPED))
    assert Parcel.objects.get().fulfilment == (left if one_is_shipped else None)


def test_lines_may_come_in_a_later_import(supplier):
    files.take(files.orders())
    assert Fulfilment.objects.get().supplier is None
    assert Clock.objects.get(state="running").party == "operations"
    files.take(files.lines())
    assert Fulfilment.objects.get().supplier == supplier
    assert Clock.objects.get(state="running").supplier_id == supplier.pk


def test_items_and_refunds_of_unknown_orders_are_row_errors(supplier):
    batch = files.take(files.lines({}, {"订单编号": "1234567890123456"}), files.refunds())
    assert [(e.row, e.column) for e in batch.row_errors.all()] == [(2, "订单编号"), (3, "订单编号"), (2, "订单编号")]
    assert (batch.counts["lines"]["errors"], batch.counts["refunds"]["errors"]) == (2, 1)


def test_a_refund_before_shipping_turns_the_flag_green(supplier):
    """ORD-16: newest meaning wins, the trail keeps what it was."""
    files.take(files.orders(), files.lines())
    Order.objects.update(flag=Flag.RED)
    files.take(files.refunds())
    order, refund = Order.objects.get(), Refund.objects.get()
    assert (order.flag, refund.line, refund.deadline_at) == (3, OrderLine.objects.get(), at("2026-11-22 11:00:00"))
    entry = Entry.objects.get(action="orders.remarked")
    assert (entry.data["flag_before"], entry.data["flag"]) == (1, 3)
    assert Clock.objects.get(policy="orders.platform_refund").due_at == at("2026-11-22 11:00:00")
    Order.objects.update(flag=Flag.RED)
    files.take(files.refunds())
    assert Order.objects.get().flag == Flag.RED


def test_a_finished_refund_is_not_opened_again(supplier):
    files.take(files.orders(), files.lines(), files.refunds({"退款状态": "退款成功"}))
    batch = files.take(files.refunds())
    assert (Refund.objects.get().state, files.numbers(batch, "refunds")) == ("success", (0, 0, 1))


def test_a_repeated_order_number_means_items(supplier):
    """An item's status is not the order's; postage is not added up, the goods are."""
    files.take(
        files.orders(
            {"宝贝标题 ": "甲", "买家应付货款": "10", "买家应付邮费": "8"},
            {"宝贝标题 ": "乙", "买家应付货款": "20", "买家应付邮费": "8", "订单状态": "交易关闭"},
        )
    )
    order = Order.objects.get()
    assert (order.state, order.goods_total, order.postage) == ("paid", 30, 8)


def test_a_promotion_is_found_at_the_first_import(supplier):
    """SUP-03"""
    shop = factories.ShopFactory(name="荟贤家居旗舰店")
    PromotionWindow.objects.create(
        shop=shop, name="双11", starts_at=at("2026-11-20 00:00:00"), ends_at=at("2026-11-21 00:00:00")
    )
    files.take(files.orders(), files.lines())
    assert Clock.objects.get().due_at == at("2026-11-22 10:05:00")


def test_error_rows_come_back_as_a_file_that_can_be_mended(supplier):
    from openpyxl import load_workbook

    from orders.imports.error_file import export_errors

    batch = files.take(files.orders({}, {"订单编号": "7.39E+18", "买家会员名": "=1+1"}))
    assert [(e.row, e.column) for e in batch.row_errors.all()] == [(3, "订单编号")]
    book = load_workbook(io.BytesIO(export_errors(batch=batch, by=factories.UserFactory(role="operations")).content))
    page = book.worksheets[0]
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n"}
    page.cell(2, 1).value = "6113448474333641999"
    mended = io.BytesIO()
    book.save(mended)
    again = files.take(("mended.xlsx", mended))
    assert (files.numbers(again, "orders"), again.error_count) == ((1, 0, 0), 0)
    assert Order.objects.filter(order_no="6113448474333641999").exists()


def test_a_file_of_no_known_layout_is_refused_whole(supplier):
    batch = files.take(files.orders(), ("x.csv", io.BytesIO("甲,乙\n1,2\n".encode())))
    assert (batch.state, Order.objects.count()) == (JobState.FAILED, 0)
    assert "甲, 乙" in batch.refusal


def test_the_number_of_statements_does_not_grow_with_the_rows(supplier):
    def statements(first: int, count: int) -> int:
        numbers = [{"订单编号": f'="61134484743336{n:05d}"'} for n in range(first, first + count)]
        with CaptureQueriesContext(connection) as seen:
            files.take(files.orders(*numbers), files.lines(*numbers))
        return len(seen)

    statements(0, 2 * FEW)  # reads what the process then remembers
    assert statements(1000, 3 * FEW) == statements(5000, 9 * FEW)


def test_unknown_codes_are_listed_and_assigned(supplier, olli):
    from orders.imports.codes import assign_code, unknown_codes

    files.take(files.orders(), files.lines({"商家编码": "NEU-1", "外部系统编号": "NEU-1"}))
    assert [(code.code, code.waiting) for code in unknown_codes()] == [("NEU-1", 1)]
    assert assign_code(code="NEU-1", supplier=supplier, by=olli) == 1
    assert (Fulfilment.objects.get().supplier, Product.objects.get(code="NEU-1").supplier) == (supplier, supplier)
    clock = Clock.objects.get(state="running")
    assert (clock.supplier_id, clock.party) == (supplier.pk, "supplier")
    assert unknown_codes() == []


def test_a_code_in_a_shared_part_moves_alone(supplier, olli):
    from orders.imports.codes import assign_code

    files.take(files.orders(), files.lines({}, {"商家编码": "NEU-1", "标题": "新"}))
    other = factories.SupplierFactory(code="GYS09")
    assign_code(code="NEU-1", supplier=supplier, by=olli)
    assert Fulfilment.objects.get().lines.count() == 2
    assert other.fulfilments.count() == 0


def test_declaring_a_promotion_later_moves_running_clocks(supplier, olli):
    """SUP-03: the daily clock is void, the promotion's runs from the payment."""
    from orders.imports.promotions import declare_window, withdraw_window

    files.take(files.orders(), files.lines())
    shop = Order.objects.get().shop
    window, moved = declare_window(
        shop=shop, name="双11", starts_at=at("2026-11-20 10:05:00"), ends_at=at("2026-11-20 10:06:00"), by=olli
    )
    assert moved == 1
    assert Clock.objects.get(state="running").due_at == at("2026-11-22 10:05:00")
    assert withdraw_window(window=window, by=olli) == 1
    assert Clock.objects.get(state="running").due_at == at("2026-11-20 23:59:59")
    assert set(Entry.objects.filter(actor=olli).values_list("action", flat=True)) == {
        "orders.promotion_declared", "orders.promotion_withdrawn",
    }  # fmt: skip
