"""The pages of response times: trends, and the files they come from (PHR-03, AFT-08)."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common import clock
from common.exceptions import BusinessError
from staff.models import ChatFile, ChatUpload
from staff.permissions import UserRequest, right_required
from staff.records.chats import columns, selectors, services
from staff.records.forms import ChatUploadForm, LayoutForm, TargetForm, day_of
from staff.records.permissions import IMPORT_CHAT_STATS, KEEP_RECORDS

DAYS = 14
LONGEST = 92


@right_required(KEEP_RECORDS)
@require_GET
def chats(request: UserRequest) -> HttpResponse:
    """First answers of the last two weeks: one's own and the team's average, for leaders everybody's."""
    last = day_of(request.GET, "to")
    first = day_of(request.GET, "from") if "from" in request.GET else last - dt.timedelta(days=DAYS - 1)
    if not dt.timedelta(0) <= last - first <= dt.timedelta(days=LONGEST):
        first = last - dt.timedelta(days=DAYS - 1)
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    lines, team = selectors.trends(request.user, first, last)
    context = {
        "lines": [(line, selectors.sparkline(line, days)) for line in lines],
        "team": (team, selectors.sparkline(team, days)) if team else None,
        "first": first,
        "last": last,
        "targets": selectors.target_rows(),
        "may_import": request.user.has_perm(IMPORT_CHAT_STATS),
    }
    return render(request, "staff/records/chats.html", context)


@right_required(IMPORT_CHAT_STATS)
@require_http_methods(["GET", "POST"])
def upload(request: UserRequest) -> HttpResponse:
    """Send a file of the platform's daily statistics; the last files stand below."""
    form = ChatUploadForm(request.POST or None, request.FILES or None)
    status = 422 if request.method == "POST" else 200
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            staged = services.stage(file=file, name=file.name, day=form.cleaned_data["day"], by=request.user)
        except BusinessError as refusal:
            form.add_error("file", refusal.message)
        else:
            return redirect("records:chat_upload", staged.public_id)
    context = {
        "form": form,
        "files": ChatFile.objects.select_related("imported_by", "layout")[:30],
        "targets": selectors.target_rows(),
        "target_form": TargetForm(),
    }
    return render(request, "staff/records/chat_files.html", context, status=status)


@right_required(IMPORT_CHAT_STATS)
@require_http_methods(["GET", "POST"])
def layout(request: UserRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the columns of an unknown layout mean, said once; then the preview (PHR-03)."""
    staged = get_object_or_404(ChatUpload, public_id=public_id)
    table = services.table_of(staged)
    known = services.layout_of(table)
    if known and "change" not in request.GET and request.method == "GET":
        return _preview(request, staged)
    guessed = {**columns.guess(table.header), "name": staged.name.rsplit(".", 1)[0][:60]}
    initial = {**known.columns, "name": known.name} if known else guessed
    form = LayoutForm(request.POST or None, header=table.header, initial=initial)
    status = 422 if request.method == "POST" else 200
    if form.is_valid():
        try:
            services.set_layout(table=table, name=form.cleaned_data["name"], chosen=form.chosen, by=request.user)
        except BusinessError as refusal:
            form.add_error(None, refusal.message)
            status = 409
        else:
            return redirect("records:chat_upload", public_id)
    sample = [cells for _number, cells in zip(range(3), (cells for _line, cells in table.rows()), strict=False)]
    context = {"upload": staged, "form": form, "header": table.header, "sample": sample}
    return render(request, "staff/records/chat_layout.html", context, status=status)


def _preview(request: UserRequest, staged: ChatUpload, refusal: str = "", status: int = 200) -> HttpResponse:
    known = services.layout_of(services.table_of(staged))
    reading = services.preview(staged, known, clock.today()) if known else None
    context = {"upload": staged, "layout": known, "reading": reading, "refusal": refusal}
    return render(request, "staff/records/chat_preview.html", context, status=status)


@right_required(IMPORT_CHAT_STATS)
@require_POST
def read_in(request: UserRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep the rows of a file that was looked at."""
    staged = get_object_or_404(ChatUpload, public_id=public_id)
    known = services.layout_of(services.table_of(staged))
    if known is None:
        return redirect("records:chat_upload", public_id)
    try:
        file = services.import_chats(upload=staged, layout=known, by=request.user)
    except BusinessError as refusal:
        return _preview(request, staged, refusal.message, 409)
    told = ngettext("%(count)d line is new.", "%(count)d lines are new.", file.counts["created"])
    messages.success(request, told % {"count": file.counts["created"]})
    return redirect("records:chat_files")


@right_required(IMPORT_CHAT_STATS)
@require_POST
def target(request: UserRequest) -> HttpResponse:
    """Set a target by shop and shift."""
    form = TargetForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A target lies between 5 and 600 seconds."))
        return redirect("records:chat_files")
    data = form.cleaned_data
    services.set_target(shop_id=data["shop"], night=bool(data["night"]), seconds=data["seconds"], by=request.user)
    return redirect("records:chat_files")
