"""A house full of orders, written by a few statements: N orders, about as many open clocks, and what belongs to them.

Of twenty orders twelve are to be shipped, one is unpaid, three are on their way, three finished, one closed. Suppliers
GYS01 to GYS06 have the same share each; GYS07 ships the second part of a few orders. Nothing falls due on the first
day but 20 slices of N / 100 clocks each, ten seconds apart, beginning six hours after the seeding.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED

from bench.figures import fetch_value, note, timed
from orders.models import Fulfilment, Order, OrderLine, Parcel, Shop
from sla.models import Clock
from staff.models import User
from staff.roles import MAY_ENTER_ADMIN, Role
from suppliers.models import Product, Supplier

SLICES = 20
SUPPLIERS = 6  # those with a full share each
PLATFORMS = {1: "taobao", 2: "taobao", 3: "pdd", 4: "jd"}  # of the shops
DAYS = 30  # over which the orders were placed
FILLED = (Order, Fulfilment, OrderLine, Parcel, Clock)
STATE = """CASE WHEN n % 20 < 12 THEN 'paid' WHEN n % 20 = 12 THEN 'unpaid' WHEN n % 20 < 16 THEN 'shipped'
           WHEN n % 20 < 19 THEN 'finished' ELSE 'closed' END"""
ORDERED = "(%(end)s::timestamptz - (%(orders)s - n) * (interval '30 days' / %(orders)s))"


@dataclass(frozen=True)
class Size:
    """How many orders there are, and how many each measure works on."""

    orders: int

    @property
    def due(self) -> int:
        """Clocks of one slice: 10,000 of a million."""
        return self.orders // 100

    @property
    def rows(self) -> int:
        """Rows of an upload or an import: 100,000 of a million. What one of the six suppliers has to ship."""
        return self.orders // 10

    @property
    def repeats(self) -> int:
        """Requests of a page: few in a house that is too small to say anything."""
        return 21 if self.orders >= 50_000 else 1


@dataclass(frozen=True)
class House:
    """The seeded data: when it was made, and the instants by which its slices have fallen due."""

    size: Size
    now: dt.datetime

    def slice_end(self, number: int) -> dt.datetime:
        return self.now + dt.timedelta(hours=6, seconds=10 * number + 5)


def seed(size: Size, now: dt.datetime) -> House:
    """Fills the current, freshly migrated database."""
    took, _ = timed(lambda: _seed(size, {"orders": size.orders, "due": size.due, "end": now, "now": now}))
    note(f"{size.orders} orders, {fetch_value(OPEN_CLOCKS)} open clocks seeded in {took:.0f} s")
    return House(size, now)


OPEN_CLOCKS = "SELECT count(*) FROM sla_clock WHERE state IN ('running', 'paused')"


def _seed(size: Size, params: dict[str, object]) -> None:
    _people()
    with without_indexes():
        _orders(params)
        _parts(params)
        _lines()
        _parcels()
        _clocks(params)
    for model in FILLED:
        table = model._meta.db_table
        execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
    execute("VACUUM ANALYZE")


def _people() -> None:
    """Ten agents who share the clocks, one of each role that is told, shops, suppliers and a small catalogue."""
    password = make_password(None)
    roles = [Role.AGENT_AFTERSALES] * 10 + [Role.SUPERVISOR, Role.MANAGER, Role.OPERATIONS]
    User.objects.bulk_create(
        User(
            id=number,
            username=f"bench{number}",
            name=f"员工{number}",
            role=role,
            email=f"bench{number}@example.com",
            is_staff=role in MAY_ENTER_ADMIN,
            password=password,
        )
        for number, role in enumerate(roles, start=1)
    )
    Shop.objects.bulk_create(Shop(id=pk, platform=on, name=f"旗舰店{pk}") for pk, on in PLATFORMS.items())
    Supplier.objects.bulk_create(
        Supplier(id=pk, code=f"GYS{pk:02d}", name=f"供应商{pk}", email=f"gys{pk:02d}@example.com")
        for pk in range(1, SUPPLIERS + 2)
    )
    Product.objects.bulk_create(
        Product(id=10 * s + p, code=f"GYS{s:02d}-{p:02d}", title=f"商品 {s}-{p}", supplier_id=s)
        for s in range(1, SUPPLIERS + 2)
        for p in range(10)
    )
    for table in ("staff_user", "orders_shop", "suppliers_supplier", "suppliers_product"):
        execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def _orders(params: dict[str, object]) -> None:
    platforms = " ".join(f"WHEN {pk % 4} THEN '{name}'" for pk, name in PLATFORMS.items())
    columns = {
        "id": "n",
        "platform": f"CASE n % 4 {platforms} END",
        "shop_id": "CASE n % 4 WHEN 0 THEN 4 ELSE n % 4 END",
        "order_no": "(6100000000000000000 + n * 7)::text",
        "state": STATE,
        "platform_state": f"CASE WHEN n % 100 = 14 THEN 'paid' ELSE {STATE} END",
        "flag": "CASE WHEN n % 50 = 7 THEN 1 ELSE 0 END",
        "ship_mode": "CASE WHEN n % 200 IN (5, 6) THEN 'hold' ELSE 'normal' END",
        "buyer_nick": "'buyer' || n % (%(orders)s / 2)",
        "receiver_name": "'杨淑珍'",
        "receiver_phone": "'138' || lpad((n * 7 %% 100000000)::text, 8, '0')",
        "receiver_address": "'浙江省杭州市西湖区文三路' || n || '号(310000)'",
        "ordered_at": ORDERED,
        "paid_at": f"CASE WHEN n %% 20 <> 12 THEN {ORDERED} + interval '10 minutes' END",
        "shipped_at": f"CASE WHEN n %% 20 BETWEEN 13 AND 18 THEN {_past('20 hours')} END",
        "finished_at": f"CASE WHEN n %% 20 BETWEEN 16 AND 18 THEN {_past('5 days')} END",
        "closed_at": f"CASE WHEN n %% 20 = 19 THEN {_past('1 day')} END",
        "goods_total": "59.90",
        "total_due": "59.90",
        "paid_total": "CASE WHEN n %% 20 <> 12 THEN 59.90 ELSE 0 END",
        "platform_ship_by": f"CASE WHEN n %% 20 < 3 THEN {ORDERED} + interval '40 days' END",
        "owner_id": "CASE WHEN n % 100 <> 6 THEN 1 + n % 10 END",
        "created_at": ORDERED,
        "updated_at": ORDERED,
    }
    escaped = {name: _escaped(sql) for name, sql in columns.items()}
    insert(Order, escaped, "generate_series(1, %(orders)s::bigint) AS n", params)


def _past(later: str) -> str:
    """That much after the order was placed, but not in the future."""
    return f"LEAST({ORDERED} + interval '{later}', %(end)s::timestamptz)"


def _parts(params: dict[str, object]) -> None:
    """One part an order; every fortieth order has a second one, of the seventh supplier."""
    columns = {
        "order_id": "n",
        "supplier_id": f"CASE WHEN part = 2 THEN {SUPPLIERS + 1} ELSE 1 + n %% {SUPPLIERS} END",
        "state": """CASE o.state WHEN 'paid' THEN 'to_ship' WHEN 'unpaid' THEN 'waiting' WHEN 'closed' THEN 'cancelled'
                    ELSE 'shipped' END""",
        "paid_at": "o.paid_at",
        "shipped_at": "o.shipped_at",
    }
    source = """(SELECT o.id AS n, part, o.state, o.paid_at, o.shipped_at
                 FROM orders_order o, generate_series(1, 2) AS part
                 WHERE part = 1 OR o.id %% 40 = 11 ORDER BY o.id, part) o"""
    insert(Fulfilment, columns, source, params)


def _lines() -> None:
    """A line a part, a second one for every fourth order."""
    columns = {
        "order_id": "f.order_id",
        "fulfilment_id": "f.id",
        "product_id": "10 * f.supplier_id + (f.order_id + line) % 10",
        "sku": "'GYS0' || f.supplier_id || '-0' || (f.order_id + line) % 10",
        "line_key": "f.supplier_id || '-' || line",
        "title": "'商品 ' || f.supplier_id || '-' || (f.order_id + line) % 10",
        "quantity": "1 + f.order_id % 2",
        "shipped_quantity": "CASE WHEN f.state = 'shipped' THEN 1 + f.order_id % 2 ELSE 0 END",
        "price": "59.90",
    }
    insert(OrderLine, columns, "orders_fulfilment f, generate_series(1, 2) AS line WHERE line = 1 OR order_id % 4 = 0")


def _parcels() -> None:
    columns = {
        "order_id": "f.order_id",
        "fulfilment_id": "f.id",
        "carrier": "'YTO'",
        "tracking_no": "'YT' || lpad(f.id::text, 13, '0')",
        "source": "'supplier'",
        "shipped_at": "f.shipped_at",
        "recorded_at": "f.shipped_at",
    }
    insert(Parcel, columns, "orders_fulfilment f WHERE f.state = 'shipped'")


def _clocks(params: dict[str, object]) -> None:
    """The open ones in a random place on their ladders; those of finished work with a frozen verdict."""
    execute("CREATE TEMPORARY TABLE bench_clock AS " + _CLOCKS)
    execute("ANALYZE bench_clock")
    columns = {
        name: f"c.{name}"
        for name in (
            *("policy", "version_id", "subject_type", "subject_id", "topic", "title", "party", "supplier_id"),
            *("shop_id", "assignee_id", "started_at", "platform_due_at"),
        )
    }
    due = f"({_LOOK} - make_interval(secs => r.offset_seconds))"
    running = columns | {
        "step": "CASE WHEN c.place = 'over' THEN c.rungs ELSE c.rung END",
        "next_look_at": f"CASE WHEN c.place IN ('slice', 'later') AND c.rungs > 0 THEN {_LOOK} END",
        "due_at": f"CASE WHEN c.place = 'over' OR c.rungs = 0 THEN {_LOOK} ELSE {due} END",
        "own_due_at": f"CASE WHEN c.place = 'over' OR c.rungs = 0 THEN {_LOOK} ELSE {due} END",
        "verdict": """CASE WHEN c.place = 'over' AND c.breaks OR EXISTS (SELECT 1 FROM sla_policystep b
                      WHERE b.version_id = c.version_id AND b.kind = 'breach' AND b.number < c.rung)
                      THEN 'breached' ELSE '' END""",
        "state": "CASE WHEN c.place = 'paused' THEN 'paused' ELSE 'running' END",
    }
    insert(Clock, running, _OPEN, params)
    taken = "LEAST((c.subject_id * 7919 % 30) * interval '1 hour', %(end)s::timestamptz - c.started_at)"
    due_at = "c.started_at + interval '24 hours'"
    ended = columns | {
        "due_at": due_at,
        "own_due_at": due_at,
        "step": "1",
        "state": "'stopped'",
        "verdict": f"CASE WHEN {taken} <= interval '24 hours' THEN 'met' ELSE 'breached' END",
        "stopped_at": f"c.started_at + {taken}",
        "late_seconds": f"GREATEST(0, EXTRACT(EPOCH FROM {taken} - interval '24 hours'))::integer",
    }
    insert(Clock, {name: _escaped(sql) for name, sql in ended.items()}, "bench_clock c WHERE c.ended", params)
    execute("DROP TABLE bench_clock")


_CLOCKS = """
WITH latest AS (
    SELECT DISTINCT ON (policy) policy, id AS version_id FROM sla_policyversion ORDER BY policy, version DESC),
