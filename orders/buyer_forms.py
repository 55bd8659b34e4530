"""What is filled in about a buyer."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.states import Consent


class BuyerNoteForm(forms.Form):
    vip = forms.BooleanField(label=_("VIP"), required=False)
    group = forms.CharField(label=_("group"), max_length=40, required=False)
    tag = forms.CharField(label=_("note"), max_length=100, required=False)
    marketing_consent = forms.ChoiceField(label=_("advertising"), choices=Consent.choices)
    consent_how = forms.CharField(label=_("how it was said"), max_length=200, required=False)
    stop_list = forms.BooleanField(label=_("on the stop list"), required=False)
