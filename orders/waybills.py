"""Stock of waybills: counted by the clerk, used up by parcels, warned of two days ahead (LOG-05)."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from notifications import services as notifications
from orders.carriers import CARRIERS, name_of
from orders.models import Parcel, WaybillStock
from staff.duty.selectors import abilities
from staff.models import User
from staff.roles import AGENTS, Role
from staff.rota.states import Skill
from staff.selectors import active_users

LOOKED_BACK = 7  # days of parcels that make the daily volume
COUNTS_BACK = dt.timedelta(days=30)
DAY = dt.timedelta(days=1)
ONE = Decimal("0.1")
Kind = WaybillStock.Kind


@dataclass(frozen=True)
class Stock:
    """A carrier's waybills of a kind: counted, left by now, used a day, and how many days they last."""

    carrier: str
    name: str
    kind: str
    kind_label: str
    counted: int
    counted_at: dt.datetime
    counted_by: str
    left: int
    a_day: Decimal
    warn_days: int

    @property
    def days(self) -> Decimal | None:
        """Days of cover; None when nothing is used."""
        return (self.left / self.a_day).quantize(ONE) if self.a_day else None

    @property
    def is_low(self) -> bool:
        """Whether the courier has to be told by now."""
        return self.left == 0 or (self.days is not None and self.days < self.warn_days)


@transaction.atomic
def count_waybills(
    *, carrier: str, kind: str, left: int, warn_days: int, by: User, now: dt.datetime | None = None
) -> WaybillStock:
    """Note how many waybills a carrier has left with us. Raises BusinessError for an unknown carrier."""
    now = now or clock.now()
    if carrier not in CARRIERS or kind not in Kind.values:
        raise BusinessError(_("There is no such carrier."), code="unknown_carrier")
    stock = WaybillStock.objects.create(
        carrier=carrier, kind=kind, left=left, warn_days=warn_days, counted_at=now, by=by
    )
    audit.record("orders.waybills_counted", about=stock, by=by, now=now, carrier=carrier, kind=kind, left=left)
    return stock


def stocks(now: dt.datetime | None = None) -> list[Stock]:
    """The latest count of each carrier and kind, with the parcels since taken off, the shortest first.

    Electronic waybills are used by parcels: the daily volume is that of the last seven days. Handwritten ones by what
    the counts of the last thirty days say. Three queries.
    """
    now = now or clock.now()
    counts = list(WaybillStock.objects.select_related("by").order_by("-counted_at", "-pk")[:2000])
    latest: dict[tuple[str, str], WaybillStock] = {}
    for row in counts:
        latest.setdefault((row.carrier, row.kind), row)
    week = _parcels(Q(shipped_at__gt=now - LOOKED_BACK * DAY), now)
    since = _since(latest.values())
    used_since = _parcels(since, now) if since else defaultdict(int)
    found = []
    for (carrier, kind), row in latest.items():
        if kind == Kind.ELECTRONIC:
            used = used_since[carrier]
            a_day = Decimal(week[carrier]) / LOOKED_BACK
        else:
            used = 0
            a_day = _by_counts([one for one in counts if (one.carrier, one.kind) == (carrier, kind)], now)
        found.append(
            Stock(
                carrier=carrier,
                name=name_of(carrier),
                kind=kind,
                kind_label=str(Kind(kind).label),
                counted=row.left,
                counted_at=row.counted_at,
                counted_by=row.by.name,
                left=max(0, row.left - used),
                a_day=a_day.quantize(ONE),
                warn_days=row.warn_days,
            )
        )
    return sorted(found, key=lambda stock: (stock.days is None, stock.days or 0, stock.name))


def _since(latest: Iterable[WaybillStock]) -> Q:
    """Parcels of each carrier since its own latest count of electronic waybills."""
    condition = Q()
    for row in latest:
        if row.kind == Kind.ELECTRONIC:
            condition |= Q(carrier=row.carrier, shipped_at__gt=row.counted_at)
    return condition


def _parcels(condition: Q, until: dt.datetime) -> dict[str, int]:
    rows = (
        Parcel.objects.filter(condition, shipped_at__lte=until, replaced_by=None)
        .order_by()
        .values_list("carrier")
        .annotate(Count("pk"))
    )
    return defaultdict(int, dict(rows))


def _by_counts(counts: list[WaybillStock], now: dt.datetime) -> Decimal:
    """Use a day between the counts of the last thirty days; a count that went up was a refill and uses nothing."""
    recent = [count for count in counts if count.counted_at >= now - COUNTS_BACK]
    if len(recent) < 2:
        return Decimal(0)
    used = sum(max(0, older.left - newer.left) for newer, older in itertools.pairwise(recent))
    span = (recent[0].counted_at - recent[-1].counted_at).total_seconds() / DAY.total_seconds()
    return Decimal(used) / Decimal(str(max(span, 1)))


def low_stocks(now: dt.datetime | None = None) -> list[Stock]:
    """Those of which the courier has to be told by now (LOG-05)."""
    return [stock for stock in stocks(now) if stock.is_low]


@transaction.atomic
def warn_of_waybills(now: dt.datetime | None = None) -> int:
    """Operations and the order clerks hear which waybills run out, once a day each; answers how many those are."""
    now = now or clock.now()
    low = low_stocks(now)
    users = _who_hears(clock.day_of(now)) if low else []
    for stock in low:
        notifications.notify(
            kind="orders.waybills_low",
            users=users,
            context={"carrier": stock.carrier, "kind": stock.kind, "left": stock.left},
            url=reverse("orders:waybills"),
            severity="warning",
            dedupe_key=f"orders.waybills_low:{clock.day_of(now)}:{stock.carrier}:{stock.kind}",
            now=now,
        )
    return len(low)


def _who_hears(day: dt.date) -> list[User]:
    agents = list(active_users(*AGENTS, Role.WAREHOUSE))
    able = abilities(agents, day)
    clerks = [user for user in agents if able[user.pk].fits(Skill.CLERK)]
    return [*active_users(Role.OPERATIONS), *clerks]
