"""What people fill in about a clock: a pause with its reason, a later date, a view's name."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sla.states import Party

LOCAL_TIME = "%Y-%m-%dT%H:%M"


class LocalTime(forms.DateTimeInput):
    """A time of Asia/Shanghai, picked by the browser's own control."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, str] | None = None) -> None:
        super().__init__(attrs, format=LOCAL_TIME)


class NoForm(forms.Form):
    """For what needs no words."""


class PauseForm(forms.Form):
    reason = forms.CharField(label=_("reason"), max_length=200)
    party = forms.ChoiceField(label=_("on account of"), choices=Party.choices)
    proof = forms.CharField(label=_("proof"), max_length=300, required=False)


class ExtendForm(forms.Form):
    until = forms.DateTimeField(label=_("until"), widget=LocalTime())
    reason = forms.CharField(label=_("reason"), max_length=200)


class SaveViewForm(forms.Form):
    page = forms.CharField(widget=forms.HiddenInput, max_length=20)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=600)
    name = forms.CharField(label=_("name"), max_length=40)
    shared = forms.BooleanField(label=_("for everybody"), required=False)
