"""What every page's frame needs: the menu of the user's role and the unread bell."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# (URL name, label, right that opens it)
MENU = (
    ("sla:desk", _("Desk"), "sla.view_clock"),
    ("orders:list", _("Orders"), "orders.view_order"),
    ("orders:imports", _("Imports"), "orders.import_orders"),
    ("orders:codes", _("Codes to assign"), "orders.assign_code"),
    ("orders:promotions", _("Promotions"), "orders.change_promotionwindow"),
    ("reports:daily", _("Reports"), "reports.view_report"),
    ("portal:to_ship", _("To ship"), "suppliers.use_portal"),
    ("portal:uploads", _("Uploads"), "suppliers.use_portal"),
    ("portal:contact", _("Contact"), "suppliers.use_portal"),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"menu": ()}
    return {"menu": [(name, _href(name), label) for name, label, right in MENU if user.has_perm(right)]}


@cache
def _href(name: str) -> str:
    return reverse(name)
