"""What people fill in about a clock: a pause with its reason, a later date, a view's name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
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


class GiveForm(forms.Form):
    """To whom a clock goes and why (STF-42)."""

    to = forms.ModelChoiceField(label=_("to"), queryset=get_user_model().objects.none())
    reason = forms.CharField(label=_("reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = get_user_model().objects.filter(is_active=True)
        able = [person.pk for person in people if person.has_perm("sla.take_clock")]
        self.fields["to"].queryset = people.filter(pk__in=able).order_by("name", "pk")  # type: ignore[attr-defined]


class SaveViewForm(forms.Form):
    page = forms.CharField(widget=forms.HiddenInput, max_length=20)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=600)
    name = forms.CharField(label=_("name"), max_length=40)
    shared = forms.BooleanField(label=_("for everybody"), required=False)
