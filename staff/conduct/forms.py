"""What people fill in about conduct. Shape only: what the business refuses, the services refuse."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from staff import selectors
from staff.conduct.evaluation import Weights
from staff.measures import Measure
from staff.models import IncidentKind, ProductTraining, Team, User
from staff.roles import AGENTS, Role


class LocalTime(forms.DateTimeInput):
    """A time of Asia/Shanghai, picked by the browser's own control."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class Day(forms.DateInput):
    """A Shanghai day, picked by the browser's own control."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _text(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ProposeForm(forms.Form):
    """A leader writes an incident or a merit down, with evidence."""

    user = forms.ModelChoiceField(label=_("person"), queryset=User.objects.none())
    kind = forms.ModelChoiceField(label=_("what happened"), queryset=IncidentKind.objects.filter(enabled=True))
    happened_at = forms.DateTimeField(label=_("happened at"), widget=LocalTime())
    description = forms.CharField(label=_("description"), max_length=500, widget=_text())
    evidence = forms.CharField(
        label=_("evidence"),
        max_length=500,
        help_text=_("Where it can be seen: the chat record, the order, who was there."),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[User]", self.fields["user"]).queryset = selectors.led_people(by)


class ConfirmForm(forms.Form):
    note = forms.CharField(label=_("note"), max_length=300, required=False, widget=_text(2))


class DropForm(forms.Form):
    note = forms.CharField(label=_("why"), max_length=300, widget=_text(2))


class AppealForm(forms.Form):
    text = forms.CharField(label=_("why it is not right"), max_length=2000, widget=_text(4))


class DecideForm(forms.Form):
    upheld = forms.TypedChoiceField(
        label=_("decision"),
        choices=[("", "—"), ("0", _("the penalty is cancelled")), ("1", _("the penalty stands"))],
        coerce=lambda value: value == "1",
    )
    decision = forms.CharField(label=_("reasons"), max_length=500, widget=_text())


class FundForm(forms.Form):
    """Something spent for the team, or put in by hand."""

    way = forms.ChoiceField(label=_("way"), choices=[("out", _("spent")), ("in", _("put in"))])
    amount = forms.DecimalField(label=_("amount, yuan"), max_digits=8, decimal_places=2, min_value=Decimal("0.01"))
    text = forms.CharField(label=_("for"), max_length=200, help_text=_("It names nobody who was fined."))


class CorrectForm(forms.Form):
    reason = forms.CharField(label=_("what was wrong"), max_length=200)


class TrainingForm(forms.Form):
    """A product's training before it is listed (STF-26)."""

    product_code = forms.CharField(label=_("merchant code"), max_length=64)
    title = forms.CharField(label=_("product"), max_length=120)
    listing_on = forms.DateField(label=_("goes live on"), required=False, widget=Day())
    held_on = forms.DateField(label=_("held on"), required=False, widget=Day())
    trainer = forms.ModelChoiceField(label=_("trainer"), required=False, queryset=User.objects.none())
    selling_points = forms.CharField(label=_("selling points"), required=False, max_length=2000, widget=_text(4))
    competitor_notes = forms.CharField(
        label=_("competing shops"),
        required=False,
        widget=_text(10),
        help_text=_("One shop a line, at least ten: what its buyers praise and blame."),
    )
    phrases_made = forms.BooleanField(label=_("quick phrases are made"), required=False)
    attendees = forms.ModelMultipleChoiceField(
        label=_("present"), required=False, queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    passed = forms.ModelMultipleChoiceField(
        label=_("knows it"), required=False, queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agents = selectors.active_users(*AGENTS)
        for name, people in (
            ("trainer", selectors.active_users().exclude(role=Role.SUPPLIER)),
            ("attendees", agents),
            ("passed", agents),
        ):
            cast("forms.ModelChoiceField[User]", self.fields[name]).queryset = people

    def clean_competitor_notes(self) -> list[str]:
        return [line.strip()[:300] for line in self.cleaned_data["competitor_notes"].splitlines() if line.strip()][:50]

    @staticmethod
    def initial_of(training: ProductTraining) -> dict[str, Any]:
        there = list(training.attendances.all())
        return {
            "product_code": training.product_code,
            "title": training.title,
            "listing_on": training.listing_on,
            "held_on": training.held_on,
            "trainer": training.trainer_id,
            "selling_points": training.selling_points,
            "competitor_notes": "\n".join(training.competitor_notes),
            "phrases_made": training.phrases_made,
            "attendees": [attendance.user_id for attendance in there],
            "passed": [attendance.user_id for attendance in there if attendance.passed],
        }


class MentoringForm(forms.Form):
    trainee = forms.ModelChoiceField(label=_("trainee"), queryset=User.objects.none())
    mentor = forms.ModelChoiceField(label=_("mentor"), queryset=User.objects.none())
    started_on = forms.DateField(label=_("from"), widget=Day())

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[User]", self.fields["trainee"]).queryset = selectors.led_people(by).filter(
            mentoring__isnull=True, role__in=AGENTS
        )
        cast("forms.ModelChoiceField[User]", self.fields["mentor"]).queryset = selectors.active_agents()


class PassForm(forms.Form):
    on = forms.DateField(label=_("passed on"), widget=Day())


class ImprovementForm(forms.Form):
    owner = forms.ModelChoiceField(label=_("who sees to it"), queryset=User.objects.none())
    title = forms.CharField(label=_("what is to be improved"), max_length=200)
    due_on = forms.DateField(label=_("until"), widget=Day())

    def __init__(self, *args: Any, team: Team, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = selectors.led_people(by).filter(employment__team=team)
        if by.has_perm("staff.evaluate_service") and team.leader_id and team.leader_id != by.pk:
            people = people | User.objects.filter(pk=team.leader_id)
        cast("forms.ModelChoiceField[User]", self.fields["owner"]).queryset = people.distinct()


class WeightsForm(forms.Form):
    """Weight, full marks at and no marks at of every figure; a weight of 0 does not count."""

    note = forms.CharField(label=_("why"), max_length=200)

    def __init__(self, *args: Any, figures: Sequence[Measure], weights: Weights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.figures = figures
        for measure in figures:
            row = weights.table.get(measure.key)
            begin = (row.weight, row.full, row.none) if row else (Decimal(0), Decimal(0), Decimal(0))
            for name, value, most in zip(("weight", "full", "none"), begin, (100, 1_000_000, 1_000_000), strict=True):
                self.fields[f"{measure.key}-{name}"] = forms.DecimalField(
                    initial=f"{value.normalize():f}", min_value=0, max_value=most, max_digits=10, decimal_places=2
                )

    def rows(self) -> list[tuple[Measure, Any, Any, Any]]:
        """Each figure with its three fields, for the table of the page."""
        return [
            (measure, self[f"{measure.key}-weight"], self[f"{measure.key}-full"], self[f"{measure.key}-none"])
            for measure in self.figures
        ]

    def table(self) -> dict[str, dict[str, Decimal]]:
        return {
            measure.key: {name: self.cleaned_data[f"{measure.key}-{name}"] for name in ("weight", "full", "none")}
            for measure in self.figures
            if self.cleaned_data[f"{measure.key}-weight"] > 0
        }
