"""Logistics incident 物流异常 (LOG-08, LOG-10 to LOG-18).

opened (out of zone, force majeure, suspended, unreachable, lost, damaged, freight coming back, intercept, stuck, wrong
return address given) → contacting → stopping (the supplier or the carrier is asked) → decided → acting → resolved → closed
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aftersales import guards
from aftersales.machine import SERVICE, SUPPLIER, SYSTEM, Place, step
from aftersales.models import Case
from aftersales.states import Goods, Kind
from aftersales.states import IncidentState as S
from sla.states import Party


class Incident(Case):
    """Something happened on the way."""

    KIND = Kind.INCIDENT
    START = S.OPENED
    STATES = S
    PLACES = {
        S.OPENED: Place(Party.AGENT, ("aftersales.contact_now", "aftersales.handling"), Goods.IN_TRANSIT),
        S.CONTACTING: Place(Party.BUYER, ("aftersales.handling",)),
        S.STOPPING: Place(Party.SUPPLIER, ("aftersales.stop_goods",)),
        S.DECIDED: Place(Party.AGENT, ("aftersales.handling", "aftersales.follow_up")),
        S.ACTING: Place(Party.CARRIER, ("aftersales.handling", "aftersales.follow_up")),
        S.RESOLVED: Place(Party.AGENT),
        S.CLOSED: Place(final=True),
    }

    class Meta:
        proxy = True
        default_permissions = ()

    @step(
        S.OPENED,
        S.CONTACTING,
        label=_("Contact the buyer"),
        by=SERVICE,
        asks=("contact",),
        rule="LOG-10 to LOG-18",
        main=True,
    )
    def contact(self) -> None: ...

    @step(
        [S.OPENED, S.CONTACTING],
        S.DECIDED,
        label=_("Decide what is done and who pays"),
        by=SERVICE,
        asks=("incident_decision",),
        rule="LOG-10 to LOG-18, FIN-10, FIN-11",
        main=True,
    )
    def decide(self) -> None: ...

    @step(
        [S.OPENED, S.CONTACTING, S.DECIDED],
        S.STOPPING,
        label=_("Have the parcel stopped"),
        by=SERVICE,
        asks=("stop_how",),
        rule="LOG-17, RET-34",
    )
    def stop_goods(self) -> None: ...

    @step(
        S.STOPPING,
        S.ACTING,
        label=_("Stopped: it comes back"),
        by=(*SERVICE, *SUPPLIER),
        asks=("goods",),
        rule="LOG-18",
        main=True,
    )
    def confirm_stopped(self) -> None: ...

    @step(
        S.STOPPING,
        S.CONTACTING,
        label=_("Too late: they are under way"),
        by=(*SERVICE, *SUPPLIER),
        rule="LOG-17, RET-34",
    )
    def miss(self) -> None: ...

    @step(S.DECIDED, S.ACTING, label=_("Carry it out"), by=SERVICE, asks=("result",), rule="LOG-18", main=True)
    def act(self) -> None: ...

    @step(
        S.ACTING,
        S.ACTING,
        label=_("Asked again, not done yet"),
        by=SERVICE,
        asks=("follow_up", "contact"),
        rule="LOG-18, LOG-23",
    )
    def follow_up(self) -> None: ...

    @step(
        [S.DECIDED, S.ACTING],
        S.RESOLVED,
        label=_("Resolved"),
        by=(*SERVICE, *SYSTEM),
        asks=("goods", "result"),
        rule="RET-37",
        main=True,
    )
    def resolve(self) -> None: ...

    @step(
        [S.DECIDED, S.ACTING],
        S.RESOLVED,
        label=_("It comes back: return"),
        by=SERVICE,
        asks=("result",),
        rule="LOG-17, LOG-18",
        opens=Kind.RETURN,
    )
    def take_back(self) -> None: ...

    @step(
        [S.DECIDED, S.ACTING],
        S.RESOLVED,
        label=_("Send it again"),
        by=SERVICE,
        asks=("result",),
        rule="LOG-14, LOG-15",
        opens=Kind.RESHIP,
    )
    def send_again(self) -> None: ...

    @step(
        S.RESOLVED,
        S.CLOSED,
        label=_("Close"),
        by=(*SERVICE, *SYSTEM),
        asks=("responsibility",),
        rule="AFT-14",
        conditions=[guards.responsibility_is_shared_out],
        main=True,
    )
    def close(self) -> None: ...

    @step(S.OPENED, S.CLOSED, label=_("Opened by mistake"), by=SERVICE, asks=("result",), rule="AFT-12")
    def withdraw(self) -> None: ...

    @step(S.CLOSED, S.CONTACTING, label=_("Reopen"), by=SERVICE, asks=("why",))
    def reopen(self) -> None: ...
