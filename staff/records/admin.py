"""The checklists, edited as data: what is looked at, when, by whom, and which live figure stands beside it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from common.admin import HouseAdmin, RowForm
from staff.models import Checklist, ChecklistItem
from staff.records import probes
from staff.rota.states import Skill


class ListForm(forms.ModelForm):  # type: ignore[type-arg]
    skill = forms.ChoiceField(label=_("who"), choices=[("", _("everybody")), *Skill.choices], required=False)

    class Meta:
        model = Checklist
        fields = ["key", "name", "when", "skill", "enabled"]


class ItemForm(RowForm):
    """An item; the figures that may stand beside it are those that the house knows."""

    probe = forms.ChoiceField(label=_("live figure"), choices=probes.choices, required=False)

    class Meta:
        model = ChecklistItem
        fields = ["position", "text", "rule", "probe", "must_be_zero", "enabled"]


class ItemInline(admin.TabularInline):  # type: ignore[type-arg]
    model = ChecklistItem
    form = ItemForm
    extra = 1
    ordering = ["position"]

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False  # what was ticked once stays; an item goes out of use


@admin.register(Checklist)
class ChecklistAdmin(HouseAdmin):
    form = ListForm
    inlines = [ItemInline]
    list_display = ["name", "key", "when", "skill", "enabled"]
    list_filter = ["when", "enabled"]
    ordering = ["pk"]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[str]:
        return ["key"] if obj else []
