"""How the notices of the return desk read in the bell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from notifications.render import register_bell


def restocked(context: Mapping[str, Any]) -> str:
    return _("Goods of case %(number)s are back in stock, pieces: %(pieces)d.") % {
        "number": context["number"],
        "pieces": context["pieces"],
    }


register_bell("aftersales.restocked", restocked)
