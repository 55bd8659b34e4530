"""The numbers of the house's money: up to how much a role decides alone, how much a platform takes in one batch.

Rows that supervisors edit; the built-in ones hold until somebody sets them.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from common import clock
from ledger.models import MoneyLimit, PlatformLimit
from orders.states import Platform
from staff.roles import Role

NOTHING = Decimal(0)
ROLES: dict[str, Decimal] = {  # FIN-06
    Role.AGENT_PRESALES: Decimal("50.00"),
    Role.AGENT_AFTERSALES: Decimal("200.00"),
    Role.SUPERVISOR: Decimal("2000.00"),
    Role.MANAGER: Decimal("10000.00"),
    Role.FINANCE: Decimal("200.00"),
}


class BatchLimit(NamedTuple):
    """How many cases and how many yuan a platform takes in one batch; None: as many as there are."""

    cases: int | None = None
    amount: Decimal | None = None


PLATFORMS: dict[str, BatchLimit] = {Platform.TAOBAO: BatchLimit(20, Decimal("6000.00"))}


def limit_of(by: Any) -> Decimal:
    """Up to how many yuan `by` decides alone (FIN-06); nothing for a supplier's program and for the product itself."""
    role = getattr(by, "role", "")
    row = MoneyLimit.objects.filter(role=role).first() if role else None
    return row.amount if row else ROLES.get(role, NOTHING)


def batch_limit(platform: str, day: dt.date) -> BatchLimit:
    """What `platform` takes in one batch on `day`."""
    rows = PlatformLimit.objects.filter(platform=platform, valid_from__lte=day).order_by("-valid_from")
    row = rows.first()
    return BatchLimit(row.cases, row.amount) if row else PLATFORMS.get(platform, BatchLimit())


def load(day: dt.date | None = None) -> int:
    """Write the built-in numbers down as rows to edit, where there are none; answers how many. They hold from `day`."""
    made = [MoneyLimit.objects.get_or_create(role=role, defaults={"amount": sum_})[1] for role, sum_ in ROLES.items()]
    for platform, limit in PLATFORMS.items():
        if limit.cases is None or limit.amount is None or PlatformLimit.objects.filter(platform=platform).exists():
            continue
        first = day or clock.today().replace(month=1, day=1)
        PlatformLimit.objects.create(platform=platform, valid_from=first, cases=limit.cases, amount=limit.amount)
        made.append(True)
    return sum(made)
