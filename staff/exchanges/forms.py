"""What people fill in about swaps and leave. Shape only: what the business refuses, the services refuse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock
from staff.exchanges.candidates import Candidate, shown
from staff.exchanges.states import LeaveKind
from staff.models import Duty, User

DAY = dt.timedelta(days=1)


class Day(forms.DateInput):
    """A Shanghai day, picked by the browser's own control."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Time(forms.TimeInput):
    """A time of day in Shanghai."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def _reason(draft: str) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 2, "data-draft": draft})
    return forms.CharField(label=_("reason"), max_length=200, widget=area)


class NoForm(forms.Form):
    """Nothing to fill in: one click."""


class DeclineForm(forms.Form):
    note = forms.CharField(label=_("why"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ApproveForm(forms.Form):
    """What is broken is taken on by a tick; without anything broken there is none."""

    acknowledged = forms.BooleanField(label=_("I have seen what it breaks and take it on"), required=False)
    note = forms.CharField(label=_("note"), max_length=200, required=False)

    def __init__(self, *args: Any, breaks: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not breaks:
            del self.fields["acknowledged"]


def duty_label(duty: Duty) -> str:
    """«11-23 早班 09:00–17:00 · after-sales»"""
    return f"{shown(duty)} · {duty.get_skill_display()}"


def person_label(one: Candidate) -> str:
    """«本 · 40.0 h» with a mark where something stands against it."""
    words = [one.user.name, f"{one.week_hours:g} h"]
    if one.busy:
        words.append(str(_("on duty then")))
    if one.short_rest:
        words.append(str(_("short rest")))
    return " · ".join(words)


class SwapForm(forms.Form):
    """The swap as it was put together; the choices stand on the page above it."""

    duty = forms.ModelChoiceField(queryset=Duty.objects.none(), widget=forms.HiddenInput)
    counterpart = forms.ModelChoiceField(queryset=User.objects.none(), widget=forms.HiddenInput)
    other = forms.ModelChoiceField(queryset=Duty.objects.none(), widget=forms.HiddenInput, required=False)
    reason = _reason("swap")
    emergency = forms.BooleanField(label=_("emergency: it cannot wait"), required=False)

    def __init__(self, *args: Any, by: User, late: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("duty", Duty.objects.filter(user=by)),
            ("counterpart", User.objects.filter(is_active=True).exclude(pk=by.pk)),
            ("other", Duty.objects.exclude(user=by)),
        ):
            cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = rows
        if not late:
            self.fields["emergency"].widget = forms.HiddenInput()


class LeaveForm(forms.Form):
    """Whole days, or with times a stretch of them."""

    kind = forms.ChoiceField(label=_("kind"), choices=LeaveKind.choices, initial=LeaveKind.PERSONAL)
    substitute = forms.ModelChoiceField(
        label=_("substitute"),
        required=False,
        queryset=User.objects.none(),
        empty_label=_("whoever approves arranges one"),
    )
    first_day = forms.DateField(label=_("first day"), widget=Day())
    from_time = forms.TimeField(label=_("from (empty: the whole day)"), widget=Time(), required=False)
    last_day = forms.DateField(label=_("last day"), widget=Day())
    to_time = forms.TimeField(label=_("to (empty: the whole day)"), widget=Time(), required=False)
    reason = _reason("leave")
    emergency = forms.BooleanField(
        label=_("emergency: it cannot wait"),
        required=False,
        help_text=_("Only for leave that begins sooner than it has to be asked ahead."),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[User]", self.fields["substitute"]).queryset = people

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last:
            if last < first:
                self.add_error("last_day", _("The last day lies before the first."))
            cleaned["starts_at"] = _moment(first, cleaned.get("from_time"), first)
            cleaned["ends_at"] = _moment(last, cleaned.get("to_time"), last + DAY)
        return cleaned

    def asked(self) -> dict[str, Any]:
        """What the service takes."""
        names = ("kind", "starts_at", "ends_at", "reason", "substitute", "emergency")
        return {name: self.cleaned_data[name] for name in names}


def _moment(day: dt.date, time: dt.time | None, whole: dt.date) -> dt.datetime:
    """`time` of `day` on the Shanghai clock; without a time the first instant of `whole`."""
    return clock.aware(dt.datetime.combine(day, time)) if time else clock.day_start(whole)


class SubstitutesForm(forms.Form):
    """Who takes each shift that leave touches. «0»: nobody, the gap is on who approves."""

    def __init__(self, *args: Any, duties: Sequence[tuple[Duty, Sequence[Candidate]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for duty, people in duties:
            choices: list[tuple[str, Any]] = [("0", _("nobody: the gap is on me"))]
            choices += [(str(one.user.pk), person_label(one)) for one in people]
            self.fields[f"duty{duty.pk}"] = forms.ChoiceField(label=shown(duty), choices=choices)

    def substitutes(self) -> dict[int, int | None]:
        """The taker of each duty, None for nobody."""
        return {int(name[4:]): int(value) or None for name, value in self.cleaned_data.items() if name[:4] == "duty"}


class EmergencyForm(forms.Form):
    """Who takes the shift at once, and why."""

    to = forms.ModelChoiceField(
        label=_("takes it"), queryset=User.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    reason = _reason("emergency")

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[User]", self.fields["to"]).queryset = User.objects.filter(
            pk__in=[user.pk for user in people]
        )
