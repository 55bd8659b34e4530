"""Shortage 缺货 (SUP-11 to SUP-13).

reported → contacting → cancelled (opens refund before shipping) / waiting (date promised) → shipped / promise_broken
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aftersales.machine import LEADERS, SERVICE, SYSTEM, Place, step
from aftersales.models import Case
from aftersales.states import Goods, Kind
from aftersales.states import ShortageState as S
from sla.states import Party


class Shortage(Case):
    """A supplier has run out: the buyer is asked at once."""

    KIND = Kind.SHORTAGE
    START = S.REPORTED
    STATES = S
    PLACES = {
        S.REPORTED: Place(Party.AGENT, ("aftersales.contact_now",), Goods.UNSHIPPED),
        S.CONTACTING: Place(Party.AGENT, ("aftersales.contact_now",)),
        S.CANCELLED: Place(final=True),
        S.WAITING: Place(Party.SUPPLIER, ("aftersales.promised",)),
        S.SHIPPED: Place(final=True),
        S.PROMISE_BROKEN: Place(Party.AGENT, ("aftersales.contact_now",)),
    }

    class Meta:
        proxy = True
        default_permissions = ()

    @step(
        [S.REPORTED, S.PROMISE_BROKEN],
        S.CONTACTING,
        label=_("Contact the buyer"),
        by=SERVICE,
        asks=("contact",),
        rule="SUP-11",
        main=True,
    )
    def contact(self) -> None: ...

    @step(
        [S.REPORTED, S.CONTACTING, S.PROMISE_BROKEN],
        S.CANCELLED,
        label=_("The buyer cancels"),
        by=SERVICE,
        asks=("result", "responsibility"),
        rule="SUP-11, SUP-13",
        opens=Kind.UNSHIPPED_REFUND,
    )
    def cancel(self) -> None: ...

    @step(
        [S.REPORTED, S.CONTACTING, S.PROMISE_BROKEN],
        S.WAITING,
        label=_("The buyer waits: promise a date"),
        by=SERVICE,
        asks=("promised",),
        rule="SUP-12",
        main=True,
    )
    def wait(self) -> None: ...

    @step(
        [S.REPORTED, S.CONTACTING, S.WAITING, S.PROMISE_BROKEN],
        S.SHIPPED,
        label=_("It has shipped"),
        by=(*SERVICE, *SYSTEM),
        rule="SUP-12",
        main=True,
    )
    def ship(self) -> None: ...

    @step(S.WAITING, S.PROMISE_BROKEN, label=_("The date has passed"), by=(*SYSTEM, *LEADERS), rule="SUP-12, SUP-13")
    def break_promise(self) -> None: ...

    @step([S.CANCELLED, S.SHIPPED], S.CONTACTING, label=_("Reopen"), by=SERVICE, asks=("why",))
    def reopen(self) -> None: ...
