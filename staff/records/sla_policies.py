"""The promises of records and tasks (STF-22, STF-29)."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock as house_clock
from sla.explain import when
from sla.models import Clock
from sla.policies import Defaults, Facts, Numbers, Policy, plain_due, register
from sla.states import Party, Severity, StepKind

HOUR = 3_600
WARN, BREACH, ESCALATE = StepKind.WARN, StepKind.BREACH, StepKind.ESCALATE
OWN_LADDER = (  # it is this person's and nobody else's: «assignee» is not who happens to be on shift
    (WARN, -24 * HOUR, ("assignee",)),
    (WARN, -2 * HOUR, ("assignee",)),
    (BREACH, 0, ("assignee", "leader")),
)
SUMMARY_LADDER = (
    (WARN, -4 * HOUR, ("assignee",)),
    (BREACH, 0, ("assignee", "operations")),
    (ESCALATE, 16 * HOUR, ("manager",)),
)
TASK_LADDER = (
    (WARN, -24 * HOUR, ("assignee",)),
    (WARN, -2 * HOUR, ("assignee",)),
    (BREACH, 0, ("assignee", "leader")),
    (ESCALATE, 24 * HOUR, ("leader",)),
)


def friday_due(started_at: dt.datetime, numbers: Numbers, facts: Facts) -> dt.datetime:
    """STF-29: the Friday of the week at the version's time of day, in Asia/Shanghai; without a time, start plus length."""
    if numbers.cutoff is None or "week" not in facts:
        return plain_due(started_at, numbers, facts)
    return house_clock.aware(dt.datetime.combine(dt.date.fromisoformat(facts["week"]), numbers.cutoff))


def _friday_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    if numbers.cutoff is None:
        return []
    return [_("The week's records are due on Friday at %(time)s.") % {"time": f"{numbers.cutoff:%H:%M}"}]


def _summary_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    if numbers.cutoff is None:
        return []
    return [_("The week goes to operations on Friday by %(time)s.") % {"time": f"{numbers.cutoff:%H:%M}"}]


def _task_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    return [_("Whoever gave the task set its time: %(date)s.") % {"date": when(clock.own_due_at)}]


WEEKLY_RECORD = register(
    Policy(
        key="staff.weekly_record",
        label=gettext_lazy("weekly record"),
        subject_type="staff.weeklyrecord",
        party=Party.AGENT,
        defaults=Defaults(96 * HOUR, OWN_LADDER, cutoff=dt.time(11), severity=Severity.INFO),
        due=friday_due,
        reasons=_friday_reasons,
        personal=True,
        rule="STF-29",
    )
)
WEEKLY_SUMMARY = register(
    Policy(
        key="staff.weekly_summary",
        label=gettext_lazy("weekly summary for operations"),
        subject_type="staff.weeklysummary",
        party=Party.AGENT,
        defaults=Defaults(104 * HOUR, SUMMARY_LADDER, cutoff=dt.time(18), severity=Severity.INFO),
        due=friday_due,
        reasons=_summary_reasons,
        personal=True,
        rule="STF-29",
    )
)
TASK = register(
    Policy(
        key="staff.task",
        label=gettext_lazy("task"),
        subject_type="staff.task",
        party=Party.AGENT,
        defaults=Defaults(24 * HOUR, TASK_LADDER),
        reasons=_task_reasons,
        personal=True,
        rule="STF-22",
    )
)
