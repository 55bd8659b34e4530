"""What the URLs of the finance pages ask for; a value that makes no sense asks for nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common import clock
from ledger import permissions
from ledger.models import Claim, PaySlip
from ledger.states import OPEN_CLAIMS, ClaimState, Direction, Liable, Purpose, SlipState
from orders.filters import number
from sla.models import Clock
from sla.states import ClockState
from staff.models import User

LATE = "late"


def _late() -> Q:
    running = Clock.objects.filter(
        policy="ledger.pay", subject_type="ledger.payslip", state=ClockState.RUNNING, due_at__lt=clock.now()
    )
    return Q(pk__in=running.values("subject_id"))


SHOWS: dict[str, tuple[Any, Callable[[], Q]]] = {
    "to_pay": (_("to be paid"), lambda: Q(state=SlipState.APPROVED)),
    "to_approve": (_("to be approved"), lambda: Q(state=SlipState.SUBMITTED)),
    LATE: (_("overdue"), _late),
    "unpacked": (_("to be paid, in no batch"), lambda: Q(state=SlipState.APPROVED, batch__isnull=True)),
    "unreconciled": (_("paid, not reconciled"), lambda: Q(state__in=[SlipState.PAID, SlipState.MISMATCHED])),
    "declined": (_("declined"), lambda: Q(state=SlipState.DECLINED)),
    "all": (_("all"), Q),
}
OLDEST_FIRST = ("to_pay", "to_approve", "unpacked", LATE)


def start_of(user: User) -> str:
    """The list that waits for `user`: nobody else approves, so who may do that begins there."""
    return "to_approve" if user.has_perm(permissions.APPROVE_SLIP) else "to_pay"


@dataclass(frozen=True)
class SlipFilter:
    """The filter of the queue."""

    show: str = "to_pay"
    q: str = ""
    purpose: str = ""
    direction: str = ""
    shop: int | None = None
    mine: bool = False

    @classmethod
    def from_query(cls, query: Mapping[str, Any], user: User) -> SlipFilter:
        show, purpose, way = query.get("show", ""), query.get("purpose", ""), query.get("direction", "")
        return cls(
            show=show if show in SHOWS else start_of(user),
            q=str(query.get("q", "")).strip().strip("=\"'’`\t ")[:60],
            purpose=purpose if purpose in Purpose.values else "",
            direction=way if way in Direction.values else "",
            shop=number(query.get("shop")),
            mine=query.get("mine") == "1",
        )

    @property
    def query(self) -> str:
        """The filter as it stands in a URL."""
        values = {
            "show": self.show,
            "q": self.q,
            "purpose": self.purpose,
            "direction": self.direction,
            "shop": self.shop,
            "mine": "1" if self.mine else "",
        }
        return urlencode({name: value for name, value in values.items() if value not in ("", None)})

    @property
    def order(self) -> tuple[str, str]:
        """What waits comes oldest first, what is over newest first."""
        return ("asked_at", "id") if self.show in OLDEST_FIRST else ("-asked_at", "-id")

    def apply(self, slips: QuerySet[PaySlip], user: User) -> QuerySet[PaySlip]:
        """`slips` narrowed; a word is a slip, order, batch or platform number in full, wherever the slip stands."""
        slips = slips.filter(asked_at__isnull=False)
        if self.q:
            word = self.q.upper()
            return slips.filter(
                Q(number=word) | Q(order__order_no=self.q) | Q(platform_number=self.q) | Q(batch__number=word)
            )
        columns = {"purpose": self.purpose or None, "direction": self.direction or None, "shop_id": self.shop}
        slips = slips.filter(SHOWS[self.show][1](), **{name: value for name, value in columns.items() if value})
        return slips.filter(asked_by=user) if self.mine else slips


@dataclass(frozen=True)
class ClaimFilter:
    """The filter of the list of claims; without a state those that are open."""

    state: str = ""
    liable: str = ""
    supplier: int | None = None

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> ClaimFilter:
        state, liable = query.get("state", ""), query.get("liable", "")
        return cls(
            state=state if state in ClaimState.values or state == "all" else "",
            liable=liable if liable in Liable.values else "",
            supplier=number(query.get("supplier")),
        )

    @property
    def query(self) -> str:
        values = {"state": self.state, "liable": self.liable, "supplier": self.supplier}
        return urlencode({name: value for name, value in values.items() if value not in ("", None)})

    def apply(self, claims: QuerySet[Claim]) -> QuerySet[Claim]:
        if self.state != "all":
            claims = claims.filter(state__in=[self.state] if self.state else OPEN_CLAIMS)
        columns = {"liable": self.liable or None, "supplier_id": self.supplier}
        return claims.filter(**{name: value for name, value in columns.items() if value})


def month_of(text: str) -> dt.date:
    """The first day of the month that a URL names («2026-11»); the present one in Shanghai for whatever is none."""
    try:
        return dt.date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        return clock.today().replace(day=1)
