"""What the house does by itself about swaps and leave: gaps are found, what is over is done, what came too late lapses."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from staff.exchanges import telling
from staff.exchanges.services.base import end_turns, keep, take_leave, take_swap
from staff.exchanges.services.gaps import GRACE, find_gaps
from staff.exchanges.sla_policies import LEAVE, LEAVE_POLICIES, SWAP, SWAP_POLICIES
from staff.exchanges.states import OPEN_LEAVES, OPEN_SWAPS, SwapState
from staff.models import HandedDuty, Leave, Swap


def look_after(now: dt.datetime | None = None) -> None:
    """All of it. A second round finds nothing to do. Gaps come first: they read what then lapses."""
    moment = now or clock.now()
    find_gaps(moment)
    lapse_swaps(moment)
    lapse_leaves(moment)
    finish_swaps(moment)


def lapse_swaps(now: dt.datetime) -> int:
    """Open swaps of a shift that has begun or was changed: nobody can decide on them any more. Answers how many."""
    started = Q(duty__starts_at__lte=now - GRACE) | Q(other_duty__starts_at__lte=now - GRACE)
    gone = Q(duty__cancelled_at__isnull=False) | Q(other_duty__cancelled_at__isnull=False)
    stale = Swap.objects.filter(started | gone, state__in=OPEN_SWAPS)
    return sum(_lapse_swap(pk, now) for pk in list(stale.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _lapse_swap(swap_id: int, now: dt.datetime) -> bool:
    swap = take_swap(swap_id)
    if swap.state not in OPEN_SWAPS:
        return False
    gone = any(duty.cancelled_at for duty in (swap.duty, swap.other_duty) if duty)
    swap.decline()
    swap.decided_at = now
    swap.decision_note = (
        _("A shift was changed in the meantime.") if gone else _("The shift began before it was decided.")
    )
    keep(swap, "decided_at", "decision_note")
    end_turns(SWAP_POLICIES, SWAP, swap, now)
    audit.record("staff.swap_lapsed", about=swap, now=now, note=swap.decision_note)
    telling.swap("staff.swap_declined", swap, [swap.asker, swap.counterpart], now, note=swap.decision_note, by="")
    return True


def lapse_leaves(now: dt.datetime) -> int:
    """Leave that nobody decided on before it was over. Answers how many."""
    stale = Leave.objects.filter(state__in=OPEN_LEAVES, ends_at__lte=now)
    return sum(_lapse_leave(pk, now) for pk in list(stale.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _lapse_leave(leave_id: int, now: dt.datetime) -> bool:
    leave = take_leave(leave_id)
    if leave.state not in OPEN_LEAVES:
        return False
    leave.decline()
    leave.decided_at = now
    leave.decision_note = _("Nobody decided before it was over.")
    keep(leave, "decided_at", "decision_note")
    end_turns(LEAVE_POLICIES, LEAVE, leave, now)
    audit.record("staff.leave_lapsed", about=leave, now=now)
    telling.leave("staff.leave_declined", leave, [leave.user], now, note=leave.decision_note)
    return True


def finish_swaps(now: dt.datetime) -> int:
    """Approved swaps whose shifts are over without a gap: both were there. Answers how many."""
    ahead = HandedDuty.objects.filter(swap=OuterRef("pk"), after__cancelled_at__isnull=True, after__ends_at__gt=now)
    over = Swap.objects.filter(~Exists(ahead), state=SwapState.APPROVED)
    return sum(_finish(pk, now) for pk in list(over.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _finish(swap_id: int, now: dt.datetime) -> bool:
    swap = take_swap(swap_id)
    if swap.state != SwapState.APPROVED:
        return False
    swap.finish()
    keep(swap)
    end_turns(SWAP_POLICIES, SWAP, swap, now)
    audit.record("staff.swap_finished", about=swap, now=now)
    return True
