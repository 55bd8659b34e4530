"""What people sold: deals and their amount by who serves the order (ORD-15, STF-36, FIN-12), goods of the day (STF-28)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common import clock
from orders.models import Order, OrderLine, Parcel, Refund
from orders.states import OrderState, RefundState
from staff.measures import Figures, Measure, register
from staff.records import goods
from staff.records.goods import Goods

DAY = dt.timedelta(days=1)


def deals_of(user_ids: Sequence[int], first: dt.date, last: dt.date) -> QuerySet[Order]:
    """The deals of these people: orders they serve, paid on these Shanghai days and not closed again."""
    return Order.objects.filter(
        owner_id__in=list(user_ids), paid_at__gte=clock.day_start(first), paid_at__lt=clock.day_start(last + DAY)
    ).exclude(state=OrderState.CLOSED)


def _by_day(found: QuerySet[Order], figure: Count | Sum) -> Figures:
    rows = (
        found.annotate(on=TruncDate("paid_at", tzinfo=clock.SHANGHAI))
        .order_by()
        .values_list("owner_id", "on")
        .annotate(figure=figure)
    )
    return {(user_id, day): Decimal(str(value)) for user_id, day, value in rows if user_id and day}


def deals(user_ids: Sequence[int], first: dt.date, last: dt.date) -> Figures:
    return _by_day(deals_of(user_ids, first, last), Count("pk"))


def deal_amount(user_ids: Sequence[int], first: dt.date, last: dt.date) -> Figures:
    """Yuan paid for the deals."""
    return _by_day(deals_of(user_ids, first, last), Sum("paid_total"))


def rows_url(user_id: int, first: dt.date, last: dt.date) -> str:
    return f"{reverse('orders:deals')}?user={user_id}&from={first}&to={last}"


def goods_of(day: dt.date) -> Goods:
    """Pieces by category that left on a day and that came back with refunds finished on it: what a parcel does not
    list is the rest of its part (STF-28). Three queries."""
    start, end = clock.day_start(day), clock.day_start(day + DAY)
    parcels = Parcel.objects.filter(shipped_at__gte=start, shipped_at__lt=end, replaced_by=None)
    shipped: Counter[str] = Counter()
    listed = parcels.filter(items__isnull=False).values_list("items__sku", "items__quantity")
    pieces = [(sku, count) for sku, count in listed if sku]
    kinds = _kinds([sku for sku, _count in pieces])
    for sku, count in pieces:
        shipped[kinds.get(sku, sku)] += count
    rest = OrderLine.objects.filter(fulfilment__in=parcels.filter(items=None).values("fulfilment"))
    shipped.update(_by_kind(rest))
    back = Refund.objects.filter(
        state=RefundState.SUCCESS, needs_return=True, finished_at__gte=start, finished_at__lt=end, line__isnull=False
    )
    returned = Counter(_by_kind(OrderLine.objects.filter(pk__in=back.values("line"))))
    return Goods(tuple(shipped.most_common()), tuple(returned.most_common()))


def _by_kind(lines: QuerySet[OrderLine]) -> dict[str, int]:
    rows = lines.order_by().values_list(Coalesce("product__category__name", "title")).annotate(pieces=Sum("quantity"))
    return dict(rows)


def _kinds(skus: Sequence[str]) -> dict[str, str]:
    rows = (
        OrderLine.objects.filter(sku__in=set(skus))
        .order_by()
        .values_list("sku", Coalesce("product__category__name", "title"))
    )
    return dict(rows.distinct())


goods.register(goods_of)
register(
    Measure(
        key="deals", label=_("deals"), unit=pgettext_lazy("unit", "times"), better="more", read=deals, rows_url=rows_url
    )
)
register(
    Measure(
        key="deal_amount",
        label=_("amount of the deals"),
        unit=_("yuan"),
        better="more",
        read=deal_amount,
        rows_url=rows_url,
        decimals=2,
    )
)
