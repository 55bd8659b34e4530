"""How figures are written."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def percent(share: float | None) -> str:
    """0.9834 → 98.3%; nothing decided: a dash. Only what is whole reads as 100%."""
    if share is None:
        return "–"
    tenths = int(share * 1000 + 0.5)
    if tenths == 1000 and share < 1:
        tenths = 999
    return f"{tenths / 10:.1f}%"


@register.filter
def or_dash(text: str) -> str:
    return text or "–"
