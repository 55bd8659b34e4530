"""What becomes of judged goods, and the lists on which they go back to suppliers (RET-38, PUR-18, PUR-19)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aftersales.models import Inspection, SupplierBatch
from aftersales.returns import batches as lists
from aftersales.returns import selectors, services
from aftersales.returns.forms import FateForm, SendForm
from aftersales.returns.papers import batch_paper
from aftersales.returns.permissions import COUNT, LOOK
from aftersales.returns.views import LISTS
from common import clock
from common.exceptions import BusinessError
from common.paging import keyset
from common.topics import topic_of
from sla.selectors import clocks_of
from staff.permissions import UserRequest, right_required


@right_required(COUNT)
@require_http_methods(["GET", "POST"])
def goods(request: UserRequest) -> HttpResponse:
    """Judged goods of which nobody said yet what becomes of them."""
    page = keyset(
        selectors.undecided(), order=("id",), cursor=request.GET.get("after"), before=request.GET.get("before")
    )
    form = FateForm(request.POST or None, ids=[row.pk for row in page.rows])
    if request.method == "POST":
        if not form.is_valid():
            messages.error(request, _("Tick the goods first."))
            return redirect("returns:goods")
        said = form.cleaned_data
        try:
            done = services.decide_fate(inspection_ids=said["rows"], fate=said["fate"], by=request.user)
        except BusinessError as refusal:
            messages.error(request, refusal.message)
            return redirect("returns:goods")
        words = ngettext("%(count)d entry: %(fate)s.", "%(count)d entries: %(fate)s.", done)
        messages.success(request, words % {"count": done, "fate": Inspection.Fate(said["fate"]).label})
        return redirect("returns:goods")
    context = {"page": page, "fates": Inspection.Fate.choices, "lists": LISTS, "counts": selectors.counts()}
    return render(request, "aftersales/returns/goods.html", context | {"query": "", "which": "undecided"})


@right_required(LOOK)
@require_GET
def batches(request: UserRequest) -> HttpResponse:
    """All lists, the latest first."""
    page = keyset(
        selectors.batches(), order=("-id",), cursor=request.GET.get("after"), before=request.GET.get("before")
    )
    context = {"page": page, "lists": LISTS, "counts": selectors.counts(), "query": "", "which": "batches"}
    return render(request, "aftersales/returns/batches.html", context | {"now": clock.now()})


def _page(request: UserRequest, pk: int, form: SendForm | None = None, refusal: str = "") -> HttpResponse:
    batch = get_object_or_404(SupplierBatch.objects.select_related("supplier", "made_by"), pk=pk)
    context = {
        "batch": batch,
        "rows": selectors.on_batch(batch),
        "form": form or SendForm(),
        "papers": [str(lists.PAPERS.get(key, key)) for key in batch.papers],
        "refusal": refusal,
        "running": [each for each in clocks_of(topic_of(batch)) if each.stopped_at is None],
        "first_day": None if batch.sent_at else lists.leaves_from(batch),
        "today": clock.today(),
    }
    return render(request, "aftersales/returns/batch.html", context, status=409 if refusal else 200)


@right_required(LOOK)
@require_GET
def batch(request: UserRequest, pk: int) -> HttpResponse:
    """One list: what is on it, its papers, its way."""
    return _page(request, pk)


@right_required(COUNT)
@require_POST
def send(request: UserRequest, pk: int) -> HttpResponse:
    """The goods leave."""
    get_object_or_404(SupplierBatch, pk=pk)
    form = SendForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, form, _("Choose a carrier and enter the tracking number."))
    try:
        lists.send_batch(batch_id=pk, by=request.user, **form.cleaned_data)
    except BusinessError as refusal:
        return _page(request, pk, form, refusal.message)
    messages.success(request, _("Sent to the supplier."))
    return redirect("returns:batch", pk=pk)


@right_required(COUNT)
@require_POST
def take_off(request: UserRequest, pk: int) -> HttpResponse:
    """Takes goods off a list that is still open."""
    row = get_object_or_404(Inspection, pk=pk)
    try:
        lists.take_off(inspection_id=pk, by=request.user)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    return redirect("returns:batch", pk=row.batch_id) if row.batch_id else redirect("returns:batches")


@right_required(LOOK)
@require_GET
def printed(request: UserRequest, pk: int) -> HttpResponse:
    """The list as paper: it travels with the goods (PUR-19)."""
    batch = get_object_or_404(SupplierBatch.objects.select_related("supplier", "made_by"), pk=pk)
    try:
        content = batch_paper(batch, selectors.on_batch(batch))
    except BusinessError as refusal:
        return _page(request, pk, refusal=refusal.message)
    headers = {"Content-Disposition": f'inline; filename="{batch.number}.pdf"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
