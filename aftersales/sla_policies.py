"""The promises of the after-sales floor: what they mean. Lengths, ladders and cut-offs are versioned rows."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock as house_clock
from sla.explain import length, when
from sla.models import Clock
from sla.policies import Defaults, Facts, Numbers, Policy, Step, plain_due, register
from sla.states import Party, Severity, StepKind

HOUR = 3_600
DAY = 24 * HOUR
CASE = "aftersales.case"
CONTACT = "aftersales.contact"
BATCH = "aftersales.supplierbatch"
AFTERSALES = "aftersales"  # the skill of those who see to it
WARN, BREACH, ESCALATE = StepKind.WARN, StepKind.BREACH, StepKind.ESCALATE

AGENTS_LADDER = (
    (WARN, -HOUR, ("agent",)),
    (BREACH, 0, ("agent",)),
    (ESCALATE, 4 * HOUR, ("supervisor",)),
    (ESCALATE, DAY, ("manager",)),
)
SUPPLIERS_LADDER = (
    (WARN, -4 * HOUR, ("supplier",)),
    (BREACH, 0, ("agent", "supplier")),
    (ESCALATE, 4 * HOUR, ("supervisor", "operations")),
    (ESCALATE, DAY, ("manager",)),
)
PAYMENT_LADDER = ((BREACH, 0, ("agent",)),)  # finance and its leaders hear of the slip's own clock
SHORT_LADDER = ((WARN, -1_200, ("agent",)), (BREACH, 0, ("agent", "supervisor")), (ESCALATE, 2 * HOUR, ("manager",)))
PLATFORM_LADDER = (
    (WARN, -12 * HOUR, ("agent",)),
    (WARN, -2 * HOUR, ("agent", "supervisor")),
    (BREACH, 0, ("agent", "supervisor", "operations")),
    (ESCALATE, 4 * HOUR, ("manager",)),
)
REJECTED_LADDER = (
    (WARN, -2 * DAY, ("agent",)),
    (WARN, -12 * HOUR, ("agent", "supervisor")),
    (BREACH, 0, ("agent", "supervisor")),
    (ESCALATE, 4 * HOUR, ("manager",)),
)


def same_day(started_at: dt.datetime, numbers: Numbers, facts: Facts) -> dt.datetime:
    """CMP-02: the end of the Shanghai day on which the platform stepped in."""
    return house_clock.day_end(house_clock.day_of(started_at))


def resend_due(started_at: dt.datetime, numbers: Numbers, facts: Facts) -> dt.datetime:
    """SUP-06, RET-12: 24 hours for the supplier, 48 where goods pass through our own house (parameter «ours_hours»)."""
    if facts.get("ours"):
        return started_at + dt.timedelta(hours=int(numbers.parameters.get("ours_hours", 48)))
    return plain_due(started_at, numbers, facts)


def _same_day_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    return [
        _("The platform stepped in on %(at)s: a message or a result is due the same day.")
        % {"at": when(clock.started_at)}
    ]


def _resend_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    hours = int(numbers.parameters.get("ours_hours", 48))
    span = length(hours * HOUR) if clock.facts.get("ours") else length(numbers.length_seconds)
    said = (
        _("The goods arrived with us on %(at)s: others leave within %(length)s.")
        if clock.facts.get("ours")
        else _("The goods arrived at the supplier on %(at)s: others leave within %(length)s.")
    )
    return [said % {"at": when(clock.started_at), "length": span}]


def _fixed_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    return [_("Promised to the buyer for %(date)s.") % {"date": when(clock.own_due_at)}]


def _platform_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    return [_("The platform's own date: %(date)s. It does not wait for pauses.") % {"date": when(clock.own_due_at)}]


def _rejected_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    return [
        _("Rejected: followed up before the platform's time runs out on %(date)s.") % {"date": when(clock.own_due_at)}
    ]


def _follow_up_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    return [_("To be asked again on %(date)s: the buyer hears of it before asking.") % {"date": when(clock.own_due_at)}]


def _batch_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    return [
        _("Returned goods leave for a supplier together; this list was begun on %(at)s and leaves by %(date)s.")
        % {"at": when(clock.started_at), "date": when(clock.own_due_at)}
    ]


def _patrol_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    return [
        _("Every pending refund is handled or remarked in this round: until %(time)s.") % {"time": when(clock.due_at)}
    ]


def _break_promises(clock_ids: list[int], step: Step, now: dt.datetime) -> None:
    """SUP-12, SUP-13: a shortage whose date has passed unshipped is a broken promise; the buyer is talked to anew."""
    if step.kind != StepKind.BREACH:
        return
    from aftersales.models import Case
    from aftersales.services.stepping import take_step

    late = Clock.objects.filter(pk__in=clock_ids).values("subject_id")
    for case_id in Case.objects.filter(pk__in=late, state="waiting").order_by("pk").values_list("pk", flat=True):
        take_step(case_id=case_id, name="break_promise", data={}, by=None, now=now)


RESPONSE = register(
    Policy(
        key="aftersales.response",
        label=gettext_lazy("first answer to a case"),
        subject_type=CASE,
        party=Party.AGENT,
        skill=AFTERSALES,
        defaults=Defaults(2 * HOUR, AGENTS_LADDER),
        rule="AFT-08",
    )
)
HANDLING = register(
    Policy(
        key="aftersales.handling",
        label=gettext_lazy("handling of a case"),
        subject_type=CASE,
        party=Party.AGENT,
        skill=AFTERSALES,
        defaults=Defaults(3 * DAY, AGENTS_LADDER),
        rule="AFT-09",
    )
)
PLATFORM = register(
    Policy(
        key="aftersales.platform",
        label=gettext_lazy("case, the platform's deadline"),
        subject_type=CASE,
        party=Party.AGENT,
        skill=AFTERSALES,
        defaults=Defaults(2 * DAY, PLATFORM_LADDER, severity=Severity.MONEY),
        reasons=_platform_reasons,
        follows_platform=True,
        rule="RET-16, RET-36",
    )
)
STOP_GOODS = register(
    Policy(
        key="aftersales.stop_goods",
        label=gettext_lazy("stop the goods"),
        subject_type=CASE,
        party=Party.SUPPLIER,
        defaults=Defaults(DAY, SUPPLIERS_LADDER, severity=Severity.MONEY),
        rule="SUP-25, LOG-17",
    )
)
FINANCE_REFUND = register(
    Policy(
        key="aftersales.finance_refund",
        label=gettext_lazy("finance pays"),
        subject_type=CASE,
        party=Party.FINANCE,
        defaults=Defaults(DAY, PAYMENT_LADDER, severity=Severity.MONEY),
        rule="SUP-10, FIN-01",
    )
)
STOCK_ANSWER = register(
    Policy(
        key="aftersales.stock_answer",
        label=gettext_lazy("supplier says whether it is in stock"),
        subject_type=CASE,
        party=Party.SUPPLIER,
        defaults=Defaults(DAY, SUPPLIERS_LADDER),
        rule="SUP-05, SUP-09",
    )
)
AWAITING_GOODS = register(
    Policy(
        key="aftersales.awaiting_goods",
        label=gettext_lazy("goods on their way back"),
        subject_type=CASE,
        party=Party.AGENT,
        skill=AFTERSALES,
        defaults=Defaults(2 * DAY, AGENTS_LADDER),
        rule="RET-36",
    )
)
SUPPLIER_FEEDBACK = register(
    Policy(
        key="aftersales.supplier_feedback",
        label=gettext_lazy("what came back is counted"),
        subject_type=CASE,
        party=Party.SUPPLIER,
        defaults=Defaults(DAY, SUPPLIERS_LADDER),
        rule="RET-03, RET-04",
    )
)
CALL_BACK_MISMATCH = register(
    Policy(
        key="aftersales.call_back_mismatch",
        label=gettext_lazy("buyer called back about a mismatch"),
        subject_type=CASE,
        party=Party.AGENT,
        skill=AFTERSALES,
        defaults=Defaults(DAY, AGENTS_LADDER),
        rule="RET-05",
    )
)
RESEND = register(
    Policy(
        key="aftersales.resend",
        label=gettext_lazy("exchange sent"),
        subject_type=CASE,
        party=Party.SUPPLIER,
        defaults=Defaults(DAY, SUPPLIERS_LADDER, parameters={"ours_hours": 48}),
        due=resend_due,
        reasons=_resend_reasons,
        rule="SUP-06, RET-12",
    )
)
RESHIP = register(
    Policy(
        key="aftersales.reship",
        label=gettext_lazy("missing goods sent"),
        subject_type=CASE,
        party=Party.SUPPLIER,
        defaults=Defaults(DAY, SUPPLIERS_LADDER),
        rule="SUP-09",
    )
)
REJECTED = register(
    Policy(
        key="aftersales.rejected",
        label=gettext_lazy("rejected refund followed up"),
        subject_type=CASE,
        party=Party.AGENT,
        skill=AFTERSALES,
        defaults=Defaults(2 * DAY, REJECTED_LADDER),
        reasons=_rejected_reasons,
        follows_platform=True,
        rule="RET-36",
    )
)
CONTACT_NOW = register(
    Policy(
        key="aftersales.contact_now",
        label=gettext_lazy("buyer contacted at once"),
        subject_type=CASE,
        party=Party.AGENT,
        skill=AFTERSALES,
        defaults=Defaults(HOUR, SHORT_LADDER),
        rule="SUP-11, LOG-10 to LOG-18",
    )
)
PROMISED = register(
    Policy(
        key="aftersales.promised",
        label=gettext_lazy("date promised to the buyer"),
        subject_type=CASE,
        party=Party.SUPPLIER,
        defaults=Defaults(DAY, SUPPLIERS_LADDER),
        reasons=_fixed_reasons,
        on_steps=_break_promises,
        rule="SUP-12",
    )
)
FOLLOW_UP = register(
    Policy(
        key="aftersales.follow_up",
        label=gettext_lazy("asked again on the way"),
        subject_type=CASE,
        party=Party.AGENT,
        skill=AFTERSALES,
        defaults=Defaults(DAY, AGENTS_LADDER),
        reasons=_follow_up_reasons,
        rule="LOG-12, LOG-18, LOG-23",
    )
)
DISPUTE_MESSAGE = register(
    Policy(
        key="aftersales.dispute_message",
        label=gettext_lazy("message in a dispute"),
        subject_type=CASE,
        party=Party.AGENT,
        skill=AFTERSALES,
        defaults=Defaults(DAY, PLATFORM_LADDER[1:], severity=Severity.MONEY),
        due=same_day,
        reasons=_same_day_reasons,
        rule="CMP-02",
    )
)
DISPUTE_EVIDENCE = register(
    Policy(
        key="aftersales.dispute_evidence",
        label=gettext_lazy("evidence in a dispute"),
        subject_type=CASE,
        party=Party.AGENT,
        skill=AFTERSALES,
        defaults=Defaults(DAY, PLATFORM_LADDER, severity=Severity.MONEY),
        rule="CMP-03",
    )
)
TRANSFER = register(
    Policy(
        key="aftersales.transfer",
        label=gettext_lazy("complaint passed on"),
        subject_type=CASE,
        party=Party.AGENT,
        skill=AFTERSALES,
        defaults=Defaults(4 * HOUR, AGENTS_LADDER),
        rule="CMP-05",
    )
)
INVESTIGATION = register(
    Policy(
        key="aftersales.investigation",
        label=gettext_lazy("complaint investigated"),
        subject_type=CASE,
        party=Party.QUALITY,
        defaults=Defaults(3 * DAY, ((WARN, -DAY, ("quality",)), (BREACH, 0, ("quality", "supervisor")))),
        rule="CMP-05, QA-10",
    )
)
ANSWER = register(
    Policy(
        key="aftersales.answer",
        label=gettext_lazy("answer"),
        subject_type=CASE,
        party=Party.AGENT,
        defaults=Defaults(DAY, AGENTS_LADDER),
        rule="AFT-11, AFT-16, CMP-05",
    )
)
CALL_BACK = register(
    Policy(
        key="aftersales.call_back",
        label=gettext_lazy("call back promised"),
        subject_type=CONTACT,
        party=Party.AGENT,
        skill=AFTERSALES,
        defaults=Defaults(DAY, ((WARN, -900, ("agent",)), (BREACH, 0, ("agent", "supervisor")))),
        reasons=_fixed_reasons,
        rule="PHR-08, PHR-17",
    )
)
BATCH_DUE = register(
    Policy(
        key="aftersales.batch_due",
        label=gettext_lazy("returned goods sent to the supplier"),
        subject_type=BATCH,
        party=Party.WAREHOUSE,
        defaults=Defaults(
            7 * DAY, ((WARN, -DAY, ("warehouse",)), (BREACH, 0, ("warehouse",)), (ESCALATE, 2 * DAY, ("supervisor",)))
        ),
        reasons=_batch_reasons,
        rule="PUR-18",
    )
)
PATROL = register(
    Policy(
        key="aftersales.patrol",
        label=gettext_lazy("hourly patrol of the refunds"),
        subject_type="aftersales.patrolround",
        party=Party.AGENT,
        skill=AFTERSALES,
        defaults=Defaults(
            HOUR,
            ((WARN, -900, ("agent",)), (BREACH, 0, ("agent", "supervisor")), (ESCALATE, 2 * HOUR, ("manager",))),
            parameters={"from_hour": 9, "to_hour": 18},  # the hours of the rounds while nothing is planned in the rota
        ),
        reasons=_patrol_reasons,
        rule="RET-36",
    )
)
