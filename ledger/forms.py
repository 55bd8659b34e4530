"""What finance and service fill in. Shape only: what the business refuses, the services refuse."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock
from ledger.amounts import NOTHING
from ledger.models import Claim, Loss, PaySlip
from ledger.proofs import files_of
from ledger.states import Liable, PayBy
from suppliers.models import Supplier

HUNDRED = Decimal(100)


class Day(forms.DateInput):
    """A day, picked by the browser's own control."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _text(label: Any, *, most: int = 200, required: bool = True, rows: int = 2, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows, "maxlength": most}),
    )


class RowForm(forms.Form):
    """A form about one slip or claim; what it starts with is read off the row in `about`."""

    def __init__(self, *args: Any, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about(row)

    def about(self, row: Any) -> None:
        """Fit the fields to `row`."""


class NoForm(RowForm):
    """For what needs no words."""


class DeclineForm(RowForm):
    reason = _text(_("why it is not paid"))


class PayForm(RowForm):
    platform_number = forms.CharField(
        label=_("the platform's number"),
        max_length=60,
        required=False,
        help_text=_("The refund or transfer number under which the platform, Alipay or the bank has it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    pay_by = forms.ChoiceField(label=_("way"), choices=PayBy.choices)

    def about(self, row: PaySlip) -> None:
        self.fields["pay_by"].initial = row.pay_by


class AgainForm(RowForm):
    reason = _text(_("what the money is for"))
    pay_on = forms.DateField(label=_("planned for"), required=False, widget=Day())

    def about(self, row: PaySlip) -> None:
        self.fields["reason"].initial = row.reason


class PlanForm(RowForm):
    pay_on = forms.DateField(
        label=_("planned for"), widget=Day(), help_text=_("The clock runs to the end of that day (FIN-04).")
    )

    def about(self, row: PaySlip) -> None:
        self.fields["pay_on"].initial = row.pay_on or clock.today()


class ExplainForm(RowForm):
    reason = _text(_("what you found out"))


class ListForm(forms.Form):
    """A pasted list: slip or order number and the platform's number, a line each."""

    text = forms.CharField(
        label=_("A line each: slip or order number, then the platform's number"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
    )


def _lines(typed: str | list[str]) -> list[str]:
    lines = typed.splitlines() if isinstance(typed, str) else typed
    return [line.strip() for line in lines if line.strip()]


# ── Claims ───────────────────────────────────────────────────────────────────
class ProveForm(RowForm):
    goods = _text(
        _("photos or videos of goods and packing, with the logo"),
        required=False,
        rows=3,
        most=800,
        help_text=_("Names of the files kept with the case, a line each (SUP-28)."),
    )
    reply = _text(
        _("screenshot of the other side's answer"),
        required=False,
        most=400,
        help_text=_("The agreement with the factory or carrier is kept as a screenshot (AFT-22)."),
    )

    def about(self, row: Claim) -> None:
        """Files that are kept with the case are ticked; without any they are named."""
        files = files_of(row.loss.topic)
        if not files:
            return
        for name in ("goods", "reply"):
            told = self.fields[name]
            self.fields[name] = forms.MultipleChoiceField(
                label=told.label, choices=files, required=False, widget=forms.CheckboxSelectMultiple
            )

    def clean_goods(self) -> list[str]:
        return _lines(self.cleaned_data["goods"])

    def clean_reply(self) -> list[str]:
        return _lines(self.cleaned_data["reply"])


class SendForm(RowForm):
    note = _text(_("why the claim stands"), most=300, required=False)

    def about(self, row: Claim) -> None:
        if row.state != "disputed":
            del self.fields["note"]


class AcceptForm(RowForm):
    answer = _text(_("what they answered"), most=500)
    amount = forms.DecimalField(
        label=_("agreed on, yuan"), max_digits=12, decimal_places=2, min_value=Decimal("0.01"),
        help_text=_("Less than the claim: the rest is borne by the house."),
    )  # fmt: skip

    def about(self, row: Claim) -> None:
        self.fields["amount"].initial = row.amount


class DisputeForm(RowForm):
    reason = _text(_("why they say it is not theirs"), most=500)


class WriteOffForm(RowForm):
    reason = _text(_("why the house bears it"), most=300)


class SharesForm(forms.Form):
    """Who bears how much of a loss, in percent; sums to 100."""

    supplier_row = forms.ModelChoiceField(
        label=_("supplier"), queryset=Supplier.objects.order_by("code"), required=False
    )
    reason = _text(_("why the shares are changed"))

    def __init__(self, *args: Any, loss: Loss, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        claims = {claim.liable: claim for claim in loss.claims.all()}
        for party, label in Liable.choices:
            self.fields[party] = forms.DecimalField(
                label=_("%(party)s, %%") % {"party": label},
                min_value=NOTHING,
                max_value=HUNDRED,
                decimal_places=2,
                max_digits=5,
                required=False,
                initial=claims[party].percent if party in claims else None,
            )
        self.fields["supplier_row"].initial = next(
            (claim.supplier_id for claim in claims.values() if claim.supplier_id), None
        )
        self.order_fields([*Liable.values, "supplier_row", "reason"])

    @property
    def shares(self) -> dict[str, Decimal]:
        return {party: self.cleaned_data[party] for party in Liable.values if self.cleaned_data.get(party)}
