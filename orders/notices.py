"""How the notices about orders read in the bell and as plain mails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.render import register, register_bell
from orders import digests
from orders.carriers import name_of


def payment_round(context: Mapping[str, Any]) -> str:
    count, limit = context["count"], context["limit"]
    if count > limit:
        return _("Payment round: more than %(limit)d buyers to remind.") % {"limit": limit}
    return ngettext(
        "Payment round: %(count)d buyer to remind.", "Payment round: %(count)d buyers to remind.", count
    ) % {"count": count}


def imported(context: Mapping[str, Any]) -> str:
    return _("New from the platform: %(placed)d orders placed, %(paid)d paid.") % {
        "placed": context["placed"],
        "paid": context["paid"],
    }


def chased_again(context: Mapping[str, Any]) -> str:
    return _("Order %(order_no)s was chased again within its promise of 24 hours (time %(count)d).") % {
        "order_no": context["order_no"],
        "count": context["count"],
    }


def waybills_low(context: Mapping[str, Any]) -> str:
    return _("Waybills of %(carrier)s are running out, %(left)d left: tell the courier.") % {
        "carrier": name_of(context["carrier"]),
        "left": context["left"],
    }


register_bell("orders.waybills_low", waybills_low)
register_bell("orders.payment_round", payment_round)
register_bell("orders.imported", imported)
register_bell("orders.chased_again", chased_again)
register(digests.KIND, digests.digest_mail)
