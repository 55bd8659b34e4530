"""The leaver's side: write on, read the live data anew, sign, take the signature back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from notifications import services as notifications
from staff.handover.following import followers
from staff.handover.services.base import (
    keep,
    live_lines,
    next_position,
    pass_clock,
    require_leaver,
    require_state,
    reread,
    take,
)
from staff.handover.states import HandoverState, ItemKind
from staff.models import Handover, HandoverItem, User


@dataclass(frozen=True)
class Typed:
    """What the leaver typed: the note, (follow-up, result) by item, an own matter, and own matters to strike out."""

    note: str = ""
    lines: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    own: tuple[str, str, str] = ("", "", "")  # subject, follow-up, result
    strike: Collection[int] = ()


@transaction.atomic
def save_handover(
    *, handover_id: int, version: int, typed: Typed, by: User, now: dt.datetime | None = None
) -> Handover:
    """Keep what the leaver typed (STF-10). Raises Conflict; BusinessError for anybody else and a signed page."""
    moment = now or clock.now()
    handover = _taken(handover_id, version, by)
    _write(handover, typed)
    keep(handover, ["note"])
    _record("staff.handover_written", handover, by, moment)
    return handover


@transaction.atomic
def refresh_handover(
    *, handover_id: int, version: int, typed: Typed, by: User, now: dt.datetime | None = None
) -> tuple[Handover, int]:
    """Keep what was typed and read the live data anew; answers how many matters are new (STF-08).

    Raises Conflict; BusinessError for anybody else and a signed page.
    """
    moment = now or clock.now()
    handover = _taken(handover_id, version, by)
    _write(handover, typed)
    new = reread(handover, live_lines(handover, followers(handover), moment))
    keep(handover, ["note"])
    _record("staff.handover_written", handover, by, moment)
    return handover, new


@transaction.atomic
def sign_as_leaver(
    *, handover_id: int, version: int, typed: Typed, by: User, now: dt.datetime | None = None
) -> Handover:
    """The leaver signs: the page is complete and true. Whoever takes over is told (STF-08, STF-10, STF-13).

    Raises Conflict; BusinessError for anybody else («nobody signs for another»), and when matters came up that the
    page does not show yet.
    """
    moment = now or clock.now()
    handover = _taken(handover_id, version, by)
    _write(handover, typed)
    next_shift = followers(handover)
    _require_complete(
        handover, [(line.assignable, line.subject_id) for line in live_lines(handover, next_shift, moment)]
    )
    handover.sign_as_leaver()
    handover.leaver_signed_at = moment
    keep(handover, ["note", "state", "leaver_signed_at"])
    if handover.taker:
        pass_clock(handover, handover.taker)
    _record("staff.handover_signed", handover, by, moment)
    _tell_takers(handover, [handover.taker] if handover.taker else list(next_shift.users), moment)
    return handover


@transaction.atomic
def take_back_handover(*, handover_id: int, version: int, by: User, now: dt.datetime | None = None) -> Handover:
    """The leaver takes the signature back, as long as the taker has not signed. What was accepted stays accepted;
    what was given back is looked at again. Raises Conflict; BusinessError for anybody else."""
    moment = now or clock.now()
    handover = take(handover_id, version)
    require_leaver(handover, by)
    require_state(handover, HandoverState.SIGNED_BY_LEAVER)
    handover.take_back()
    handover.leaver_signed_at = None
    keep(handover, ["state", "leaver_signed_at"])
    handover.items.filter(returned_at__isnull=False).update(returned_at=None)
    pass_clock(handover, by)
    audit.record("staff.handover_taken_back", about=handover, by=by, now=moment)
    return handover


def _taken(handover_id: int, version: int, by: User) -> Handover:
    handover = take(handover_id, version)
    require_leaver(handover, by)
    require_state(handover, HandoverState.OPEN)
    return handover


def _write(handover: Handover, typed: Typed) -> None:
    """Items that somebody accepted before the signature was taken back are no longer the leaver's to change."""
    handover.note = typed.note.strip()
    items = {item.pk: item for item in handover.items.filter(accepted_at__isnull=True)}
    struck = [pk for pk in typed.strike if pk in items and not items[pk].assignable]
    handover.items.filter(pk__in=struck).delete()
    changed = [items[pk] for pk in typed.lines if pk in items and pk not in struck]
    for item in changed:
        item.follow_up, item.result = (" ".join(text.split()) for text in typed.lines[item.pk])
    HandoverItem.objects.bulk_update(changed, ["follow_up", "result"], batch_size=200)
    subject, follow_up, result = (" ".join(text.split()) for text in typed.own)
    if subject:
        handover.items.create(
            position=next_position(handover), kind=ItemKind.NOTE, subject=subject, follow_up=follow_up, result=result
        )
    elif follow_up or result:
        raise BusinessError(_("Say what your own item is about."), code="no_subject")


def _require_complete(handover: Handover, live: Collection[tuple[str, int]]) -> None:
    known = set(handover.items.exclude(assignable="").values_list("assignable", "subject_id"))
    missing = len(set(live) - known)
    if missing:
        raise BusinessError(
            ngettext(
                "%(count)d matter has come up since: read the live data anew, then sign.",
                "%(count)d matters have come up since: read the live data anew, then sign.",
                missing,
            )
            % {"count": missing},
            code="incomplete",
        )


def _record(action: str, handover: Handover, by: User, now: dt.datetime) -> None:
    audit.record(action, about=handover, by=by, now=now, items=handover.items.count())


def _tell_takers(handover: Handover, users: list[User], now: dt.datetime) -> None:
    notifications.notify(
        kind="staff.handover_waiting",
        users=users,
        context={"leaver": handover.leaver.name, "shift": handover.shift},
        url=handover.get_absolute_url(),
        severity="warning",
        dedupe_key=f"staff.handover_waiting:{handover.pk}:{handover.version}",
        mail=False,
        now=now,
    )
