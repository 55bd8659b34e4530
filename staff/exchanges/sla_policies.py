"""The promises of swaps and leave: whoever's turn it is answers in time before the shift (STF-09, STF-15)."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.services import notify
from sla import topics
from sla.explain import length, when
from sla.models import Clock
from sla.policies import Defaults, Facts, Numbers, Policy, Step, register
from sla.states import Party, Severity, StepKind
from staff.exchanges.states import SwapState
from staff.models import Swap

SWAP, LEAVE = "staff.swap", "staff.leave"
HOUR = 3600


def answer_due(started_at: dt.datetime, numbers: Numbers, facts: Facts) -> dt.datetime:
    """The shift's start less the notice; the policy's length is the least time to answer. Where the shift is nearer
    than twice that, half of what is left (STF-15)."""
    shift = dt.datetime.fromisoformat(facts["shift_at"])
    least = min(dt.timedelta(seconds=numbers.length_seconds), (shift - started_at) / 2)
    return max(shift - dt.timedelta(hours=facts["notice_hours"]), started_at + least)


def confirm_due(started_at: dt.datetime, numbers: Numbers, facts: Facts) -> dt.datetime:
    """The start of the first shift that changed hands (STF-15)."""
    return max(dt.datetime.fromisoformat(facts["shift_at"]), started_at)


def _answer_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    words = {
        "shift": when(clock.facts["shift_at"]),
        "hours": clock.facts["notice_hours"],
        "least": length(numbers.length_seconds),
    }
    return [
        _("It begins %(shift)s; the answer is due %(hours)d hours before, with at least %(least)s to give it.") % words
    ]


def _confirm_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    return [_("The first shift begins %(shift)s: both confirm before.") % {"shift": when(clock.facts["shift_at"])}]


def _remind(clock_ids: list[int], step: Step, now: dt.datetime) -> None:
    """Who has not confirmed hears of it: an unclear swap makes both liable for a gap (STF-16)."""
    ids = Clock.objects.filter(pk__in=clock_ids).values_list("subject_id", flat=True)
    missing = Q(asker_confirmed_at__isnull=True) | Q(counterpart_confirmed_at__isnull=True)
    swaps = Swap.objects.filter(missing, pk__in=list(ids), state=SwapState.APPROVED)
    for swap in swaps.select_related("asker", "counterpart", "duty"):
        late = [(swap.asker, swap.asker_confirmed_at), (swap.counterpart, swap.counterpart_confirmed_at)]
        notify(
            kind="staff.swap_unconfirmed",
            users=[user for user, at in late if at is None],
            context={"day": swap.duty.day.isoformat()},
            url=swap.get_absolute_url(),
            severity="warning",
            dedupe_key=f"staff.swap_unconfirmed:{swap.pk}:{step.number}",
            now=now,
        )


topics.register(SWAP, url_name="exchanges:swap")
topics.register(LEAVE, url_name="exchanges:leave")

LADDER = (
    (StepKind.WARN, -2 * HOUR, ("holder",)),
    (StepKind.BREACH, 0, ("holder",)),
    (StepKind.ESCALATE, 4 * HOUR, ("manager",)),
)


def _turn(key: str, label: str | Promise, subject: str, rule: str) -> Policy:
    return register(
        Policy(
            key=key,
            label=label,
            subject_type=subject,
            party=Party.AGENT,
            defaults=Defaults(HOUR, LADDER, severity=Severity.WARNING),
            due=answer_due,
            reasons=_answer_reasons,
            rule=rule,
            personal=True,
        )
    )


SWAP_ANSWER = _turn("staff.swap_answer", gettext_lazy("answer to a swap"), SWAP, "STF-15")
SWAP_DECISION = _turn("staff.swap_decision", gettext_lazy("decide on a swap"), SWAP, "STF-15")
LEAVE_ANSWER = _turn("staff.leave_answer", gettext_lazy("answer as a substitute"), LEAVE, "STF-09")
LEAVE_DECISION = _turn("staff.leave_decision", gettext_lazy("decide on leave"), LEAVE, "STF-09")
SWAP_CONFIRM = register(
    Policy(
        key="staff.swap_confirm",
        label=gettext_lazy("both confirm a swap"),
        subject_type=SWAP,
        party=Party.AGENT,
        defaults=Defaults(0, ((StepKind.WARN, -4 * HOUR, ()),), severity=Severity.INFO),
        due=confirm_due,
        reasons=_confirm_reasons,
        on_steps=_remind,
        rule="STF-15, STF-16",
        personal=True,
    )
)
SWAP_POLICIES = (SWAP_ANSWER.key, SWAP_DECISION.key, SWAP_CONFIRM.key)
LEAVE_POLICIES = (LEAVE_ANSWER.key, LEAVE_DECISION.key)
