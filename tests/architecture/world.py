"""A small world that holds one of everything a route can ask for, and the visitors who try every door of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client

from audit import services as audit
from common import clock
from common.topics import topic_of
from notifications.models import BellItem, Message
from orders import models as orders
from orders.states import JobState, OrderState
from sla.models import Calendar, CalendarDay, Clock, ClockEvent, PauseSegment, PolicyStep, PolicyVersion, SavedView
from staff.models import User
from staff.roles import Role
from suppliers import services as suppliers
from suppliers.models import Supplier, SupplierMember, SupplierToken
from tests import factories
from tests.architecture.world_cases import add_cases
from tests.architecture.world_conduct import add_conduct
from tests.architecture.world_duty import add_duty
from tests.architecture.world_evidence import add_evidence_and_patrol
from tests.architecture.world_exchanges import add_exchanges
from tests.architecture.world_goods import add_goods
from tests.architecture.world_handover import add_handover
from tests.architecture.world_ledger import add_ledger
from tests.architecture.world_records import add_records
from tests.architecture.world_rota import add_rota
from tests.architecture.world_words import add_words

VISITORS = (
    *("anonymous", "agent", "supervisor", "finance", "supplier_a", "supplier_b"),
    *("token_a", "token_b", "token_revoked"),
)
PEOPLE = {"agent": Role.AGENT_AFTERSALES, "supervisor": Role.SUPERVISOR, "finance": Role.FINANCE}


@dataclass
class World:
    """`things` holds what the arguments of routes mean here; everything in it belongs to supplier A."""

    supplier_a: Supplier
    supplier_b: Supplier
    users: dict[str, User] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)

    def client(self, visitor: str) -> Client:
        """A browser or program of that visitor."""
        if visitor in self.tokens:
            return Client(headers={"Authorization": f"Bearer {self.tokens[visitor]}"})
        client = Client()
        if visitor in self.users:
            client.force_login(self.users[visitor])
            client.get("/healthz")  # so that the session is noted as alive, which is done once a while
        return client

    def arguments(self, name: str) -> dict[str, Any]:
        """The values of a route's arguments: `things` under the route's name, then under its namespace."""
        space = name.rpartition(":")[0]
        return self.things.get("*", {}) | self.things.get(space, {}) | self.things.get(name, {})


def make_world(rows: int = 1) -> World:
    """Two suppliers, all visitors, and `rows` of everything that lists show."""
    world = World(factories.SupplierFactory(code="GYSA"), factories.SupplierFactory(code="GYSB"))
    for name, role in PEOPLE.items():
        world.users[name] = factories.UserFactory(username=name, role=role, staff_no=name)
    for letter in "ab":
        supplier = getattr(world, f"supplier_{letter}")
        user = factories.UserFactory(username=f"supplier_{letter}", role=Role.SUPPLIER)
        SupplierMember.objects.create(user=user, supplier=supplier)
        world.users[f"supplier_{letter}"] = user
        world.tokens[f"token_{letter}"] = _token(world, supplier, f"program {letter}")
    world.tokens["token_revoked"] = _token(world, world.supplier_a, "old program", revoked=True)
    for number in range(rows):
        add_row(world, number)
    return world


def _token(world: World, supplier: Supplier, name: str, *, revoked: bool = False) -> str:
    by = world.users["supervisor"]
    row, plain = suppliers.make_token(
        supplier=supplier, name=name, scopes=list(SupplierToken.Scope.values), by=by, now=clock.now()
    )
    if revoked:
        suppliers.revoke_token(token=row, by=by, now=clock.now())
    return plain


def add_row(world: World, number: int) -> None:
    """One more row of everything that lists show."""
    now = clock.now()
    order = factories.OrderFactory(ordered_at=now - dt.timedelta(days=1))
    part = factories.FulfilmentFactory(order=order, supplier=world.supplier_a)
    line = factories.OrderLineFactory(fulfilment=part)
    unassigned = factories.FulfilmentFactory(order=order, supplier=None)
    factories.OrderLineFactory(fulfilment=unassigned, sku=f"NEW-{number}")
    factories.OrderFactory(state=OrderState.UNPAID, ordered_at=now - dt.timedelta(hours=20))
    refund = factories.RefundFactory(order=order, line=line)
    shipped = factories.FulfilmentFactory(order__state=OrderState.SHIPPED, supplier=world.supplier_a)
    parcel = orders.Parcel.objects.create(
        order=shipped.order, fulfilment=shipped, carrier="yto", tracking_no=f"YT{number:013d}",
        source="supplier", shipped_at=now, recorded_at=now,
    )  # fmt: skip
    window = orders.PromotionWindow.objects.create(
        shop=order.shop, name="大促", starts_at=now, ends_at=now + dt.timedelta(days=1)
    )
    batch, upload = _jobs(world, number)
    running = _clock(world, order, part)
    _papers(world, order, number)
    handover = add_handover(world.users["agent"], number)
    duty = add_duty(world.users["agent"], number)
    rota = add_rota(world.users["supervisor"], world.users["agent"], number)
    exchanges = add_exchanges(world.users["supervisor"], world.users["agent"], number)
    words = add_words(world.users["supervisor"], world.users["agent"], order, number)
    conduct = add_conduct(world.users["supervisor"], world.users["agent"], number)
    records = add_records(world.users["supervisor"], world.users["agent"], number)
    cases = add_cases(world.users["agent"], line, number)
    evidence = add_evidence_and_patrol(world.users["agent"], line, number)
    goods = add_goods(world.users["supervisor"], world.supplier_a, line, number)
    ledger = add_ledger(world, line, number)
    if number:
        return
    world.things |= goods
    world.things |= records
    world.things |= cases
    world.things |= evidence
    world.things |= conduct
    world.things |= {
        "*": {"pk": order.pk, "order_no": order.order_no, "public_id": upload.public_id, "format": ".json"},
        "orders": {"refund_pk": refund.pk, "parcel_pk": parcel.pk, "action": "chase"},
        "sla": {"pk": running.pk, "action": "pause", "key": running.policy},
        "handover": handover,
        "portal": {"public_id": upload.public_id, "uuid": upload.public_id, "order_no": order.order_no},
        "notifications": {"pk": BellItem.objects.get(user=world.users["supervisor"], kind="house.note").pk},
        "sla:delete_view": {"pk": SavedView.objects.get(owner=world.users["supervisor"]).pk},
        "orders:promotion_withdraw": {"pk": window.pk},
    }
    world.things |= rota
    world.things |= ledger
    world.things |= duty
    world.things |= exchanges
    world.things |= words
    world.things |= {
        name: {"public_id": batch.public_id}
        for name in ("orders:import", "orders:import_errors", "orders:import_repeat")
    }


def _jobs(world: World, number: int) -> tuple[orders.ImportBatch, orders.ShipmentUpload]:
    now = clock.now()
    batch = orders.ImportBatch.objects.create(
        by=world.users["supervisor"], state=JobState.DONE, created_at=now, finished_at=now, error_count=1
    )
    content = ContentFile(
        "订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码\n,小明的商品,,,,,,,,\n".encode(),
        name="a.csv",
    )
    file = orders.ImportFile.objects.create(
        batch=batch, name="a.csv", file=content, sha256="0" * 64, size=1, layout="taobao.orders"
    )
    orders.ImportRowError.objects.create(batch=batch, file=file, row=2, column="订单编号", message="empty", cells=[""])
    upload = orders.ShipmentUpload.objects.create(
        supplier=world.supplier_a, name="b.csv", sha256="0" * 64, state=JobState.DONE, row_count=1,
        counts={"unknown_order": 1}, created_at=now, finished_at=now,
    )  # fmt: skip
    orders.ShipmentUploadRow.objects.create(upload=upload, row=2, order_no=str(number), verdict="unknown_order")
    return batch, upload


def _clock(world: World, order: orders.Order, part: orders.Fulfilment) -> Clock:
    now = clock.now()
    version = PolicyVersion.objects.filter(policy="orders.ship_daily").order_by("-version").first()
    if version is None:
        version = PolicyVersion.objects.create(
            policy="orders.ship_daily", version=1, length_seconds=3600, cutoff=dt.time(16), created_at=now
        )
        PolicyStep.objects.create(version=version, number=0, kind="breach", offset_seconds=0, audiences=["agent"])
    Calendar.objects.get_or_create(key="office", defaults={"name": "办公时间"})
    CalendarDay.objects.get_or_create(day=dt.date(2026, 10, 10), defaults={"kind": "work", "name": "调休"})
    running = Clock.objects.create(
        policy=version.policy, version=version, subject_type="orders.fulfilment", subject_id=part.pk,
        topic=topic_of(order), title=order.order_no, party="supplier", supplier_id=world.supplier_a.pk,
        shop_id=order.shop_id, assignee=world.users["agent"], started_at=now, own_due_at=now, due_at=now,
        next_look_at=now + dt.timedelta(hours=1),
    )  # fmt: skip
    ClockEvent.objects.create(clock=running, step=0, kind="breach", at=now, recorded_at=now, announced_at=now)
    PauseSegment.objects.create(clock=running, started_at=now, ended_at=now, reason="-", party="buyer")
    return running


def _papers(world: World, order: orders.Order, number: int) -> None:
    """Bell, mail, trail, saved views and reports."""
    now = clock.now()
    by = world.users["supervisor"]
    audit.record("orders.served", about=order, by=by)
    BellItem.objects.create(
        user=by, kind="house.note", context={}, url=order.get_absolute_url(), dedupe_key=f"w{number}", created_at=now
    )
    Message.objects.create(
        kind="reports.daily", address="a@example.com", dedupe_key=f"w{number}", state="dead", created_at=now,
        next_try_at=now,
    )  # fmt: skip
    for name in ("supervisor", "agent"):
        SavedView.objects.create(owner=world.users[name], page="desk", name=f"v{number}")
