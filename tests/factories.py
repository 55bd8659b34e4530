"""One plain factory per model, no surprises: give what the test is about, the rest is a valid default."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from common import clock
from orders import models as orders
from orders.states import FulfilmentState, OrderState, RefundState
from staff.models import User
from staff.roles import MAY_ENTER_ADMIN, Role
from suppliers import models as suppliers

# A Friday noon in Shanghai, four hours before the cut-off; tests that freeze time freeze it here unless they say so.
NOON = dt.datetime(2026, 11, 20, 4, 0, tzinfo=dt.UTC)


def at(text: str) -> dt.datetime:
    """«2026-11-20 16:00:01» on the wall clock of Shanghai."""
    return clock.aware(dt.datetime.fromisoformat(text))


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"员工{n}")
    role = Role.AGENT_AFTERSALES
    email = factory.LazyAttribute(lambda o: f"{o.username}@example.com")
    is_staff = factory.LazyAttribute(lambda o: o.role in MAY_ENTER_ADMIN)
    password = factory.django.Password("a-good-password")


class SupplierFactory(DjangoModelFactory):
    class Meta:
        model = suppliers.Supplier

    code = factory.Sequence(lambda n: f"GYS{n:02d}")
    name = factory.LazyAttribute(lambda o: f"{o.code}供应商")
    email = factory.LazyAttribute(lambda o: f"{o.code.lower()}@example.com")


class ProductFactory(DjangoModelFactory):
    class Meta:
        model = suppliers.Product

    code = factory.Sequence(lambda n: f"SKU-{n:03d}")
    title = factory.LazyAttribute(lambda o: f"商品 {o.code}")
    supplier = factory.SubFactory(SupplierFactory)
    price = Decimal("59.90")


class ShopFactory(DjangoModelFactory):
    class Meta:
        model = orders.Shop

    platform = "taobao"
    name = factory.Sequence(lambda n: f"旗舰店{n}")


class OrderFactory(DjangoModelFactory):
    class Meta:
        model = orders.Order

    platform = factory.LazyAttribute(lambda o: o.shop.platform)
    shop = factory.SubFactory(ShopFactory)
    order_no = factory.Sequence(lambda n: str(6113448474333640000 + n))
    state = OrderState.PAID
    platform_state = factory.LazyAttribute(lambda o: o.state)
    buyer_nick = factory.Sequence(lambda n: f"buyer{n}")
    receiver_name = "杨淑珍"
    receiver_phone = factory.Sequence(lambda n: f"138{n:08d}")
    receiver_address = "浙江省杭州市西湖区文三路1号(310000)"
    ordered_at = NOON - dt.timedelta(hours=1)
    paid_at = factory.LazyAttribute(
        lambda o: None if o.state == OrderState.UNPAID else o.ordered_at + dt.timedelta(minutes=10)
    )
    total_due = Decimal("59.90")
    paid_total = factory.LazyAttribute(lambda o: Decimal(0) if o.paid_at is None else o.total_due)
    created_at = NOON
    updated_at = NOON


class FulfilmentFactory(DjangoModelFactory):
    class Meta:
        model = orders.Fulfilment

    order = factory.SubFactory(OrderFactory)
    supplier = factory.SubFactory(SupplierFactory)
    paid_at = factory.LazyAttribute(lambda o: o.order.paid_at)
    state = factory.LazyAttribute(
        lambda o: {
            OrderState.UNPAID: FulfilmentState.WAITING,
            OrderState.PAID: FulfilmentState.TO_SHIP,
            OrderState.CLOSED: FulfilmentState.CANCELLED,
        }.get(o.order.state, FulfilmentState.SHIPPED)
    )


class OrderLineFactory(DjangoModelFactory):
    class Meta:
        model = orders.OrderLine

    order = factory.LazyAttribute(lambda o: o.fulfilment.order)
    fulfilment = factory.SubFactory(FulfilmentFactory)
    product = factory.LazyAttribute(
        lambda o: ProductFactory(supplier=o.fulfilment.supplier) if o.fulfilment.supplier else None
    )
    sku = factory.LazyAttribute(lambda o: o.product.code if o.product else "UNKNOWN")
    line_key = factory.LazyAttribute(lambda o: f"{o.sku}#1")
    title = factory.LazyAttribute(lambda o: o.product.title if o.product else "未知商品")
    quantity = 1
    price = Decimal("59.90")


class RefundFactory(DjangoModelFactory):
    class Meta:
        model = orders.Refund

    order = factory.SubFactory(OrderFactory)
    platform = factory.LazyAttribute(lambda o: o.order.platform)
    refund_no = factory.Sequence(lambda n: str(249885445436047000 + n))
    state = RefundState.WAIT_SELLER_AGREE
    amount = Decimal("59.90")
    applied_at = NOON
    deadline_at = NOON + dt.timedelta(days=2)
    created_at = NOON
    updated_at = NOON
