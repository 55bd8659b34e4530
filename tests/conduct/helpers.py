"""Short ways to a penalty in a state."""

from __future__ import annotations

import datetime as dt
from itertools import count

from staff.conduct import services
from staff.conduct.proposing import propose
from staff.conduct.states import PenaltyState as P
from staff.models import Penalty, User
from tests.factories import NOON

_numbers = count(1)


def proposed(user: User, kind: str = "service_complaint", at: dt.datetime = NOON) -> Penalty:
    made = propose(kind=kind, user=user, event_key=f"e:{next(_numbers)}", topic="", happened_at=at, now=NOON)
    assert made is not None
    return made


def confirmed(user: User, by: User, kind: str = "service_complaint", at: dt.datetime = NOON) -> Penalty:
    return services.confirm_penalty(penalty_id=proposed(user, kind, at).pk, version=0, by=by, now=NOON)


def appealed(user: User, by: User) -> Penalty:
    penalty = confirmed(user, by)
    return services.appeal_penalty(
        penalty_id=penalty.pk, version=penalty.version, text="不是我", by=penalty.user, now=NOON
    )


def in_state(state: str, user: User, confirmer: User, decider: User) -> Penalty:
    """A service complaint of `user` in that state, made by the services."""
    if state == P.PROPOSED:
        return proposed(user)
    if state == P.DROPPED:
        return services.drop_penalty(penalty_id=proposed(user).pk, version=0, note="误会", by=confirmer, now=NOON)
    if state == P.CONFIRMED:
        return confirmed(user, confirmer)
    if state == P.BOOKED:
        penalty = confirmed(user, confirmer)
        services.book_due(NOON + dt.timedelta(days=8))
        return Penalty.objects.get(pk=penalty.pk)
    penalty = appealed(user, confirmer)
    if state == P.APPEALED:
        return penalty
    upheld = state == P.UPHELD
    if upheld:  # an earlier one under appeal keeps it from being booked at once
        earlier = proposed(user)
        Penalty.objects.filter(pk=penalty.pk).update(rung=2)
        Penalty.objects.filter(pk=earlier.pk).update(
            state=P.APPEALED, rung=1, confirmed_by=confirmer, appeal_until=NOON
        )
    services.decide_appeal(
        penalty_id=penalty.pk, version=penalty.version, upheld=upheld, decision="查过", by=decider, now=NOON
    )
    return Penalty.objects.get(pk=penalty.pk)
