"""The supplier's digest: once a supplier and round, its own parts only, no buyer's data."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.core import mail

from notifications.delivery import send_due
from notifications.models import Message
from orders.digests import round_of, send_supplier_digests
from orders.models import Fulfilment
from sla.models import Clock, PolicyVersion
from tests.factories import NOON, FulfilmentFactory, OrderFactory, OrderLineFactory, ProductFactory, at

pytestmark = pytest.mark.django_db


def promise(part: Fulfilment, hours: float, policy: str = "orders.ship_daily", **more: Any) -> Clock:
    due = NOON + dt.timedelta(hours=hours)
    return Clock.objects.create(
        policy=policy,
        version=PolicyVersion.objects.filter(policy=policy).latest("version"),
        subject_type="orders.fulfilment",
        subject_id=part.pk,
        topic=f"orders.order:{part.order_id}",
        title=part.order.order_no,
        party="supplier",
        supplier_id=part.supplier_id,
        started_at=NOON - dt.timedelta(days=1),
        own_due_at=due,
        due_at=due,
        **more,
    )


def part(supplier: Any, title: str, quantity: int = 1, order_no: str = "") -> Fulfilment:
    order = OrderFactory(**({"order_no": order_no} if order_no else {}))
    made = FulfilmentFactory(order=order, supplier=supplier)
    OrderLineFactory(
        fulfilment=made, product=ProductFactory(supplier=supplier, title=title), title=title, quantity=quantity
    )
    return made


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-20 09:00:00", "2026-11-20 09:00"),
        ("2026-11-20 13:59:59", "2026-11-20 09:00"),
        ("2026-11-20 14:00:00", "2026-11-20 14:00"),
        ("2026-11-20 23:59:59", "2026-11-20 17:00"),
        ("2026-11-21 08:59:59", "2026-11-20 17:00"),
    ],
)
def test_rounds_are_nine_two_and_five(now: str, expected: str) -> None:
    assert round_of(at(now)).strftime("%Y-%m-%d %H:%M") == expected


def test_each_supplier_hears_once_a_round_of_its_own_parts_only(noon: Any, supplier_a: Any, supplier_b: Any) -> None:
    mine = part(supplier_a, "甲的锅", quantity=3, order_no="1000000000000000001")
    promise(mine, -2)
    promise(mine, -1, policy="orders.chased")
    promise(part(supplier_a, "甲的碗"), 3)
    promise(part(supplier_a, "以后的"), 30)
    promise(part(supplier_b, "乙的杯"), 1)
    assert send_supplier_digests(now=NOON) == 2
    send_supplier_digests(now=NOON + dt.timedelta(minutes=30))
    assert Message.objects.count() == 2
    send_due()
    letters = {letter.to[0]: letter for letter in mail.outbox}
    letter = letters[supplier_a.email]
    assert letter.message()["Content-Language"] == "zh-CN"
    said = Message.objects.get(address=supplier_a.email).context
    assert (said["late"], said["soon"]) == (1, 1)
    assert [row["goods"][0][1] for row in said["rows"]] == [3, 1]
    for text in (letter.mail.text, letter.mail.html):
        assert "1000000000000000001" in text
        assert "甲的锅" in text
        assert "乙的杯" not in text
        assert "以后的" not in text


def test_the_next_round_tells_again(noon: Any, supplier_a: Any) -> None:
    promise(part(supplier_a, "锅"), -2)
    send_supplier_digests(now=NOON)
    send_supplier_digests(now=NOON + dt.timedelta(hours=2))
    assert Message.objects.count() == 2


def test_nothing_to_say_no_address_or_a_pause_sends_nothing(noon: Any, supplier_a: Any, supplier_b: Any) -> None:
    promise(part(supplier_a, "锅"), 30)
    promise(part(supplier_a, "锅"), -1, state="paused")
    supplier_b.email = ""
    supplier_b.save()
    promise(part(supplier_b, "杯"), -1)
    send_supplier_digests(now=NOON)
    assert Message.objects.count() == 0


def test_a_digest_holds_no_buyers_data(noon: Any, supplier_a: Any) -> None:
    order = OrderFactory(receiver_name="机密姓名", receiver_phone="13912345678", buyer_nick="secretnick")
    made = FulfilmentFactory(order=order, supplier=supplier_a)
    OrderLineFactory(fulfilment=made)
    promise(made, -1)
    send_supplier_digests(now=NOON)
    send_due()
    told = json.dumps(Message.objects.get().context, ensure_ascii=False) + mail.outbox[0].mail.html
    for secret in ("机密姓名", "13912345678", "secretnick", "文三路"):
        assert secret not in told


def test_the_number_of_queries_does_not_grow_with_the_rows(
    noon: Any, supplier_a: Any, django_assert_max_num_queries: Any
) -> None:
    for n in range(6):
        promise(part(supplier_a, f"锅{n}"), -1)
    with django_assert_max_num_queries(8):
        send_supplier_digests(now=NOON)
