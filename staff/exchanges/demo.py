"""Swaps and leave of the demo: one in every state that the pages show, asked and decided by the team's people."""

from __future__ import annotations

import datetime as dt

from common import clock
from staff.exchanges import services
from staff.exchanges.candidates import candidates, free_duties, returns
from staff.exchanges.states import LeaveKind
from staff.models import Duty, Leave, Swap, User
from staff.rota.rules import HARD
from staff.rota.services import consequences
from staff.rota.services.publishing import COVERAGE
from staff.selectors import led_people

DAY = dt.timedelta(days=1)
REASONS = ("孩子家长会", "看牙医", "搬家", "老家有事", "考试")
AHEAD = dt.timedelta(hours=30)  # behind the notice


def load(now: dt.datetime, by: User) -> None:
    """Plays four swaps and two leaves in the team that `by` leads. Nothing when there are some already."""
    if Swap.objects.exists() or Leave.objects.exists():
        return
    people = list(led_people(by).filter(is_active=True).order_by("staff_no", "pk"))
    swaps = [swap for person, why in zip(people, REASONS, strict=False) if (swap := _ask(person, why, now))]
    for number, swap in enumerate(swaps):
        if number == 0:
            continue  # waits for the counterpart
        if number == 3:
            services.decline_swap(
                swap_id=swap.pk, version=swap.version, note="那天我也有事", by=swap.counterpart, now=now
            )
            continue
        agreed = services.agree_swap(swap_id=swap.pk, version=swap.version, by=swap.counterpart, now=now)
        if number > 1:
            done = services.approve_swap(
                swap_id=swap.pk, version=agreed.version, acknowledged=True, note="同意", by=by, now=now
            )
            services.confirm_swap(swap_id=swap.pk, version=done.version, by=swap.counterpart, now=now)
    _leave(people[-1], None, 4, now)
    _leave(people[-2], people[-3], 8, now)


def _ask(person: User, why: str, now: dt.datetime) -> Swap | None:
    """A swap of the first duty for which somebody of the team is there without breaking a hard rule."""
    for duty in free_duties(person, now).filter(starts_at__gt=now + AHEAD)[:6]:
        taker = _taker(duty)
        if taker is not None:
            back = _in_return(duty, taker, now)
            return services.ask_swap(
                duty_id=duty.pk,
                counterpart=taker,
                other_duty_id=back.pk if back else None,
                reason=why,
                by=person,
                now=now,
            )
    return None


def _in_return(duty: Duty, taker: User, now: dt.datetime) -> Duty | None:
    """A later duty that the person can take for it."""
    for other in returns(taker, duty.user, now):
        if other.starts_at > duty.starts_at + 2 * DAY and _keeps_rules([(duty, taker), (other, duty.user)]):
            return other
    return None


def _keeps_rules(changes: list[tuple[Duty, User]]) -> bool:
    return not any(one.severity == HARD and one.rule != COVERAGE for one in consequences(changes))


def _taker(duty: Duty) -> User | None:
    for one in candidates(duty)[:4]:
        if one.same_team and _keeps_rules([(duty, one.user)]):
            return one.user
    return None


def _leave(person: User, substitute: User | None, ahead: int, now: dt.datetime) -> None:
    first = clock.day_of(now) + ahead * DAY
    services.ask_leave(
        kind=LeaveKind.ANNUAL,
        starts_at=clock.day_start(first),
        ends_at=clock.day_start(first + 2 * DAY),
        reason="带家人出游",
        substitute=substitute,
        by=person,
        now=now,
    )
