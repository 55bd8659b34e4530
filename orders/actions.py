"""Everything an agent may do with one order, as one table: the buttons, the forms and the guards are read off it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders import forms, permissions, services
from orders.models import Order
from orders.services.remarks import content_of
from orders.states import LEFT, OrderState
from staff.models import User


def _nothing(order: Order) -> dict[str, Any]:
    return {}


def custom_terms_of(order: Order) -> dict[str, Any]:
    """The custom terms as they are recorded; none where nothing of the order is custom-made."""
    found = getattr(order, "custom_terms", None) if order.custom_made else None
    names = ("spec", "agreed_how", "no_return", "factory_told")
    return {name: getattr(found, name) for name in names} if found else {}


@dataclass(frozen=True)
class Action:
    """A thing to do with an order: what it is called, who may, when it makes sense, what is asked, what does it.

    `service` is called with `order_id`, `version`, `by` and the form's cleaned data. `initial` gives the order's
    present values of the form's fields.
    """

    label: str | Promise
    service: Callable[..., Any]
    fits: Callable[[Order], bool]
    form: type[forms.OrderForm] = forms.NoForm
    initial: Callable[[Order], dict[str, Any]] = _nothing
    right: str = permissions.CHANGE_ORDER

    @property
    def asks(self) -> bool:
        """Whether something has to be filled in: then it is never done by one click."""
        return self.form is not forms.NoForm


def _is(*states: str) -> Callable[[Order], bool]:
    return lambda order: order.state in states


ACTIONS: dict[str, Action] = {
    "remark": Action(
        _("Flag and remark"),
        services.write_remark,
        lambda order: True,
        forms.RemarkForm,
        lambda order: {"flag": order.flag, "text": content_of(order.remark)},
    ),
    "tracking": Action(
        _("It has left: enter the number"),
        services.record_tracking_number,
        _is(OrderState.PAID),
        forms.TrackingForm,
    ),
    "mark": Action(
        _("Marked as shipped on the platform"),
        services.mark_on_platform,
        lambda order: order.state in LEFT and order.platform_state == OrderState.PAID,
    ),
    "chase": Action(_("Chase"), services.chase_order, _is(OrderState.PAID)),
    "later_date": Action(
        _("Agree a later date"),
        services.agree_later_date,
        _is(OrderState.PAID),
        forms.LaterDateForm,
        lambda order: {"until": order.promised_ship_at},
    ),
    "ship_mode": Action(
        _("Hurry or wait"),
        services.set_ship_mode,
        _is(OrderState.PAID),
        forms.ShipModeForm,
        lambda order: {
            "mode": order.ship_mode,
            "reason": order.ship_mode_reason,
            "supplier_confirmed": order.supplier_confirmed_mode,
        },
    ),
    "consent": Action(
        _("The buyer agrees to shipping all the same"),
        services.consent_to_shipping,
        _is(OrderState.PAID),
        forms.ConsentForm,
    ),
    "check_address": Action(
        _("Address checked with the buyer"),
        services.check_address,
        lambda order: order.state in (OrderState.UNPAID, OrderState.PAID) and order.address_checked_at is None,
    ),
    "supplier_remark": Action(
        _("Remark for the supplier"),
        services.write_supplier_remark,
        _is(OrderState.UNPAID, OrderState.PAID),
        forms.SupplierRemarkForm,
        lambda order: {"text": order.remark_for_supplier},
    ),
    "custom": Action(
        _("Custom terms agreed"),
        services.agree_custom_terms,
        lambda order: order.custom_made and order.state in (OrderState.UNPAID, OrderState.PAID),
        forms.CustomForm,
        custom_terms_of,
    ),
    "extend": Action(
        _("Extend the confirmation"),
        services.extend_confirmation,
        _is(*LEFT),
        forms.ExtendConfirmationForm,
        lambda order: {"until": order.confirm_extended_until},
    ),
    "remind": Action(
        _("Buyer reminded to pay"),
        services.remind_payment,
        lambda order: order.state == OrderState.UNPAID and order.payment_reminded_at is None,
        right=permissions.REMIND_PAYMENT,
    ),
    "price": Action(
        _("Price changed"),
        services.change_price,
        _is(OrderState.UNPAID),
        forms.PriceForm,
        lambda order: {"total": order.total_due},
        permissions.CHANGE_PRICE,
    ),
    "serve": Action(_("Make it my deal"), services.serve_order, lambda order: True),
}


def open_to(order: Order, user: User) -> dict[str, Action]:
    """What `user` may do with this order as it stands."""
    return {key: todo for key, todo in ACTIONS.items() if user.has_perm(todo.right) and todo.fits(order)}
