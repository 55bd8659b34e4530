"""Suppliers' monthly statements as page, workbook and paper, and the balance of the months."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from common import clock
from common.exceptions import BusinessError
from ledger import balance, permissions, statements
from ledger.filters import month_of
from ledger.papers import statement_paper
from staff.exporting import export_workbook
from staff.permissions import UserRequest, right_required
from suppliers.models import Supplier

PDF = "application/pdf"


@right_required(permissions.VIEW_CLAIM)
@require_GET
def overview(request: UserRequest) -> HttpResponse:
    """Every supplier's month (FIN-11)."""
    first = month_of(request.GET.get("month", ""))
    context = {"lines": statements.lines(first), **_around(first)}
    return render(request, "ledger/statements.html", context)


def _around(first: dt.date) -> dict[str, dt.date | None]:
    after = balance.next_month(first)
    return {
        "first": first,
        "before": (first - dt.timedelta(days=1)).replace(day=1),
        "after": after if after <= clock.today() else None,
    }


@right_required(permissions.VIEW_CLAIM)
@require_GET
def statement(request: UserRequest, pk: int) -> HttpResponse:
    """One supplier's month: what it agreed to, what it settled, what stays open."""
    supplier = get_object_or_404(Supplier, pk=pk)
    first = month_of(request.GET.get("month", ""))
    made = statements.statement(supplier, first)
    context = {
        "statement": made,
        "totals": statements.totals(made),
        "header": statements.header(),
        "figures": statements.FIGURES,
        "tables": [(sheet.name, list(sheet.rows)) for sheet in statements.sheets(made)[1:]],
        "may_export": request.user.has_perm(permissions.EXPORT),
        **_around(first),
    }
    return render(request, "ledger/statement.html", context)


@right_required(permissions.VIEW_CLAIM, permissions.EXPORT)
@require_POST
def export(request: UserRequest, pk: int) -> HttpResponse:
    """The statement as a workbook or as paper, noted in the trail (SEC-02)."""
    supplier = get_object_or_404(Supplier, pk=pk)
    first = month_of(request.POST.get("month", ""))
    made = statements.statement(supplier, first)
    name = f"{supplier.code}-{first:%Y-%m}"
    try:
        if request.POST.get("form") == "pdf":
            answer = HttpResponse(statement_paper(made, by=request.user, now=clock.now()), content_type=PDF)
            answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.pdf"
            return answer
        return export_workbook(what="ledger.statement", name=name, sheets=statements.sheets(made), by=request.user)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
        return redirect("ledger:statement", supplier.pk)


@right_required(permissions.VIEW_CLAIM)
@require_GET
def months(request: UserRequest) -> HttpResponse:
    """Twelve months: lost, came back, borne, open; each adds up or says that it does not."""
    return render(request, "ledger/balance.html", {"months": balance.last_months(clock.now())})
