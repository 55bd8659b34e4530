"""The ladder of an incident kind: the how-manieth time it is, and what follows then (STF-19, STF-21, FIN-08)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common import clock
from staff.conduct.states import Consequence, LadderSpan, PenaltyState
from staff.models import IncidentKind, Penalty, ServiceRules

COUNTED = (PenaltyState.CONFIRMED, PenaltyState.APPEALED, PenaltyState.UPHELD, PenaltyState.BOOKED)


@dataclass(frozen=True)
class Rung:
    """What one rung of a ladder asks; `money` in yuan as the rule book has it, whether it is used or not."""

    points: int = 0
    money: Decimal | None = None
    consequence: str = Consequence.NONE


def rung(kind: IncidentKind, time: int) -> Rung:
    """What follows the `time`-th time, counted from 1; the last rung holds for all further times."""
    if not kind.ladder:
        return Rung()
    step = kind.ladder[min(max(time, 1), len(kind.ladder)) - 1]
    money = Decimal(step["money"]) if step.get("money") else None
    return Rung(int(step.get("points", 0)), money, Consequence(step.get("consequence", "")))


def span_of(kind: IncidentKind, happened_at: dt.datetime) -> dict[str, dt.datetime]:
    """A filter for what counts together: the calendar month in Asia/Shanghai (STF-21), or everything (STF-19)."""
    if kind.span == LadderSpan.EVER:
        return {}
    first = clock.day_of(happened_at).replace(day=1)
    after = (first + dt.timedelta(days=32)).replace(day=1)
    return {"happened_at__gte": clock.day_start(first), "happened_at__lt": clock.day_start(after)}


def counted(kind: IncidentKind, user_id: int, happened_at: dt.datetime) -> QuerySet[Penalty]:
    """The confirmed ones of this kind and person that count together with one of `happened_at`."""
    return Penalty.objects.filter(kind=kind, user_id=user_id, state__in=COUNTED, **span_of(kind, happened_at))


def next_time(kind: IncidentKind, user_id: int, happened_at: dt.datetime) -> int:
    """The how-manieth time one of `happened_at` would be if it were confirmed now."""
    return counted(kind, user_id, happened_at).count() + 1


def apply(penalty: Penalty, time: int, rules: ServiceRules) -> None:
    """Put the rung's points, money and consequence on `penalty`. Fines only while they are switched on (STF-34)."""
    step = rung(penalty.kind, time)
    penalty.rung = time
    penalty.points = step.points
    penalty.consequence = step.consequence
    penalty.money = step.money if penalty.is_reward or rules.money_fines else None


def why(penalty: Penalty) -> str:
    """«Second time in November 2026»: in the reader's language."""
    if penalty.kind.span == LadderSpan.EVER:
        return _("time %(time)d, counted over all time") % {"time": penalty.rung}
    month = clock.local(penalty.happened_at).strftime("%Y-%m")
    return _("time %(time)d in %(month)s") % {"time": penalty.rung, "month": month}
