"""A swap's way: asked, agreed, decided, confirmed by both; on approval the duties change hands at once (STF-15)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError, Conflict
from common.locking import lock, lock_alone
from sla.policies import Policy
from staff.exchanges import telling
from staff.exchanges.candidates import shown
from staff.exchanges.people import Decider, swap_approvers
from staff.exchanges.services.base import (
    end_turns,
    keep,
    move,
    require_decider,
    require_person,
    required,
    standing,
    start_turn,
    take_swap,
    weigh,
)
from staff.exchanges.sla_policies import SWAP, SWAP_ANSWER, SWAP_CONFIRM, SWAP_DECISION, SWAP_POLICIES
from staff.exchanges.states import OPEN_SWAPS, SwapState
from staff.models import Duty, HandedDuty, Swap, User
from staff.rota.services import reassign_duties
from staff.rota.services.duties import SECTION
from staff.rota.states import Origin
from staff.selectors import service_rules

HOUR = dt.timedelta(hours=1)


@transaction.atomic
def ask_swap(
    *,
    duty_id: int,
    counterpart: User,
    other_duty_id: int | None = None,
    reason: str,
    emergency: bool = False,
    by: User,
    now: dt.datetime | None = None,
) -> Swap:
    """`by` asks `counterpart` to exchange duties, or to take one over when there is no other duty (STF-15).

    The notice of the rules of service is kept; later only as an emergency, with its reason. Raises BusinessError when
    a duty is not theirs, has begun, or stands in an open swap, and when it breaks what nobody can take on.
    """
    now = now or clock.now()
    lock_alone(SECTION)
    duty, other = _duties(duty_id, other_duty_id, by, counterpart, now)
    _refuse_second(duty, other)
    words = required(reason, _("Give a reason."))
    first = min(one.starts_at for one in (duty, other) if one)
    notice = service_rules().swap_notice_hours
    if first < now + notice * HOUR and not emergency:
        raise BusinessError(
            _("A swap is asked %(hours)d hours ahead. Later it is an emergency: say so, with the reason.")
            % {"hours": notice},
            code="late",
        )
    weigh(_changes(duty, other, by, counterpart), acknowledged=True)
    swap = Swap.objects.create(
        asker=by,
        counterpart=counterpart,
        duty=duty,
        other_duty=other,
        reason=words,
        emergency=first < now + notice * HOUR,
        asked_at=now,
    )
    _turn(swap, SWAP_ANSWER, counterpart, now)
    told = {**telling.of_swap(swap), "other": shown(other) if other else ""}
    audit.record("staff.swap_asked", about=swap, by=by, now=now, **told)
    telling.swap("staff.swap_asked", swap, [counterpart], now)
    return swap


@transaction.atomic
def agree_swap(*, swap_id: int, version: int, by: User, now: dt.datetime | None = None) -> Swap:
    """The counterpart agrees; it is for the leader to decide now. Raises Conflict; BusinessError when a duty was
    changed meanwhile or has begun, or `by` was not asked."""
    now = now or clock.now()
    swap = take_swap(swap_id, version)
    require_person(by, swap.counterpart_id)
    move(swap, "agree")
    standing(_of(swap), now)
    swap.agreed_at = now
    keep(swap, "agreed_at")
    end_turns([SWAP_ANSWER.key], SWAP, swap, now)
    deciders = swap_approvers(swap)
    _turn(swap, SWAP_DECISION, deciders[0] if deciders else None, now)
    audit.record("staff.swap_agreed", about=swap, by=by, now=now)
    telling.swap("staff.swap_agreed", swap, [swap.asker], now)
    telling.swap("staff.swap_to_decide", swap, deciders, now)
    return swap


@transaction.atomic
def decline_swap(*, swap_id: int, version: int, note: str, by: User, now: dt.datetime | None = None) -> Swap:
    """The counterpart says no, or the leader does. Raises Conflict; BusinessError without a word why."""
    now = now or clock.now()
    swap = take_swap(swap_id, version)
    asked = swap.state == SwapState.ASKED and by.pk == swap.counterpart_id
    if not asked:
        require_decider(Decider(by).swap(swap))
    move(swap, "decline")
    swap.decided_at, swap.decided_by = now, by
    swap.decision_note = required(note, _("Give a reason."))
    keep(swap, "decided_at", "decided_by", "decision_note")
    end_turns(SWAP_POLICIES, SWAP, swap, now)
    audit.record("staff.swap_declined", about=swap, by=by, now=now, note=swap.decision_note)
    others = [user for user in (swap.asker, swap.counterpart) if user.pk != by.pk]
    telling.swap("staff.swap_declined", swap, others, now, note=swap.decision_note, by=by.name)
    return swap


@transaction.atomic
def approve_swap(
    *,
    swap_id: int,
    version: int,
    acknowledged: bool = False,
    note: str = "",
    by: User,
    now: dt.datetime | None = None,
) -> Swap:
    """The leader approves: the duties change hands in this transaction, and both are to confirm (STF-15).

    `acknowledged`: what it breaks of coverage and law was seen and is taken on. Raises Conflict; BusinessError when
    `by` may not decide, a duty was changed meanwhile or has begun, or it breaks what nobody can take on.
    """
    now = now or clock.now()
    swap = take_swap(swap_id, version)
    require_decider(Decider(by).swap(swap))
    move(swap, "approve")
    standing(_of(swap), now)
    changes = _changes(swap.duty, swap.other_duty, swap.asker, swap.counterpart)
    weigh(changes, acknowledged=acknowledged)
    made = reassign_duties(moves=changes, origin=Origin.SWAP, by=by, now=now)
    HandedDuty.objects.bulk_create(
        HandedDuty(swap=swap, before=before, after=after, at=now, by=by)
        for (before, _to), after in zip(changes, made, strict=True)
    )
    swap.decided_at, swap.decided_by, swap.decision_note = now, by, " ".join(note.split())[:200]
    keep(swap, "decided_at", "decided_by", "decision_note")
    end_turns(SWAP_POLICIES, SWAP, swap, now)
    _turn(swap, SWAP_CONFIRM, swap.asker, now)
    audit.record("staff.swap_approved", about=swap, by=by, now=now)
    telling.swap("staff.swap_approved", swap, [swap.asker, swap.counterpart], now)
    return swap


@transaction.atomic
def confirm_swap(*, swap_id: int, version: int, by: User, now: dt.datetime | None = None) -> Swap:
    """One of the two confirms that the shift was handed over clearly, before it begins; without both, a gap is on
    both (STF-15, STF-16). Raises Conflict; BusinessError when it is too late or confirmed already."""
    now = now or clock.now()
    swap = take_swap(swap_id, version)
    field = {swap.asker_id: "asker_confirmed_at", swap.counterpart_id: "counterpart_confirmed_at"}.get(by.pk)
    if field is None:
        raise BusinessError(_("Only the two who swap confirm."), code="not_yours")
    if swap.state != SwapState.APPROVED or getattr(swap, field) is not None:
        raise BusinessError(_("There is nothing for you to confirm."), code="wrong_state")
    if first_start(swap) <= now:
        raise BusinessError(_("The shift has begun: it can no longer be confirmed."), code="begun")
    setattr(swap, field, now)
    keep(swap, field)
    audit.record("staff.swap_confirmed", about=swap, by=by, now=now)
    if swap.asker_confirmed_at and swap.counterpart_confirmed_at:
        end_turns([SWAP_CONFIRM.key], SWAP, swap, now)
    return swap


@transaction.atomic
def withdraw_swap(*, swap_id: int, version: int, by: User, now: dt.datetime | None = None) -> Swap:
    """The asker takes it back before it is decided; who had to do with it hears so. Raises Conflict, BusinessError."""
    now = now or clock.now()
    swap = take_swap(swap_id, version)
    require_person(by, swap.asker_id)
    agreed = swap.state == SwapState.COUNTERPART_AGREED
    move(swap, "withdraw")
    keep(swap)
    end_turns(SWAP_POLICIES, SWAP, swap, now)
    audit.record("staff.swap_withdrawn", about=swap, by=by, now=now)
    telling.swap("staff.swap_withdrawn", swap, [swap.counterpart, *(swap_approvers(swap) if agreed else [])], now)
    return swap


def first_start(swap: Swap) -> dt.datetime:
    """When the first of its shifts begins."""
    return min(duty.starts_at for duty in _of(swap))


def changes_of(swap: Swap) -> list[tuple[Duty, User]]:
    """Who gets which duty by it."""
    return _changes(swap.duty, swap.other_duty, swap.asker, swap.counterpart)


def _of(swap: Swap) -> list[Duty]:
    return [duty for duty in (swap.duty, swap.other_duty) if duty]


def _changes(duty: Duty, other: Duty | None, asker: User, counterpart: User) -> list[tuple[Duty, User]]:
    return [(duty, counterpart), *([(other, asker)] if other else [])]


def _duties(
    duty_id: int, other_id: int | None, asker: User, counterpart: User, now: dt.datetime
) -> tuple[Duty, Duty | None]:
    """Both duties, locked, each its owner's and still ahead."""
    ids = [pk for pk in (duty_id, other_id) if pk]
    rows = {row.pk: row for row in lock(Duty.objects.select_related("template").filter(pk__in=ids))}
    duty, other = rows.get(duty_id), rows.get(other_id) if other_id else None
    if duty is None or duty.user_id != asker.pk or (other_id and (other is None or other.user_id != counterpart.pk)):
        raise BusinessError(_("This duty was taken back or changed in the meantime."), code="gone")
    if counterpart.pk == asker.pk:
        raise BusinessError(_("A swap needs two people."), code="one_person")
    standing([one for one in (duty, other) if one], now)
    return duty, other


def _refuse_second(duty: Duty, other: Duty | None) -> None:
    """One open swap a duty, on whichever side it stands; the rows' constraints hold the same."""
    ids = [one.pk for one in (duty, other) if one]
    if Swap.objects.filter(Q(duty__in=ids) | Q(other_duty__in=ids), state__in=OPEN_SWAPS).exists():
        raise Conflict(_("This shift stands in an open swap already: it can be in one only."), code="taken")


def _turn(swap: Swap, policy: Policy, holder: User | None, now: dt.datetime) -> None:
    start_turn(policy, swap, holder, shift_at=first_start(swap), notice=service_rules().swap_notice_hours, now=now)
