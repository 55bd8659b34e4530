"""Repair 维保 (LOG-22, RET-30, RET-31).

requested → payer_agreed → dispatched (parts / visit) → repaired / failed (opens a return) → closed
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aftersales import guards
from aftersales.machine import SERVICE, SYSTEM, Place, step
from aftersales.models import Case
from aftersales.states import Kind
from aftersales.states import RepairState as S
from sla.states import Party


class Repair(Case):
    """Parts or a visit; who pays is agreed first."""

    KIND = Kind.REPAIR
    START = S.REQUESTED
    STATES = S
    PLACES = {
        S.REQUESTED: Place(Party.AGENT, ("aftersales.response",)),
        S.PAYER_AGREED: Place(Party.AGENT, ("aftersales.handling",)),
        S.DISPATCHED: Place(Party.CARRIER, ("aftersales.handling", "aftersales.promised")),
        S.REPAIRED: Place(Party.AGENT),
        S.FAILED: Place(Party.AGENT, ("aftersales.handling",)),
        S.CLOSED: Place(final=True),
    }

    class Meta:
        proxy = True
        default_permissions = ()

    @step(
        S.REQUESTED,
        S.PAYER_AGREED,
        label=_("Who pays is agreed"),
        by=SERVICE,
        asks=("payer", "contact"),
        rule="LOG-22, RET-31",
        main=True,
    )
    def agree_payer(self) -> None: ...

    @step(
        S.PAYER_AGREED,
        S.DISPATCHED,
        label=_("Parts or visit under way"),
        by=SERVICE,
        asks=("errand", "promised"),
        rule="LOG-22",
        main=True,
    )
    def dispatch(self) -> None: ...

    @step(S.DISPATCHED, S.REPAIRED, label=_("Repaired"), by=SERVICE, asks=("result",), rule="RET-31", main=True)
    def repair(self) -> None: ...

    @step(
        [S.REQUESTED, S.PAYER_AGREED, S.DISPATCHED],
        S.REPAIRED,
        label=_("Done on the platform"),
        by=SYSTEM,
        rule="RET-31",
    )
    def platform_repaired(self) -> None: ...

    @step(S.DISPATCHED, S.FAILED, label=_("Could not be repaired"), by=SERVICE, asks=("result",), rule="RET-30")
    def fail(self) -> None: ...

    @step(
        S.FAILED,
        S.CLOSED,
        label=_("Return instead"),
        by=SERVICE,
        asks=("result",),
        rule="RET-30",
        opens=Kind.RETURN,
        main=True,
    )
    def take_back(self) -> None: ...

    @step(
        [S.REPAIRED, S.FAILED],
        S.CLOSED,
        label=_("Close"),
        by=(*SERVICE, *SYSTEM),
        asks=("responsibility",),
        rule="AFT-14",
        conditions=[guards.responsibility_is_shared_out],
        main=True,
    )
    def close(self) -> None: ...

    @step(
        [S.REQUESTED, S.PAYER_AGREED],
        S.CLOSED,
        label=_("The buyer no longer wants it"),
        by=(*SERVICE, *SYSTEM),
        asks=("result",),
    )
    def withdraw(self) -> None: ...

    @step(S.CLOSED, S.REQUESTED, label=_("Reopen"), by=SERVICE, asks=("why",))
    def reopen(self) -> None: ...
