"""The promise of the handover book: signed by both as the shift ends (STF-08, STF-10)."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.explain import when
from sla.models import Clock
from sla.policies import Defaults, Facts, Numbers, Policy, register
from sla.states import Party, Severity, StepKind

MINUTE = 60
HOUR = 60 * MINUTE
HANDOVER = "staff.handover"  # the subject, too


def handover_due(opened_at: dt.datetime, numbers: Numbers, facts: Facts) -> dt.datetime:
    """The end of the shift and the grace (the policy's length); where nobody follows at once, the start of the next
    shift (STF-08)."""
    due = dt.datetime.fromisoformat(facts["shift_ends_at"]) + dt.timedelta(seconds=numbers.length_seconds)
    later = facts.get("next_starts_at")
    return max(due, dt.datetime.fromisoformat(later)) if later else due


def _reasons(clock: Clock, numbers: Numbers) -> list[str]:
    said = [_("The shift ends %(time)s.") % {"time": when(clock.facts["shift_ends_at"])}]
    later = clock.facts.get("next_starts_at")
    if later:
        return [*said, _("The next shift starts %(time)s: it takes over then.") % {"time": when(later)}]
    minutes = numbers.length_seconds // MINUTE
    return [*said, _("Both have %(minutes)d minutes more to sign.") % {"minutes": minutes}]


HANDOVER_POLICY = register(
    Policy(
        key=HANDOVER,
        label=gettext_lazy("handover signed by both"),
        subject_type=HANDOVER,
        party=Party.AGENT,
        defaults=Defaults(
            15 * MINUTE,
            (
                (StepKind.WARN, -10 * MINUTE, ("agent",)),
                (StepKind.BREACH, 0, ("agent", "supervisor")),
                (StepKind.ESCALATE, 2 * HOUR, ("manager",)),
            ),
            severity=Severity.WARNING,
        ),
        due=handover_due,
        reasons=_reasons,
        rule="STF-08, STF-10",
        personal=True,
    )
)
