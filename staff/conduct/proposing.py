"""An event proposes what follows from it; a leader decides. The one door for events of other parts."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.urls import reverse

from audit import services as audit
from common.topics import topic_of
from notifications.services import notify
from sla import services as sla
from staff.conduct import ladder, rulebook
from staff.conduct.people import leaders_of
from staff.conduct.sla_policies import DECISION, PENALTY
from staff.models import Penalty, User


@transaction.atomic
def propose(
    *,
    kind: str,
    user: User,
    event_key: str,
    topic: str,
    happened_at: dt.datetime,
    description: str = "",
    evidence: str = "",
    by: User | None = None,
    now: dt.datetime,
) -> Penalty | None:
    """Propose a penalty or reward of `user` for an event; None when the kind is off or it was proposed before.

    Once an event, kind and person: `event_key` names the event («swap:12»), `topic` links to it. Nothing follows
    until a leader confirms (STF-03, STF-16, STF-18 to STF-21, STF-23, STF-30, STF-37 to STF-39, AFT-13); the leader
    is told and has the time of the policy `staff.penalty_decision`. Raises ValueError for a key of no kind.
    """
    found = rulebook.ensure(kind)
    if found is None:
        raise ValueError(f"There is no kind of incident called {kind!r}.")
    if not found.enabled:
        return None
    draft = Penalty(
        user=user,
        kind=found,
        happened_at=happened_at,
        description=description[:500],
        topic=topic,
        event_key=event_key,
        evidence=evidence[:500],
        proposed_at=now,
        proposed_by=by,
    )
    draft.rung = ladder.next_time(found, user.pk, happened_at)
    draft.points = ladder.rung(found, draft.rung).points
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        if event_key and Penalty.objects.filter(user=user, kind=found, event_key=event_key).exists():
            return None
        raise
    _tell(draft, by, now)
    return draft


def _tell(penalty: Penalty, by: User | None, now: dt.datetime) -> None:
    leaders = leaders_of(penalty.user)
    sla.start_clocks(
        [
            sla.ClockSpec(
                policy=DECISION.key,
                subject_type=PENALTY,
                subject_id=penalty.pk,
                topic=topic_of(penalty),
                title=str(penalty),
                started_at=now,
                assignee_id=leaders[0].pk if leaders else None,
            )
        ],
        now=now,
    )
    audit.record("staff.penalty_proposed", about=penalty, by=by, now=now, kind=penalty.kind.key)
    notify(
        kind="staff.penalty_proposed",
        users=[leader for leader in leaders if by is None or leader.pk != by.pk],
        context={},
        url=reverse("conduct:penalty", args=[penalty.pk]),
        dedupe_key=f"staff.penalty_proposed:{penalty.pk}",
        now=now,
    )
