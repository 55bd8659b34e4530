"""What the services of swaps and leave share: taking one for a change, giving it back, the clock of whose turn it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.utils.translation import gettext as _
from django_fsm import can_proceed

from common.exceptions import BusinessError
from common.locking import lock_alone, lock_one
from common.topics import topic_of
from sla import services as sla
from sla.policies import Policy
from staff.models import Duty, Leave, Swap, User
from staff.rota.rules import HARD, Breach
from staff.rota.services import consequences
from staff.rota.services.duties import SECTION
from staff.rota.services.publishing import COVERAGE

Asked = TypeVar("Asked", Swap, Leave)
SHOWN = 3  # broken rules named in a refusal


def take_swap(swap_id: int, version: int | None = None) -> Swap:
    """The swap, locked, alone with all duties. Raises Conflict when `version` is no longer the row's."""
    lock_alone(SECTION)
    people = ("asker", "counterpart", "duty__template", "other_duty__template")
    return lock_one(Swap.objects.select_related(*people).filter(pk=swap_id), version=version)


def take_leave(leave_id: int, version: int | None = None) -> Leave:
    """The leave, locked, alone with all duties. Raises Conflict when `version` is no longer the row's."""
    lock_alone(SECTION)
    return lock_one(Leave.objects.select_related("user", "substitute").filter(pk=leave_id), version=version)


def move(asked: Asked, step: str) -> None:
    """Take the step of the machine. Raises BusinessError when it is none of the state."""
    go = getattr(asked, step)
    if not can_proceed(go):
        raise BusinessError(
            _("It is %(state)s: that cannot be done with it now.") % {"state": asked.get_state_display()},
            code="wrong_state",
        )
    go()


def keep(asked: Asked, *fields: str) -> None:
    """Save; forms that were drawn before are out of date from here on."""
    asked.version += 1
    asked.save(update_fields=["state", *fields, "version"])


def required(text: str, refusal: str) -> str:
    """`text` in one line. Raises BusinessError with `refusal` when nothing is left of it."""
    line = " ".join(text.split())[:200]
    if not line:
        raise BusinessError(refusal, code="missing")
    return line


def require_person(by: User, user_id: int | None) -> None:
    if by.pk != user_id:
        raise BusinessError(_("Only the person who was asked may do that."), code="not_yours")


def require_decider(may: bool) -> None:
    if not may:
        raise BusinessError(_("Only who leads this person decides here."), code="not_leader")


def standing(duties: Iterable[Duty], now: dt.datetime) -> None:
    """Raises BusinessError when one of the duties was taken back or has begun."""
    for duty in duties:
        if duty.cancelled_at is not None:
            raise BusinessError(_("This duty was taken back or changed in the meantime."), code="gone")
        if duty.starts_at <= now:
            raise BusinessError(_("This shift has begun: only the emergency path is left."), code="begun")


def weigh(changes: Sequence[tuple[Duty, User | None]], *, acknowledged: bool) -> list[Breach]:
    """What the rules say after these changes. Raises BusinessError when they break what nobody can take on, or what
    must be seen and was not `acknowledged` (STF-06)."""
    found = consequences(changes)
    forbidden = [one for one in found if one.severity == HARD and one.rule != COVERAGE]
    if forbidden:
        raise BusinessError(" ".join(one.sentence for one in forbidden[:SHOWN]), code="breaks")
    if found and not acknowledged:
        raise BusinessError(_("See what it breaks, and say that you take it on."), code="acknowledge")
    return found


def start_turn(
    policy: Policy, asked: Swap | Leave, holder: User | None, *, shift_at: dt.datetime, notice: int, now: dt.datetime
) -> None:
    """The clock of whose turn it is. Its title names nobody: others see its row."""
    spec = sla.ClockSpec(
        policy=policy.key,
        subject_type=policy.subject_type,
        subject_id=asked.pk,
        topic=topic_of(asked),
        title=f"#{asked.pk}",
        started_at=now,
        assignee_id=holder.pk if holder else None,
        facts={"shift_at": shift_at.isoformat(), "notice_hours": notice},
    )
    sla.start_clocks([spec], now=now)


def end_turns(policies: Sequence[str], subject: str, asked: Swap | Leave, now: dt.datetime) -> None:
    sla.stop_clocks(policies=policies, subject_type=subject, subject_ids=[asked.pk], now=now)
