"""Commission by who serves an order (FIN-12): a month's deals, less what was refunded, times the percent of the rules."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import IO

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.exports import Sheet, csv_file, workbook
from orders.measures import deals_of
from orders.models import Order, Refund
from orders.states import OrderState, RefundState
from staff.models import User
from staff.roles import Role
from staff.selectors import led_people, service_rules

CENT = Decimal("0.01")
VIEW = "orders.read_commission"  # everybody's: finance
EXPORT = "orders.export_commission"
MOST_ROWS = 2_000  # SEC-02: more than any house has people


@dataclass(frozen=True)
class Line:
    """One person's month. Yuan."""

    user_id: int
    name: str
    staff_no: str
    deals: int
    paid: Decimal
    refunded: Decimal
    percent: Decimal

    @property
    def base(self) -> Decimal:
        return max(Decimal(0), self.paid - self.refunded)

    @property
    def commission(self) -> Decimal:
        return (self.base * self.percent / 100).quantize(CENT)


def month_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of the month of `day`."""
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def seen_by(reader: User) -> QuerySet[User]:
    """Whose commission `reader` may see: everybody's with the right of finance, of those he leads, his own."""
    people = User.objects.exclude(role=Role.SUPPLIER).order_by("name", "pk")
    if reader.has_perm(VIEW):
        return people
    return people.filter(pk__in=[reader.pk, *led_people(reader).values_list("pk", flat=True)])


def report(reader: User, first: dt.date, last: dt.date) -> list[Line]:
    """The lines that `reader` may see of these days, the most first. Four queries.

    Counted are orders paid on these days whose staff number names the person (ORD-15) and that are not closed, less
    refunds of these orders that went through.
    """
    people = {user.pk: user for user in seen_by(reader)}
    found = deals_of(list(people), first, last)
    paid = found.order_by().values_list("owner_id").annotate(count=Count("pk"), paid=Sum("paid_total"))
    refunds = (
        Refund.objects.filter(order__in=found, state=RefundState.SUCCESS)
        .order_by()
        .values_list("order__owner_id")
        .annotate(refunded=Sum("amount"))
    )
    back = dict(refunds)
    percent = service_rules().commission_percent
    lines = [
        Line(
            user_id=owner_id,
            name=people[owner_id].name,
            staff_no=people[owner_id].staff_no,
            deals=count,
            paid=amount or Decimal(0),
            refunded=back.get(owner_id) or Decimal(0),
            percent=percent,
        )
        for owner_id, count, amount in paid
        if owner_id in people
    ]
    return sorted(lines, key=lambda line: (-line.base, line.name))


def ownerless(first: dt.date, last: dt.date) -> int:
    """Orders of these days without a staff number: nobody's commission until somebody serves them (ORD-15)."""
    return (
        Order.objects.filter(
            owner=None, paid_at__gte=clock.day_start(first), paid_at__lt=clock.day_start(last + dt.timedelta(days=1))
        )
        .exclude(state=OrderState.CLOSED)
        .count()
    )


def deals_page(reader: User, user_id: int, first: dt.date, last: dt.date) -> QuerySet[Order]:
    """The orders behind a person's line. Raises User.DoesNotExist for somebody whom `reader` may not see."""
    person = seen_by(reader).get(pk=user_id)
    return deals_of([person.pk], first, last).select_related("shop")


def export(
    *, reader: User, first: dt.date, last: dt.date, form: str, stream: IO[bytes], now: dt.datetime | None = None
) -> int:
    """Write the report as «xlsx» or «csv», with a line that says who took it and when; the trail says so too, without
    sums. Answers the number of lines. Raises BusinessError beyond the limit (SEC-02)."""
    now = now or clock.now()
    lines = report(reader, first, last)
    if len(lines) > MOST_ROWS:
        raise BusinessError(_("That is more than an export may hold."), code="too_many")
    header = [
        _("Staff number"), _("Person"), _("Deals"), _("Paid, yuan"), _("Refunded, yuan"), _("Counted, yuan"),
        _("Percent"), _("Commission, yuan"),
    ]  # fmt: skip
    rows = [*_rows(lines), _watermark(reader, now)]
    if form == "csv":
        csv_file(header, rows, stream)
    else:
        workbook([Sheet(f"{first:%Y-%m}", header, rows, (14, 16, 10, 14, 14, 14, 10, 16))], stream)
    audit.record(
        "orders.commission_exported",
        about=f"staff.user:{reader.pk}",
        by=reader,
        now=now,
        first=first.isoformat(),
        last=last.isoformat(),
        rows=len(lines),
    )
    return len(lines)


def _rows(lines: Iterable[Line]) -> list[list[object]]:
    return [
        [line.staff_no, line.name, line.deals, line.paid, line.refunded, line.base, line.percent, line.commission]
        for line in lines
    ]


def _watermark(reader: User, now: dt.datetime) -> list[object]:
    stamp = clock.local(now).strftime("%Y-%m-%d %H:%M")
    return [_("Taken out by %(name)s on %(time)s") % {"name": reader.name, "time": stamp}]
