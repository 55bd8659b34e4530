"""Checklists: ticks with the figure of that moment, what blocks, and how long printing goes on (ORD-19, LOG-07)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_alone
from staff.duty.selectors import abilities, shift_of
from staff.models import Checklist, ChecklistItem, ChecklistTick, PrintingExtension, User
from staff.records import probes
from staff.records.selectors.printing import printing_until
from staff.selectors import service_rules


@transaction.atomic
def tick_item(*, item_id: int, by: User, note: str = "", now: dt.datetime | None = None) -> ChecklistTick:
    """«Looked at», with the live figure of that moment; a second tick of the day changes nothing.

    Raises ChecklistItem.DoesNotExist for an item or list that is not in use or not that person's; BusinessError while
    a figure that has to be zero is not (ORD-19).
    """
    now = now or clock.now()
    day = clock.day_of(now)
    item = ChecklistItem.objects.select_related("checklist").get(pk=item_id, enabled=True, checklist__enabled=True)
    if not is_for(item.checklist, by, day):
        raise ChecklistItem.DoesNotExist
    figure = probes.read_all([item.probe], day).get(item.probe)
    if item.must_be_zero and figure:
        raise BusinessError(
            ngettext(
                "%(count)d is not resolved yet: see to it first.",
                "%(count)d are not resolved yet: see to them first.",
                figure,
            )
            % {"count": figure},
            code="unresolved",
        )
    tick, new = ChecklistTick.objects.get_or_create(
        item=item,
        user=by,
        day=day,
        defaults={"at": now, "figure": figure, "duty": shift_of(by, now), "note": " ".join(note.split())[:200]},
    )
    if new:
        audit.record("staff.item_ticked", about=item.checklist, by=by, now=now, item=item.text, figure=figure)
    return tick


def is_for(checklist: Checklist, user: User, day: dt.date) -> bool:
    """Whether that person goes through this list: everybody does, or who has its skill."""
    return not checklist.skill or abilities([user], day)[user.pk].fits(checklist.skill)


@transaction.atomic
def note_courier_here(*, by: User, now: dt.datetime | None = None) -> PrintingExtension:
    """«The courier is still here»: printing goes on for some minutes more, to ship as much as possible (LOG-07).

    Raises BusinessError before the end of printing.
    """
    now = now or clock.now()
    day = clock.day_of(now)
    lock_alone("staff.printing")
    until = printing_until(day)
    if now < until:
        raise BusinessError(_("Printing goes on anyway."), code="too_early")
    longer = now + dt.timedelta(minutes=service_rules().printing_extension_minutes)
    extension = PrintingExtension.objects.create(day=day, until=longer, at=now, by=by)
    audit.record("staff.printing_extended", about="staff.printing:1", by=by, now=now, until=longer.isoformat())
    return extension
