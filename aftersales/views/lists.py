"""The worklist of cases, and the same as a file."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from aftersales import bulk, permissions, selectors
from aftersales.filters import ORDERS, WORKLISTS, CaseFilter, states_of
from aftersales.states import Kind
from common import clock
from common.exceptions import BusinessError
from common.exports import Sheet
from common.lean import fill
from common.paging import keyset
from sla import facets, saved
from sla.states import Party
from staff import exporting
from staff.permissions import UserRequest, right_required

HEADER = (
    *("number", "kind_label", "state_label", "ball_label", "owner__name", "summary", "order_no", "shop", "supplier"),
    "opened_at",
)


@right_required(permissions.VIEW_CASE)
@require_GET
def case_list(request: UserRequest) -> HttpResponse:
    """Open cases, the most urgent first, unless the filter says otherwise; a number of one case goes straight to it."""
    filters = CaseFilter.from_query(request.GET)
    found = selectors.search(filters.q) if filters.q else None
    if found and found.direct_id:
        return redirect("aftersales:case", pk=found.direct_id)
    now = clock.now()
    page = keyset(
        selectors.case_rows(filters, found, request.user, now),
        order=filters.columns,
        cursor=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    works = request.user.has_perm(permissions.WORK_CASE)
    selectors.dressed(page.rows, now)
    lists, kinds = selectors.counts(filters, request.user, now)
    context: dict[str, Any] = {
        "page": page,
        "rows": fill("aftersales/_case_row.html", page.rows, boxes=works),
        "filters": filters,
        "asked": parse_qsl(filters.query),
        "counts": lists,
        "kind_counts": kinds,
        "kinds": Kind.choices,
        "states": states_of(filters.kind),
        "balls": Party.choices,
        "shops": facets.choices("shop"),
        "suppliers": facets.choices("supplier"),
        "orders": [("" if key == "due" else key, label) for key, label in ORDERS.items()],
        "worklists": [(key, label) for key, (label, _condition) in WORKLISTS.items()],
        "views": saved.views_for(request.user, "cases"),
        "bulk": bulk.choices(request.user) if works else [],
    }
    return render(request, "aftersales/case_list.html", context)


@right_required(permissions.VIEW_CASE, exporting.RIGHT)
@require_POST
def export(request: UserRequest) -> HttpResponse:
    """The cases of the filter as XLSX, noted in the trail (SEC-02)."""
    filters, now = CaseFilter.from_query(request.POST), clock.now()
    found = selectors.search(filters.q) if filters.q else None
    rows = selectors.case_rows(filters, found, request.user, now).order_by(*filters.columns)
    kept = list(rows[: exporting.MOST_ROWS + 1])
    selectors.named(kept)
    names = [_("case number"), _("kind"), _("state"), _("ball with"), _("in charge"), _("what it is about")]
    names += [_("order"), _("shop"), _("supplier"), _("opened at")]
    table = Sheet(_("Cases"), names, [[row[name] for name in HEADER] for row in kept])
    try:
        return exporting.export_workbook(
            what="aftersales.cases", name=f"cases-{clock.today():%Y-%m-%d}", sheets=[table], by=request.user
        )
    except BusinessError as refusal:
        messages.error(request, refusal.message)
        return redirect(saved.url_of("cases", filters.query))
