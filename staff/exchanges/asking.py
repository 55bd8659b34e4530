"""What the pages put together before somebody decides: a swap to be asked, the shifts of a leave to be shared out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import QuerySet

from staff.exchanges.candidates import Candidate, candidates, free_duties, returns
from staff.exchanges.forms import SubstitutesForm
from staff.exchanges.permissions import DECIDE
from staff.exchanges.selectors import Effect, effect, touched
from staff.models import Duty, Leave, User
from staff.selectors import led_people, service_rules

HOUR = dt.timedelta(hours=1)
Thing = TypeVar("Thing", Duty, User)


@dataclass(frozen=True)
class SwapChoice:
    """A swap as far as it is put together: each choice narrows the next."""

    duties: list[Duty]
    duty: Duty | None = None
    people: list[Candidate] = field(default_factory=list)
    counterpart: User | None = None
    others: list[Duty] = field(default_factory=list)
    other: Duty | None = None
    effect: Effect | None = None
    late: bool = False  # inside the notice: an emergency
    notice_hours: int = 0

    @property
    def complete(self) -> bool:
        return self.duty is not None and self.counterpart is not None


def swap_choice(by: User, sent: Mapping[str, str], now: dt.datetime) -> SwapChoice:
    """The choices of `by` so far: `duty`, `counterpart` and `other` as the page sent them; what is not on offer (any
    more) is not chosen."""
    duties = list(free_duties(by, now))
    duty = _chosen(duties, sent.get("duty", ""))
    notice = service_rules().swap_notice_hours
    if duty is None:
        return SwapChoice(duties, notice_hours=notice)
    people = candidates(duty, busy_too=True)
    counterpart = _chosen([one.user for one in people], sent.get("counterpart", ""))
    if counterpart is None:
        return SwapChoice(duties, duty, people, notice_hours=notice)
    others = returns(counterpart, by, now)
    other = _chosen(others, sent.get("other", ""))
    first = min(one.starts_at for one in (duty, other) if one)
    broken = effect([(duty, counterpart), *([(other, by)] if other else [])])
    late = first < now + notice * HOUR
    return SwapChoice(duties, duty, people, counterpart, others, other, broken, late, notice)


@dataclass(frozen=True)
class LeavePlan:
    """The shifts that leave touches with who could take them, who does as things stand, and what that would break."""

    duties: list[tuple[Duty, list[Candidate]]]
    form: SubstitutesForm
    effect: Effect


def leave_plan(leave: Leave, sent: Mapping[str, str], now: dt.datetime) -> LeavePlan:
    """Each shift with the substitute as far as he can take it, or whom `sent` names for it; 0 names nobody."""
    duties = [(duty, candidates(duty)) for duty in touched(leave, now)]
    data = {}
    for duty, people in duties:
        able = {str(one.user.pk) for one in people}
        usual = str(leave.substitute_id or "")
        wanted = sent.get(f"duty{duty.pk}", usual)
        data[f"duty{duty.pk}"] = wanted if wanted in able else "0"
    form = SubstitutesForm(data, duties=duties)
    form.is_valid()
    takers = form.substitutes()
    users = {one.user.pk: one.user for _duty, people in duties for one in people}
    changes = [(duty, users.get(takers[duty.pk] or 0)) for duty, _people in duties]
    return LeavePlan(duties, form, effect(changes) if changes else Effect(()))


def movable(by: User, now: dt.datetime) -> QuerySet[Duty]:
    """The duties inside the notice, or under way, that `by` may give to somebody at once: his own and those of the
    people he leads."""
    until = now + service_rules().swap_notice_hours * HOUR
    people = {by.pk}
    if by.has_perm(DECIDE):
        people |= set(led_people(by).values_list("pk", flat=True))
    return (
        Duty.objects.filter(user__in=people, cancelled_at__isnull=True, ends_at__gt=now, starts_at__lt=until)
        .select_related("user", "template")
        .order_by("starts_at", "user__name", "pk")
    )


def _chosen(things: Iterable[Thing], sent: str) -> Thing | None:
    return next((thing for thing in things if str(thing.pk) == sent), None)
