"""An import of new orders, order list and item report together, against COPY and the same writes by hand."""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from bench.data import SUPPLIERS
from bench.figures import Figure, expect, fetch_value, pairs, statements, timed
from bench.run import Bench
from common import clock
from orders.imports.services import run_import, stage_import
from orders.models import ImportBatch
from orders.states import JobState
from staff.models import User

ROUNDS = 3
BY_HAND = Path(__file__).with_suffix(".sql")
SHOP = "旗舰店1"
PAID, UNPAID = "买家已付款，等待卖家发货", "等待买家付款"
ORDER_HEADER = (
    *("订单编号", "买家会员名", "买家应付货款", "买家应付邮费", "总金额", "买家实际支付金额", "订单状态", "买家留言"),
    *("收货人姓名", "收货地址", "运送方式", "联系手机", "订单创建时间", "订单付款时间", "宝贝标题", "店铺名称"),
)
LINE_HEADER = ("订单编号", "标题", "价格", "购买数量", "商品属性", "订单状态", "商家编码")
SENT = (
    """CREATE TEMPORARY TABLE sent_orders (order_no text, shop text, state text, buyer_nick text, receiver_name text,
       receiver_phone text, receiver_address text, ordered_at timestamptz, paid_at timestamptz, total numeric)
       ON COMMIT DROP""",
    """CREATE TEMPORARY TABLE sent_lines (order_no text, n int, sku text, title text, quantity int, price numeric,
       status text) ON COMMIT DROP""",
)
TABLES = {
    "orders": "orders_order",
    "parts": "orders_fulfilment",
    "lines": "orders_orderline",
    "clocks": "sla_clock",
    "trail": "audit_entry",
}


@dataclass(frozen=True)
class Item:
    number: int  # within the order
    code: str
    quantity: int


@dataclass(frozen=True)
class Sold:
    """One order of the file. One in ten is unpaid; one in four has two lines, every other of those two suppliers."""

    n: int
    order_no: str
    ordered_at: dt.datetime

    @property
    def paid(self) -> bool:
        return self.n % 10 != 3

    @property
    def paid_at(self) -> dt.datetime:
        return self.ordered_at + dt.timedelta(minutes=10)

    @property
    def items(self) -> list[Item]:
        first, other = self.n % SUPPLIERS + 1, (self.n + 1) % SUPPLIERS + 1
        found = [Item(1, f"GYS{first:02d}-{self.n % 10:02d}", 1)]
        if self.n % 4 == 0:
            found.append(Item(2, f"GYS{other if self.n % 8 == 0 else first:02d}-{(self.n + 1) % 10:02d}", 2))
        return found

    @property
    def total(self) -> str:
        return f"{sum(item.quantity for item in self.items) * 59.9:.2f}"


