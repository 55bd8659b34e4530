"""Short ways to a penalty in a state."""

from __future__ import annotations

import datetime as dt
from itertools import count

from staff.conduct import services
from staff.conduct.proposing import propose
from staff.conduct.states import PenaltyState as P
from staff.models import IncidentKind, Penalty, ServiceRules, User
from tests.factories import NOON

_numbers = count(1)

# What nobody but the person and the leaders may ever read.
MARKS = {
    "description": "机密甲壹",
    "evidence": "机密甲贰",
    "appeal": "机密甲叁",
    "decision": "机密甲肆",
    "daily record": "机密乙壹",
    "weekly record": "机密乙贰",
    "memo": "机密乙叁",
    "improvement": "机密乙肆",
    "finding": "机密乙伍",
    "phone": "13977776666",
    "calendar": "c0ffee" * 10,
    "response time": "7654.3",
    "fine": "4321.09",
}


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


def fines_on(key: str = "service_complaint") -> None:
    ServiceRules.objects.update_or_create(pk=1, defaults={"money_fines": True, "money_fines_basis": "职代会"})
    rung = {"points": 2, "money": MARKS["fine"], "consequence": ""}
    IncidentKind.objects.filter(key=key).update(ladder=[rung])


def play(vera: User, leader: User, manager: User, now: dt.datetime) -> Penalty:
    """A fine with everything that can follow it, from the event to the fund."""
    fines_on()
    made = propose(
        kind="service_complaint", user=vera, event_key="e:1", topic="", happened_at=now,
        description=MARKS["description"], evidence=MARKS["evidence"], now=now,
    )  # fmt: skip
    assert made is not None
    services.confirm_penalty(penalty_id=made.pk, version=0, by=leader, now=now)
    services.appeal_penalty(penalty_id=made.pk, version=1, text=MARKS["appeal"], by=vera, now=now)
    services.decide_appeal(penalty_id=made.pk, version=2, upheld=True, decision=MARKS["decision"], by=manager, now=now)
    return Penalty.objects.get(pk=made.pk)