ladder AS (
    SELECT l.*, (SELECT count(*) FROM sla_policystep s WHERE s.version_id = l.version_id)::int AS rungs,
           EXISTS (SELECT 1 FROM sla_policystep s WHERE s.version_id = l.version_id AND s.kind = 'breach') AS breaks
    FROM latest l),
wanted AS (
    SELECT 'orders.ship_daily' AS policy, 'orders.fulfilment' AS subject_type, f.id AS subject_id, 'supplier' AS party,
           f.order_id, f.supplier_id, f.state NOT IN ('to_ship') AS ended, f.paid_at AS started_at
    FROM orders_fulfilment f WHERE f.state IN ('to_ship', 'shipped')
    UNION ALL SELECT 'orders.platform_ship_by', 'orders.fulfilment', f.id, 'supplier', f.order_id, f.supplier_id, false,
           f.paid_at FROM orders_fulfilment f WHERE f.order_id % 20 < 3
    UNION ALL SELECT policy, 'orders.order', o.id, party, o.id, NULL, false, o.ordered_at
           FROM orders_order o, (VALUES ('orders.unpaid_reminder', 'agent'), ('orders.unpaid_close', 'platform'))
           AS p (policy, party) WHERE o.state = 'unpaid'
    UNION ALL SELECT 'orders.auto_confirm', 'orders.order', o.id, 'platform', o.id, NULL, false, o.shipped_at
           FROM orders_order o WHERE o.state = 'shipped')
