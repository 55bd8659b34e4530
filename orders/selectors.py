"""Reading orders: the list, the search, one order with all that hangs on it, and yesterday's exceptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common import clock, masking
from common.lean import chip
from orders import carriers, querysets
from orders.filters import OrderFilter
from orders.models import Fulfilment, Order, OrderLine, Parcel, Refund
from orders.states import LEFT, OPEN_REFUNDS, UNSHIPPED, Flag, OrderState, Platform, ShipMode
from sla import facets
from sla.models import Clock
from sla.states import OPEN

ORDER = ("-ordered_at", "-id")
SEARCH_LIMIT = 200
MIN_PREFIX = 6  # shorter beginnings fit too many
DIRECT = ("order_no", "tracking_no")  # one hit by these goes straight to the order
COLUMNS = (
    "id",
    "order_no",
    "shop_id",
    "state",
    "platform_state",
    "flag",
    "remark",
    "buyer_nick",
    "ordered_at",
    "paid_at",
    "total_due",
    "owner__name",
    "ship_mode",
    "chase_count",
)


@dataclass(frozen=True)
class Found:
    """What a search word led to: orders by identity, or else the word as a merchant code."""

    order_ids: tuple[int, ...] = ()
    direct_id: int | None = None
    code: str = ""


def starting_with(column: str, text: str) -> Q:
    """`column` begins with `text`, as a range that a plain index answers in any collation of digits and letters."""
    last = text[-1]
    exact = Q(**{column: text})
    if len(text) < MIN_PREFIX or not text.isascii() or not text.isalnum() or last in "9zZ":
        return exact if last not in "9" or not text.isdigit() else _digits(column, text)
    return Q(**{f"{column}__gte": text, f"{column}__lt": text[:-1] + chr(ord(last) + 1)})


def _digits(column: str, text: str) -> Q:
    """As above, for digits that end in 9: the next number of the same length bounds them."""
    bound = str(int(text) + 1)
    if len(text) < MIN_PREFIX or len(bound) != len(text):
        return Q(**{column: text})
    return Q(**{f"{column}__gte": text, f"{column}__lt": bound})


def search(word: str) -> Found:
    """The orders that `word` names: order number or phone (their beginning too), buyer, tracking number. One query.

    A word that names none of these may be a merchant code.
    """
    text = CharField()
    places: list[tuple[str, QuerySet[Any], str, Q]] = [
        ("order_no", Order.objects.all(), "pk", starting_with("order_no", word)),
        ("phone", Order.objects.all(), "pk", starting_with("receiver_phone", word)),
        ("buyer", Order.objects.all(), "pk", Q(buyer_nick=word)),
        ("tracking_no", Parcel.objects.all(), "order_id", starting_with("tracking_no", word.upper())),
    ]
    branches = [
        rows.filter(condition).order_by().values_list(F(key), Value(place, output_field=text))
        for place, rows, key, condition in places
    ]
    hits = list(branches[0].union(*branches[1:], all=True)[:SEARCH_LIMIT])
    ids = tuple(dict.fromkeys(pk for pk, _place in hits))
    if not ids:
        return Found(code=word[:64])
    straight = len(ids) == 1 and any(place in DIRECT for _pk, place in hits)
    return Found(order_ids=ids, direct_id=ids[0] if straight else None)


def order_rows(filters: OrderFilter, found: Found | None) -> QuerySet[Order, dict[str, Any]]:
    """The rows of the order list (ORD-01), not yet in order, with the columns that are shown."""
    orders = filters.apply(Order.objects.all())
    if found is not None:
        orders = orders.filter(pk__in=found.order_ids) if found.order_ids else querysets.with_code(orders, found.code)
    first_line = OrderLine.objects.filter(order=OuterRef("pk")).order_by("pk").values("title")[:1]
    rows: QuerySet[Order, dict[str, Any]] = orders.annotate(goods=Subquery(first_line)).values(*COLUMNS, "goods")
    return rows


def choices() -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Shops and suppliers with their names, for filters; as the house remembers them (sla.facets)."""
    return facets.choices("shop"), facets.choices("supplier")


def dressed(rows: Sequence[dict[str, Any]], shops: dict[int, str], now: dt.datetime) -> None:
    """Give each row of the list the words that the template prints; the buyer's name is masked (SEC-07)."""
    states = {str(value): str(label) for value, label in OrderState.choices}
    wishes = {str(value): str(label) for value, label in ShipMode.choices}
    flags = {int(value): str(label) for value, label in Flag.choices}
    this_year = clock.local(now).year
    for row in rows:
        row["shop"] = shops.get(row["shop_id"], "")
        row["state_label"] = states[row["state"]]
        row["marks"] = _marks(row, wishes)
        row["flag_label"] = flags[row["flag"]]
        row["buyer"] = masking.nick(row["buyer_nick"])
        row["ordered"] = _stamp(row["ordered_at"], this_year)
        row["paid"] = _stamp(row["paid_at"], this_year) if row["paid_at"] else ""


def _marks(row: dict[str, Any], wishes: dict[str, str]) -> SafeString:
    """The chips beside an order's state; most orders have none."""
    marks = []
    if row["state"] in LEFT and row["platform_state"] == OrderState.PAID:
        marks.append(chip(_("not marked on the platform"), "soon"))
    if row["ship_mode"] != ShipMode.NORMAL:
        marks.append(chip(wishes[row["ship_mode"]]))
    if row["chase_count"]:
        marks.append(chip(_("chased %(count)d×") % {"count": row["chase_count"]}, "late"))
    return SafeString("".join(f" {mark}" for mark in marks))


def _stamp(moment: dt.datetime, this_year: int) -> str:
    local = clock.local(moment)
    return local.strftime("%m-%d %H:%M" if local.year == this_year else "%Y-%m-%d %H:%M")


