"""How notices about slips and claims read: numbers and sums, nothing of the buyer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.render import Mail, absolute, html_of, register, register_bell


def _letter(subject: str, lines: list[str]) -> Mail:
    known = {"subject": subject, "lines": lines, "link": absolute(reverse("supply:claims"))}
    return Mail(
        subject=subject,
        text=render_to_string("ledger/mail/claim.txt", known),
        html=html_of("ledger/mail/claim.html", known),
    )


def claim_sent(context: Mapping[str, Any], language: str) -> Mail:
    """A supplier learns of a claim against it (SUP-27)."""
    return _letter(
        _("Claim %(number)s: %(amount)s yuan for order %(order_no)s") % context,
        [
            _("A loss of order %(order_no)s is yours by what was found: claim %(number)s, %(amount)s yuan.") % context,
            _("Accept it, or dispute it with a reason, in the portal or by the interface."),
        ],
    )


def pursue_courier(context: Mapping[str, Any], language: str) -> Mail:
    """A supplier is reminded to pursue the courier whom it gave the parcel (SUP-29)."""
    return _letter(
        _("Order %(order_no)s was damaged or lost on the way: pursue the courier") % context,
        [
            _("The courier answers for %(amount)s yuan of order %(order_no)s (claim %(number)s).") % context,
            _("Please claim it from the courier whom you gave the parcel, and send us their answer."),
        ],
    )


register("ledger.claim_sent", claim_sent)
register("ledger.pursue_courier", pursue_courier)
register_bell(
    "ledger.to_approve",
    lambda context: _("Slip %(number)s over %(amount)s yuan waits to be approved.") % context,
)
register_bell(
    "ledger.declined",
    lambda context: _("Slip %(number)s over %(amount)s yuan was declined.") % context,
)
register_bell(
    "ledger.claim_disputed",
    lambda context: _("Claim %(number)s over %(amount)s yuan is disputed.") % context,
)
