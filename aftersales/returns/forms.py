"""What is typed at the return desk. Shape only: what the business refuses, the services refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from aftersales.models import CaseLine, Inspection
from aftersales.photo_fields import photos_field
from aftersales.returns.batches import PAPERS
from aftersales.returns.selectors import Goods
from aftersales.services.inspecting import ACCESSORIES, MOST_PIECES
from orders.carriers import CARRIERS


def _pieces() -> forms.IntegerField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "data-count": "", "autocomplete": "off", "size": 4})
    return forms.IntegerField(min_value=0, max_value=MOST_PIECES, widget=widget)


class CountForm(forms.Form):
    """Good and bad pieces a line (no number is proposed: it is counted), what else came, photos (RET-09)."""

    accessories = forms.MultipleChoiceField(
        label=_("in the parcel"), choices=list(ACCESSORIES.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    remark = forms.CharField(label=_("remark"), max_length=300, required=False)
    photos = photos_field()
    mismatched = forms.BooleanField(label=_("not as agreed with the buyer"), required=False)

    def __init__(self, *args: Any, goods: Goods, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"p{goods.parcel.pk}-%s", **kwargs})
        self.goods = goods
        for line in goods.lines:
            self.fields[f"good_{line.pk}"], self.fields[f"bad_{line.pk}"] = _pieces(), _pieces()

    def rows(self) -> Iterator[tuple[CaseLine, BoundField, BoundField]]:
        """Each line with its two fields."""
        for line in self.goods.lines:
            yield line, self[f"good_{line.pk}"], self[f"bad_{line.pk}"]

    def data_for_step(self) -> dict[str, Any]:
        """As `inspecting.note_inspection` takes it. Call it on a valid form."""
        said = self.cleaned_data
        numbers = {key: said[key] for key in said if key.startswith(("good_", "bad_"))}
        there = {name: name in said["accessories"] for name in ACCESSORIES}
        return {**numbers, "accessories": there, "inspection_remark": said["remark"]}


class JudgeForm(forms.Form):
    """What quality sees, a line (QA-08)."""

    remark = forms.CharField(label=_("remark"), max_length=300, required=False)

    def __init__(self, *args: Any, goods: Goods, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"p{goods.parcel.pk}-%s", **kwargs})
        self.goods = goods
        for line in goods.lines:
            if line.pk in goods.counted:
                self.fields[f"verdict_{line.pk}"] = forms.ChoiceField(
                    choices=[("", "—"), *Inspection.Verdict.choices], label=line.line.title
                )

    def rows(self) -> Iterator[tuple[CaseLine, Inspection, list[str], BoundField]]:
        """Each counted line with what was counted, what did not come with it, and its field."""
        for line in self.goods.lines:
            if line.pk in self.goods.counted:
                row = self.goods.counted[line.pk]
                missing = [str(label) for key, label in ACCESSORIES.items() if row.accessories.get(key) is False]
                yield line, row, missing, self[f"verdict_{line.pk}"]

    def verdicts(self) -> dict[int, str]:
        """Line of the case → verdict. Call it on a valid form."""
        return {line.pk: self.cleaned_data[f"verdict_{line.pk}"] for line, *_rest in self.rows()}


class PoolForm(forms.Form):
    """An unknown parcel."""

    number = forms.CharField(max_length=60)
    note = forms.CharField(label=_("note"), max_length=200, required=False)


class AssignForm(forms.Form):
    """The case that a parcel of the pool belongs to, by its number."""

    case = forms.CharField(label=_("case number"), max_length=20)


class FateForm(forms.Form):
    """What becomes of the ticked goods."""

    rows = forms.TypedMultipleChoiceField(coerce=int)
    fate = forms.ChoiceField(choices=Inspection.Fate.choices)

    def __init__(self, *args: Any, ids: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rows"].choices = [(pk, pk) for pk in ids]  # type: ignore[attr-defined]


class SendForm(forms.Form):
    """A list on its way to the supplier, with its papers (PUR-19)."""

    carrier = forms.ChoiceField(label=_("carrier"), choices=[(c.code, c.name) for c in CARRIERS.values()])
    tracking_no = forms.CharField(label=_("tracking number"), max_length=40)
    papers = forms.MultipleChoiceField(
        label=_("papers that go with it"),
        choices=list(PAPERS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
