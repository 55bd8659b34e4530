"""The pages of checklists."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from common import clock
from common.exceptions import BusinessError
from staff.models import ChecklistItem
from staff.permissions import UserRequest, right_required
from staff.records.forms import day_of
from staff.records.permissions import KEEP_RECORDS, LEAD_TEAM
from staff.records.selectors import checklists as selectors
from staff.records.selectors.printing import printing_until
from staff.records.services import checklists as services
from staff.records.states import ChecklistWhen


@right_required(KEEP_RECORDS)
@require_GET
def checklists(request: UserRequest) -> HttpResponse:
    """What one has to look at today, with live figures."""
    return _page(request)


@right_required(KEEP_RECORDS)
@require_GET
def checklist(request: UserRequest, pk: int) -> HttpResponse:
    """One list by itself."""
    return _page(request, pk)


def _page(request: UserRequest, pk: int | None = None) -> HttpResponse:
    now = clock.now()
    day = clock.day_of(now)
    lists = selectors.lists_for(request.user, day)
    if pk is not None:
        lists = [found for found in lists if found.checklist.pk == pk]
        if not lists:
            raise Http404
    until = printing_until(day)
    prints = any(found.checklist.when == ChecklistWhen.DAY_END for found in lists)
    context = {
        "lists": lists,
        "day": day,
        "until": until,
        "prints": prints,
        "over": prints and now >= until,
        "leads": request.user.has_perm(LEAD_TEAM),
    }
    return render(request, "staff/records/checklists.html", context)


@right_required(KEEP_RECORDS)
@require_POST
def tick(request: UserRequest, pk: int) -> HttpResponse:
    """«Looked at»; what blocks is refused with its sentence (ORD-19)."""
    try:
        services.tick_item(item_id=pk, by=request.user, note=request.POST.get("note", ""))
    except ChecklistItem.DoesNotExist:
        raise Http404 from None
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    return redirect("records:checklists")


@right_required(KEEP_RECORDS)
@require_POST
def courier_here(request: UserRequest) -> HttpResponse:
    """Printing goes on while the courier is here (LOG-07)."""
    try:
        services.note_courier_here(by=request.user)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    return redirect("records:checklists")


@right_required(LEAD_TEAM)
@require_GET
def progress(request: UserRequest) -> HttpResponse:
    """Who has gone through which list on a day, and who has not."""
    day = day_of(request.GET)
    rows = selectors.progress(request.user, day)
    return render(request, "staff/records/progress.html", {"rows": rows, "day": day, "today": clock.today()})
