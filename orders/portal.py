"""The supplier portal: what is to ship, numbers one by one or by file, past uploads, contact."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common import clock, paging
from common.exceptions import BusinessError
from orders import portal_files
from orders.models import Fulfilment, ShipmentUpload
from orders.portal_forms import NumberForm, UploadForm
from orders.shipments import RowResult, ShipmentRow, accept_rows
from orders.states import JobState, Verdict
from orders.supplier_work import due_of, only, parts_of, uploads_of
from orders.uploads import jobs
from staff.permissions import UserRequest
from staff.roles import Role
from staff.selectors import active_users
from suppliers.models import Supplier
from suppliers.portal import portal_page
from suppliers.selectors import tokens_of

WISHES = ("all", "late", "soon", "hold", "short")
FINE = (Verdict.ACCEPTED, Verdict.UNCHANGED, Verdict.REPLACED)


@portal_page
@require_GET
def to_ship(request: UserRequest, supplier: Supplier) -> HttpResponse:
    wish = request.GET.get("show", "all")
    now = clock.now()
    parts = only(parts_of(supplier), wish, now).select_related("order__shop").prefetch_related("lines")
    page = paging.keyset(
        parts, order=("paid_at", "id"), cursor=request.GET.get("after"), before=request.GET.get("before"), size=50
    )
    context = {
        "page": page,
        "query": f"show={wish}" if wish in WISHES else "",
        "wish": wish,
        "wishes": {
            "all": _("all"),
            "late": _("late"),
            "soon": _("due within 4 hours"),
            "hold": _("wait for notice"),
            "short": _("shortage"),
        },
        "rows": _with_due(page.rows),
        "now": now,
    }
    return render(request, "portal/to_ship.html", context)


@portal_page
@require_POST
def send_number(request: UserRequest, supplier: Supplier) -> HttpResponse:
    form = NumberForm(request.POST)
    result = None
    if form.is_valid():
        sent = ShipmentRow(
            1, form.cleaned_data["order_no"], form.cleaned_data["carrier"], form.cleaned_data["tracking_no"]
        )
        result = accept_rows(
            [sent], supplier=supplier, by=request.user, confirm_odd_numbers=form.cleaned_data["confirm"]
        ).rows[0]
    if not request.htmx:
        _tell(request, form, result)
        return redirect("portal:to_ship")
    own = parts_of(supplier, "all").filter(order__order_no=request.POST.get("order_no", ""))
    part = own.select_related("order__shop").prefetch_related("lines").first()
    if part is None:
        raise Http404
    row = _with_due([part])[0] | {"form": form, "result": result, "done": result is not None and result.verdict in FINE}
    return render(request, "portal/_part.html", row | {"now": clock.now()})


@portal_page
@require_GET
def download(request: UserRequest, supplier: Supplier) -> FileResponse:
    stamp = clock.local(clock.now()).strftime("%Y%m%d%H%M")
    return portal_files.to_ship_file(supplier, f"{supplier.code}_发货_{stamp}.xlsx")


@portal_page
@require_http_methods(["GET", "POST"])
def uploads(request: UserRequest, supplier: Supplier) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            preview = jobs.stage_upload(
                supplier=supplier, file=form.cleaned_data["file"], by=request.user, dry_run=True
            )
            return redirect("portal:upload", preview.public_id)
        except BusinessError as refusal:
            form.add_error("file", refusal.message)
    page = paging.keyset(
        uploads_of(supplier), order=("-id",), cursor=request.GET.get("after"), before=request.GET.get("before"), size=50
    )
    context = {"form": form, "page": page, "query": ""}
    return render(request, "portal/uploads.html", context, status=422 if form.errors else 200)


@portal_page
@require_GET
def upload(request: UserRequest, supplier: Supplier, public_id: uuid.UUID) -> HttpResponse:
    found = _own_upload(supplier, public_id)
    show = "refused" if request.GET.get("show") == "refused" else "all"
    rows = found.rows.exclude(verdict__in=FINE) if show == "refused" else found.rows.all()
    page = paging.keyset(rows, order=("row",), cursor=request.GET.get("after"), before=request.GET.get("before"))
    context = {
        "upload": found,
        "running": found.state in (JobState.WAITING, JobState.RUNNING),
        "rows_read": jobs.rows_read(found),
        "counts": [(Verdict(key), count) for key, count in found.counts.items() if count],
        "fine": FINE,
        "refused_count": _refused(found),
        "taken_count": sum(found.counts.get(verdict, 0) for verdict in FINE),
        "odd_count": found.counts.get(Verdict.BAD_NUMBER, 0),
        "page": page,
        "query": f"show={show}",
        "show": show,
    }
    part = request.htmx and not request.htmx.boosted
    return render(request, "portal/_upload.html" if part else "portal/upload.html", context)


@portal_page
@require_POST
def confirm(request: UserRequest, supplier: Supplier, public_id: uuid.UUID) -> HttpResponse:
    preview = _own_upload(supplier, public_id)
    try:
        started = jobs.confirm_upload(
            preview=preview, confirm_odd_numbers="confirm_odd_numbers" in request.POST, by=request.user
        )
    except BusinessError as refusal:
        messages.error(request, refusal.message)
        return redirect("portal:upload", public_id)
    return redirect("portal:upload", started.public_id)


@portal_page
@require_GET
def refused_rows(request: UserRequest, supplier: Supplier, public_id: uuid.UUID) -> FileResponse:
    return portal_files.refused_file(_own_upload(supplier, public_id), f"{supplier.code}_退回.xlsx")


@portal_page
@require_GET
def contact(request: UserRequest, supplier: Supplier) -> HttpResponse:
    people = active_users(Role.OPERATIONS, Role.SUPERVISOR)
    return render(
        request, "portal/contact.html", {"supplier": supplier, "people": people, "tokens": tokens_of(supplier)}
    )


def _own_upload(supplier: Supplier, public_id: uuid.UUID) -> ShipmentUpload:
    found = uploads_of(supplier).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _with_due(parts: list[Fulfilment]) -> list[dict[str, Any]]:
    due = due_of([part.pk for part in parts], now=clock.now())
    carriers = NumberForm()["carrier"].field.choices  # type: ignore[attr-defined]
    return [{"part": part, "due": due.get(part.pk), "carriers": carriers} for part in parts]


def _refused(upload: ShipmentUpload) -> int:
    return sum(count for verdict, count in upload.counts.items() if verdict not in FINE)


def _tell(request: UserRequest, form: NumberForm, result: RowResult | None) -> None:
    if result is None:
        messages.error(request, _("Choose a carrier and enter the tracking number."))
    elif result.verdict in FINE:
        messages.success(request, f"{result.order_no}: {result.verdict.label} {result.message}")
    else:
        messages.error(request, f"{result.order_no}: {result.verdict.label} {result.message}")
