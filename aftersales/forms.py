"""What people fill in about a case. The form of a step is read off what the step asks (aftersales.inputs)."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from aftersales.happenings import KIND_HINTS, Happening
from aftersales.inputs import INPUTS, addresses_for
from aftersales.machine import SERVICE, Step
from aftersales.models import Case, CaseLine, Contact, Reason, ReturnAddress
from aftersales.states import Channel, IncidentKind, Kind, Subject
from orders.models import Order
from orders.services.remarks import content_of
from orders.states import Flag
from sla.states import Party
from staff.models import User
from staff.selectors import active_users

LOCAL_TIME = "%Y-%m-%dT%H:%M"


class LocalTime(forms.DateTimeInput):
    """A time of Asia/Shanghai, picked by the browser's own control."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format=LOCAL_TIME)


class CaseForm(forms.Form):
    """A form about one case; those whose choices depend on it fill them in `about`. Typed words are kept as a draft."""

    def __init__(self, *args: Any, case: Case, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.by = case, by
        self.about(case)
        for name, field in self.fields.items():
            if isinstance(field, forms.DateTimeField):
                field.widget = LocalTime()
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["data-draft"] = f"case-{case.pk}-{self.prefix}-{name}"

    def about(self, case: Case) -> None:
        """Fit the fields to `case`."""


class StepForm(CaseForm):
    """The form of one step: the fields of all that it asks, filled with what is known."""

    def __init__(
        self, *args: Any, case: Case, step: Step, known: dict[str, dict[str, Any]] | None = None, **kwargs: Any
    ) -> None:
        self.step = step
        initial: dict[str, Any] = {}
        for key in step.asks:
            initial |= known[key] if known and key in known else INPUTS[key].initial(case)
        super().__init__(*args, case=case, initial=initial, **kwargs)

    def about(self, case: Case) -> None:
        for key in self.step.asks:
            self.fields.update(INPUTS[key].fields(case))


class NoForm(CaseForm):
    """For what needs no words."""


def _words(label: Any, *, most: int, rows: int = 2) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows, "maxlength": most}))


class ContactForm(CaseForm):
    """A talk: with whom, how, what came of it, and what was promised (CMP-04, PHR-08)."""

    party = forms.ChoiceField(label=_("with"), choices=Party.choices, initial=Party.BUYER)
    contact_way = forms.ChoiceField(label=_("by what way"), choices=Contact.Way.choices, initial=Contact.Way.PHONE)
    contact_reached = forms.BooleanField(label=_("reached"), required=False, initial=True)
    buyer_asked = forms.BooleanField(label=_("the buyer had to ask"), required=False)
    contact_result = _words(_("what was said"), most=500)
    call_back_at = forms.DateTimeField(label=_("call back promised for"), required=False)


class CallBackForm(CaseForm):
    """The call that was promised, and what came of it (PHR-08)."""

    contact_way = forms.ChoiceField(label=_("by what way"), choices=Contact.Way.choices, initial=Contact.Way.PHONE)
    contact_reached = forms.BooleanField(label=_("reached"), required=False, initial=True)
    contact_result = _words(_("what was said"), most=500)


class HandOnForm(CaseForm):
    """To whom a case goes and why (STF-42)."""

    to = forms.ModelChoiceField(label=_("to"), queryset=User.objects.none())
    reason = forms.CharField(label=_("reason"), max_length=200)

    def about(self, case: Case) -> None:
        people = active_users(*SERVICE).exclude(pk=case.owner_id or 0)
        cast("forms.ModelChoiceField[User]", self.fields["to"]).queryset = people


