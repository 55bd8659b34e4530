"""The report of a day as a page and as a workbook."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common import clock
from reports import workbook
from reports.cohorts import DEFINITIONS
from reports.selectors import Report, daily
from staff import exporting
from staff.permissions import UserRequest, right_required


@require_safe
@right_required("reports.view_report")
def daily_page(request: HttpRequest) -> HttpResponse:
    day = _day(request)
    report = daily(day)
    return render(
        request,
        "reports/daily.html",
        {
            "report": report,
            "definitions": DEFINITIONS,
            "charts": _charts(report),
            "today": clock.today(),
            "previous": day - dt.timedelta(days=1),
            "next": day + dt.timedelta(days=1) if day < clock.today() else None,
        },
    )


@require_POST
@right_required("reports.view_report", exporting.RIGHT)
def daily_workbook(request: UserRequest) -> HttpResponse:
    """The report as a file, marked with who took it (SEC-02)."""
    report = daily(_day(request))
    return exporting.export_workbook(
        what="reports.daily", name=f"SLA-{report.day}", sheets=workbook.sheets(report), by=request.user
    )


def _day(request: HttpRequest) -> dt.date:
    """The day asked for; yesterday when none, or one that makes no sense or is still to come."""
    today = clock.today()
    try:
        day = dt.date.fromisoformat(request.POST.get("day", "") or request.GET.get("day", ""))
    except ValueError:
        return today - dt.timedelta(days=1)
    return day if dt.date(2000, 1, 1) <= day <= today else today - dt.timedelta(days=1)


def _charts(report: Report) -> dict[str, Any]:
    """What static/js/reports.js draws."""
    decided = [row for row in report.policies if row.cells["met"] + row.cells["met_late"] + row.cells["breached"]]
    return {
        "policies": {
            "labels": [row.label for row in decided],
            "sets": [
                {"label": _("met"), "kind": "fine", "data": [row.cells["met"] for row in decided]},
                {"label": _("met late"), "kind": "soon", "data": [row.cells["met_late"] for row in decided]},
                {"label": _("breached"), "kind": "late", "data": [row.cells["breached"] for row in decided]},
            ],
        },
        "trend": {
            "labels": [day["day"][5:] for day in report.trend],
            "sets": [
                {"label": _("met"), "kind": "fine", "data": [day["met"] for day in report.trend]},
                {"label": _("not in time"), "kind": "late", "data": [day["missed"] for day in report.trend]},
            ],
        },
    }
