"""A shift that nobody came for: found once, with who is liable and why (STF-03, STF-09, STF-15, STF-16)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import translation

from audit import services as audit
from common import clock
from common.locking import lock_alone, lock_one
from common.topics import topic_of
from notifications.services import notify
from staff.conduct.proposing import propose
from staff.duty.people import leaders_of
from staff.exchanges import liability
from staff.exchanges.services.base import keep
from staff.exchanges.states import GapCause, LeaveState, SwapState
from staff.models import Attendance, Duty, Gap, HandedDuty, Leave, Swap, User
from staff.rota.services.duties import SECTION

GRACE = dt.timedelta(minutes=15)  # so long after the start nobody came
ON_THE_WAY = dt.timedelta(hours=1)  # whoever was given the shift just now has so long to come
LOOK_BACK = dt.timedelta(hours=2)  # what a worker that stood still finds later
USES_CLOCK = dt.timedelta(days=7)  # a team in which nobody clocked in for so long does not clock in at all


@dataclass(frozen=True)
class Verdict:
    """How a gap arose, and who answers for it."""

    cause: str
    liable: tuple[User, ...]
    swap: Swap | None = None
    leave: Leave | None = None

    @property
    def incident(self) -> str:
        """What is proposed: an unclear swap counts as absence (STF-16). A plain missed duty is proposed when the shift
        is over and the chat records can judge it (staff.duty.watching, STF-03)."""
        return {GapCause.UNCLEAR: "absence", GapCause.MISSED: ""}.get(GapCause(self.cause), "missed_duty")


def find_gaps(now: dt.datetime | None = None) -> int:
    """Every shift that began a quarter of an hour ago without anybody, each once and in its own transaction. Answers
    how many were found."""
    moment = now or clock.now()
    return sum(_find(pk, moment) for pk in list(_empty(moment).values_list("pk", flat=True)))


def _empty(now: dt.datetime) -> QuerySet[Duty]:
    """Duties that began, whose person has not come, in teams that clock in; none that was found before."""
    over_it = Q(came_at__lt=OuterRef("ends_at")) & (Q(left_at__isnull=True) | Q(left_at__gt=OuterRef("starts_at")))
    came = Attendance.objects.filter(Q(duty=OuterRef("pk")) | (Q(user=OuterRef("user")) & over_it))
    team_came = Attendance.objects.filter(
        user__employment__team=OuterRef("rota__team"), came_at__gt=now - USES_CLOCK, came_at__lte=now
    )
    just_given = HandedDuty.objects.filter(after=OuterRef("pk"), at__gt=now - ON_THE_WAY)
    return (
        Duty.objects.filter(cancelled_at__isnull=True, gap__isnull=True, user__is_active=True)
        .filter(starts_at__lte=now - GRACE, starts_at__gt=now - LOOK_BACK)
        .filter(Exists(team_came), ~Exists(came))
        .exclude(Exists(just_given))
        .order_by("starts_at", "pk")
    )


@transaction.atomic
def _find(duty_id: int, now: dt.datetime) -> bool:
    """Writes one gap down, unless somebody came or it was found in the meantime."""
    lock_alone(SECTION)
    duty = lock_one(Duty.objects.select_related("user", "template").filter(pk=duty_id))
    if not _empty(now).filter(pk=duty_id).exists():
        return False
    verdict = judge(duty)
    gap = Gap.objects.create(duty=duty, cause=verdict.cause, found_at=now, swap=verdict.swap, leave=verdict.leave)
    gap.liable.set(verdict.liable)
    _mark(gap)
    about = gap.swap or gap.leave or duty
    audit.record("staff.gap_found", about=about, now=now, **liability.facts(gap))
    _tell(gap, now)
    _propose(gap, verdict, now)
    return True


def judge(duty: Duty) -> Verdict:
    """How it came that nobody was there, read off what moved the duty last (STF-03, STF-09, STF-16)."""
    handed = HandedDuty.objects.filter(after=duty).select_related("swap", "leave", "by").first()
    if handed and handed.swap:
        return _of_swap(handed.swap, duty)
    if handed and handed.leave and handed.leave.state == LeaveState.APPROVED:
        return _of_substitute(handed.leave, handed.by, duty)
    taken_on = HandedDuty.objects.filter(before=duty, after__isnull=True, leave__state=LeaveState.APPROVED)
    left = taken_on.select_related("leave", "by").first()
    if left:
        return Verdict(GapCause.LEAVE, (left.by,), leave=left.leave)
    unclear = Swap.objects.filter(Q(duty=duty) | Q(other_duty=duty), state=SwapState.COUNTERPART_AGREED)
    swap = unclear.select_related("asker", "counterpart").first()
    if swap:
        return Verdict(GapCause.UNCLEAR, (swap.asker, swap.counterpart), swap=swap)
    return Verdict(GapCause.MISSED, (duty.user,))


def _of_swap(swap: Swap, duty: Duty) -> Verdict:
    if swap.asker_confirmed_at and swap.counterpart_confirmed_at:
        return Verdict(GapCause.SWAP, (duty.user,), swap=swap)
    return Verdict(GapCause.UNCLEAR, (swap.asker, swap.counterpart), swap=swap)


def _of_substitute(leave: Leave, by: User, duty: Duty) -> Verdict:
    if leave.agreed_at and leave.substitute_id == duty.user_id:
        return Verdict(GapCause.SUBSTITUTE, (duty.user,), leave=leave)
    return Verdict(GapCause.ARRANGED, (by,), leave=leave)


def _mark(gap: Gap) -> None:
    """The swap that left it is marked, with the sentence in the house's language."""
    if gap.swap is None:
        return
    swap = lock_one(Swap.objects.filter(pk=gap.swap.pk))
    if swap.state == SwapState.APPROVED:
        swap.leave_gap()
    with translation.override(settings.LANGUAGE_CODE):
        swap.gap_note = liability.told(gap)[:300]
    keep(swap, "gap_note")


def _tell(gap: Gap, now: dt.datetime) -> None:
    """Those who are liable, whose shift it is, and who leads them."""
    people = [*gap.liable.all(), gap.duty.user, *leaders_of(gap.duty.user, now)]
    about = gap.swap or gap.leave
    notify(
        kind="staff.gap",
        users=people,
        context=liability.facts(gap),
        url=about.get_absolute_url() if about else f"{reverse('exchanges:list')}?what=gaps",
        severity="danger",
        dedupe_key=f"staff.gap:{gap.duty_id}",
        now=now,
    )


def _propose(gap: Gap, verdict: Verdict, now: dt.datetime) -> None:
    if not verdict.incident:
        return
    for user in verdict.liable:
        propose(
            kind=verdict.incident,
            user=user,
            event_key=topic_of(gap.duty),
            topic=topic_of(gap.swap or gap.leave or gap.duty),
            happened_at=gap.duty.starts_at,
            description=liability.told(gap),
            now=now,
        )