class RemarkForm(CaseForm):
    """The platform's remark of the case's order; `order_version` refuses a save on top of another's."""

    flag = forms.TypedChoiceField(label=_("flag"), choices=Flag.choices, coerce=int)
    text = forms.CharField(
        label=_("remark"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Your name and staff number are added: text_name. An empty remark is none."),
    )
    words_reason = forms.CharField(
        label=_("if the checker stops it: why it is right all the same"), max_length=200, required=False
    )
    order_version = forms.IntegerField(widget=forms.HiddenInput)

    def about(self, case: Case) -> None:
        order = case.order
        if order is not None:
            self.initial = {**remark_of(order), **self.initial}


def remark_of(order: Order) -> dict[str, Any]:
    return {"flag": order.flag, "text": content_of(order.remark), "order_version": order.version}


class LeaderForm(CaseForm):
    """The leader's decision on the return and exchange form (RET-20)."""

    leader_note = _words(_("leader's decision"), most=300)

    def about(self, case: Case) -> None:
        self.initial = {"leader_note": case.leader_note, **self.initial}


class AddressForm(CaseForm):
    """The address that should have been sent (RET-21)."""

    right_address = forms.ModelChoiceField(
        label=_("the right address"), queryset=ReturnAddress.objects.none(), empty_label=None
    )
    note = forms.CharField(label=_("how it came about"), max_length=200, required=False)

    def about(self, case: Case) -> None:
        field = cast("forms.ModelChoiceField[ReturnAddress]", self.fields["right_address"])
        field.queryset = addresses_for(case).exclude(pk=case.return_address_id or 0)


class MergeForm(CaseForm):
    """Into which case this one is merged: another open one of its kind and order."""

    into = forms.ModelChoiceField(label=_("the case that stays"), queryset=Case.objects.none(), empty_label=None)

    def about(self, case: Case) -> None:
        twins = Case.objects.filter(order=case.order_id, kind=case.kind, active=True).exclude(pk=case.pk)
        cast("forms.ModelChoiceField[Case]", self.fields["into"]).queryset = twins.order_by("pk")


class SplitForm(CaseForm):
    """The lines that get a case of their own."""

    lines = forms.ModelMultipleChoiceField(
        label=_("lines that get a case of their own"),
        queryset=CaseLine.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )

    def about(self, case: Case) -> None:
        field = cast("forms.ModelMultipleChoiceField[CaseLine]", self.fields["lines"])
        field.queryset = rows = CaseLine.objects.filter(case=case).select_related("line").order_by("pk")
        field.choices = [(row.pk, f"{row.line.title} × {row.quantity}") for row in rows]


class OpenForm(forms.Form):
    """What holds for all that is opened out of one call (AFT-06, AFT-15)."""

    channel = forms.ChoiceField(
        label=_("came by"),
        choices=[choice for choice in Channel.choices if choice[0] != Channel.PLATFORM],
        initial=Channel.HOTLINE,
    )
    buyer_words = forms.CharField(
        label=_("in the buyer's words"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 2000, "data-draft": "open-case"}),
    )
    mine = forms.BooleanField(label=_("I see to it myself"), required=False)


KIND_CHOICES = {kind: (kind, format_lazy("{}: {}", Kind(kind).label, hint)) for kind, hint in KIND_HINTS.items()}


class PlanForm(forms.Form):
    """One case that is to be opened: its kind, its reason, and what this kind needs to know at once."""

    kind = forms.ChoiceField(label=_("what is done"))
    reason = forms.TypedChoiceField(label=_("reason"), required=False, empty_value=None)
    summary = forms.CharField(label=_("in short"), max_length=200, required=False)

    def __init__(
        self, data: Any = None, *, prefix: str, happening: Happening, reasons: list[Reason], custom: bool
    ) -> None:
        super().__init__(data, prefix=prefix)
        self.happening, self.reasons = happening, reasons
        cast("forms.ChoiceField", self.fields["kind"]).choices = [KIND_CHOICES[kind] for kind in happening.kinds]
        field = cast("forms.TypedChoiceField", self.fields["reason"])
        field.choices = [("", "—"), *((row.pk, row.name) for row in reasons)]
        field.coerce = {str(row.pk): row for row in reasons}.__getitem__
        usual = reasons[0].pk if reasons and happening.causes else None  # of what can have any cause none is guessed
        self.initial = {"kind": happening.kinds[0], "reason": usual}
        if Kind.EXCHANGE in happening.kinds:
            self.fields["instead"] = forms.CharField(label=_("wanted instead"), max_length=120, required=False)
        if Kind.INCIDENT in happening.kinds:
            self.fields["incident"] = forms.ChoiceField(
                label=_("what happened on the way"), choices=IncidentKind.choices
            )
        if happening.subjects:
            named = [(value, Subject(value).label) for value in happening.subjects]
            self.fields["subject"] = forms.ChoiceField(label=_("subject"), choices=named)
        if custom:
            label = _("how the buyer confirmed at purchase that it is not taken back")
            self.fields["excluded"] = forms.CharField(label=label, max_length=200, required=False)

    @property
    def chosen_kind(self) -> str:
        """The kind as chosen so far; the usual one when nothing sensible is."""
        value = str(self["kind"].value() or "")
        return value if value in self.happening.kinds else self.happening.kinds[0]

    @property
    def chosen_reason(self) -> Reason | None:
        """The reason as chosen so far."""
        value = str(self["reason"].value() or "")
        return next((row for row in self.reasons if str(row.pk) == value), None)

    @property
    def report(self) -> dict[str, str]:
        """What is known of an exclusion from the seven days (RET-30)."""
        words = str(self["excluded"].value() or "") if "excluded" in self.fields else ""
        return {"excluded": words} if words else {}
