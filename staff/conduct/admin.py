"""The kinds of incident and merit, edited as data (FIN-08). Penalties themselves are nobody's to edit."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common.admin import HouseAdmin
from staff.conduct.states import Consequence
from staff.models import IncidentKind

RUNG = {"points", "money", "consequence"}


def checked_ladder(ladder: Any) -> list[dict[str, Any]]:
    """A ladder as the product reads it. Raises ValidationError that says how a rung is written."""
    wrong = ValidationError(
        _('A ladder is a list of rungs like {"points": 2, "money": "50.00", "consequence": "talk"}; money may be "".')
    )
    if not isinstance(ladder, list) or not ladder:
        raise wrong
    for rung in ladder:
        if not isinstance(rung, dict) or set(rung) != RUNG or rung["consequence"] not in Consequence.values:
            raise wrong
        try:
            fits = isinstance(rung["points"], int) and 0 <= rung["points"] <= 100
            money = Decimal(rung["money"] or "0")
        except (InvalidOperation, TypeError):
            raise wrong from None
        if not fits or not 0 <= money < 100_000:
            raise wrong
    return ladder


class KindForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = IncidentKind
        fields = ["key", "name", "kind", "rule", "span", "ladder", "law_note", "enabled"]

    def clean_ladder(self) -> list[dict[str, Any]]:
        return checked_ladder(self.cleaned_data["ladder"])


@admin.register(IncidentKind)
class IncidentKindAdmin(HouseAdmin):
    form = KindForm
    list_display = ["name", "key", "kind", "rule", "span", "enabled"]
    list_filter = ["kind", "enabled"]
    ordering = ["kind", "name"]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[str]:
        return ["key"] if obj else []
