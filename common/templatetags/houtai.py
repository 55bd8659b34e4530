"""Template tags of the house, built in everywhere: countdown chips, masked data, times as people say them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common import clock, lean, masking

register = template.Library()


@register.filter
def masked_phone(value: str) -> str:
    return masking.phone(value)


@register.filter
def masked_name(value: str) -> str:
    return masking.name(value)


@register.filter
def masked_nick(value: str) -> str:
    return masking.nick(value)


@register.filter
def masked_address(value: str) -> str:
    return masking.address(value)


@register.filter
def span(seconds: int | None) -> str:
    """A length of time in the two largest units people say: «3 h 10 min», «2 d 4 h»."""
    if seconds is None:
        return ""
    minutes = abs(int(seconds)) // 60
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return _("%(d)d d %(h)d h") % {"d": days, "h": hours}
    if hours:
        return _("%(h)d h %(m)d min") % {"h": hours, "m": minutes}
    return _("%(m)d min") % {"m": minutes}


@register.simple_tag
def countdown(due_at: dt.datetime | None, paused: bool = False, now: dt.datetime | None = None) -> SafeString | str:
    """A chip with the time left or the time late, in words and colour; static/js/houtai.js keeps it ticking."""
    if due_at is None:
        return ""
    if paused:
        return format_html('<span class="chip chip-paused">{}</span>', _("paused"))
    left = int((due_at - (now or clock.now())).total_seconds())
    kind = "late" if left < 0 else "soon" if left < 4 * 3600 else "fine"
    words = _("late %(span)s") if left < 0 else _("%(span)s left")
    return format_html(
        '<time class="chip chip-{}" datetime="{}" data-due title="{}">{}</time>',
        kind,
        due_at.isoformat(),
        clock.local(due_at).strftime("%Y-%m-%d %H:%M:%S"),
        words % {"span": span(left)},
    )


@register.simple_tag
def drawn_at() -> str:
    """The instant by the product's clock: a browser whose own clock is wrong counts down from it."""
    return clock.now().isoformat()


@register.simple_tag
def today() -> str:
    """The day in Shanghai by the product's clock, as a field for dates takes it."""
    return clock.day_of(clock.now()).isoformat()


@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], chosen: Any = None) -> SafeString:
    """The <option>s of a <select>; the one whose key is `chosen` is selected."""
    return lean.options(choices, chosen)


@register.filter
def stamp(moment: dt.datetime | None) -> str:
    """A time of Asia/Shanghai as «11-20 16:00», with the year when it is another one."""
    if moment is None:
        return ""
    local = clock.local(moment)
    return local.strftime("%m-%d %H:%M" if local.year == clock.local(clock.now()).year else "%Y-%m-%d %H:%M")


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """`mapping[key]`, or nothing."""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""
