"""The handbook: drafted, approved by management, valid from a day, read by everybody (STF-35)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock
from staff.models import HandbookPage, ReadReceipt, User
from staff.words.permissions import APPROVE_HANDBOOK, MANAGE_WORDS

FIELDS = ("title", "chapter", "body", "rules", "valid_from")


@transaction.atomic
def draft_page(*, slug: str, data: Mapping[str, Any], by: User, now: dt.datetime | None = None) -> HandbookPage:
    """A draft of the page `slug`, new or the next version of what is in force. An unapproved draft is written over.

    Raises BusinessError for those who do not manage the words.
    """
    if not by.has_perm(MANAGE_WORDS):
        raise BusinessError(_("Pages are drafted by those who manage the words."), code="not_allowed")
    versions = lock(HandbookPage.objects.filter(slug=slug))
    page = next((one for one in versions if not one.current and one.approved_by_id is None), None)
    if page is None:
        page = HandbookPage(slug=slug, version=max([one.version for one in versions], default=0) + 1, current=False)
    for name in FIELDS:
        setattr(page, name, data[name])
    page.drafted_by = by
    page.save()
    audit.record("staff.page_drafted", about=page, by=by, now=now, title=page.title, version=page.version)
    return page


@transaction.atomic
def approve_page(*, page_id: int, by: User, now: dt.datetime | None = None) -> HandbookPage:
    """Put a draft in force instead of the version before it; everybody has to read it anew (STF-35).

    Raises BusinessError when it is approved already, drafted by the same person, or `by` is not management.
    """
    now = now or clock.now()
    slug = HandbookPage.objects.get(pk=page_id).slug
    versions = lock(HandbookPage.objects.filter(slug=slug))
    page = next(one for one in versions if one.pk == page_id)
    if not by.has_perm(APPROVE_HANDBOOK):
        raise BusinessError(_("Pages are approved by management."), code="not_allowed")
    if page.current or page.approved_by_id is not None:
        raise BusinessError(_("This version is approved already."), code="already")
    if page.drafted_by_id == by.pk:
        raise BusinessError(_("Somebody else approves what you drafted."), code="own")
    HandbookPage.objects.filter(slug=slug, current=True).update(current=False)
    page.current, page.approved_by = True, by
    page.valid_from = max(page.valid_from, clock.day_of(now))
    page.save(update_fields=["current", "approved_by", "valid_from"])
    audit.record("staff.page_approved", about=page, by=by, now=now, title=page.title, version=page.version)
    return page


@transaction.atomic
def read_page(*, page_id: int, by: User, now: dt.datetime | None = None) -> ReadReceipt:
    """Note that `by` has read this version; once. Raises HandbookPage.DoesNotExist for one that is not in force."""
    page = HandbookPage.objects.get(pk=page_id, current=True)
    receipt, _made = ReadReceipt.objects.get_or_create(page=page, user=by, defaults={"read_at": now or clock.now()})
    return receipt
