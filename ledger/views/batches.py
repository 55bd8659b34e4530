"""Batches as a platform takes them, and the differences between its list and ours."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from common import clock
from common.exceptions import BusinessError
from common.exports import Sheet
from common.paging import keyset
from ledger import permissions, selectors
from ledger.forms import ListForm
from ledger.limits import batch_limit
from ledger.models import PayBatch
from ledger.services import batches as services
from ledger.services.paying import RowResult, pay_list
from ledger.services.reconciling import ask_for_refund, reconcile
from ledger.states import SlipState
from ledger.views.slips import SLIP_WIDTHS, slip_cells, slip_header
from orders.models import Refund
from staff.exporting import export_workbook
from staff.permissions import UserRequest, right_required


@right_required(permissions.VIEW_SLIP)
@require_GET
def batches(request: UserRequest) -> HttpResponse:
    """All batches, the newest first."""
    page = keyset(
        selectors.batch_rows(), order=("-id",), cursor=request.GET.get("after"), before=request.GET.get("before")
    )
    context = {"page": page, "may_pay": request.user.has_perm(permissions.PAY_SLIP)}
    return render(request, "ledger/batches.html", context)


@right_required(permissions.PAY_SLIP)
@require_POST
def make(request: UserRequest) -> HttpResponse:
    """Pack what is approved into batches that the platforms take."""
    try:
        made = services.make_batches(by=request.user)
    except BusinessError as refusal:
        messages.info(request, refusal.message)
    else:
        words = ngettext("%(number)d batch packed.", "%(number)d batches packed.", len(made))
        messages.success(request, words % {"number": len(made)})
    return redirect("ledger:batches")


@right_required(permissions.VIEW_SLIP)
@require_GET
def batch(request: UserRequest, pk: int) -> HttpResponse:
    """One batch: its slips against the platform's limit; the pasted list marks them as paid."""
    return _page(request, pk)


def _page(
    request: UserRequest,
    pk: int,
    bound: ListForm | None = None,
    results: Sequence[RowResult] = (),
    status: int = 200,
) -> HttpResponse:
    row = get_object_or_404(selectors.batch_rows(), pk=pk)
    slips = selectors.dress(selectors.slip_rows().filter(batch=row).order_by("asked_at", "pk"))
    left = [slip for slip, _due, _paused in slips if slip.state == SlipState.APPROVED]
    context = {
        "batch": row,
        "rows": slips,
        "limit": batch_limit(row.platform, clock.day_of(row.made_at)),
        "form": bound or ListForm(initial={"text": "\n".join(f"{slip.number}\t" for slip in left)}),
        "results": results,
        "may_pay": request.user.has_perm(permissions.PAY_SLIP),
        "may_export": request.user.has_perm(permissions.EXPORT),
        "now": clock.now(),
    }
    return render(request, "ledger/batch.html", context, status=status)


@right_required(permissions.PAY_SLIP)
@require_POST
def pay(request: UserRequest, pk: int) -> HttpResponse:
    """Mark slips of a batch as paid by a pasted list; each line says what became of it."""
    row = get_object_or_404(PayBatch, pk=pk)
    form = ListForm(request.POST)
    if not form.is_valid():
        return _page(request, row.pk, form, status=422)
    try:
        results = pay_list(batch_id=row.pk, text=form.cleaned_data["text"], by=request.user)
    except BusinessError as refusal:
        form.add_error(None, refusal.message)
        return _page(request, row.pk, form, status=409)
    refused = [result for result in results if result.slip is None]
    left = ListForm(initial={"text": "\n".join(result.text for result in refused)})
    return _page(request, row.pk, left, results, status=409 if any(result.refusal for result in results) else 200)


@right_required(permissions.PAY_SLIP)
@require_POST
def dissolve(request: UserRequest, pk: int) -> HttpResponse:
    """Take out of a batch what is not paid, to be packed anew."""
    row = get_object_or_404(PayBatch, pk=pk)
    try:
        services.dissolve_batch(batch_id=row.pk, by=request.user)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("What was not paid can be packed anew."))
    return redirect("ledger:batch", row.pk)


@right_required(permissions.VIEW_SLIP, permissions.EXPORT)
@require_POST
def export(request: UserRequest, pk: int) -> HttpResponse:
    """A batch as a workbook, to work it off on the platform."""
    row = get_object_or_404(PayBatch, pk=pk)
    slips = selectors.slip_rows().filter(batch=row).order_by("asked_at", "pk")
    sheet = Sheet(row.number, slip_header(), [slip_cells(slip) for slip in slips], SLIP_WIDTHS)
    try:
        return export_workbook(what="ledger.batch", name=row.number, sheets=[sheet], by=request.user)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
        return redirect("ledger:batch", row.pk)


@right_required(permissions.VIEW_SLIP)
@require_GET
def differences(request: UserRequest) -> HttpResponse:
    """Where the platform's list and ours do not agree, and what is to be done about each."""
    context = {
        "found": selectors.differences(clock.now()),
        "may_pay": request.user.has_perm(permissions.PAY_SLIP),
        "may_ask": request.user.has_perm(permissions.ASK_SLIP),
    }
    return render(request, "ledger/differences.html", context)


@right_required(permissions.PAY_SLIP)
@require_POST
def compare(request: UserRequest) -> HttpResponse:
    """Compare anew with the refunds imported so far."""
    counts = reconcile(by=request.user)
    messages.success(request, _("Compared: %(agreed)d agree, %(differ)d have another amount.") % counts)
    return redirect("ledger:differences")


@right_required(permissions.ASK_SLIP)
@require_POST
def write_slip(request: UserRequest, refund_pk: int) -> HttpResponse:
    """Write the slip that a refund of the platform lacks."""
    refund = get_object_or_404(Refund, pk=refund_pk)
    reason = _("Refunded on the platform: %(number)s") % {"number": refund.refund_no}
    try:
        slip = ask_for_refund(refund_id=refund.pk, reason=reason, by=request.user)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
        return redirect("ledger:differences")
    return redirect(slip)
