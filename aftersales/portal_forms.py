"""What suppliers type in the portal about cases. Shape only: what the business refuses, the services refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from aftersales.models import Case, CaseLine, Intercept, StockQuestion
from aftersales.photo_fields import photos_field
from aftersales.services.inspecting import MOST_PIECES
from orders.carriers import CARRIERS


def _pieces() -> forms.IntegerField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 4})
    return forms.IntegerField(min_value=0, max_value=MOST_PIECES, widget=widget)


class GoodsForm(forms.Form):
    """Good and bad pieces of every line, named by its place in the list; remark and photos (RET-03)."""

    remark = forms.CharField(
        label=_("remark"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300})
    )
    photos = photos_field()

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{case.number}-%s", **kwargs})
        self.lines = list(case.lines.all())
        for place in range(1, len(self.lines) + 1):
            self.fields[f"good_{place}"], self.fields[f"bad_{place}"] = _pieces(), _pieces()

    def rows(self) -> Iterator[tuple[CaseLine, BoundField, BoundField]]:
        """Each line with its two fields."""
        for place, line in enumerate(self.lines, 1):
            yield line, self[f"good_{place}"], self[f"bad_{place}"]

    def counts(self) -> dict[int, tuple[int, int]]:
        """Line → good, bad. Call it on a valid form."""
        said = self.cleaned_data
        return {line.pk: (said[f"good_{n}"], said[f"bad_{n}"]) for n, line in enumerate(self.lines, 1)}


class StockForm(forms.Form):
    """In stock or not, and when again (SUP-05, SUP-09)."""

    answer = forms.ChoiceField(choices=StockQuestion.Answer.choices)
    again_on = forms.DateField(label=_("again on"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label=_("note"), max_length=200, required=False)


class StopForm(forms.Form):
    """Stopped, or too late (SUP-25)."""

    answer = forms.ChoiceField(choices=Intercept.Answer.choices)
    note = forms.CharField(label=_("note"), max_length=200, required=False)


class ResendForm(forms.Form):
    """The number of what goes out again (SUP-06, SUP-09)."""

    carrier = forms.ChoiceField(label=_("carrier"), choices=[(c.code, c.name) for c in CARRIERS.values()])
    tracking_no = forms.CharField(label=_("tracking number"), max_length=60)


class ShortageForm(forms.Form):
    """An order that cannot be shipped (SUP-11)."""

    order_no = forms.CharField(label=_("order number"), max_length=40)
    sku = forms.CharField(
        label=_("merchant code"), max_length=64, required=False, help_text=_("only where a part of the order is short")
    )
    again_on = forms.DateField(
        label=_("in stock again on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    note = forms.CharField(label=_("note"), max_length=160, required=False)


class OrderSheetForm(forms.Form):
    """What is wrong with an order sheet (SUP-23)."""

    order_no = forms.CharField(label=_("order number"), max_length=40)
    note = forms.CharField(
        label=_("what is wrong with it"), max_length=200, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200})
    )


class ClaimForm(forms.Form):
    """Ours, or not and why (SUP-27)."""

    reason = forms.CharField(
        label=_("your answer"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
