"""Long lists at a tenth of the CPU: a row's template is rendered once and then filled row by row (docs/adr/)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common import clock

NAMED = re.compile(r"%\((\w+)\)s")
SPECIAL = re.compile("[&<>\"']").search


def fill(template: str, rows: Iterable[Mapping[str, Any]], **context: Any) -> SafeString:
    """The rows as HTML. `template` names a row's values as %(name)s and writes a percent sign as %%.

    Every value is escaped, except those that are safe already (SafeString). `context` holds for all rows.
    """
    pattern = render_to_string(template, context)
    names = NAMED.findall(pattern)
    positional = NAMED.sub("%s", pattern)
    return SafeString("".join([positional % tuple([_safe(row[name]) for name in names]) for row in rows]))


def _safe(value: Any) -> Any:
    kind = type(value)
    if kind is SafeString or kind is int or (kind is str and not SPECIAL(value)):
        return value
    return escape(str(value)) if value is not None else ""


def options(choices: Iterable[tuple[Any, Any]], chosen: Any = None) -> SafeString:
    """The <option>s of a <select>; the one whose key is `chosen` is selected."""
    return SafeString(
        "".join(
            [
                f'<option value="{_safe(key)}"{" selected" if key == chosen else ""}>{_safe(str(label))}</option>'
                for key, label in choices
            ]
        )
    )


def chip(text: str, kind: str = "") -> SafeString:
    """A small label: «soon», «late», «fine» or plain."""
    return format_html('<span class="chip{}">{}</span>', f" chip-{kind}" if kind else "", text)


def countdowns(now: dt.datetime) -> Callable[[dt.datetime, bool], SafeString]:
    """The `countdown` tag for many rows: the same chip, with its words looked up once."""
    paused_chip = chip(_("paused"), "paused")
    late, left = escape(_("late %(span)s")), escape(_("%(span)s left"))
    long, middle, short = _("%(d)d d %(h)d h"), _("%(h)d h %(m)d min"), _("%(m)d min")

    def draw(due_at: dt.datetime, paused: bool) -> SafeString:
        if paused:
            return paused_chip
        seconds = int((due_at - now).total_seconds())
        minutes = abs(seconds) // 60
        days, hours = minutes // 1440, minutes // 60 % 24
        span = (long if days else middle if hours else short) % {"d": days, "h": hours, "m": minutes % 60}
        kind = "late" if seconds < 0 else "soon" if seconds < 4 * 3600 else "fine"
        return SafeString(
            f'<time class="chip chip-{kind}" datetime="{due_at.isoformat()}" data-due'
            f' title="{clock.local(due_at):%Y-%m-%d %H:%M:%S}">'
            f"{(late if seconds < 0 else left) % {'span': escape(span)}}</time>"
        )

    return draw