@dataclass(frozen=True)
class Sale:
    """What a file holds, and the rows that it deserves."""

    orders: list[Sold]

    @classmethod
    def of(cls, number: int, rows: int, now: dt.datetime) -> Sale:
        """The orders of run `number`, placed during the last day."""
        first = clock.local(now).replace(microsecond=0, tzinfo=None) - dt.timedelta(days=1)
        step = dt.timedelta(days=1) / rows
        start = 7_000_000_000_000_000_000 + number * 10**17
        return cls([Sold(n, str(start + 13 * n), first + n * step) for n in range(rows)])

    def wanted(self) -> dict[str, int]:
        parts = [len({item.code[:5] for item in order.items}) for order in self.orders]
        shipping = sum(count for count, order in zip(parts, self.orders, strict=True) if order.paid)
        return {
            "orders": len(self.orders),
            "parts": sum(parts),
            "lines": sum(len(order.items) for order in self.orders),
            "clocks": shipping + 2 * sum(not order.paid for order in self.orders),
            "trail": len(self.orders),
        }

    def order_list(self) -> bytes:
        rows = (
            (
                *(f'="{o.order_no}"', f"buyer{o.n}", o.total, "0.00", o.total, o.total if o.paid else "0.00"),
                *(PAID if o.paid else UNPAID, "", "杨淑珍", f"浙江省杭州市西湖区文三路{o.n}号(310000)", "快递"),
                *(f"'139{o.n:08d}", _stamp(o.ordered_at), _stamp(o.paid_at) if o.paid else "", "商品", SHOP),
            )
            for o in self.orders
        )
        return _csv(ORDER_HEADER, rows)

    def item_report(self) -> bytes:
        rows = (
            (f'="{o.order_no}"', f"商品 {i.code}", "59.90", i.quantity, "null", PAID if o.paid else UNPAID, i.code)
            for o in self.orders
            for i in o.items
        )
        return _csv(LINE_HEADER, rows)

    def copied(self) -> tuple[io.StringIO, io.StringIO]:
        """The same, read and cleaned already, as COPY takes it."""
        orders, lines = io.StringIO(), io.StringIO()
        for o in self.orders:
            address, paid = f"浙江省杭州市西湖区文三路{o.n}号(310000)", f"{o.paid_at}+08" if o.paid else r"\N"
            state, buyer = "paid" if o.paid else "unpaid", f"buyer{o.n}\t杨淑珍\t139{o.n:08d}\t{address}"
            orders.write(f"{o.order_no}\t{SHOP}\t{state}\t{buyer}\t{o.ordered_at}+08\t{paid}\t{o.total}\n")
            status = PAID if o.paid else UNPAID
            for i in o.items:
                lines.write(f"{o.order_no}\t{i.number}\t{i.code}\t商品 {i.code}\t{i.quantity}\t59.90\t{status}\n")
        orders.seek(0)
        lines.seek(0)
        return orders, lines


def _stamp(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _csv(header: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("gb18030")


def measure(bench: Bench) -> Iterator[Figure]:
    bench.use_large()
    rows = bench.large.size.rows
    by = User.objects.get(username="bench13")  # operations
    taken = pairs(
        lambda number: _product(number, rows, by),
        lambda number: _by_hand(number, rows),
        rounds=bench.rounds(ROUNDS),
    )
    taken.tell(f"import of {rows} orders")
    yield Figure("import_vs_copy", taken.ratio, "x", 5)


def _product(number: int, rows: int, by: User) -> float:
    sale = Sale.of(number, rows, clock.now())
    files = [("orders.csv", io.BytesIO(sale.order_list())), ("items.csv", io.BytesIO(sale.item_report()))]
    before = _counted()
    took, batch = timed(lambda: run_import(stage_import(files=files, by=by, at_once=True)))
    assert isinstance(batch, ImportBatch)
    expect((batch.state, batch.refusal, batch.error_count), (JobState.DONE, "", 0), "how the import ended")
    expect(batch.counts["orders"]["created"], rows, "orders created, by the report")
    _check(sale, before)
    return took


def _by_hand(number: int, rows: int) -> float:
    sale = Sale.of(number, rows, clock.now())
    texts, before = sale.copied(), _counted()
    took, _ = timed(lambda: _write(texts))
    _check(sale, before)
    return took


def _write(texts: tuple[io.StringIO, io.StringIO]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for name, table, text in zip(("sent_orders", "sent_lines"), SENT, texts, strict=True):
            cursor.execute(table)
            cursor.cursor.copy_expert(f"COPY {name} FROM STDIN", text)
            cursor.execute(f"ANALYZE {name}")
        cursor.execute("SELECT policy, max(id) FROM sla_policyversion GROUP BY policy")
        versions = dict(cursor.fetchall())
        params = {
            "now": clock.now(),
            "gesture": uuid.uuid4(),
            "ship": versions["orders.ship_daily"],
            "remind": versions["orders.unpaid_reminder"],
            "close": versions["orders.unpaid_close"],
        }
        for statement in statements(BY_HAND):
            cursor.execute(statement, params)


def _counted() -> dict[str, int]:
    return {name: fetch_value(f"SELECT count(*) FROM {table}") for name, table in TABLES.items()}


def _check(sale: Sale, before: dict[str, int]) -> None:
    after = _counted()
    expect({name: after[name] - before[name] for name in TABLES}, sale.wanted(), "rows written")