@dataclass
class Advice:
    """The one thing to do next: the key of an action (orders.actions) and why."""

    action: str
    sentence: str


@dataclass
class OrderPage:
    """One order with all that its page shows."""

    order: Order
    parts: list[Fulfilment]  # each with its `own_parcels`
    refunds: list[Refund]
    loose_parcels: list[Parcel]  # of a platform export that does not say whose part they carry

    @property
    def blocked(self) -> list[Refund]:
        """Refunds that forbid shipping until the buyer consents (dispute rule 27)."""
        return [refund for refund in self.refunds if refund.state in OPEN_REFUNDS and not refund.ship_consented_at]


def order_page(order_id: int) -> OrderPage:
    """The order's page in a fixed number of queries. Raises Order.DoesNotExist."""
    people = ("shop", "owner", "address_checked_by", "payment_reminded_by", "custom_terms__by")
    order = Order.objects.select_related(*people).get(pk=order_id)
    lines = OrderLine.objects.select_related("product").order_by("pk")
    parcels = list(order.parcels.select_related("replaced_by").order_by("pk"))
    parts = list(order.fulfilments.select_related("supplier").prefetch_related(Prefetch("lines", lines)).order_by("pk"))
    refunds = list(order.refunds.select_related("line", "ship_consented_by").order_by("deadline_at", "pk"))
    for parcel in parcels:
        parcel.carrier_name = carriers.name_of(parcel.carrier)
    order.custom_made = any(line.product and line.product.custom_made for part in parts for line in part.lines.all())
    for part in parts:
        part.own_parcels = [parcel for parcel in parcels if parcel.fulfilment_id == part.pk]
    for refund in refunds:
        refund.is_open = refund.state in OPEN_REFUNDS
    return OrderPage(order, parts, refunds, [parcel for parcel in parcels if parcel.fulfilment_id is None])


def name_suppliers(clocks: Sequence[Clock], parts: Sequence[Fulfilment]) -> None:
    """Say on each clock of a supplier's part which supplier's it is."""
    names = {part.supplier_id: part.supplier.name for part in parts if part.supplier}
    for running in clocks:
        running.supplier_name = names.get(running.supplier_id, "")


def advise(page: OrderPage, clocks: Sequence[Clock], now: dt.datetime) -> Advice | None:
    """The most useful next step of an order, or None when it needs none."""
    order = page.order
    if order.state == OrderState.UNPAID:
        return _advise_unpaid(order, now)
    if order.state in LEFT and order.platform_state == OrderState.PAID:
        return Advice("mark", _("It has left, but the platform still says «to ship»: mark it there."))
    if order.state != OrderState.PAID:
        return None
    if page.blocked:
        return Advice("consent", _("The buyer asked for a refund: ship only with the buyer's consent."))
    late = [c for c in clocks if c.state in OPEN and c.due_at < now and c.subject_type == "orders.fulfilment"]
    if late and any(part.state in UNSHIPPED for part in page.parts):
        return Advice("chase", _("It is late: chase the supplier, or enter the number if it has left."))
    if order.custom_made and not hasattr(order, "custom_terms"):
        return Advice("custom", _("Custom-made: record what was agreed with the buyer before it is made (ORD-24)."))
    if order.address_checked_at is None:
        return Advice("check_address", _("Check the address with the buyer."))
    return None


def _advise_unpaid(order: Order, now: dt.datetime) -> Advice | None:
    if order.payment_reminded_at is None and order.ordered_at <= now - dt.timedelta(hours=12):
        return Advice("remind", _("Unpaid for 12 hours or more: remind the buyer, once."))
    return None


def payment_round(now: dt.datetime) -> QuerySet[Order]:
    """The orders of the 16:00 round: unpaid for 12 hours and not yet reminded (ORD-03 to ORD-05)."""
    return Order.objects.filter(querysets.to_remind(now)).select_related("shop")


@dataclass(frozen=True)
class Exceptions:
    """What was unusual about a day's orders (ORD-21), each kind with its title and at most LIMIT orders."""

    title: str
    orders: list[Order]

    LIMIT = 50

    @property
    def more(self) -> bool:
        return len(self.orders) > self.LIMIT

    @property
    def shown(self) -> list[Order]:
        return self.orders[: self.LIMIT]


def exceptions_of(day: dt.date, now: dt.datetime) -> list[Exceptions]:
    """The unusual ones among the orders of an Asia/Shanghai day (ORD-21), one query a kind."""
    start, end = clock.day_start(day), clock.day_start(day + dt.timedelta(days=1))
    orders = Order.objects.filter(ordered_at__gte=start, ordered_at__lt=end).select_related("shop").order_by(*ORDER)
    late = Clock.objects.filter(subject_type="orders.fulfilment", state__in=OPEN, due_at__lt=now, started_at__gte=start)
    late_parts = Fulfilment.objects.filter(pk__in=late.values("subject_id")).values("order_id")
    refunded = Refund.objects.values("order_id")
    unknown = Fulfilment.objects.filter(supplier__isnull=True, order__ordered_at__gte=start).values("order_id")
    kinds: list[tuple[str, Q]] = [
        (_("refund asked"), Q(pk__in=refunded)),
        (_("late"), Q(pk__in=late_parts)),
        (_("waits for notice"), querysets.held()),
        (_("address not checked"), querysets.unverified()),
        (_("merchant code unknown"), Q(pk__in=unknown)),
        (_("closed"), Q(state=OrderState.CLOSED)),
    ]
    limit = Exceptions.LIMIT + 1
    return [Exceptions(title, list(orders.filter(condition)[:limit])) for title, condition in kinds]


def platform_label(platform: str) -> str:
    return str(Platform(platform).label)
