"""Leave, as far as the person and the substitute go: asked, agreed to, taken back (STF-09)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_one
from sla.policies import Policy
from staff.exchanges import telling
from staff.exchanges.people import leave_approvers
from staff.exchanges.services.base import (
    end_turns,
    keep,
    move,
    require_person,
    required,
    start_turn,
    take_leave,
)
from staff.exchanges.sla_policies import LEAVE, LEAVE_ANSWER, LEAVE_DECISION, LEAVE_POLICIES
from staff.exchanges.states import OPEN_LEAVES, LeaveKind, LeaveState
from staff.models import HandedDuty, Leave, User
from staff.roles import Role
from staff.rota.services import reassign_duty
from staff.selectors import service_rules

HOUR = dt.timedelta(hours=1)
STANDING = (*OPEN_LEAVES, LeaveState.APPROVED)


@transaction.atomic
def ask_leave(
    *,
    kind: str,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    reason: str,
    substitute: User | None = None,
    emergency: bool = False,
    by: User,
    now: dt.datetime | None = None,
) -> Leave:
    """`by` asks to be away from `starts_at` until `ends_at`, with a substitute or without (STF-09).

    The notice of the rules of service is kept, later only as an emergency. Raises BusinessError when it is over
    already, overlaps other leave of the person, or a word is missing.
    """
    now = now or clock.now()
    lock_one(User.objects.filter(pk=by.pk))
    if kind not in LeaveKind.values or starts_at >= ends_at or ends_at <= now:
        raise BusinessError(_("Leave lies ahead, and its end behind its start."), code="span")
    if substitute is not None and (substitute.pk == by.pk or substitute.role == Role.SUPPLIER):
        raise BusinessError(_("Somebody else is the substitute."), code="one_person")
    if Leave.objects.filter(user=by, state__in=STANDING, starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise BusinessError(_("You have asked for leave at that time already."), code="overlap")
    words = required(reason, _("Give a reason."))
    notice = service_rules().leave_notice_hours
    late = starts_at < now + notice * HOUR
    if late and not emergency:
        raise BusinessError(
            _("Leave is asked %(hours)d hours ahead. Later it is an emergency: say so, with the reason.")
            % {"hours": notice},
            code="late",
        )
    leave = Leave.objects.create(
        user=by,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=words,
        substitute=substitute,
        emergency=late,
        asked_at=now,
    )
    audit.record("staff.leave_asked", about=leave, by=by, now=now)
    if substitute is not None:
        _turn(leave, LEAVE_ANSWER, substitute, now)
        telling.leave("staff.substitute_asked", leave, [substitute], now)
    _to_decide(leave, now)
    return leave


@transaction.atomic
def agree_substitute(*, leave_id: int, version: int, by: User, now: dt.datetime | None = None) -> Leave:
    """The substitute agrees to take the shifts over. Raises Conflict; BusinessError when `by` was not asked."""
    now = now or clock.now()
    leave = take_leave(leave_id, version)
    require_person(by, leave.substitute_id)
    move(leave, "agree")
    leave.agreed_at = now
    keep(leave, "agreed_at")
    end_turns([LEAVE_ANSWER.key], LEAVE, leave, now)
    audit.record("staff.substitute_agreed", about=leave, by=by, now=now, substitute=by.name)
    telling.leave("staff.substitute_agreed", leave, [leave.user, *leave_approvers(leave)], now)
    return leave


@transaction.atomic
def refuse_substitute(*, leave_id: int, version: int, by: User, now: dt.datetime | None = None) -> Leave:
    """The substitute cannot: whoever approves arranges another one (STF-09). Raises Conflict; BusinessError when `by`
    was not asked or has agreed."""
    now = now or clock.now()
    leave = take_leave(leave_id, version)
    require_person(by, leave.substitute_id)
    if leave.state != LeaveState.ASKED:
        raise BusinessError(
            _("It is %(state)s: that cannot be done with it now.") % {"state": leave.get_state_display()},
            code="wrong_state",
        )
    telling.leave("staff.substitute_refused", leave, [leave.user, *leave_approvers(leave)], now)
    leave.substitute = None
    keep(leave, "substitute")
    end_turns([LEAVE_ANSWER.key], LEAVE, leave, now)
    audit.record("staff.substitute_refused", about=leave, by=by, now=now, substitute=by.name)
    return leave


@transaction.atomic
def withdraw_leave(*, leave_id: int, version: int, by: User, now: dt.datetime | None = None) -> Leave:
    """The person comes after all: leave that was approved gives back the shifts that have not begun and are still
    with the substitute (STF-09). Raises Conflict; BusinessError when it is over or not one's own."""
    now = now or clock.now()
    leave = take_leave(leave_id, version)
    require_person(by, leave.user_id)
    if leave.ends_at <= now:
        raise BusinessError(_("This leave is over."), code="over")
    approved = leave.state == LeaveState.APPROVED
    move(leave, "withdraw")
    keep(leave)
    end_turns(LEAVE_POLICIES, LEAVE, leave, now)
    back, kept = _give_back(leave, by, now) if approved else (0, 0)
    audit.record("staff.leave_withdrawn", about=leave, by=by, now=now, back=back, kept=kept)
    told = {user.pk: user for user in [*leave_approvers(leave), *([leave.substitute] if leave.substitute else [])]}
    telling.leave("staff.leave_withdrawn", leave, told.values(), now)
    return leave


def _give_back(leave: Leave, by: User, now: dt.datetime) -> tuple[int, int]:
    """How many shifts came back, and how many stay where they are: begun, moved on, or the person is busy then."""
    handed = HandedDuty.objects.filter(leave=leave, after__isnull=False, after__starts_at__gt=now)
    back, rows = 0, list(handed.select_related("before", "after__template", "after__user").order_by("pk"))
    for row in rows:
        after = row.after
        if after is None or after.cancelled_at is not None:
            continue
        try:
            with transaction.atomic():
                made = reassign_duty(duty=after, to=leave.user, origin=row.before.origin, by=by, now=now)
        except BusinessError:  # busy then, or no longer employed: it stays with the substitute, and the page says so
            continue
        HandedDuty.objects.create(leave=leave, before=after, after=made, at=now, by=by)
        telling.duty("staff.duty_back", after, [after.user], now, name=leave.user.name)
        back += 1
    return back, len(rows) - back


def _to_decide(leave: Leave, now: dt.datetime) -> None:
    deciders = leave_approvers(leave)
    _turn(leave, LEAVE_DECISION, deciders[0] if deciders else None, now)
    telling.leave("staff.leave_to_decide", leave, deciders, now)


def _turn(leave: Leave, policy: Policy, holder: User | None, now: dt.datetime) -> None:
    notice = service_rules().leave_notice_hours
    start_turn(policy, leave, holder, shift_at=max(leave.starts_at, now), notice=notice, now=now)
