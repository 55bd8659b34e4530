"""What people do about their own shifts: wishes, the secret address of their calendar, cleaning in turn."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock, lock_one
from staff.models import CalendarFeed, CleaningTurn, Duty, ShiftTemplate, User, Wish
from staff.rota.states import WishKind

DAY = dt.timedelta(days=1)
MOST_WISHES = 12  # open ones of one person
MOST_TURNS = 62  # days of cleaning made at once


@transaction.atomic
def add_wish(
    *,
    user: User,
    day: dt.date,
    kind: str,
    template: ShiftTemplate | None = None,
    note: str = "",
    now: dt.datetime | None = None,
) -> Wish:
    """What somebody would like on a day to come; an earlier wish for that day and shift is replaced.

    Raises BusinessError when the day is over or too many wishes are open.
    """
    today = clock.day_of(now or clock.now())
    if day < today:
        raise BusinessError(_("A wish is for a day to come."), code="over")
    if (kind == WishKind.OFF) != (template is None):
        raise BusinessError(_("Say which shift you mean; a day off has none."), code="template")
    lock_one(User.objects.filter(pk=user.pk))
    Wish.objects.filter(user=user, day=day, template=template).delete()
    if Wish.objects.filter(user=user, day__gte=today).count() >= MOST_WISHES:
        raise BusinessError(_("You have %(count)d wishes open: take one back first.") % {"count": MOST_WISHES})
    return Wish.objects.create(user=user, day=day, kind=kind, template=template, note=note[:100])


@transaction.atomic
def remove_wish(*, user: User, wish_id: int) -> None:
    """Takes a wish of `user`'s own back."""
    Wish.objects.filter(user=user, pk=wish_id).delete()


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_feed(*, user: User, now: dt.datetime | None = None) -> str:
    """A new secret for the address of `user`'s calendar; an earlier one stops working. It is never shown again."""
    now = now or clock.now()
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(
        user=user, defaults={"digest": digest_of(token), "made_at": now, "last_read_at": None}
    )
    audit.record("staff.feed_made", about=user, by=user, now=now)
    return token


@transaction.atomic
def revoke_feed(*, user: User, now: dt.datetime | None = None) -> None:
    """The address of `user`'s calendar stops working."""
    if CalendarFeed.objects.filter(user=user).delete()[0]:
        audit.record("staff.feed_revoked", about=user, by=user, now=now)


@transaction.atomic
def plan_cleaning(*, first: dt.date, last: dt.date, by: Any, now: dt.datetime | None = None) -> list[CleaningTurn]:
    """Cleaning turns for the days that have none (STF-30): of those who work that day, whose turn is longest ago.

    Days on which nobody is on duty stay without. Raises BusinessError for days that are over or too many.
    """
    now = now or clock.now()
    if first < clock.day_of(now) or last < first or (last - first).days >= MOST_TURNS:
        raise BusinessError(_("Choose days to come, at most %(count)d at a time.") % {"count": MOST_TURNS}, code="days")
    taken = set(CleaningTurn.objects.filter(day__range=(first, last)).values_list("day", flat=True))
    latest = dict(CleaningTurn.objects.filter(day__lt=first).order_by("day").values_list("user_id", "day"))
    there = _who_works(first, last)
    made = []
    for number in range((last - first).days + 1):
        day = first + number * DAY
        if day in taken or not there.get(day):
            continue
        user_id = min(there[day], key=lambda user_id: (latest.get(user_id, dt.date.min), user_id))
        latest[user_id] = day
        made.append(CleaningTurn(day=day, user_id=user_id))
    if made:
        CleaningTurn.objects.bulk_create(made)
        told = {"first": first.isoformat(), "last": last.isoformat()}
        audit.record("staff.cleaning_planned", about=made[0], by=by, now=now, **told)
    return made


def _who_works(first: dt.date, last: dt.date) -> dict[dt.date, Sequence[int]]:
    """Who is on duty by day: those who come first in the morning, since the office is cleaned before work."""
    found: dict[dt.date, list[int]] = {}
    begins: dict[dt.date, dt.datetime] = {}
    duties = Duty.objects.filter(day__range=(first, last), cancelled_at__isnull=True, user__is_active=True)
    for day, starts_at, user_id in duties.order_by("starts_at", "user_id").values_list("day", "starts_at", "user_id"):
        if starts_at == begins.setdefault(day, starts_at):
            found.setdefault(day, []).append(user_id)
    return dict(found)


@transaction.atomic
def give_cleaning(*, turn: CleaningTurn, to: User, by: User, now: dt.datetime | None = None) -> CleaningTurn:
    """Somebody who is prevented gives the turn to a colleague; a turn the colleague has before long comes back.

    Raises BusinessError when the turn is over or done.
    """
    now = now or clock.now()
    locked = lock_one(CleaningTurn.objects.filter(pk=turn.pk).select_related("user"))
    if locked.day < clock.day_of(now) or locked.done_at is not None:
        raise BusinessError(_("This cleaning turn is over."), code="over")
    giver = locked.user
    back = CleaningTurn.objects.filter(user=to, day__gt=locked.day, done_at__isnull=True).order_by("day")[:1]
    for other in lock(CleaningTurn.objects.filter(pk__in=[row.pk for row in back])):
        other.user = giver
        other.save(update_fields=["user"])
    locked.user = to
    locked.save(update_fields=["user"])
    told = {"day": locked.day.isoformat(), "name": giver.name, "to": to.name}
    audit.record("staff.cleaning_given", about=locked, by=by, now=now, **told)
    return locked


@transaction.atomic
def finish_cleaning(*, turn: CleaningTurn, by: User, now: dt.datetime | None = None) -> CleaningTurn:
    """The office was cleaned on that day (STF-30). Raises BusinessError before the day, and on another day after it."""
    now = now or clock.now()
    locked = lock_one(CleaningTurn.objects.filter(pk=turn.pk))
    if locked.day != clock.day_of(now):
        raise BusinessError(_("A cleaning turn is ticked on its day."), code="day")
    if locked.done_at is None:
        locked.done_at = now
        locked.save(update_fields=["done_at"])
        audit.record("staff.cleaning_done", about=locked, by=by, now=now, day=locked.day.isoformat())
    return locked
