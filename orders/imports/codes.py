"""Merchant codes that nobody knows: listed with what waits for them, and given to a supplier by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from orders.imports.routing import route_known_codes
from orders.models import OrderLine
from orders.states import UNSHIPPED
from suppliers.models import Product, Supplier

SHOWN = 200


@dataclass(frozen=True)
class UnknownCode:
    code: str
    title: str
    lines: int
    waiting: int  # of them still to ship
    first_paid_at: dt.datetime | None


def unknown_codes(limit: int = SHOWN) -> list[UnknownCode]:
    """The codes without a product, those with most unshipped lines first. Lines without any code are one entry."""
    found = (
        OrderLine.objects.filter(product__isnull=True)
        .values("sku")
        .annotate(
            title=Max("title"),
            lines=Count("id"),
            waiting=Count("id", filter=Q(fulfilment__state__in=UNSHIPPED)),
            first_paid_at=Min("fulfilment__paid_at", filter=Q(fulfilment__state__in=UNSHIPPED)),
        )
        .order_by("-waiting", "-lines", "sku")[:limit]
    )
    return [UnknownCode(row["sku"], row["title"], row["lines"], row["waiting"], row["first_paid_at"]) for row in found]


def assign_code(*, code: str, supplier: Supplier, by: Any, now: dt.datetime | None = None) -> int:
    """Makes `code` a product of `supplier` and moves its waiting lines there; answers how many lines.

    Raises BusinessError for an empty code, an unknown one, one that has a supplier, and an inactive supplier.
    """
    now = now or clock.now()
    if not code:
        raise BusinessError(_("These lines have no merchant code: correct them on the platform and import again."))
    if not supplier.active:
        raise BusinessError(_("%(supplier)s is not active.") % {"supplier": supplier.name})
    with transaction.atomic():
        line = OrderLine.objects.filter(sku=code, product__isnull=True).order_by("-id").first()
        if line is None:
            raise BusinessError(_("No line waits for the code %(code)s.") % {"code": code}, code="unknown_code")
        product, made = Product.objects.get_or_create(
            code=code, defaults={"title": line.title, "supplier": supplier, "price": line.price}
        )
        if not made and product.supplier_id != supplier.pk:
            raise BusinessError(
                _("The code %(code)s is %(supplier)s's already.") % {"code": code, "supplier": product.supplier.name}
            )
        audit.record("suppliers.code_assigned", about=product, by=by, now=now, code=code, supplier=supplier.code)
        return route_known_codes(by=by, now=now)
