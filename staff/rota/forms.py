"""What is filled in about rotas. Shape only: what the business refuses, the services refuse."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.models import Employment, ServiceRules, ShiftTemplate, Team, User
from staff.rota.sets import COLORS
from staff.rota.states import ShiftKind, Skill, WishKind

COLOR_NAMES = {
    "blue": _("blue"),
    "amber": _("yellow"),
    "green": _("green"),
    "purple": _("purple"),
    "teal": _("turquoise"),
    "red": _("red"),
    "grey": _("grey"),
}


class DayInput(forms.DateInput):
    """A day, picked by the browser's own control."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """A time of day, picked by the browser's own control."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class NewRotaForm(forms.Form):
    team = forms.ModelChoiceField(label=_("team"), queryset=Team.objects.none(), empty_label=None)
    starts_on = forms.DateField(label=_("from"), widget=DayInput())
    weeks = forms.IntegerField(label=_("weeks"), min_value=1, max_value=8)

    def __init__(self, *args: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]


class CellForm(forms.Form):
    """One change of the plan: what is done to whose day."""

    DO = ("set", "remove", "lock", "unlock", "move", "skill")

    do = forms.ChoiceField(choices=[(key, key) for key in DO])
    version = forms.IntegerField(min_value=0)
    person = forms.IntegerField(label=_("person"))
    day = forms.DateField(label=_("day"))
    shift = forms.ModelChoiceField(label=_("shift"), queryset=ShiftTemplate.objects.all(), required=False)
    skill = forms.ChoiceField(label=_("as"), choices=[("", "—"), *Skill.choices], required=False)
    to_person = forms.IntegerField(required=False)
    to_day = forms.DateField(required=False)


class PublishForm(forms.Form):
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput())
    note = forms.CharField(label=_("note for the team"), max_length=300, required=False)


class ShiftForm(forms.Form):
    name = forms.CharField(label=_("name"), max_length=20)
    short = forms.CharField(label=_("short name"), max_length=4, help_text=_("Stands in the cells of the rota."))
    scheme = forms.CharField(label=_("set"), max_length=40, required=False, help_text=_("Shifts that go together."))
    kind = forms.ChoiceField(label=_("kind"), choices=ShiftKind.choices)
    break_minutes = forms.IntegerField(label=_("unpaid break, minutes"), min_value=0, max_value=240, initial=0)
    color = forms.ChoiceField(label=_("colour"), choices=[(color, COLOR_NAMES[color]) for color in COLORS])


class WindowForm(forms.Form):
    """One stretch of a shift; both empty: there is none."""

    starts = forms.TimeField(label=_("from"), required=False, widget=TimeInput())
    ends = forms.TimeField(label=_("to"), required=False, widget=TimeInput())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and (cleaned["starts"] is None) != (cleaned["ends"] is None):
            raise forms.ValidationError(_("Give both times of a window, or none."))
        return cleaned


def windows_of(filled: Any) -> list[tuple[dt.time, dt.time]]:
    """The windows that were filled in, in their order; after `is_valid`."""
    found = [(form.cleaned_data.get("starts"), form.cleaned_data.get("ends")) for form in filled.forms]
    return [(start, end) for start, end in found if start is not None and end is not None]


WindowForms = forms.formset_factory(WindowForm, extra=1, max_num=6, validate_max=True)


