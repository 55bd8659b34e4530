"""Consultation and internal task 咨询 · 留言任务 (AFT-11, AFT-16, AFT-17).

open → answered / transferred → closed
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aftersales.machine import STAFF, SYSTEM, Place, step
from aftersales.models import Case
from aftersales.states import ConsultationState as S
from aftersales.states import Kind
from sla.states import Party


class Consultation(Case):
    """A question, of a buyer or a colleague, that somebody answers."""

    KIND = Kind.CONSULTATION
    START = S.OPEN
    STATES = S
    PLACES = {
        S.OPEN: Place(Party.AGENT, ("aftersales.answer",)),
        S.TRANSFERRED: Place(Party.AGENT, ("aftersales.answer",)),
        S.ANSWERED: Place(Party.AGENT),
        S.CLOSED: Place(final=True),
    }

    class Meta:
        proxy = True
        default_permissions = ()

    @step(
        [S.OPEN, S.TRANSFERRED], S.TRANSFERRED, label=_("Pass on"), by=STAFF, asks=("colleague",), rule="AFT-11, AFT-15"
    )
    def transfer(self) -> None: ...

    @step(
        [S.OPEN, S.TRANSFERRED],
        S.ANSWERED,
        label=_("Answer"),
        by=STAFF,
        asks=("result",),
        rule="AFT-16, AFT-17",
        main=True,
    )
    def answer(self) -> None: ...

    @step(S.ANSWERED, S.CLOSED, label=_("Close"), by=(*STAFF, *SYSTEM), main=True)
    def close(self) -> None: ...

    @step([S.CLOSED, S.ANSWERED], S.OPEN, label=_("Reopen"), by=STAFF, asks=("why",))
    def reopen(self) -> None: ...
