"""Forms of the import pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock
from orders.models import PromotionWindow, Shop
from suppliers.models import Supplier


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Several files in one field, as a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        chosen = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFiles, self).clean(file, initial) for file in (chosen or [None])]


class ImportForm(forms.Form):
    files = ManyFiles(  # type: ignore[assignment]  # Django takes fields off the class: `form.files` stays the upload
        label=_("Files"), allow_empty_file=True, max_length=None
    )
    shop = forms.ModelChoiceField(
        Shop.objects.filter(active=True), required=False, label=_("Shop"), empty_label=_("as the file says")
    )


class CodeForm(forms.Form):
    code = forms.CharField(max_length=64, required=False, strip=False)
    supplier = forms.ModelChoiceField(Supplier.objects.filter(active=True))


class WindowForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = PromotionWindow
        fields = ("shop", "name", "starts_at", "ends_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shop"].queryset = Shop.objects.filter(active=True)  # type: ignore[attr-defined]
        for name in ("starts_at", "ends_at"):
            self.fields[name].widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
            self.fields[name].help_text = _("Asia/Shanghai")

    def moment(self, name: str) -> dt.datetime:
        return clock.aware(self.cleaned_data[name])
