"""The nightly mails: rendered when they are sent, from the frozen figures of their day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from common.fonts import font
from notifications import render
from notifications.render import Mail, absolute, html_of
from reports import charts, workbook
from reports.models import DailyReport
from reports.parts import supplier_part
from reports.selectors import Report
from reports.templatetags.figures import percent

BREACHES_SHOWN = 30
SUPPLIERS_SHOWN = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def daily(context: Mapping[str, Any], language: str) -> Mail:
    """The whole report of a day."""
    report = Report(_frozen(context).figures, frozen=True)
    link = absolute(f"{reverse('reports:daily')}?day={report.day}")
    subject = _("SLA report of %(day)s: %(share)s in time, %(late)s open and late") % {
        "day": report.day.isoformat(),
        "share": percent(report.total["share"]),
        "late": report.breach_count,
    }
    return _mail(report, "daily", subject, link)


def supplier_daily(context: Mapping[str, Any], language: str) -> Mail:
    """One supplier's part, made of its own rows only."""
    part = supplier_part(_frozen(context).figures, int(context["supplier_id"]))
    report = Report(part, frozen=True, linked=False)
    subject = _("Your shipping report of %(day)s: %(share)s in time, %(late)s open and late") % {
        "day": report.day.isoformat(),
        "share": percent(report.total["share"]),
        "late": report.breach_count,
    }
    return _mail(report, "supplier_daily", subject, absolute(reverse("portal:to_ship")))


def _frozen(context: Mapping[str, Any]) -> DailyReport:
    return DailyReport.objects.get(day=dt.date.fromisoformat(context["day"]))


def _mail(report: Report, template: str, subject: str, link: str) -> Mail:
    inline = _charts(report)
    known = {
        "report": report,
        "subject": subject,
        "link": link,
        "charts": [cid for cid, _png in inline],
        "no_font": font() is None,
        "breaches": report.breaches[:BREACHES_SHOWN],
        "more_breaches": max(0, report.breach_count - BREACHES_SHOWN),
        "suppliers": report.suppliers[:SUPPLIERS_SHOWN],
        "more_suppliers": max(0, len(report.suppliers) - SUPPLIERS_SHOWN),
        "late_link": absolute(report.desk()),
        "site": absolute(""),
    }
    return Mail(
        subject=subject,
        text=render_to_string(f"reports/mail/{template}.txt", known),
        html=html_of(f"reports/mail/{template}.html", known),
        inline=tuple(inline),
        attachments=((f"SLA-{report.day}.xlsx", workbook.build(report), XLSX),),
    )


def _charts(report: Report) -> list[tuple[str, bytes]]:
    """The pictures of the mail. Without a Chinese font on the machine they speak Latin: keys instead of names."""
    latin = font() is None
    rows = [
        (row.cells["policy"] if latin else row.label, row.cells)
        for row in report.policies
        if row.cells["met"] + row.cells["met_late"] + row.cells["breached"]
    ]
    words = ("met", "met late", "breached") if latin else (_("met"), _("met late"), _("breached"))
    told = []
    if rows:
        told.append(("policies", charts.kept_and_broken(rows[:12], words)))
    if any(day["met"] + day["missed"] for day in report.trend):
        told.append(("trend", charts.trend(report.trend, (words[0], "missed" if latin else _("not in time")))))
    return told


render.register("reports.daily", daily)
render.register("reports.supplier_daily", supplier_daily)