class TeamForm(forms.Form):
    name = forms.CharField(label=_("name"), max_length=40)
    leader = forms.ModelChoiceField(label=_("leader"), queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, leaders: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leader"].queryset = leaders  # type: ignore[attr-defined]


class MemberForm(forms.Form):
    """Employment and skills; a skill holds for every shop unless shops are named."""

    team = forms.ModelChoiceField(label=_("team"), queryset=Team.objects.none(), required=False)
    joined_on = forms.DateField(label=_("joined on"), required=False, widget=DayInput())
    left_on = forms.DateField(label=_("last day"), required=False, widget=DayInput())
    week_hours = forms.DecimalField(label=_("hours a week"), min_value=0, max_value=60, decimal_places=2, initial=40)
    no_night = forms.BooleanField(
        label=_("no night work"), required=False, help_text=_("Pregnant or nursing: Labour Law art. 61, 63.")
    )
    phone = forms.CharField(label=_("phone"), max_length=20, required=False, help_text=_("Only leaders see it."))

    def __init__(self, *args: Any, teams: Any, shops: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        places = [("", _("every shop")), *((str(pk), name) for pk, name in shops)]
        for skill, label in Skill.choices:
            self.fields[f"skill_{skill}"] = forms.MultipleChoiceField(
                label=label, choices=places, required=False, widget=forms.CheckboxSelectMultiple()
            )

    @staticmethod
    def initial_of(job: Employment | None, skills: list[tuple[str, int | None]]) -> dict[str, Any]:
        """What the form shows of somebody: no employment yet is one of 40 hours."""
        job = job or Employment()
        found: dict[str, Any] = {
            "team": job.team_id,
            "joined_on": job.joined_on,
            "left_on": job.left_on,
            "week_hours": f"{job.week_minutes / 60:g}",
            "no_night": job.no_night,
            "phone": job.phone,
        }
        for key, _label in Skill.choices:
            found[f"skill_{key}"] = ["" if shop is None else str(shop) for skill, shop in skills if skill == key]
        return found

    def skills(self) -> list[tuple[str, int | None]]:
        """Pairs of skill and shop; after `is_valid`. «Every shop» makes single shops needless."""
        found: list[tuple[str, int | None]] = []
        for key, _label in Skill.choices:
            places = self.cleaned_data[f"skill_{key}"]
            found += [(key, None)] if "" in places else [(key, int(place)) for place in places]
        return found

    def values(self) -> dict[str, Any]:
        """The employment's fields; after `is_valid`."""
        data = self.cleaned_data
        fields = ("joined_on", "left_on", "no_night", "phone")
        return {"week_minutes": round(data["week_hours"] * 60), **{name: data[name] for name in fields}}

    @property
    def skill_fields(self) -> list[Any]:
        return [self[f"skill_{key}"] for key, _label in Skill.choices]

    @property
    def plain_fields(self) -> list[Any]:
        return [self[name] for name in ("team", "joined_on", "left_on", "week_hours", "phone")]


class SpecialDayForm(forms.Form):
    day = forms.DateField(label=_("day"), widget=DayInput())
    name = forms.CharField(label=_("name"), max_length=60)
    skill = forms.ChoiceField(label=_("everybody leans to"), choices=Skill.choices, initial=Skill.PRESALES)


class RulesForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ServiceRules
        exclude: list[str] = []
        widgets = {"change_weekday": forms.Select(choices=[]), "printing_ends": TimeInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")]
        self.fields["change_weekday"].widget.choices = list(enumerate(days))
        self.fields["money_fines"].help_text = _(
            "Wages must not be withheld and fines need a lawful basis: Labour Law, articles 50 and 91. Off: only points."
        )
        self.fields["money_fines_basis"].help_text = _("The rule passed by the staff and made known, with its date.")

    def clean(self) -> dict[str, Any]:
        """Fines in money need their basis: the law comes first (STF-34)."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("money_fines") and not cleaned.get("money_fines_basis"):
            self.add_error("money_fines_basis", _("Fines in money need a basis: name it, or leave them off."))
        return cleaned


class CleaningForm(forms.Form):
    first = forms.DateField(label=_("from"), widget=DayInput())
    last = forms.DateField(label=_("to"), widget=DayInput())


class WishForm(forms.Form):
    day = forms.DateField(label=_("day"), widget=DayInput())
    kind = forms.ChoiceField(label=_("wish"), choices=WishKind.choices)
    template = forms.ModelChoiceField(
        label=_("shift"), queryset=ShiftTemplate.objects.filter(enabled=True), required=False, empty_label=_("none")
    )
    note = forms.CharField(label=_("note"), max_length=100, required=False)
