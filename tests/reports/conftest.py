"""A month of promises with every ending there is, at two suppliers and two shops; made by rows, not by the engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from common import clock
from sla.models import Clock, PolicyVersion
from tests.factories import ShopFactory

DAY = dt.date(2026, 11, 19)  # a Thursday; the tests' «now» is Friday noon
POLICIES = ("orders.ship_daily", "orders.ship_promotion", "orders.platform_refund", "orders.unpaid_close")


def hour(hours: float, day: dt.date = DAY) -> dt.datetime:
    """So many hours after the day's first instant in Shanghai."""
    return clock.day_start(day) + dt.timedelta(hours=hours)


@pytest.fixture
def promise(db: None) -> Callable[..., Clock]:
    versions = {row.policy: row for row in PolicyVersion.objects.filter(policy__in=POLICIES)}
    numbers = iter(range(1, 10**6))

    def make(
        started: dt.datetime,
        due: dt.datetime,
        stopped: dt.datetime | None = None,
        *,
        policy: str = "orders.ship_daily",
        supplier: Any = None,
        shop: Any = None,
        title: str = "",
        topic: str = "",
        **more: Any,
    ) -> Clock:
        number = next(numbers)
        late = stopped is not None and stopped > due
        ending: dict[str, Any] = {"state": "running"}
        if stopped is not None:
            ending = {
                "state": "stopped",
                "stopped_at": stopped,
                "verdict": "breached" if late else "met",
                "late_seconds": int((stopped - due).total_seconds()) if late else 0,
            }
        return Clock.objects.create(
            policy=policy,
            version=versions[policy],
            subject_type="orders.fulfilment",
            subject_id=number,
            topic=topic or f"orders.order:{number}",
            title=title or f"N{number:06d}",
            party="supplier",
            supplier_id=getattr(supplier, "pk", None),
            shop_id=getattr(shop, "pk", None),
            started_at=started,
            own_due_at=due,
            due_at=due,
            **{**ending, **more},
        )

    return make


@pytest.fixture
def month(promise: Callable[..., Clock], supplier_a: Any, supplier_b: Any) -> None:
    """About 700 promises, spread by arithmetic so that every cohort of DAY has members."""
    shops = [ShopFactory(name="甲店"), ShopFactory(name="乙店")]
    suppliers = [supplier_a, supplier_b, None]
    for n in range(700):
        started = hour(-24 * 32) + dt.timedelta(hours=n * 1.17, minutes=n * 13 % 60)
        due = started + dt.timedelta(hours=(12, 24, 48)[n % 3])
        stopped = None if n % 17 == 0 else started + dt.timedelta(hours=n * 7 % 40, minutes=1)
        if stopped is not None and stopped > hour(30):
            stopped = None
        promise(
            started,
            due,
            stopped,
            policy=POLICIES[n % 7 // 2],
            supplier=suppliers[n % 5 % 3],
            shop=shops[n % 2],
            paused_seconds=60 if n % 4 == 0 else 0,
        )
    promise(hour(1), hour(2), supplier=supplier_a, shop=shops[0], state="void", stopped_at=hour(3))
    promise(hour(1), hour(2), supplier=supplier_a, shop=shops[0], state="paused")
