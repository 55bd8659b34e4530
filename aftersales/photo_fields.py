"""A form's field for several photos at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; none is fine."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(each, initial) for each in given if each]


def photos_field() -> FilesField:
    """Photos, chosen or taken by a phone's camera; what they are is judged when they are kept."""
    return FilesField(
        label=_("photos"), required=False, widget=ManyFiles(attrs={"accept": "image/*", "multiple": True})
    )
