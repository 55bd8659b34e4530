"""What the world holds of swaps and leave: the agent's own, asked of a colleague, and a shift that begins tomorrow."""

from __future__ import annotations

import datetime as dt
from typing import Any

from common import clock
from staff.exchanges.states import GapCause, SwapState
from staff.models import Duty, Gap, HandedDuty, Leave, PlannedDuty, Rota, ShiftTemplate, Swap, User
from staff.rota.states import Origin
from tests.factories import UserFactory
from tests.factories_staff import DutyFactory, EmploymentFactory, ShiftTemplateFactory

DAY = dt.timedelta(days=1)


def add_exchanges(leader: User, agent: User, number: int) -> dict[str, dict[str, Any]]:
    """One swap to decide and one of each kind in the history; what the arguments of the routes are."""
    now, today = clock.now(), clock.today()
    rota = Rota.objects.filter(team__leader=leader).order_by("pk").first()
    assert rota is not None
    colleague = UserFactory()
    EmploymentFactory(user=colleague, team=rota.team)
    shift = ShiftTemplate.objects.filter(name="交换").first() or ShiftTemplateFactory(name="交换")
    given, missed = _duty(rota, agent, 10 + number, shift), _duty(rota, colleague, 3 + number, shift)
    moved, taken = _duty(rota, colleague, 10 + number, shift), _duty(rota, UserFactory(), 10 + number, shift)
    swap = Swap.objects.create(
        asker=agent, counterpart=colleague, duty=given, reason="家长会", asked_at=now,
        state=SwapState.COUNTERPART_AGREED,
    )  # fmt: skip
    leave = Leave.objects.create(
        user=agent, substitute=colleague, starts_at=clock.day_start(today + (20 + number) * DAY),
        ends_at=clock.day_start(today + (21 + number) * DAY), reason="体检", asked_at=now,
    )  # fmt: skip
    HandedDuty.objects.create(before=moved, after=taken, at=now, by=leader, reason="发烧")
    Gap.objects.create(duty=missed, cause=GapCause.MISSED, found_at=now).liable.add(colleague)
    soon = _duty(rota, colleague if number else agent, 1, shift)
    soon.windows.all().delete()  # nobody is on shift by it
    Duty.objects.filter(pk=soon.pk).update(starts_at=now + DAY / 2, ends_at=now + DAY)
    return {
        "exchanges:swap": {"pk": swap.pk},
        "exchanges:swap_act": {"pk": swap.pk, "action": "approve"},
        "exchanges:leave": {"pk": leave.pk},
        "exchanges:leave_act": {"pk": leave.pk, "action": "decline"},
        "exchanges:emergency": {"pk": soon.pk},
    }


def _duty(rota: Rota, user: User, days: int, shift: ShiftTemplate) -> Duty:
    """A published duty so many days ahead, as it is planned: the next publication changes nothing about it."""
    duty: Duty = DutyFactory(rota=rota, user=user, day=clock.today() + days * DAY, template=shift)
    PlannedDuty.objects.create(
        rota=rota, user=user, day=duty.day, template=shift, skill=duty.skill, origin=Origin.PROPOSED
    )
    return duty
