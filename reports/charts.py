"""Charts for mails: drawn by pygal, made PNG by resvg with a Chinese font from a file. No browser, no web font."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from typing import Any

import pygal
import resvg_py
from pygal.style import Style

from common.fonts import font

# pygal leaves a finder for its map plug-ins that speaks a protocol Python has dropped; other importers trip over it.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]

WIDTH, HEIGHT, ZOOM = 810, 270, 2
LEGEND = 30  # room that pygal forgets to leave under labels of which it shows some
MET, LATE, MISSED = "#2f7d4f", "#d08700", "#b3261e"


def kept_and_broken(rows: Sequence[tuple[str, dict[str, Any]]], labels: tuple[str, str, str]) -> bytes:
    """Stacked bars, one a row (name, cells): met, met late, breached."""
    room = max((_width(name) for name, _ in rows), default=0)
    chart = pygal.HorizontalStackedBar(
        _config(height=100 + 34 * max(len(rows), 1), margin_left=8 + room, margin_bottom=4), style=_style()
    )
    chart.x_labels = [name for name, _ in reversed(rows)]
    for label, column in zip(labels, ("met", "met_late", "breached"), strict=True):
        chart.add(label, [cells[column] for _, cells in reversed(rows)])
    return _png(chart)


def trend(days: Sequence[dict[str, Any]], labels: tuple[str, str]) -> bytes:
    """Stacked bars, one a day: promises kept and promises broken."""
    chart = pygal.StackedBar(_config(height=HEIGHT, show_minor_x_labels=False, margin_bottom=LEGEND), style=_style(2))
    chart.x_labels = [dt.date.fromisoformat(day["day"]).strftime("%m-%d") for day in days]
    chart.x_labels_major = chart.x_labels[::-5][::-1]
    chart.add(labels[0], [day["met"] for day in days])
    chart.add(labels[1], [day["missed"] for day in days])
    return _png(chart)


def _width(text: str) -> int:
    """How much wider a label is than pygal believes: it takes every character for a Latin one."""
    return sum(6 for character in text if ord(character) > 0x2E80)


def _config(**more: Any) -> pygal.Config:
    return pygal.Config(
        js=[],
        width=WIDTH,
        explicit_size=True,
        legend_at_bottom=True,
        legend_at_bottom_columns=3,
        margin_top=8,
        margin_right=16,
        spacing=6,
        truncate_label=-1,
        truncate_legend=-1,
        show_y_guides=True,
        legend_box_size=12,
        **more,
    )


def _style(series: int = 3) -> Style:
    known = font()
    return Style(
        background="#ffffff",
        plot_background="#ffffff",
        foreground="#1b2533",
        foreground_strong="#1b2533",
        foreground_subtle="#dde3ea",
        opacity=1,
        font_family=f"'{known[1]}'" if known else "sans-serif",
        label_font_size=12,
        major_label_font_size=12,
        legend_font_size=13,
        guide_stroke_color="#e6eaf0",
        major_guide_stroke_color="#e6eaf0",
        colors=(MET, LATE, MISSED) if series == 3 else (MET, MISSED),
    )


def _png(chart: Any) -> bytes:
    known = font()
    picture = resvg_py.svg_to_bytes(
        svg_string=chart.render(is_unicode=True),
        font_files=[known[0]] if known else None,
        font_family=known[1] if known else None,
        skip_system_fonts=known is not None,
        background="#ffffff",
        zoom=ZOOM,
    )
    return bytes(picture)
