"""The promises about penalties: a leader decides in time, a person has time to appeal, an appeal is decided in time."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications import audiences
from notifications.audiences import Facts
from sla import topics
from sla.explain import length, when
from sla.models import Clock
from sla.policies import Defaults, Numbers, Policy, register
from sla.states import Party, Severity, StepKind
from staff import selectors
from staff.models import User
from staff.roles import Role

PENALTY = "staff.penalty"
DAY = 86_400


def holder(facts: Facts) -> Iterable[User]:
    """Only the one who holds it, on shift or not; somebody who has left: the managers. Penalties are nobody else's."""
    found = list(selectors.active_by_ids([facts.assignee_id])) if facts.assignee_id else []
    return found or selectors.active_users(Role.MANAGER)


def _decision(clock: Clock, numbers: Numbers) -> list[str]:
    words = {"at": when(clock.started_at), "length": length(numbers.length_seconds)}
    return [_("Proposed %(at)s: to be confirmed or dropped within %(length)s.") % words]


def _appeal(clock: Clock, numbers: Numbers) -> list[str]:
    words = {"at": when(clock.started_at), "length": length(numbers.length_seconds)}
    return [_("Confirmed %(at)s: the person may appeal within %(length)s.") % words]


def _appeal_decision(clock: Clock, numbers: Numbers) -> list[str]:
    words = {"at": when(clock.started_at), "length": length(numbers.length_seconds)}
    return [_("Appealed %(at)s: to be decided by somebody else within %(length)s.") % words]


audiences.register("holder", holder)
topics.register(PENALTY, url_name="conduct:penalty")

LADDER = (
    (StepKind.WARN, -DAY, ("holder",)),
    (StepKind.BREACH, 0, ("holder",)),
    (StepKind.ESCALATE, 2 * DAY, ("manager",)),
)
DECISION = register(
    Policy(
        key="staff.penalty_decision",
        label=gettext_lazy("decide on a proposal"),
        subject_type=PENALTY,
        party=Party.AGENT,
        defaults=Defaults(3 * DAY, LADDER, severity=Severity.INFO),
        reasons=_decision,
        rule="STF-19, STF-21",
        personal=True,
    )
)
APPEAL = register(
    Policy(
        key="staff.appeal",
        label=gettext_lazy("time to appeal"),
        subject_type=PENALTY,
        party=Party.AGENT,
        defaults=Defaults(7 * DAY, severity=Severity.INFO),
        reasons=_appeal,
        rule="STF-34",
        personal=True,
    )
)
APPEAL_DECISION = register(
    Policy(
        key="staff.appeal_decision",
        label=gettext_lazy("decide on an appeal"),
        subject_type=PENALTY,
        party=Party.AGENT,
        defaults=Defaults(7 * DAY, LADDER, severity=Severity.INFO),
        reasons=_appeal_decision,
        rule="STF-34",
        personal=True,
    )
)
POLICIES = (DECISION.key, APPEAL.key, APPEAL_DECISION.key)
