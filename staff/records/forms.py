"""What people fill in about their work. Shape only: what the business refuses, the services refuse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common import clock
from sla import facets
from staff.models import DailyRecord, User
from staff.records.chats.columns import FIELDS

LOCAL_TIME = "%Y-%m-%dT%H:%M"
WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


def area(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def time_input() -> forms.DateTimeInput:
    """A time of Asia/Shanghai, picked by the browser's own control."""
    return forms.DateTimeInput(format=LOCAL_TIME, attrs={"type": "datetime-local"})


class DailyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What only the person knows of the day (STF-28)."""

    class Meta:
        model = DailyRecord
        fields = (
            "served_buyers", "served_ids", "no_deal_reasons", "product_problems", "logistics_problems",
            "service_problems",
        )  # fmt: skip
        widgets = {
            "served_buyers": forms.NumberInput(attrs={"min": 0, "max": 100_000, "inputmode": "numeric"}),
            "served_ids": area(2),
            "no_deal_reasons": area(2),
            "product_problems": area(2),
            "logistics_problems": area(2),
            "service_problems": area(2),
        }
        help_texts = {"served_ids": _("Separated by spaces. They are removed after the time of the rules.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["served_ids"].max_length = 4000  # type: ignore[attr-defined]
        self.fields["served_buyers"].max_value = 100_000  # type: ignore[attr-defined]

    def clean_served_buyers(self) -> int | None:
        served = cast("int | None", self.cleaned_data["served_buyers"])
        if served is not None and served > 100_000:
            raise forms.ValidationError(_("That many in one day?"))
        return served

    def clean_served_ids(self) -> str:
        return " ".join(str(self.cleaned_data["served_ids"]).split())[:4000]


class CorrectionForm(DailyForm):
    """The same after handing in, with the reason (STF-37)."""

    reason = forms.CharField(label=_("why"), max_length=200)


class WeeklyForm(forms.Form):
    last_week = forms.CharField(label=_("last week"), max_length=2000, required=False, widget=area(5))
    to_improve = forms.CharField(label=_("to improve"), max_length=2000, required=False, widget=area(5))


class SummaryForm(forms.Form):
    text = forms.CharField(label=_("what operations should know"), max_length=4000, required=False, widget=area(8))


class TaskForm(forms.Form):
    """A task for somebody whom one leads (STF-22)."""

    title = forms.CharField(label=_("task"), max_length=120)
    text = forms.CharField(label=_("what is to be done"), max_length=2000, required=False, widget=area(3))
    assignee = forms.ModelChoiceField(User.objects.none(), label=_("given to"))
    due_at = forms.DateTimeField(label=_("due at"), widget=time_input())

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[User]", self.fields["assignee"]).queryset = people


class NoForm(forms.Form):
    """For what needs no words."""


class ResultForm(forms.Form):
    result = forms.CharField(label=_("result"), max_length=2000, widget=area(3))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("why"), max_length=200)


class MemoForm(forms.Form):
    text = forms.CharField(label=_("note"), max_length=1000, widget=area(2))


class MaterialForm(forms.Form):
    name = forms.CharField(label=_("thing"), max_length=60)
    holder = forms.ModelChoiceField(User.objects.none(), label=_("held by"))
    given_on = forms.DateField(label=_("given on"), widget=day_input())

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[User]", self.fields["holder"]).queryset = people


class ReportForm(forms.Form):
    user = forms.IntegerField(widget=forms.HiddenInput)
    last_week = forms.CharField(label=_("last week"), max_length=2000, required=False, widget=area(3))
    to_improve = forms.CharField(label=_("to improve"), max_length=2000, required=False, widget=area(3))


class AgendaForm(forms.Form):
    title = forms.CharField(label=_("matter"), max_length=200)
    responsible = forms.CharField(label=_("responsible party"), max_length=60, required=False)


class ActionForm(forms.Form):
    title = forms.CharField(label=_("what"), max_length=200)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("who"))
    due_on = forms.DateField(label=_("until"), widget=day_input())

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[User]", self.fields["owner"]).queryset = people


class AttendanceForm(forms.Form):
    led_by = forms.ModelChoiceField(User.objects.none(), label=_("led by"), required=False)
    attendees = forms.ModelMultipleChoiceField(User.objects.none(), label=_("present"), required=False)

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[User]", self.fields["led_by"]).queryset = people
        cast("forms.ModelMultipleChoiceField[User]", self.fields["attendees"]).queryset = people


class MinutesForm(forms.Form):
    notes = forms.CharField(label=_("Minutes"), max_length=8000, required=False, widget=area(8))


class CloseForm(forms.Form):
    phrases_by = forms.ModelChoiceField(User.objects.none(), label=_("updates the phrases"))

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[User]", self.fields["phrases_by"]).queryset = people


class TimeForm(forms.Form):
    """One session of every week's meeting; an empty line is none."""

    weekday = forms.TypedChoiceField(label=_("day"), choices=WEEKDAYS, coerce=int, required=False, empty_value="0")
    starts = forms.TimeField(
        label=_("from"), required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    minutes = forms.IntegerField(label=_("minutes"), min_value=5, max_value=240, required=False)
    name = forms.CharField(label=_("for"), max_length=40, required=False)

    @property
    def time(self) -> tuple[int, dt.time, int, str] | None:
        data = self.cleaned_data
        if data.get("starts") is None:
            return None
        return int(data["weekday"] or 0), data["starts"], data["minutes"] or 30, data["name"]


TimesFormSet = forms.formset_factory(TimeForm, extra=2, max_num=8)


class ChatUploadForm(forms.Form):
    file = forms.FileField(label=_("file (CSV or XLSX)"))
    day = forms.DateField(
        label=_("day"), required=False, widget=day_input(), help_text=_("Only for files without a column of days.")
    )


class LayoutForm(forms.Form):
    """Which column means what (PHR-03); a supervisor says it once a layout."""

    name = forms.CharField(label=_("name of this layout"), max_length=60)

    def __init__(self, *args: Any, header: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = [("", "—"), *((title, title) for title in header if title)]
        for field in FIELDS:
            self.fields[field.key] = forms.ChoiceField(label=str(field.label), choices=titles, required=field.needed)

    @property
    def chosen(self) -> dict[str, str]:
        return {field.key: self.cleaned_data[field.key] for field in FIELDS}


class TargetForm(forms.Form):
    shop = forms.TypedChoiceField(label=_("shop"), required=False, coerce=int, empty_value=None)
    night = forms.TypedChoiceField(
        label=_("shift"), choices=[("", _("by day")), ("1", _("by night"))], required=False, coerce=bool
    )
    seconds = forms.IntegerField(label=_("seconds"), min_value=5, max_value=600)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shops = [("", _("all shops")), *facets.choices("shop")]
        cast("forms.TypedChoiceField", self.fields["shop"]).choices = shops


def version_of(data: Any) -> int:
    """The version that a form was drawn with; 0 for whatever is no number."""
    sent = data.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0


def day_of(data: Any, name: str = "day") -> dt.date:
    """The day that a URL or form names; today for whatever is none."""
    try:
        return dt.date.fromisoformat(data.get(name, ""))
    except ValueError:
        return clock.today()