SELECT w.*, l.version_id, l.rungs, l.breaks, 'orders.order:' || o.id AS topic, o.order_no AS title, o.shop_id,
       CASE WHEN o.id % 4 = 0 THEN o.owner_id END AS assignee_id,
       CASE WHEN w.policy = 'orders.platform_ship_by' THEN o.platform_ship_by END AS platform_due_at,
       row_number() OVER (PARTITION BY w.ended, l.rungs > 0 ORDER BY hashint8(w.subject_id), w.policy) - 1 AS k
FROM wanted w JOIN ladder l USING (policy) JOIN orders_order o ON o.id = w.order_id
ORDER BY w.order_id, w.policy"""
# The first 20 slices fall due soon, three of a hundred are over (every rung taken), a few are
# paused, the others follow in two weeks.
_OPEN = f"""(SELECT c.*, k %% GREATEST(rungs, 1) AS rung, CASE WHEN k < {SLICES} * %(due)s THEN 'slice'
             WHEN k %% 100 < 3 THEN 'over'
             WHEN policy = 'orders.auto_confirm' AND k %% 12 = 4 THEN 'paused' ELSE 'later' END AS place
             FROM bench_clock c WHERE NOT ended ORDER BY order_id) c
             LEFT JOIN sla_policystep r ON r.version_id = c.version_id AND r.number = c.rung"""
_LOOK = f"""(%(now)s::timestamptz + CASE place
             WHEN 'slice' THEN interval '6 hours' + (k %% {SLICES}) * interval '10 seconds'
             WHEN 'over' THEN (k * 7919 %% 432000) * interval '-1 second' - interval '1 minute'
             ELSE interval '2 days' + (k * 7919 %% 1209600) * interval '1 second' END)"""


def _escaped(sql: str) -> str:
    """A lone % is modulo, also where parameters are filled in."""
    return sql.replace("%%", "%").replace("%", "%%").replace("%%(", "%(")


def insert(
    model: type[models.Model], columns: dict[str, str], source: str, params: dict[str, object] | None = None
) -> None:
    """INSERT … SELECT; columns that are not named get their field's default."""
    chosen = dict(columns)
    for field in model._meta.local_concrete_fields:
        if field.column not in chosen and not field.primary_key and not field.null:
            chosen[field.column] = _literal(field)
    names, values = ", ".join(f'"{name}"' for name in chosen), ", ".join(chosen.values())
    execute(f"INSERT INTO {model._meta.db_table} ({names}) SELECT {values} FROM {source}", params)


def _literal(field: models.Field) -> str:  # type: ignore[type-arg]
    value = "" if field.default is NOT_PROVIDED else field.get_default()
    if isinstance(value, dict | list):
        return "'{}'" if isinstance(value, dict) else "'[]'"
    return str(value).lower() if isinstance(value, bool) else f"'{value}'"


@contextmanager
def without_indexes() -> Iterator[None]:
    """Takes away the plain indexes of the tables that are filled, and makes them again: ten times as fast."""
    tables = [model._meta.db_table for model in FILLED]
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND schemaname = 'public'
               AND indexname NOT IN (SELECT conname FROM pg_constraint)""",
            [tables],
        )
        found = cursor.fetchall()
    for name, _definition in found:
        execute(f'DROP INDEX "{name}"')
    yield
    for _name, definition in found:
        execute(definition)


def execute(sql: str, params: dict[str, object] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
