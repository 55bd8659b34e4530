"""Training on a product before it is listed (STF-26): what is asked, what is missing, and the warning in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_one
from notifications.services import notify
from staff import selectors
from staff.models import ProductTraining, TrainingAttendance, User
from staff.roles import Role

COMPETITORS = 10  # shops whose reviews are collected (STF-26)
WARNED_AHEAD = dt.timedelta(days=3)


def missing(training: ProductTraining, attendances: Sequence[TrainingAttendance]) -> list[str]:
    """What still stands between the product and its listing, in sentences; empty: complete."""
    found = []
    if training.held_on is None:
        found.append(_("The training has no date."))
    if training.trainer_id is None:
        found.append(_("Nobody is named who trains."))
    if not training.selling_points.strip():
        found.append(_("The selling points are not written down."))
    short = COMPETITORS - len(training.competitor_notes)
    if short > 0:
        found.append(
            ngettext("%(count)d competing shop is missing.", "%(count)d competing shops are missing.", short)
            % {"count": short}
        )
    if not training.phrases_made:
        found.append(_("The quick phrases are not made."))
    unsure = sum(not attendance.passed for attendance in attendances)
    if not attendances:
        found.append(_("Nobody has attended."))
    elif unsure:
        found.append(
            ngettext("%(count)d person does not know it yet.", "%(count)d people do not know it yet.", unsure)
            % {"count": unsure}
        )
    return found


@transaction.atomic
def save_training(
    *,
    training_id: int | None,
    version: int = 0,
    product_code: str,
    title: str,
    held_on: dt.date | None,
    trainer: User | None,
    selling_points: str,
    competitor_notes: Sequence[str],
    phrases_made: bool,
    listing_on: dt.date | None,
    attendees: Iterable[User],
    passed: Iterable[User],
    by: User,
    now: dt.datetime | None = None,
) -> ProductTraining:
    """Write down a product's training: date, trainer, who was there and who knows it, notes, phrases (STF-26).

    Raises Conflict; BusinessError when the product has its training already.
    """
    now = now or clock.now()
    row = (
        lock_one(ProductTraining.objects.filter(pk=training_id), version=version) if training_id else ProductTraining()
    )
    row.product_code, row.title = product_code.strip(), title.strip()
    row.held_on, row.trainer, row.listing_on = held_on, trainer, listing_on
    row.selling_points, row.phrases_made = selling_points, phrases_made
    row.competitor_notes = [note.strip() for note in competitor_notes if note.strip()]
    row.version += 1
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise BusinessError(_("This product has its training already."), code="once") from None
    _attend(row, {user.pk for user in attendees}, {user.pk for user in passed})
    audit.record("staff.training_saved", about=row, by=by, now=now)
    return row


def _attend(training: ProductTraining, there: set[int], passed: set[int]) -> None:
    """Who knows it was there."""
    there |= passed
    training.attendances.exclude(user_id__in=there).delete()
    for user_id in sorted(there):
        TrainingAttendance.objects.update_or_create(
            training=training, user_id=user_id, defaults={"passed": user_id in passed}
        )


def incomplete(now: dt.datetime) -> list[tuple[ProductTraining, list[str]]]:
    """Products that go live within the next days, or are live, without a complete training, with what is missing."""
    soon = ProductTraining.objects.filter(listing_on__lte=clock.day_of(now + WARNED_AHEAD))
    told = [(row, missing(row, list(row.attendances.all()))) for row in soon.prefetch_related("attendances")]
    return [(row, gaps) for row, gaps in told if gaps]


@transaction.atomic
def warn_incomplete(now: dt.datetime) -> int:
    """Tell supervisors and operations of each such product, once a listing date; answers how many there are."""
    found = incomplete(now)
    for row, _gaps in found:
        notify(
            kind="staff.training_incomplete",
            users=selectors.active_users(Role.SUPERVISOR, Role.OPERATIONS),
            context={"title": row.title, "day": str(row.listing_on)},
            url=reverse("conduct:training_edit", args=[row.pk]),
            severity="warning",
            dedupe_key=f"staff.training_incomplete:{row.pk}:{row.listing_on}",
            now=now,
        )
    return len(found)
