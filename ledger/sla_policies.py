"""The promises of the ledger: finance pays in 24 hours, claims are pursued, answered and settled."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock as house_clock
from ledger import permissions
from sla import topics
from sla.explain import length, when
from sla.models import Clock
from sla.policies import Defaults, Facts, Numbers, Policy, register
from sla.states import Party, Severity, StepKind

HOUR = 3_600
DAY = 24 * HOUR
SLIP = "ledger.payslip"
CLAIM = "ledger.claim"
WARN, BREACH, ESCALATE = StepKind.WARN, StepKind.BREACH, StepKind.ESCALATE

topics.register(SLIP, url_name="ledger:slip", right=permissions.VIEW_SLIP)
topics.register(CLAIM, url_name="ledger:claim", right=permissions.VIEW_CLAIM)


def next_month_end(started_at: dt.datetime, numbers: Numbers, facts: Facts) -> dt.datetime:
    """FIN-11: settled monthly: the last second, in Shanghai, of the month after the one it was agreed in."""
    day = house_clock.day_of(started_at).replace(day=1)
    after_next = (day + dt.timedelta(days=63)).replace(day=1)
    return house_clock.day_end(after_next - dt.timedelta(days=1))


def _pay_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    if clock.facts.get("fixed"):
        return [_("Planned to be paid by the end of %(date)s (FIN-04).") % {"date": when(clock.own_due_at)}]
    words = {"at": when(clock.started_at), "length": length(numbers.length_seconds)}
    return [_("Handed in on %(at)s: finance pays within %(length)s (FIN-01).") % words]


def _settled_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    words = {"at": when(clock.started_at)}
    return [_("Agreed on %(at)s: settled by the end of the following month (FIN-11).") % words]


PAY = register(
    Policy(
        key="ledger.pay",
        label=gettext_lazy("slip to be paid"),
        subject_type=SLIP,
        party=Party.FINANCE,
        defaults=Defaults(
            DAY,
            (
                (WARN, -4 * HOUR, ("finance",)),
                (BREACH, 0, ("finance", "supervisor")),
                (ESCALATE, 12 * HOUR, ("manager",)),
            ),
            severity=Severity.MONEY,
        ),
        reasons=_pay_reasons,
        rule="FIN-01, FIN-04, SUP-10",
    )
)
APPROVAL = register(
    Policy(
        key="ledger.approval",
        label=gettext_lazy("slip to be approved"),
        subject_type=SLIP,
        party=Party.AGENT,
        defaults=Defaults(8 * HOUR, ((WARN, -2 * HOUR, ("supervisor",)), (BREACH, 0, ("supervisor", "manager")))),
        rule="FIN-02, FIN-06",
    )
)
CLAIM_SENDING = register(
    Policy(
        key="ledger.claim_sending",
        label=gettext_lazy("claim to be proved and sent"),
        subject_type=CLAIM,
        party=Party.AGENT,
        defaults=Defaults(3 * DAY, ((WARN, -DAY, ("agent",)), (BREACH, 0, ("agent", "supervisor")))),
        rule="SUP-27, SUP-28",
    )
)
CLAIM_ANSWER = register(
    Policy(
        key="ledger.claim_answer",
        label=gettext_lazy("claim to be answered"),
        subject_type=CLAIM,
        party=Party.SUPPLIER,
        defaults=Defaults(
            3 * DAY, ((WARN, -DAY, ("supplier",)), (BREACH, 0, ("agent", "supplier")), (ESCALATE, DAY, ("supervisor",)))
        ),
        rule="SUP-27",
    )
)
CLAIM_DISPUTE = register(
    Policy(
        key="ledger.claim_dispute",
        label=gettext_lazy("disputed claim to be decided"),
        subject_type=CLAIM,
        party=Party.AGENT,
        defaults=Defaults(3 * DAY, ((WARN, -DAY, ("agent",)), (BREACH, 0, ("agent", "supervisor")))),
        rule="SUP-27",
    )
)
CLAIM_SETTLEMENT = register(
    Policy(
        key="ledger.claim_settlement",
        label=gettext_lazy("agreed claim to be settled"),
        subject_type=CLAIM,
        party=Party.SUPPLIER,
        defaults=Defaults(30 * DAY, ((WARN, -5 * DAY, ("finance",)), (BREACH, 0, ("finance", "supervisor")))),
        due=next_month_end,
        reasons=_settled_reasons,
        rule="FIN-11",
    )
)
