"""The queue of finance and one slip of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.selectors import timeline
from common import clock
from common.exceptions import BusinessError
from common.exports import Sheet
from common.paging import keyset
from common.topics import topic_of
from ledger import permissions, selectors
from ledger.actions import SLIP_ACTIONS
from ledger.filters import OLDEST_FIRST, SHOWS, SlipFilter
from ledger.forms import RowForm
from ledger.models import PaySlip
from ledger.services.slips import approve_slip
from ledger.states import Direction, Purpose
from ledger.views.base import steps, take_step
from sla import facets, topics
from sla.selectors import clocks_of
from staff.exporting import MOST_ROWS, export_workbook
from staff.permissions import UserRequest, right_required


@right_required(permissions.VIEW_SLIP)
@require_GET
def queue(request: UserRequest) -> HttpResponse:
    """What is to be approved and paid, the longest waiting first, each with its 24 hours (FIN-01)."""
    filters = SlipFilter.from_query(request.GET, request.user)
    page = keyset(
        filters.apply(selectors.slip_rows(), request.user),
        order=filters.order,
        cursor=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    context = {
        "page": page,
        "rows": selectors.dress(page.rows),
        "filters": filters,
        "shows": [(key, label) for key, (label, _condition) in SHOWS.items()],
        "shops": facets.choices("shop"),
        "purposes": Purpose.choices,
        "directions": Direction.choices,
        "counts": selectors.counts(),
        "may_approve": request.user.has_perm(permissions.APPROVE_SLIP) and filters.show == "to_approve",
        "may_pay": request.user.has_perm(permissions.PAY_SLIP),
        "may_export": request.user.has_perm(permissions.EXPORT),
        "waits": filters.show in OLDEST_FIRST,
        "now": clock.now(),
    }
    return render(request, "ledger/queue.html", context)


@right_required(permissions.VIEW_SLIP)
@require_GET
def slip(request: UserRequest, pk: int) -> HttpResponse:
    """One slip: what for, how much, who asked, who approved, who paid (FIN-02), and what may be done."""
    return _page(request, pk, request.GET.get("do", ""))


def _page(
    request: UserRequest, pk: int, key: str = "", bound: RowForm | None = None, status: int = 200
) -> HttpResponse:
    try:
        row, lines = selectors.slip_page(pk)
    except PaySlip.DoesNotExist:
        raise Http404 from None
    todo = steps(SLIP_ACTIONS, row, request.user, key, bound)
    context = {
        "slip": row,
        "lines": lines,
        "about": topics.url(row.topic),
        "clocks": [running for running in clocks_of(topic_of(row)) if running.stopped_at is None],
        "timeline": timeline(topic_of(row)),
        "todo": todo,
        "open_action": key or next((name for name, action, _form in todo if action.main and action.asks), ""),
        "act_url": "ledger:act",
        "now": clock.now(),
    }
    return render(request, "ledger/slip.html", context, status=status)


@right_required(permissions.VIEW_SLIP)
@require_POST
def act(request: UserRequest, pk: int, action: str) -> HttpResponseBase:
    """Carry out one of `ledger.actions.SLIP_ACTIONS`."""
    row = get_object_or_404(PaySlip, pk=pk)
    return take_step(request, row, SLIP_ACTIONS, action, argument="slip_id", show=_page)


@right_required(permissions.APPROVE_SLIP)
@require_POST
def approve_many(request: UserRequest) -> HttpResponse:
    """Approve the selected slips, each by itself, and say of those that were refused why."""
    ids = [int(pk) for pk in request.POST.getlist("slip") if pk.isascii() and pk.isdigit() and len(pk) <= 18]
    if not ids:
        messages.info(request, _("Select the slips to approve."))
    done = 0
    for row in PaySlip.objects.filter(pk__in=ids[:200]).order_by("pk"):
        try:
            approve_slip(slip_id=row.pk, version=row.version, by=request.user)
        except BusinessError as refusal:
            messages.error(request, f"{row.number}: {refusal.message}")
        else:
            done += 1
    if done:
        messages.success(request, _("%(number)d slips approved.") % {"number": done})
    return redirect("ledger:queue")


@right_required(permissions.VIEW_SLIP, permissions.EXPORT)
@require_POST
def export(request: UserRequest) -> HttpResponse:
    """The list as it is filtered, as a workbook with its mark (SEC-02); nothing of buyers but their order numbers."""
    filters = SlipFilter.from_query(request.POST, request.user)
    rows = filters.apply(selectors.slip_rows(), request.user).order_by(*filters.order)[: MOST_ROWS + 1]
    sheet = Sheet(_("Pay slips"), slip_header(), [slip_cells(row) for row in rows], SLIP_WIDTHS)
    try:
        return export_workbook(what="ledger.slips", name=_("Pay slips"), sheets=[sheet], by=request.user)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
        return redirect("ledger:queue")


SLIP_WIDTHS = (18, 12, 24, 20, 12, 12, 12, 40, 12, 18, 18, 24)


def slip_header() -> list[str]:
    return [
        _("Slip"), _("State"), _("Order number"), _("Shop"), _("For"), _("Direction"), _("Yuan"), _("Remark"),
        _("Way"), _("Asked at"), _("Paid at"), _("The platform's number"),
    ]  # fmt: skip


def slip_cells(row: PaySlip) -> list[object]:
    return [
        row.number, row.get_state_display(), row.order.order_no if row.order else "", row.shop.name if row.shop else "",
        row.get_purpose_display(), row.get_direction_display(), row.amount, row.remark, row.get_pay_by_display(),
        row.asked_at, row.paid_at, row.platform_number,
    ]  # fmt: skip
