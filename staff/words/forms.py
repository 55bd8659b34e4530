"""What is filled in about phrases, terms and handbook pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sla import facets
from staff.words.selectors import SHOWS
from staff.words.services import phrases
from staff.words.states import Stage, TermKind, TermSeverity

SCOPES = [
    (phrases.OWN, _("for myself")),
    (phrases.PROPOSAL, _("propose it for everybody")),
    (phrases.TEAM, _("for my team")),
    (phrases.HOUSE, _("for everybody")),
]


def _day() -> forms.DateInput:
    """A day as browsers want it filled in, whatever the language."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class PhraseForm(forms.Form):
    stage = forms.ChoiceField(label=_("stage"), choices=Stage.choices)
    situation = forms.CharField(label=_("situation"), max_length=40)
    shop_id = forms.TypedChoiceField(label=_("shop"), required=False, coerce=int, empty_value=None)  # PHR-01
    title = forms.CharField(label=_("title"), max_length=60)
    body = forms.CharField(label=_("text"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    link = forms.URLField(label=_("page to point to"), required=False, assume_scheme="https")  # PHR-10
    valid_from = forms.DateField(label=_("valid from"), required=False, widget=_day())
    valid_to = forms.DateField(label=_("valid to"), required=False, widget=_day())
    marketing = forms.BooleanField(label=_("it advertises: only for buyers who agreed"), required=False)  # SEC-09
    scope = forms.ChoiceField(label=_("for whom"), choices=SCOPES)

    def __init__(self, *args: Any, manages: bool = False, new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shop_id"].choices = [("", _("all shops")), *facets.choices("shop")]  # type: ignore[attr-defined]
        if not new:
            del self.fields["scope"]
        elif not manages:
            self.fields["scope"] = forms.ChoiceField(label=_("for whom"), choices=SCOPES[:2])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("valid_from"), cleaned.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("It ends before it begins."))
        return cleaned


class TermForm(forms.Form):
    pattern = forms.CharField(
        label=_("term"),
        max_length=300,
        help_text=_("Variants in brackets: (no|not our) problem. An empty one: (the|)."),
    )
    kind = forms.ChoiceField(label=_("kind"), choices=TermKind.choices)
    severity = forms.ChoiceField(label=_("effect"), choices=TermSeverity.choices)
    replacement = forms.CharField(label=_("say instead"), max_length=300, required=False)
    unless = forms.CharField(
        label=_("allowed within"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Longer phrases in which it is harmless, one a line."),
    )
    source = forms.CharField(label=_("rule"), max_length=60, required=False)
    enabled = forms.BooleanField(label=_("in use"), required=False, initial=True)

    def __init__(self, *args: Any, new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.fields["pattern"]

    def clean_unless(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["unless"].splitlines() if line.strip()]


class PageForm(forms.Form):
    title = forms.CharField(label=_("title"), max_length=80)
    chapter = forms.CharField(label=_("chapter"), max_length=40)
    rules = forms.CharField(label=_("rules"), max_length=120, required=False)
    body = forms.CharField(label=_("text"), max_length=8000, widget=forms.Textarea(attrs={"rows": 10}))
    valid_from = forms.DateField(label=_("valid from"), widget=_day())


class NewPageForm(PageForm):
    slug = forms.SlugField(label=_("short name"), max_length=50)
    field_order = ["slug"]


class CheckForm(forms.Form):
    """A text to look at; nothing of it is kept."""

    text = forms.CharField(label=_("text"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 8}))
    discontinued = forms.BooleanField(label=_("the product is no longer made"), required=False)  # PHR-22


class DecisionForm(forms.Form):
    accept = forms.TypedChoiceField(choices=[("1", "1"), ("0", "0")], coerce=lambda value: value == "1")
    note = forms.CharField(max_length=200, required=False)


SHOW_CHOICES = list(SHOWS.items())
