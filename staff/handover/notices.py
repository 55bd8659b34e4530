"""How the notices of the handover book read in the bell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from notifications.render import register_bell
from sla.explain import when


def opened(context: Mapping[str, Any]) -> str:
    return _("Your handover is open: write it and sign by %(time)s.") % {"time": when(context["due_at"])}


def waiting(context: Mapping[str, Any]) -> str:
    return _("Handover of %(leaver)s, %(shift)s, waits for you.") % {
        "leaver": context["leaver"],
        "shift": context["shift"] or _("outside the rota"),
    }


def returned(context: Mapping[str, Any]) -> str:
    return _("%(name)s gave item %(number)d of your handover back.") % {
        "name": context["taker"],
        "number": context["number"],
    }


register_bell("staff.handover_opened", opened)
register_bell("staff.handover_waiting", waiting)
register_bell("staff.handover_returned", returned)
