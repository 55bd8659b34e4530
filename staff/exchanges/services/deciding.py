"""Leave, as far as who approves it goes: every shift it touches gets a substitute, or is a gap on the approver (STF-09)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError, Conflict
from staff.exchanges import telling
from staff.exchanges.people import Decider
from staff.exchanges.selectors import touched
from staff.exchanges.services.base import end_turns, keep, move, require_decider, required, take_leave, weigh
from staff.exchanges.sla_policies import LEAVE, LEAVE_POLICIES
from staff.models import Duty, HandedDuty, Leave, User
from staff.rota.services import reassign_duties
from staff.rota.states import Origin
from staff.selectors import active_by_ids


@transaction.atomic
def approve_leave(
    *,
    leave_id: int,
    version: int,
    substitutes: Mapping[int, int | None],
    acknowledged: bool = False,
    note: str = "",
    by: User,
    now: dt.datetime | None = None,
) -> Leave:
    """The leader approves: each shift touched goes to its substitute, or stays open on the leader's own account.

    `substitutes` names for every duty touched who takes it; None: nobody, `by` takes the gap on, and a missed duty is
    his responsibility (STF-09). `acknowledged`: what it breaks was seen. Raises Conflict when the duties are others
    than those that were shown; BusinessError when `by` may not decide, or it breaks what nobody can take on.
    """
    now = now or clock.now()
    leave = take_leave(leave_id, version)
    require_decider(Decider(by).leave(leave))
    if leave.ends_at <= now:
        raise BusinessError(_("This leave is over."), code="over")
    move(leave, "approve")
    duties = touched(leave, now)
    if {duty.pk for duty in duties} != set(substitutes):
        raise Conflict(_("The shifts of this person changed in the meantime: look at them again."))
    plan = _plan(duties, substitutes)
    weigh(plan, acknowledged=acknowledged)
    given = _hand_over(leave, plan, by, now)
    leave.decided_at, leave.decided_by, leave.decision_note = now, by, " ".join(note.split())[:200]
    keep(leave, "decided_at", "decided_by", "decision_note")
    end_turns(LEAVE_POLICIES, LEAVE, leave, now)
    audit.record(
        "staff.leave_approved",
        about=leave,
        by=by,
        now=now,
        given=len(given),
        gaps=len(plan) - len(given),
        by_name=by.name,
    )
    telling.leave("staff.leave_approved", leave, [leave.user], now, by=by.name)
    for new in given:
        telling.duty("staff.duty_given", new, [new.user], now, name=leave.user.name)
    return leave


@transaction.atomic
def decline_leave(*, leave_id: int, version: int, note: str, by: User, now: dt.datetime | None = None) -> Leave:
    """The leader says no, with a word why. Raises Conflict; BusinessError when `by` may not decide."""
    now = now or clock.now()
    leave = take_leave(leave_id, version)
    require_decider(Decider(by).leave(leave))
    move(leave, "decline")
    leave.decided_at, leave.decided_by = now, by
    leave.decision_note = required(note, _("Give a reason."))
    keep(leave, "decided_at", "decided_by", "decision_note")
    end_turns(LEAVE_POLICIES, LEAVE, leave, now)
    audit.record("staff.leave_declined", about=leave, by=by, now=now)
    telling.leave("staff.leave_declined", leave, [leave.user], now, note=leave.decision_note)
    if leave.substitute is not None:
        telling.leave("staff.leave_withdrawn", leave, [leave.substitute], now)
    return leave


def _plan(duties: list[Duty], substitutes: Mapping[int, int | None]) -> list[tuple[Duty, User | None]]:
    people = {user.pk: user for user in active_by_ids(pk for pk in substitutes.values() if pk)}
    plan: list[tuple[Duty, User | None]] = []
    for duty in duties:
        wanted = substitutes[duty.pk]
        if wanted is not None and wanted not in people:
            raise BusinessError(_("There is no such person."), code="stranger")
        plan.append((duty, people[wanted] if wanted is not None else None))
    return plan


def _hand_over(leave: Leave, plan: list[tuple[Duty, User | None]], by: User, now: dt.datetime) -> list[Duty]:
    """The shifts that somebody takes, made his; the rest is written down as a gap that `by` took on."""
    moves = [(duty, to) for duty, to in plan if to is not None]
    made = reassign_duties(moves=moves, origin=Origin.LEAVE, by=by, now=now) if moves else []
    rows = [
        HandedDuty(leave=leave, before=before, after=after, at=now, by=by)
        for (before, _to), after in zip(moves, made, strict=True)
    ]
    rows += [HandedDuty(leave=leave, before=duty, at=now, by=by) for duty, to in plan if to is None]
    HandedDuty.objects.bulk_create(rows)
    return made
