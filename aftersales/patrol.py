"""Reading the patrol: which cases a round looks at, where it stands, what was said of a case before (RET-36)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case as Either
from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When

from aftersales.models import Case, PatrolMark, PatrolRound
from aftersales.states import Kind, ReturnState
from aftersales.workflows import machine_of
from common import clock
from sla.states import Party
from staff.models import User

Why = PatrolMark.Why
PENDING = Q(kind__in=(Kind.UNSHIPPED_REFUND, Kind.RETURN), ball=Party.AGENT) & ~Q(
    state__in=(ReturnState.REJECTED, ReturnState.REFUNDED)
)
TWO_DAYS = dt.timedelta(days=2)
SHOWN_ROUNDS = 12


def waiting(now: dt.datetime) -> QuerySet[Case]:
    """The cases that a round looks at: refunds that wait for us, rejected ones with at most two days left on the
    platform's clock, goods that have been coming back for two days."""
    return Case.objects.filter(PENDING | _rejected(now) | _awaited(now), active=True)


def waiting_why(now: dt.datetime) -> list[tuple[int, str]]:
    """The ids of those cases, each with the reason for which it is looked at (PatrolMark.Why). One query."""
    why = Either(
        When(_rejected(now), then=Value(Why.REJECTED)),
        When(_awaited(now), then=Value(Why.AWAITED)),
        default=Value(Why.PENDING),
        output_field=CharField(),
    )
    return list(waiting(now).annotate(why=why).order_by("pk").values_list("pk", "why"))


def _rejected(now: dt.datetime) -> Q:
    return Q(state=ReturnState.REJECTED, platform_due_at__lte=now + TWO_DAYS)


def _awaited(now: dt.datetime) -> Q:
    return Q(state=ReturnState.COMING_BACK, kind__in=(Kind.RETURN, Kind.EXCHANGE), entered_at__lte=now - TWO_DAYS)


def open_round(now: dt.datetime) -> PatrolRound | None:
    """The round that runs at that instant and is not done."""
    open_ = PatrolRound.objects.filter(done_at__isnull=True, missed_at__isnull=True)
    return open_.filter(starts_at__lte=now, ends_at__gte=now).order_by("-starts_at").first()


@dataclass(frozen=True)
class PatrolShown:
    """The patrol's page: the round, the case to look at now, and how the rounds before ended."""

    round: PatrolRound | None
    current: PatrolMark | None
    left: list[PatrolMark]
    marked: list[PatrolMark]
    rounds: list[PatrolRound]

    @property
    def done(self) -> int:
        return len(self.marked)


def patrol_shown(now: dt.datetime, user: User, *, after: int = 0) -> PatrolShown:
    """The round of this hour for `user`: one's own cases come first, then those with the nearest platform's date.

    `after` is the mark that was put off: the next one is current. Three queries.
    """
    rounds = rounds_before(now)
    running = next((row for row in rounds if row.starts_at <= now <= row.ends_at and row.missed_at is None), None)
    marks = marks_of(running, user) if running else []
    left = [mark for mark in marks if not mark.deed]
    at = next((number for number, mark in enumerate(left) if mark.pk == after), -1)
    current = left[(at + 1) % len(left)] if left else None
    return PatrolShown(running, current, left, [mark for mark in marks if mark.deed], rounds)


def rounds_before(now: dt.datetime) -> list[PatrolRound]:
    """The last rounds, newest first, each with how many of its cases were left when its hour was over. One query."""
    carried = Count("marks", filter=Q(marks__deed=PatrolMark.Deed.CARRIED))
    rows = PatrolRound.objects.filter(starts_at__lte=now).annotate(carried=carried)
    return list(rows.order_by("-starts_at")[:SHOWN_ROUNDS])


def marks_of(round_: PatrolRound, user: User | None = None) -> list[PatrolMark]:
    """The cases of a round in the order in which they are looked at, with what was last said of each. One query."""
    earlier = PatrolMark.objects.filter(case=OuterRef("case"), round__starts_at__lt=OuterRef("round__starts_at"))
    last = earlier.order_by("-round__starts_at")
    rows = (
        PatrolMark.objects.filter(round=round_)
        .select_related("by", "case__order", "case__shop", "case__reason", "case__owner", "case__refund")
        .annotate(
            said_before=Subquery(last.exclude(remark="").values("remark")[:1]),
            carried_here=Subquery(last.values("deed")[:1]),
            mine=Either(When(case__owner=user, then=Value(0)), default=Value(1)) if user else Value(1),
        )
        .order_by("mine", F("case__platform_due_at").asc(nulls_last=True), "case_id")
    )
    found: list[PatrolMark] = list(rows)
    for mark in found:
        mark.case = machine_of(mark.case)
    return found


def hour_of(moment: dt.datetime) -> dt.datetime:
    """The beginning of the hour in Shanghai that `moment` lies in, in UTC."""
    return clock.local(moment).replace(minute=0, second=0, microsecond=0).astimezone(dt.UTC)
