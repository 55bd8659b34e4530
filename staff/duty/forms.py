"""What people say when they come, leave and go away for a moment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.duty.services import LONGEST_AWAY
from staff.models import User


class ComeForm(forms.Form):
    reason = forms.CharField(label=_("why without a duty"), max_length=200, required=False)


class LeaveForm(forms.Form):
    note = forms.CharField(label=_("why you leave all the same"), max_length=200, required=False)


class LetGoForm(forms.Form):
    """The leader's permission needs no words."""


class AwayForm(forms.Form):
    """Who takes over, why, and for how long (STF-17)."""

    cover = forms.ChoiceField(label=_("covered by"))
    reason = forms.CharField(label=_("reason"), max_length=100)
    minutes = forms.IntegerField(label=_("minutes"), min_value=1, max_value=LONGEST_AWAY, initial=15)

    def __init__(self, *args: Any, covers: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.covers = {str(user.pk): user for user in covers}
        self.fields["cover"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *((pk, user.name) for pk, user in self.covers.items()),
        ]

    def clean_cover(self) -> User:
        return self.covers[self.cleaned_data["cover"]]
