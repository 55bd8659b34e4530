"""What the leaver and the taker fill in. Shape only: what the business refuses, the services refuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from staff.handover import selectors
from staff.handover.services import Typed
from staff.models import Handover, HandoverItem, User


def _line(label: str, most: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=False, widget=forms.TextInput(attrs={"aria-label": label}), **more
    )


class WriteForm(forms.Form):
    """The page as the leaver writes it: the note, two fields an item, one own item more."""

    note = forms.CharField(
        label=_("To the next shift"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    own_subject = forms.CharField(label=_("Own item"), max_length=200, required=False)
    own_follow_up = forms.CharField(label=_("Follow-up"), max_length=300, required=False)
    own_result = forms.CharField(label=_("Result"), max_length=300, required=False)

    def __init__(self, *args: Any, handover: Handover, items: Sequence[HandoverItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = [item for item in items if item.accepted_at is None]
        self.initial.setdefault("note", handover.note)
        for item in self.items:
            place = {"number": item.position}
            self.fields[f"follow_up-{item.pk}"] = _line(gettext("Follow-up of item %(number)d") % place, 300)
            self.fields[f"result-{item.pk}"] = _line(gettext("Result of item %(number)d") % place, 300)
            self.initial.update({f"follow_up-{item.pk}": item.follow_up, f"result-{item.pk}": item.result})
            if not item.assignable:
                self.fields[f"strike-{item.pk}"] = forms.BooleanField(label=_("Strike out"), required=False)

    def rows(self) -> Iterator[tuple[HandoverItem, BoundField, BoundField, BoundField | None]]:
        """Each item with its fields, in the order of the page."""
        for item in self.items:
            strike = self[f"strike-{item.pk}"] if f"strike-{item.pk}" in self.fields else None
            yield item, self[f"follow_up-{item.pk}"], self[f"result-{item.pk}"], strike

    def typed(self) -> Typed:
        """What was typed, for the services. Call it on a valid form."""
        said = self.cleaned_data
        return Typed(
            note=said["note"],
            lines={item.pk: (said[f"follow_up-{item.pk}"], said[f"result-{item.pk}"]) for item in self.items},
            own=(said["own_subject"], said["own_follow_up"], said["own_result"]),
            strike=[item.pk for item in self.items if said.get(f"strike-{item.pk}")],
        )


class TakerForm(forms.Form):
    """Who is to take over."""

    taker = forms.ModelChoiceField(label=_("Taking over"), queryset=User.objects.none())

    def __init__(self, *args: Any, handover: Handover, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[User]", self.fields["taker"])
        field.queryset = selectors.possible_takers(handover)
        field.initial = handover.taker_id
