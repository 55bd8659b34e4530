"""What supervisors fill in about reasons: plain lines and ticks instead of JSON."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftersales.models import EvidenceNeed, Reason
from aftersales.states import Kind
from common.admin import RowForm
from staff.roles import Role

STAGES = [
    ("judge", _("before it is judged")),
    ("execute", _("before it is carried out")),
    ("dispute", _("for a dispute")),
]
COLLEAGUES = [("", "—"), *(choice for choice in Role.choices if choice[0] != Role.SUPPLIER)]


class ReasonForm(forms.ModelForm):  # type: ignore[type-arg]
    """A reason (AFT-07, AFT-10); the platforms' words one a line."""

    platform_words = forms.CharField(
        label=_("the platforms' words for it"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: refunds of the platform with these words get this reason."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("kinds of case"),
        required=False,
        choices=Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all kinds."),
    )
    department = forms.ChoiceField(label=_("department"), required=False, choices=COLLEAGUES)

    class Meta:
        model = Reason
        fields = (
            *("code", "name", "cause", "liable", "department", "platform_words", "kinds"),
            *("enabled", "position"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["platform_words"] = "\n".join(self.instance.platform_words or [])

    def clean_platform_words(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["platform_words"].splitlines()]
        return list(dict.fromkeys(line for line in lines if line))


class EvidenceNeedForm(RowForm):
    """What a reason needs to be believed (RET-06, SUP-28, CMP-03)."""

    before = forms.ChoiceField(label=_("needed"), choices=STAGES)

    class Meta:
        model = EvidenceNeed
        fields = ("slot", "at_least", "before", "position")
