"""How notices about cases read in the bell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftersales.audit_messages import state_of
from aftersales.states import Kind, Subject
from notifications.render import register_bell


def imported(context: Mapping[str, Any]) -> str:
    return ngettext(
        "%(count)d new case from the platform's refund list.",
        "%(count)d new cases from the platform's refund list.",
        context["count"],
    ) % {"count": context["count"]}


def your_turn(context: Mapping[str, Any]) -> str:
    return _("Case %(number)s (%(kind)s) is your turn again: %(state)s.") % {
        "number": context["number"],
        "kind": Kind(context["kind"]).label,
        "state": state_of(context["kind"], context["state"]),
    }


def handed_over(context: Mapping[str, Any]) -> str:
    return _("%(by)s took in case %(number)s (%(kind)s) for after-sales.") % {
        "by": context["by"],
        "number": context["number"],
        "kind": Kind(context["kind"]).label,
    }


def reported(context: Mapping[str, Any]) -> str:
    return _("Reported at once, case %(number)s: %(subject)s.") % {
        "number": context["number"],
        "subject": Subject(context["subject"]).label,
    }


def asked_again(context: Mapping[str, Any]) -> str:
    return _("The buyer of case %(number)s had to ask %(times)s times.") % dict(context)


register_bell("aftersales.reported", reported)
register_bell("aftersales.asked_again", asked_again)
register_bell("aftersales.imported", imported)
register_bell("aftersales.your_turn", your_turn)
register_bell("aftersales.handed_over", handed_over)
