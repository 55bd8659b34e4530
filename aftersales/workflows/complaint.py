"""Complaint 投诉 (CMP-01, CMP-05, QA-10).

recorded → transferred → investigating → reported → answered → closed
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aftersales import guards
from aftersales.machine import QUALITY, SERVICE, SYSTEM, Place, step
from aftersales.models import Case
from aftersales.states import ComplaintState as S
from aftersales.states import Kind
from sla.states import Party


class Complaint(Case):
    """A buyer complains: quality management investigates and reports."""

    KIND = Kind.COMPLAINT
    START = S.RECORDED
    STATES = S
    PLACES = {
        S.RECORDED: Place(Party.AGENT, ("aftersales.transfer",)),
        S.TRANSFERRED: Place(Party.QUALITY, ("aftersales.investigation",)),
        S.INVESTIGATING: Place(Party.QUALITY, ("aftersales.investigation",)),
        S.REPORTED: Place(Party.AGENT, ("aftersales.answer",)),
        S.ANSWERED: Place(Party.AGENT),
        S.CLOSED: Place(final=True),
    }

    class Meta:
        proxy = True
        default_permissions = ()

    @step(
        S.RECORDED, S.TRANSFERRED, label=_("Pass to quality management"), by=SERVICE, rule="CMP-05, CMP-06", main=True
    )
    def transfer(self) -> None: ...

    @step(S.TRANSFERRED, S.INVESTIGATING, label=_("Start to investigate"), by=QUALITY, rule="CMP-05, QA-10", main=True)
    def investigate(self) -> None: ...

    @step(
        S.INVESTIGATING,
        S.REPORTED,
        label=_("Hand in the report"),
        by=QUALITY,
        asks=("report", "responsibility"),
        rule="QA-10",
        main=True,
    )
    def report_findings(self) -> None: ...

    @step(
        [S.REPORTED, S.RECORDED],
        S.ANSWERED,
        label=_("Tell the buyer"),
        by=SERVICE,
        asks=("contact", "result"),
        rule="CMP-05, CMP-07",
        main=True,
    )
    def answer(self) -> None: ...

    @step(
        S.ANSWERED,
        S.CLOSED,
        label=_("Close"),
        by=(*SERVICE, *SYSTEM),
        asks=("responsibility",),
        rule="AFT-14",
        conditions=[guards.responsibility_is_shared_out],
        main=True,
    )
    def close(self) -> None: ...

    @step(S.RECORDED, S.CLOSED, label=_("Opened by mistake"), by=SERVICE, asks=("result",), rule="AFT-12")
    def withdraw(self) -> None: ...

    @step(S.CLOSED, S.RECORDED, label=_("Reopen"), by=SERVICE, asks=("why",))
    def reopen(self) -> None: ...
