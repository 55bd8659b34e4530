"""Cases for tests: lying in any state of their machine, as if they had been led there."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from aftersales import models
from aftersales.states import Bearer, Channel, Kind
from aftersales.workflows import BY_KIND
from orders.models import Fulfilment, OrderLine
from orders.states import OrderState
from tests import factories


class ReasonFactory(DjangoModelFactory):
    class Meta:
        model = models.Reason
        django_get_or_create = ("code",)

    code = "quality-flaw"
    name = "质量问题"
    cause = models.Reason.Cause.QUALITY
    liable = Bearer.SUPPLIER


class ReturnAddressFactory(DjangoModelFactory):
    class Meta:
        model = models.ReturnAddress

    name = factory.Sequence(lambda n: f"退货仓{n}")
    receiver = "退货组"
    phone = "13800138000"
    address = "浙江省义乌市福田街道1号"


def line_of(
    supplier: Any = None, *, quantity: int = 2, price: str = "30.00", state: str = "", **order: Any
) -> OrderLine:
    """A line of an order that was paid as it stands, with its supplier."""
    whole = Decimal(price) * quantity
    made = factories.OrderFactory(
        state=state or OrderState.DELIVERED, total_due=whole, paid_total=order.pop("paid_total", whole), **order
    )
    supplier = supplier or factories.SupplierFactory()
    part: Fulfilment = factories.FulfilmentFactory(order=made, supplier=supplier)
    line: OrderLine = factories.OrderLineFactory(fulfilment=part, quantity=quantity, price=Decimal(price))
    return line


class CaseFactory(DjangoModelFactory):
    """A case in any state; `line=` gives it one line of an order, or None for a case without an order."""

    class Meta:
        model = models.Case
        exclude = ("line",)
        skip_postgeneration_save = True

    line: Any = factory.LazyFunction(line_of)
    kind: Any = Kind.RETURN
    number = factory.Sequence(lambda n: f"AS{n:09d}")
    state = factory.LazyAttribute(lambda o: BY_KIND[o.kind].START)
    active = factory.LazyAttribute(lambda o: not BY_KIND[o.kind].PLACES[o.state].final)
    ball = factory.LazyAttribute(lambda o: BY_KIND[o.kind].PLACES[o.state].ball)
    channel = Channel.ONLINE
    order = factory.LazyAttribute(lambda o: o.line.order if o.line else None)
    shop = factory.LazyAttribute(lambda o: o.order.shop if o.order else None)
    supplier = factory.LazyAttribute(lambda o: o.line.fulfilment.supplier if o.line else None)
    opened_at = factories.NOON
    entered_at = factories.NOON
    updated_at = factories.NOON
    closed_at = factory.LazyAttribute(lambda o: None if o.active else factories.NOON)

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> models.Case:
        case: models.Case = super()._create(model_class, *args, **kwargs)
        return case

    @factory.post_generation
    def lines(obj: Any, create: bool, extracted: Any, **kwargs: Any) -> None:  # noqa: N805
        """`lines=[line, …]`; without it the first line of the order, all pieces."""
        if not create or obj.order is None:
            return
        for line in extracted if extracted is not None else obj.order.lines.all()[:1]:
            models.CaseLine.objects.create(
                case=obj, line=line, kind=obj.kind, active=obj.active, quantity=line.quantity
            )


def share_all(case: models.Case, bearer: str = Bearer.COMPANY) -> None:
    models.Responsibility.objects.create(case=case, bearer=bearer, percent=100)
