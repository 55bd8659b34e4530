"""Who hears of a penalty, and the clocks it runs by. Notices name nobody, no amount and no text: they lead to the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse

from common.topics import topic_of
from notifications.services import notify
from sla import services as sla
from sla.policies import Policy
from sla.selectors import current_numbers
from staff import selectors
from staff.conduct import ladder
from staff.conduct.people import leaders_of, others_to_decide
from staff.conduct.sla_policies import PENALTY
from staff.conduct.states import Consequence, PenaltyState
from staff.models import Penalty, User
from staff.roles import Role

REMINDED_AHEAD = dt.timedelta(days=2)


def start_clock(penalty: Penalty, policy: Policy, holder_id: int | None, now: dt.datetime) -> dt.datetime:
    """Start the clock of `policy` on the penalty; answers when its time is over, also while the policy is off."""
    until = policy.due(now, current_numbers(policy.key), {})
    spec = sla.ClockSpec(
        policy=policy.key,
        subject_type=PENALTY,
        subject_id=penalty.pk,
        topic=topic_of(penalty),
        title=str(penalty),
        started_at=now,
        assignee_id=holder_id,
    )
    sla.start_clocks([spec], now=now)
    return until


def _tell(kind: str, penalty: Penalty, users: Iterable[User], now: dt.datetime, severity: str = "info") -> None:
    notify(
        kind=kind,
        users=users,
        context={},
        url=reverse("conduct:penalty", args=[penalty.pk]),
        severity=severity,
        dedupe_key=f"{kind}:{penalty.pk}:{penalty.version}",
        now=now,
    )


def confirmed(penalty: Penalty, now: dt.datetime) -> None:
    """The person hears of it; a review reaches the managers, the rung before one the leaders (STF-21)."""
    if penalty.is_reward:
        _tell("staff.reward_confirmed", penalty, [penalty.user], now)
        return
    _tell("staff.penalty_confirmed", penalty, [penalty.user], now, severity="warning")
    if penalty.consequence == Consequence.REVIEW:
        _tell("staff.review_asked", penalty, _managers(penalty.user), now, severity="danger")
    elif ladder.rung(penalty.kind, penalty.rung + 1).consequence == Consequence.REVIEW:
        _tell("staff.review_near", penalty, leaders_of(penalty.user), now, severity="warning")


def remind_of_appeals(now: dt.datetime) -> None:
    """The person hears once that the time to appeal ends within two days (task). The clock itself names nobody."""
    ending = Penalty.objects.filter(
        state=PenaltyState.CONFIRMED, appeal_until__gt=now, appeal_until__lte=now + REMINDED_AHEAD
    )
    for penalty in ending.select_related("user"):
        _tell("staff.appeal_ends", penalty, [penalty.user], now)


def appealed(penalty: Penalty, now: dt.datetime) -> list[User]:
    """Those who may decide hear of the appeal; answers who they are."""
    judges = others_to_decide(penalty)
    _tell("staff.penalty_appealed", penalty, judges, now, severity="warning")
    return judges


def decided(penalty: Penalty, upheld: bool, now: dt.datetime) -> None:
    kind = "staff.appeal_upheld" if upheld else "staff.appeal_won"
    confirmer = [penalty.confirmed_by] if penalty.confirmed_by else []
    _tell(kind, penalty, [penalty.user, *confirmer], now)


def counted_down(penalty: Penalty, now: dt.datetime) -> None:
    _tell("staff.penalty_counted_down", penalty, [penalty.user], now)


def _managers(user: User) -> list[User]:
    return list(selectors.active_users(Role.MANAGER).exclude(pk=user.pk))
