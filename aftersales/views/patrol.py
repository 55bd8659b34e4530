"""The hourly patrol: leads through the refunds that wait, one by one, by keyboard (RET-36)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from aftersales import permissions
from aftersales.filters import number
from aftersales.models import PatrolMark, PatrolRound
from aftersales.patrol import PatrolShown, marks_of, patrol_shown
from aftersales.services.patrol import remark_case
from common import clock
from common.exceptions import BusinessError
from staff.permissions import UserRequest, right_required


@right_required(permissions.WORK_CASE)
@require_GET
def patrol(request: UserRequest) -> HttpResponse:
    """The case to look at now; `after` puts one off."""
    return _page(request, patrol_shown(clock.now(), request.user, after=number(request.GET.get("after")) or 0))


def _page(
    request: UserRequest, shown: PatrolShown, *, typed: str = "", refused: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "patrol": shown,
        "mark": shown.current,
        "case": shown.current.case if shown.current else None,
        "typed": typed,
        "refused": refused,
        "usual": (
            _("Waiting for the buyer's answer"),
            _("Waiting for the supplier's answer"),
            _("Waiting for the carrier"),
            _("Goods on their way back"),
            _("Passed on to finance"),
        ),
        "now": clock.now(),
    }
    return render(request, "aftersales/patrol.html", context, status=status)


@right_required(permissions.WORK_CASE)
@require_POST
def remark(request: UserRequest, pk: int) -> HttpResponse:
    """Say why nothing can be done about a case now; then the next one."""
    mark = get_object_or_404(PatrolMark, pk=pk)
    typed = request.POST.get("remark", "")
    try:
        remark_case(mark_id=mark.pk, remark=typed, by=request.user)
    except BusinessError as refusal:
        if refusal.code == "remark_missing":
            shown = patrol_shown(clock.now(), request.user, after=number(request.POST.get("before")) or 0)
            return _page(request, shown, typed=typed, refused=refusal.message, status=422)
        messages.warning(request, refusal.message)
    return redirect(f"{reverse('aftersales:patrol')}?after={mark.pk}")


@right_required(permissions.WORK_CASE)
@require_GET
def round_(request: UserRequest, pk: int) -> HttpResponse:
    """One round as it went: every case, what was done, by whom."""
    found = get_object_or_404(PatrolRound, pk=pk)
    return render(request, "aftersales/patrol_round.html", {"round": found, "marks": marks_of(found)})
