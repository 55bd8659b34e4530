"""The admin's forms: a reason for what is done to clocks, and the numbers of a policy."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.audiences import choices as audience_choices
from sla.models import Calendar
from sla.policies import Numbers
from sla.states import Party, Severity, StepKind

SPARE_STEPS = 2  # empty rows for new rungs below the ladder


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class PauseForm(ReasonForm):
    party = forms.ChoiceField(label=_("On account of"), choices=Party.choices)
    proof = forms.CharField(label=_("Proof (number, link)"), max_length=300, required=False)


class ExtendForm(ReasonForm):
    until = forms.DateTimeField(
        label=_("Until (Shanghai time)"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )


class ConfirmForm(forms.Form):
    """Nothing to fill in: the button is the confirmation."""


class NumbersForm(forms.Form):
    """The numbers of a policy, as people say them: hours, not seconds."""

    hours = forms.DecimalField(label=_("Length in hours"), min_value=0, max_digits=8, decimal_places=2)
    cutoff = forms.TimeField(
        label=_("Cut-off or round (time of day)"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    calendar = forms.ModelChoiceField(
        label=_("Calendar"), queryset=Calendar.objects.order_by("name"), required=False, empty_label=_("always")
    )
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices)
    enabled = forms.BooleanField(label=_("Starts new clocks"), required=False)
    parameters = forms.JSONField(
        label=_("Parameters"), required=False, initial=dict, widget=forms.Textarea(attrs={"rows": 3})
    )
    note = forms.CharField(label=_("Why it is changed"), max_length=200)

    @classmethod
    def initial_of(cls, numbers: Numbers, calendar_id: int | None) -> dict[str, Any]:
        return {
            "hours": round(numbers.length_seconds / 3600, 2),
            "cutoff": numbers.cutoff.strftime("%H:%M") if numbers.cutoff else None,
            "calendar": calendar_id,
            "severity": numbers.severity,
            "enabled": numbers.enabled,
            "parameters": dict(numbers.parameters),
        }

    def changes(self) -> dict[str, Any]:
        """What sla.services.edit_policy takes, without the steps."""
        data = self.cleaned_data
        return {
            "length_seconds": int(data["hours"] * 3600),
            "cutoff": data["cutoff"] or None,
            "calendar_id": data["calendar"].pk if data["calendar"] else None,
            "severity": data["severity"],
            "enabled": data["enabled"],
            "parameters": data["parameters"] or {},
        }


class StepForm(forms.Form):
    """One rung: minutes before (negative) or after the due time."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[("", "—"), *StepKind.choices], required=False)
    minutes = forms.DecimalField(label=_("Minutes from due"), required=False, max_digits=9, decimal_places=2)
    audiences = forms.MultipleChoiceField(
        label=_("Who is told"), choices=audience_choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") and data.get("minutes") is None:
            self.add_error("minutes", _("Say how many minutes from the due time."))
        return data


StepFormSet = forms.formset_factory(StepForm, extra=SPARE_STEPS, max_num=20)


def step_rows(numbers: Numbers) -> list[dict[str, Any]]:
    return [
        {"kind": step.kind, "minutes": round(step.offset_seconds / 60, 2), "audiences": list(step.audiences)}
        for step in numbers.steps
    ]


def steps_of(formset: Any) -> list[tuple[str, int, list[str]]]:
    """The rungs of a valid formset; a row without a kind is left out."""
    return [
        (row["kind"], int(row["minutes"] * 60), row["audiences"])
        for row in (form.cleaned_data for form in formset.forms)
        if row.get("kind")
    ]


class CalendarForm(forms.ModelForm):  # type: ignore[type-arg]
    """Windows as people write them: «09:00-12:00, 13:30-18:00», a line a weekday."""

    DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))

    class Meta:
        model = Calendar
        fields = ["key", "name", "workdays_only"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, day in enumerate(self.DAYS):
            found = self.instance.windows.get(str(number), []) if self.instance.pk else []
            self.fields[f"day{number}"] = forms.CharField(
                label=day,
                required=False,
                initial=", ".join(f"{clock_text(a)}-{clock_text(b)}" for a, b in found),
                help_text=_("For example 09:00-12:00, 13:30-18:00; all seven empty: the whole day")
                if not number
                else "",
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        windows: dict[str, list[list[int]]] = {}
        for number in range(7):
            try:
                windows[str(number)] = parse_windows(data.get(f"day{number}") or "")
            except ValueError:
                self.add_error(f"day{number}", _("Write windows as 09:00-12:00, 13:30-18:00."))
        self.instance.windows = windows if any(windows.values()) else {}
        return data


def clock_text(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def parse_windows(text: str) -> list[list[int]]:
    """«09:00-12:00, 22:00-06:00» as minutes of the day. Raises ValueError."""
    found = []
    for part in text.replace("，", ",").replace("–", "-").split(","):
        if part.strip():
            opens, closes = part.split("-")
            found.append([_minutes(opens), _minutes(closes)])
    return found


def _minutes(text: str) -> int:
    if text.strip() == "24:00":
        return 24 * 60
    moment = dt.time.fromisoformat(text.strip())
    return moment.hour * 60 + moment.minute


FORMS: dict[str, type[forms.Form]] = {
    "pause": PauseForm,
    "resume": ConfirmForm,
    "extend": ExtendForm,
    "look_again": ConfirmForm,
}
