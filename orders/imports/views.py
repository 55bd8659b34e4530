"""Pages for operations: imports, codes to assign, promotion windows."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.exceptions import BusinessError
from orders.imports import codes as code_services
from orders.imports import promotions as promotion_services
from orders.imports import services
from orders.imports.error_file import export_errors
from orders.imports.forms import CodeForm, ImportForm, WindowForm
from orders.imports.report import kind_label
from orders.imports.sources import KINDS
from orders.models import ImportBatch, ImportFile, PromotionWindow
from orders.permissions import ASSIGN_CODE, IMPORT_ORDERS
from orders.states import JobState
from staff import exporting
from staff.permissions import UserRequest, right_required
from suppliers.models import Supplier

SHOWN = 50
CHANGE_PROMOTION = "orders.change_promotionwindow"


@right_required(IMPORT_ORDERS)
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """The last imports and the form for a new one; «preview» does everything and keeps nothing."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            batch = services.stage_import(
                files=[(file.name, file) for file in form.cleaned_data["files"]],
                by=request.user,
                shop=form.cleaned_data["shop"],
                dry_run="preview" in request.POST,
            )
        except BusinessError as refusal:
            form.add_error("files", refusal.message)
        else:
            return redirect("orders:import", batch.public_id)
    files = Prefetch("files", ImportFile.objects.order_by("id"))
    batches = ImportBatch.objects.select_related("by", "shop").prefetch_related(files)[:SHOWN]
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "orders/imports.html", {"form": form, "batches": batches}, status=status)


@right_required(IMPORT_ORDERS)
@require_GET
def import_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One import; the part in the middle fetches itself until the import is done."""
    batch = get_object_or_404(ImportBatch.objects.select_related("by", "shop"), public_id=public_id)
    context = {
        "batch": batch,
        "files": batch.files.order_by("id"),
        "rows_read": services.rows_read(batch),
        "running": batch.state in {JobState.WAITING, JobState.RUNNING},
        "kinds": [(kind_label(kind), batch.counts[kind]) for kind in KINDS if kind in batch.counts],
        "errors": batch.row_errors.select_related("file")[:SHOWN],
    }
    return render(request, "orders/_import.html" if request.htmx else "orders/import.html", context)  # type: ignore[attr-defined]


@right_required(IMPORT_ORDERS, exporting.RIGHT)
@require_POST
def error_file(request: UserRequest, public_id: uuid.UUID) -> HttpResponse:
    """The rows with errors as a workbook, to be mended and sent again; noted in the trail (SEC-02)."""
    batch = get_object_or_404(ImportBatch, public_id=public_id)
    try:
        return export_errors(batch=batch, by=request.user)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
        return redirect("orders:import", batch.public_id)


@right_required(IMPORT_ORDERS)
@require_POST
def repeat(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The files of a preview, for good."""
    batch = get_object_or_404(ImportBatch, public_id=public_id)
    try:
        batch = services.repeat_for_good(batch=batch, by=request.user)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    return redirect("orders:import", batch.public_id)


@right_required(ASSIGN_CODE)
@require_http_methods(["GET", "POST"])
def codes(request: HttpRequest) -> HttpResponse:
    """Merchant codes nobody knows, with what waits for them; each can be given to a supplier."""
    form = CodeForm(request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            try:
                code, supplier = form.cleaned_data["code"], form.cleaned_data["supplier"]
                count = code_services.assign_code(code=code, supplier=supplier, by=request.user)
            except BusinessError as refusal:
                messages.error(request, refusal.message)
            else:
                moved = ngettext(
                    "%(count)d line moved to %(supplier)s.", "%(count)d lines moved to %(supplier)s.", count
                )
                messages.success(request, moved % {"count": count, "supplier": supplier.name})
        else:
            messages.error(request, _("Choose a supplier."))
        return redirect("orders:codes")
    found = code_services.unknown_codes()
    suppliers = Supplier.objects.filter(active=True)
    return render(request, "orders/codes.html", {"codes": found, "suppliers": suppliers})


@right_required(CHANGE_PROMOTION)
@require_http_methods(["GET", "POST"])
def promotions(request: HttpRequest) -> HttpResponse:
    """Promotion windows by shop, and the form for a new one (SUP-03)."""
    form = WindowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            window, moved = promotion_services.declare_window(
                shop=form.cleaned_data["shop"],
                name=form.cleaned_data["name"],
                starts_at=form.moment("starts_at"),
                ends_at=form.moment("ends_at"),
                by=request.user,
            )
        except BusinessError as refusal:
            form.add_error(None, refusal.message)
        else:
            told = _("“%(name)s” is declared; %(count)d parts to ship have 48 hours now.")
            messages.success(request, told % {"name": window.name, "count": moved})
            return redirect("orders:promotions")
    windows = PromotionWindow.objects.select_related("shop")[:SHOWN]
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "orders/promotions.html", {"form": form, "windows": windows}, status=status)


@right_required(CHANGE_PROMOTION)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a window back."""
    window = get_object_or_404(PromotionWindow.objects.select_related("shop"), pk=pk)
    moved = promotion_services.withdraw_window(window=window, by=request.user)
    told = _("The promotion is withdrawn; %(count)d parts to ship have the daily promise again.")
    messages.success(request, told % {"count": moved})
    return redirect("orders:promotions")
