"""Forms of the supplier portal."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.carriers import CARRIERS


class NumberForm(forms.Form):
    """One order's tracking number."""

    order_no = forms.CharField(max_length=60, widget=forms.HiddenInput)
    carrier = forms.ChoiceField(label=_("carrier"))
    tracking_no = forms.CharField(label=_("tracking number"), max_length=60)
    confirm = forms.BooleanField(label=_("the number is right"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["carrier"].choices = [(c.code, c.name) for c in CARRIERS.values()]  # type: ignore[attr-defined]


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("table of tracking numbers (CSV or XLSX)"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
    )
