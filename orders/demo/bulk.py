"""A million invented orders in minutes, to measure with: written by PostgreSQL itself, the clocks by the product."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from common import clock
from orders import clocks
from orders.demo import people, story
from orders.models import Fulfilment, Shop
from orders.states import FulfilmentState, OrderState, Platform
from suppliers.models import Product

DAYS = 30
OPEN_DAYS = 2  # what was ordered in the last days is still to be shipped
CLOCKS_AT_ONCE = 50_000
Say = Callable[[str], None]

NUMBERS = """
CREATE TEMPORARY TABLE tmp_demo ON COMMIT DROP AS
SELECT n,
       (6300000000000000000 + n * 7919)::text AS order_no,
       %(now)s::timestamptz - (%(count)s - n) * (%(days)s * interval '1 day' / %(count)s) AS ordered_at,
       (%(shops)s::bigint[])[1 + n %% cardinality(%(shops)s::bigint[])] AS shop_id,
       (%(products)s::bigint[])[1 + n %% cardinality(%(products)s::bigint[])] AS product_id
FROM generate_series(1, %(count)s) AS n
"""
ORDERS = """
INSERT INTO orders_order (
    state, platform, shop_id, order_no, platform_state, buyer_nick, receiver_name, receiver_phone, receiver_address,
    buyer_message, ordered_at, paid_at, shipped_at, close_reason, goods_total, postage, total_due, paid_total,
    delivery_mode, platform_ship_by, flag, remark, remark_for_supplier, ship_mode, ship_mode_reason,
    supplier_confirmed_mode, chase_count, version, created_at, updated_at)
SELECT s.state, %(platform)s, t.shop_id, t.order_no, s.state, 'demo_buyer_' || t.n %% 100000, '示范买家',
       '1380013' || lpad((t.n %% 10000)::text, 4, '0'), '浙江省 杭州市 西湖区 示例路' || t.n %% 99 || '号(000000)',
       '', t.ordered_at, t.ordered_at + interval '5 minutes',
       CASE WHEN s.state = %(shipped)s THEN t.ordered_at + interval '6 hours' END,
       '', p.price, 0, p.price, p.price, '快递', t.ordered_at + interval '48 hours 5 minutes', 0, '', '', 'normal', '',
       false, 0, 1, t.ordered_at, t.ordered_at
FROM tmp_demo t
JOIN suppliers_product p ON p.id = t.product_id
CROSS JOIN LATERAL (
    SELECT CASE WHEN t.ordered_at > %(open_from)s THEN %(paid)s ELSE %(shipped)s END AS state) s
ORDER BY t.n
"""
PARTS = """
INSERT INTO orders_fulfilment (order_id, supplier_id, state, paid_at, shipped_at, version)
SELECT o.id, p.supplier_id, CASE WHEN o.state = %(paid)s THEN %(part_to_ship)s ELSE %(part_shipped)s END,
       o.paid_at, o.shipped_at, 1
FROM tmp_demo t
JOIN orders_order o ON o.platform = %(platform)s AND o.order_no = t.order_no
JOIN suppliers_product p ON p.id = t.product_id
ORDER BY t.n
"""
LINES = """
INSERT INTO orders_orderline (
    order_id, fulfilment_id, line_key, sku, product_id, title, attributes, quantity, shipped_quantity, price,
    platform_status)
SELECT o.id, f.id, p.code || '#1', p.code, p.id, p.title, '', 1,
       CASE WHEN o.state = %(shipped)s THEN 1 ELSE 0 END, p.price, ''
FROM tmp_demo t
JOIN orders_order o ON o.platform = %(platform)s AND o.order_no = t.order_no
JOIN orders_fulfilment f ON f.order_id = o.id
JOIN suppliers_product p ON p.id = t.product_id
"""
TABLES = ("orders_order", "orders_fulfilment", "orders_orderline", "sla_clock", "sla_clockevent")


def fill(count: int, *, say: Say) -> None:
    """People, catalogue and `count` one-line orders of the last 30 days; those of the last two are still to be shipped."""
    now = clock.now()
    with transaction.atomic():
        people.make_users()
        people.make_shops()
        with tempfile.TemporaryDirectory(prefix="houtai-demo-") as folder:
            story.import_catalogue(Path(folder))
        people.join_supplier_users()
    say("orders, parts and lines")
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (NUMBERS, ORDERS, PARTS, LINES):
            cursor.execute(statement, _parameters(count, now))
    _analyze()
    waiting = list(Fulfilment.objects.filter(state=FulfilmentState.TO_SHIP).order_by("pk").values_list("pk", flat=True))
    say(f"{len(waiting)} clocks")
    for start in range(0, len(waiting), CLOCKS_AT_ONCE):
        clocks.start_ship(waiting[start : start + CLOCKS_AT_ONCE], now=now)
    _analyze()


def _parameters(count: int, now: dt.datetime) -> dict[str, Any]:
    shops: Sequence[int] = list(Shop.objects.order_by("pk").values_list("pk", flat=True))
    products: Sequence[int] = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    return {
        "count": count,
        "now": now - dt.timedelta(minutes=10),
        "days": DAYS,
        "open_from": now - dt.timedelta(days=OPEN_DAYS),
        "shops": shops,
        "products": products,
        "platform": Platform.TAOBAO.value,
        "paid": OrderState.PAID.value,
        "shipped": OrderState.SHIPPED.value,
        "part_to_ship": FulfilmentState.TO_SHIP.value,
        "part_shipped": FulfilmentState.SHIPPED.value,
    }


def _analyze() -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ANALYZE {table}")
