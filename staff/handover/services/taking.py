"""The taker's side: go through the page item by item, accept or give back, sign (STF-10, STF-13)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_one
from notifications import services as notifications
from sla import assignables
from sla import services as sla
from staff.duty.causes import Cause
from staff.handover.permissions import HAND_OVER
from staff.handover.selectors import may_take
from staff.handover.services.base import UNSIGNED, keep, pass_clock, require_state, take
from staff.handover.sla_policies import HANDOVER
from staff.handover.states import HandoverState
from staff.models import Assignment, Handover, HandoverItem, User
from staff.selectors import leads


@transaction.atomic
def name_taker(*, handover_id: int, version: int, taker: User, by: User, now: dt.datetime | None = None) -> Handover:
    """Say who takes over; nobody else may then. The leaver says it, or who leads the leaver (STF-10).

    Raises Conflict; BusinessError for anybody else, for a signed page, and for a taker who is the leaver or may not.
    """
    moment = now or clock.now()
    handover = take(handover_id, version)
    if by.pk != handover.leaver_id and not leads(by, handover.leaver):
        raise BusinessError(_("Only the one who hands over may do that."), code="not_yours")
    require_state(handover, *UNSIGNED)
    if taker.pk == handover.leaver_id or not taker.is_active or not taker.has_perm(HAND_OVER):
        raise BusinessError(_("%(name)s cannot take this over.") % {"name": taker.name}, code="no_taker")
    handover.taker = taker
    keep(handover, ["taker"])
    if handover.state == HandoverState.SIGNED_BY_LEAVER:
        pass_clock(handover, taker)
    audit.record("staff.handover_taker_named", about=handover, by=by, now=moment, taker=taker.name)
    return handover


@transaction.atomic
def accept_item(
    *, handover_id: int, version: int, item_id: int, by: User, now: dt.datetime | None = None
) -> HandoverItem:
    """The taker takes one matter on: its piece of work is his from now on (STF-10). A second time does nothing.

    A piece that changed hands or was settled meanwhile stays where it is. Raises Conflict; BusinessError for who may
    not take over.
    """
    moment = now or clock.now()
    handover = _taken_over(handover_id, version, by, moment)
    item = lock_one(handover.items.filter(pk=item_id))
    if item.accepted_at is not None:
        return item
    item.accepted_at, item.returned_at, item.return_note = moment, None, ""
    item.save(update_fields=["accepted_at", "returned_at", "return_note"])
    _move(handover, item, by, moment)
    audit.record("staff.handover_item_accepted", about=handover, by=by, now=moment, number=item.position)
    return item


@transaction.atomic
def give_back_item(
    *, handover_id: int, version: int, item_id: int, note: str, by: User, now: dt.datetime | None = None
) -> HandoverItem:
    """The taker does not take one matter on and says why: it stays the leaver's, who is told (STF-10).

    Raises Conflict; BusinessError without a word, for an accepted item, for who may not take over.
    """
    moment = now or clock.now()
    handover = _taken_over(handover_id, version, by, moment)
    item = lock_one(handover.items.filter(pk=item_id))
    word = " ".join(note.split())[:200]
    if not word:
        raise BusinessError(_("Say why you give it back."), code="missing")
    if item.accepted_at is not None:
        raise BusinessError(_("You have accepted this item already."), code="already")
    item.returned_at, item.return_note = moment, word
    item.save(update_fields=["returned_at", "return_note"])
    audit.record("staff.handover_item_returned", about=handover, by=by, now=moment, number=item.position)
    notifications.notify(
        kind="staff.handover_returned",
        users=[handover.leaver],
        context={"taker": by.name, "number": item.position},
        url=handover.get_absolute_url(),
        severity="warning",
        dedupe_key=f"staff.handover_returned:{item.pk}:{handover.version}",
        mail=False,
        now=moment,
    )
    return item


@transaction.atomic
def sign_as_taker(*, handover_id: int, version: int, note: str, by: User, now: dt.datetime | None = None) -> Handover:
    """The taker signs: the shift is handed over and its clock stops (STF-08, STF-10, STF-13).

    Raises Conflict; BusinessError while items are neither accepted nor given back, and for who may not take over.
    """
    moment = now or clock.now()
    handover = _taken_over(handover_id, version, by, moment)
    _require_decided(handover)
    handover.sign_as_taker()
    handover.taker_signed_at, handover.taker_note = moment, note.strip()
    keep(handover, ["state", "taker_signed_at", "taker_note"])
    sla.stop_clocks(policies=[HANDOVER], subject_type=HANDOVER, subject_ids=[handover.pk], stopped_at=moment)
    accepted = handover.items.filter(accepted_at__isnull=False).count()
    audit.record(
        "staff.handover_taken",
        about=handover,
        by=by,
        now=moment,
        accepted=accepted,
        returned=handover.items.count() - accepted,
    )
    return handover


def _taken_over(handover_id: int, version: int, by: User, now: dt.datetime) -> Handover:
    """The handover, locked, with `by` as its taker: the first who touches it, or the one who was named."""
    handover = take(handover_id, version)
    if handover.taker and handover.taker_id != by.pk:
        raise BusinessError(_("%(name)s takes this over already.") % {"name": handover.taker.name}, code="taken")
    if by.pk == handover.leaver_id:
        raise BusinessError(_("Nobody takes over from himself."), code="own")
    require_state(handover, HandoverState.SIGNED_BY_LEAVER)
    if handover.taker is None:
        if not may_take(by, handover, now):
            raise BusinessError(_("You are not on the next shift: you cannot take this over."), code="not_yours")
        handover.taker = by
        handover.save(update_fields=["taker"])
        pass_clock(handover, by)
    return handover


def _require_decided(handover: Handover) -> None:
    left = handover.items.filter(accepted_at__isnull=True, returned_at__isnull=True).count()
    if left:
        raise BusinessError(
            ngettext(
                "%(count)d item is neither accepted nor given back.",
                "%(count)d items are neither accepted nor given back.",
                left,
            )
            % {"count": left},
            code="undecided",
        )


def _move(handover: Handover, item: HandoverItem, taker: User, now: dt.datetime) -> None:
    """Put the item's piece of work into the taker's hands. Lines of a source are no work and stay."""
    if item.subject_id is None or item.assignable not in {kind.kind for kind in assignables.kinds()}:
        return
    move = assignables.Move(item.subject_id, handover.leaver_id, taker.pk)
    if not assignables.get(item.assignable).move([move], now):
        return
    Assignment.objects.create(
        kind=item.assignable,
        subject_id=item.subject_id,
        topic=item.topic,
        user=taker,
        at=now,
        cause=Cause.HANDOVER,
        why={"handover": handover.pk, "from": handover.leaver.name},
    )
    audit.record("staff.handed_over", about=item.topic, by=taker, now=now, to=taker.name)
