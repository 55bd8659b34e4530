"""Papers of cases as PDF. By POST: each leaves a line in the trail."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from aftersales import permissions
from aftersales.models import Case
from aftersales.services import printing
from common.exceptions import BusinessError
from common.htmx import back_to
from staff.permissions import UserRequest, right_required


@right_required(permissions.VIEW_CASE)
@require_POST
@never_cache
def paper(request: UserRequest, pk: int, paper: str) -> HttpResponse:
    """The form, the return note or the whole file of a case."""
    if paper not in printing.PAPERS:
        raise Http404
    try:
        made = printing.print_case(case_id=pk, paper=paper, by=request.user)
    except Case.DoesNotExist:
        raise Http404 from None
    except BusinessError as refusal:
        messages.error(request, refusal.message)
        return redirect("aftersales:case", pk=pk)
    return _pdf(made, f"{paper}-{pk}.pdf")


@right_required(permissions.VIEW_CASE)
@require_POST
@never_cache
def handover(request: UserRequest) -> HttpResponse:
    """The hand-over list of a day, by default today's."""
    try:
        day = parse_date(request.POST.get("day", ""))
    except ValueError:
        day = None
    if day is None:
        messages.error(request, _("Give a day."))
        return redirect(back_to(request, "aftersales:list"))
    try:
        return _pdf(printing.print_handover(day=day, by=request.user), f"handover-{day}.pdf")
    except BusinessError as refusal:
        messages.error(request, refusal.message)
        return redirect(back_to(request, "aftersales:list"))


def _pdf(made: bytes, name: str) -> HttpResponse:
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
