"""The report as an XLSX workbook: each table a sheet, lengths in minutes, and what the words mean."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from common import clock, exports
from reports.cohorts import DEFINITIONS
from reports.selectors import Report, Row


def build(report: Report) -> bytes:
    """The workbook, in the active language."""
    stream = io.BytesIO()
    exports.workbook(sheets(report), stream)
    return stream.getvalue()


def sheets(report: Report) -> list[exports.Sheet]:
    """The tables of the report, in the active language."""
    return [exports.Sheet(name=name, header=list(header), rows=rows) for name, header, rows in _sheets(report)]


Table = tuple[str, Sequence[str], Iterable[Sequence[Any]]]


def _sheets(report: Report) -> list[Table]:
    total = Row(_("Total"), report.total)
    tables: list[Table] = [(_("By promise"), _columns(_("Promise")), _lines([*report.policies, total]))]
    if report.shops:
        tables.append((_("By shop"), _columns(_("Shop")), _lines([*report.shops, total])))
    if report.suppliers:
        tables.append((_("By supplier"), _columns(_("Supplier")), _lines([*report.suppliers, total])))
    tables.append(_trend(report))
    tables.append(_breaches(report))
    tables.append(
        (
            _("Due tomorrow morning"),
            [_("Supplier"), _("Promise"), _("Number")],
            [(row["supplier"], row["policy"], row["count"]) for row in report.tomorrow],
        )
    )
    weeks, lines = report.refund_weeks
    tables.append(
        (
            _("Overdue refunds"),
            [_("Supplier"), *weeks, _("Total")],
            [(label, *counts, together) for label, counts, together in lines],
        )
    )
    tables.append((_("What the words mean"), [_("Word"), _("Meaning")], _meanings(report)))
    return tables


def _columns(first: str) -> list[str]:
    return [
        first,
        _("Started"),
        _("Met"),
        _("Met late"),
        _("Breached"),
        _("Share in time"),
        _("Still open"),
        _("of them late"),
        _("Median taken (min)"),
        _("90th percentile taken (min)"),
        _("Fulfilled late"),
        _("Late in all (min)"),
        _("Median late (min)"),
    ]


def _lines(rows: Iterable[Row]) -> list[Sequence[Any]]:
    return [
        (
            row.label,
            row.cells["started"],
            row.cells["met"],
            row.cells["met_late"],
            row.cells["breached"],
            None if row.cells["share"] is None else round(row.cells["share"], 4),
            row.cells["open"],
            row.cells["open_late"],
            _minutes(row.cells["taken_median"]),
            _minutes(row.cells["taken_p90"]),
            row.cells["late_ended"],
            _minutes(row.cells["late_sum"]),
            _minutes(row.cells["late_median"]),
        )
        for row in rows
    ]


def _trend(report: Report) -> Table:
    return (
        _("Last 30 days"),
        [_("Day"), _("Met"), _("Not in time"), _("Share in time")],
        [
            (day["day"], day["met"], day["missed"], None if day["share"] is None else round(day["share"], 4))
            for day in report.trend
        ],
    )


def _breaches(report: Report) -> Table:
    return (
        _("Open and late"),
        [_("Number"), _("Promise"), _("Shop"), _("Supplier"), _("Due at"), _("Late (min)")],
        [
            (
                breach.title,
                breach.policy,
                breach.shop,
                breach.supplier,
                clock.local(breach.due_at).strftime("%Y-%m-%d %H:%M"),
                _minutes(breach.late),
            )
            for breach in report.breaches
        ],
    )


def _meanings(report: Report) -> list[Sequence[Any]]:
    as_of = clock.local(report.as_of).strftime("%Y-%m-%d %H:%M")
    words = [(str(word), str(meaning)) for word, meaning in DEFINITIONS]
    return [(_("Day"), report.day.isoformat()), (_("As of"), as_of), *words]


def _minutes(seconds: int | None) -> int | None:
    return None if seconds is None else round(seconds / 60)
