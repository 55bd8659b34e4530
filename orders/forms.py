"""What agents fill in about an order. Shape only: what the business refuses, the services refuse."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.carriers import CARRIERS
from orders.models import Order
from orders.querysets import unshipped_parts
from orders.states import Flag, ShipMode

LOCAL_TIME = "%Y-%m-%dT%H:%M"
REASONS = [
    ("delivery", _("delivery of this order")),
    ("refund", _("refund or return")),
    ("complaint", _("complaint")),
    ("platform", _("question of the platform")),
]


class LocalTime(forms.DateTimeInput):
    """A time of Asia/Shanghai, picked by the browser's own control."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format=LOCAL_TIME)


class OrderForm(forms.Form):
    """A form about one order; those whose choices depend on it fill them in `about`."""

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about(order)

    def about(self, order: Order) -> None:
        """Fit the fields to `order`."""


class NoForm(OrderForm):
    """For what needs no words."""


class WordsReason(forms.CharField):
    """Why a phrase that the checker stops is right all the same (PHR-21)."""

    def __init__(self) -> None:
        super().__init__(
            label=_("if the checker stops it: why it is right all the same"), max_length=200, required=False
        )


class RemarkForm(OrderForm):
    flag = forms.TypedChoiceField(label=_("flag"), choices=Flag.choices, coerce=int)
    text = forms.CharField(
        label=_("remark"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Your name and staff number are added: text_name. An empty remark is none."),
    )
    words_reason = WordsReason()


class SupplierRemarkForm(OrderForm):
    text = forms.CharField(label=_("remark for the supplier"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    words_reason = WordsReason()


class CustomForm(OrderForm):
    """What is made for the buyer, and where the buyer confirmed it (ORD-23, ORD-24)."""

    spec = forms.CharField(
        label=_("specification, size, appearance"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    agreed_how = forms.CharField(label=_("where the buyer confirmed it"), max_length=200)
    no_return = forms.BooleanField(label=_("the buyer confirmed that it is not taken back"), required=False)
    factory_told = forms.BooleanField(label=_("the factory confirmed it"), required=False)


class ShipModeForm(OrderForm):
    mode = forms.ChoiceField(label=_("shipping wish"), choices=ShipMode.choices)
    reason = forms.CharField(label=_("why"), max_length=200, required=False)
    supplier_confirmed = forms.BooleanField(label=_("the supplier confirmed it"), required=False)


class LaterDateForm(OrderForm):
    until = forms.DateTimeField(label=_("ships by, as agreed with the buyer"), widget=LocalTime())


class ExtendConfirmationForm(OrderForm):
    until = forms.DateTimeField(label=_("extended until"), widget=LocalTime())
    reason = forms.CharField(label=_("why"), max_length=200)


class ConsentForm(OrderForm):
    how = forms.CharField(
        label=_("how the buyer agreed"), max_length=200, help_text=_("For example: in the chat at 14:20.")
    )


class PriceForm(OrderForm):
    total = forms.DecimalField(label=_("new price (yuan)"), max_digits=12, decimal_places=2, min_value=0)
    reason = forms.CharField(label=_("why"), max_length=200)


class TrackingForm(OrderForm):
    part = forms.TypedChoiceField(label=_("supplier"), coerce=int)
    carrier = forms.ChoiceField(
        label=_("carrier"), choices=[(carrier.code, carrier.name) for carrier in CARRIERS.values()]
    )
    tracking_no = forms.CharField(label=_("tracking number"), max_length=40)
    confirm_odd = forms.BooleanField(label=_("the number is right even if it looks odd"), required=False)

    def about(self, order: Order) -> None:
        waiting = unshipped_parts(order.pk).filter(supplier__isnull=False).order_by("pk")
        cast("forms.TypedChoiceField", self.fields["part"]).choices = list(waiting.values_list("pk", "supplier__name"))


class RevealForm(forms.Form):
    reason = forms.ChoiceField(label=_("needed for"), choices=REASONS)
