"""Platform dispute 平台介入 (CMP-02, CMP-03).

opened → negotiating → evidence_wanted → evidence_sent → ruled (won / lost / split) → closed
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aftersales import guards
from aftersales.machine import SERVICE, SYSTEM, Place, step
from aftersales.models import Case
from aftersales.states import DisputeState as S
from aftersales.states import Kind
from sla.states import Party


class Dispute(Case):
    """The platform stepped in."""

    KIND = Kind.DISPUTE
    START = S.OPENED
    STATES = S
    PLACES = {
        S.OPENED: Place(Party.AGENT, ("aftersales.platform", "aftersales.dispute_message")),
        S.NEGOTIATING: Place(Party.AGENT, ("aftersales.platform",)),
        S.EVIDENCE_WANTED: Place(Party.AGENT, ("aftersales.platform", "aftersales.dispute_evidence")),
        S.EVIDENCE_SENT: Place(Party.PLATFORM, ("aftersales.platform",)),
        S.WON: Place(Party.AGENT),
        S.LOST: Place(Party.AGENT),
        S.SPLIT: Place(Party.AGENT),
        S.CLOSED: Place(final=True),
    }

    class Meta:
        proxy = True
        default_permissions = ()

    @step(
        [S.OPENED, S.NEGOTIATING],
        S.NEGOTIATING,
        label=_("Record a message or result"),
        by=SERVICE,
        asks=("contact",),
        rule="CMP-02, CMP-04",
        main=True,
    )
    def negotiate(self) -> None: ...

    @step(
        [S.OPENED, S.NEGOTIATING, S.EVIDENCE_SENT],
        S.EVIDENCE_WANTED,
        label=_("The platform wants evidence"),
        by=(*SERVICE, *SYSTEM),
        asks=("evidence_deadline",),
        rule="CMP-03",
    )
    def want_evidence(self) -> None: ...

    @step(
        [S.OPENED, S.NEGOTIATING, S.EVIDENCE_WANTED],
        S.EVIDENCE_SENT,
        label=_("Send the evidence"),
        by=SERVICE,
        asks=("kit",),
        rule="CMP-03",
        main=True,
    )
    def send_evidence(self) -> None: ...

    @step(
        [S.OPENED, S.NEGOTIATING, S.EVIDENCE_WANTED, S.EVIDENCE_SENT],
        S.WON,
        label=_("Won"),
        by=(*SERVICE, *SYSTEM),
        asks=("result",),
        rule="CMP-03",
    )
    def win(self) -> None: ...

    @step(
        [S.OPENED, S.NEGOTIATING, S.EVIDENCE_WANTED, S.EVIDENCE_SENT],
        S.LOST,
        label=_("Dispute lost"),
        by=(*SERVICE, *SYSTEM),
        asks=("result", "ruled_amount"),
        rule="CMP-03",
    )
    def lose(self) -> None: ...

    @step(
        [S.OPENED, S.NEGOTIATING, S.EVIDENCE_WANTED, S.EVIDENCE_SENT],
        S.SPLIT,
        label=_("Split"),
        by=(*SERVICE, *SYSTEM),
        asks=("result", "ruled_amount"),
        rule="CMP-03",
    )
    def share(self) -> None: ...

    @step(
        [S.WON, S.LOST, S.SPLIT],
        S.CLOSED,
        label=_("Close"),
        by=(*SERVICE, *SYSTEM),
        asks=("responsibility",),
        rule="AFT-14",
        conditions=[guards.responsibility_is_shared_out],
        main=True,
    )
    def close(self) -> None: ...

    @step(S.CLOSED, S.NEGOTIATING, label=_("Reopen"), by=SERVICE, asks=("why",))
    def reopen(self) -> None: ...
