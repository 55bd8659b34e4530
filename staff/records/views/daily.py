"""The pages of the daily record."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from common import clock
from common.exceptions import BusinessError, Conflict
from staff.models import DailyRecord
from staff.permissions import UserRequest, right_required
from staff.records.forms import CorrectionForm, DailyForm, day_of, version_of
from staff.records.permissions import KEEP_RECORDS, VIEW_SERVED_IDS
from staff.records.selectors import daily as selectors
from staff.records.services import daily as services


@right_required(KEEP_RECORDS)
@require_GET
def today(request: UserRequest) -> HttpResponse:
    """One's own record of a day, by default today's."""
    return _own_day(request, selectors.record_of(request.user, day_of(request.GET)))


def _own_day(
    request: UserRequest, record: DailyRecord, form: DailyForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of one's own day; `form` is the one that was refused, with what was typed."""
    if form is None:
        form = CorrectionForm(instance=record) if record.handed_in_at else DailyForm(instance=record)
    context = {
        "page": selectors.day_page(record, request.user),
        "record": record,
        "form": form,
        "own": True,
        "recent": selectors.recent_days(request.user, clock.today()),
        "writable": record.handed_in_at is None and services.may_write(record.day, clock.today()),
    }
    return render(request, "staff/records/daily.html", context | more, status=status)


@right_required(KEEP_RECORDS)
@require_POST
def save(request: UserRequest) -> HttpResponse:
    """Keep the draft; by htmx as one types, with a short answer."""
    day, form = day_of(request.POST), DailyForm(request.POST)
    if not form.is_valid():
        return _refused(request, form, _("Not saved: see the marked fields."), 422)
    try:
        record = services.save_draft(
            user=request.user, day=day, version=version_of(request.POST), typed=form.cleaned_data
        )
    except BusinessError as refusal:
        return _refused(request, form, refusal.message, 409, conflict=isinstance(refusal, Conflict))
    if request.htmx:
        return render(request, "staff/records/_saved.html", {"record": record, "at": clock.now()})
    messages.success(request, _("Saved."))
    return redirect(f"{request.path.removesuffix('save/')}?day={day}")


@right_required(KEEP_RECORDS)
@require_POST
def hand_in(request: UserRequest) -> HttpResponse:
    """Hand the day in; its figures are frozen."""
    day, form = day_of(request.POST), DailyForm(request.POST)
    if not form.is_valid():
        return _refused(request, form, "", 422)
    try:
        services.hand_in_daily(user=request.user, day=day, version=version_of(request.POST), typed=form.cleaned_data)
    except BusinessError as refusal:
        return _refused(request, form, refusal.message, 409, conflict=isinstance(refusal, Conflict))
    messages.success(request, _("The record of %(day)s is handed in.") % {"day": day})
    return redirect(f"{request.path.removesuffix('hand-in/')}?day={day}")


def _refused(
    request: UserRequest, form: DailyForm, message: str, status: int, *, conflict: bool = False
) -> HttpResponse:
    """The refusal with what was typed; in a conflict also what is saved by now, and saving again saves on top."""
    if request.htmx:
        return render(request, "staff/records/_saved.html", {"refusal": message, "form": form}, status=status)
    if message:
        form.add_error(None, message)
    record = selectors.record_of(request.user, day_of(request.POST))
    return _own_day(
        request, record, form, status, saved=selectors.record_of(request.user, record.day) if conflict else None
    )


@right_required(KEEP_RECORDS)
@require_GET
def day(request: UserRequest, pk: int) -> HttpResponse:
    """A record that was handed in: one's own with its corrections, or one of somebody whom one leads."""
    record = _readable(request, pk)
    if record.user_id == request.user.pk:
        return _own_day(request, record)
    return _others_day(request, record)


def _others_day(request: UserRequest, record: DailyRecord, ids: str | None = None) -> HttpResponse:
    context = {
        "page": selectors.day_page(record, request.user),
        "record": record,
        "own": False,
        "masked_ids": selectors.masked_ids(record.served_ids),
        "revealed": ids,
        "may_reveal": request.user.has_perm(VIEW_SERVED_IDS),
    }
    return render(request, "staff/records/daily.html", context)


@right_required(KEEP_RECORDS)
@require_POST
def correct(request: UserRequest, pk: int) -> HttpResponse:
    """Mend one's own record after handing in; a new entry says what it was (STF-37)."""
    record = _readable(request, pk)
    if record.user_id != request.user.pk:
        raise Http404
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return _own_day(request, record, form, 422)
    typed = {name: form.cleaned_data[name] for name in services.TYPED}
    try:
        services.correct_daily(
            record_id=record.pk,
            version=version_of(request.POST),
            typed=typed,
            reason=form.cleaned_data["reason"],
            by=request.user,
        )
    except BusinessError as refusal:
        form.add_error(None, refusal.message)
        return _own_day(request, _readable(request, pk), form, 409)
    messages.success(request, _("Corrected; the entry before it is kept."))
    return redirect("records:day", record.pk)


@right_required(VIEW_SERVED_IDS)
@require_POST
@never_cache
def served_ids(request: UserRequest, pk: int) -> HttpResponse:
    """Show the buyers' ids of a record in full, once, with a line in the trail (STF-28)."""
    record = _readable(request, pk)
    return _others_day(request, record, services.reveal_served_ids(record=record, by=request.user))


def _readable(request: UserRequest, pk: int) -> DailyRecord:
    try:
        return selectors.readable(request.user, pk)
    except DailyRecord.DoesNotExist:
        raise Http404 from None
