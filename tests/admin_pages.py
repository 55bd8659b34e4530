"""What the tests of the admin share: its models, a row of each that can be edited, and forms as browsers send them."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse

from common.admin import VersionedAdmin
from orders.models import PromotionWindow, Shop
from staff.models import Term
from staff.words.states import TermKind, TermSeverity
from suppliers.models import Product, Supplier
from tests import factories

ADMINS = sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label)
VERSIONED = [model for model, model_admin in ADMINS if isinstance(model_admin, VersionedAdmin)]
MADE_BY = {
    Shop: factories.ShopFactory,
    Supplier: factories.SupplierFactory,
    Product: factories.ProductFactory,
    PromotionWindow: lambda: PromotionWindow.objects.create(
        shop=factories.ShopFactory(),
        name="双十一",
        starts_at=factories.at("2026-11-10 20:00:00"),
        ends_at=factories.at("2026-11-12 00:00:00"),
    ),
    Term: lambda: Term.objects.create(pattern="改天再说吧", kind=TermKind.FORBIDDEN, severity=TermSeverity.SOFT),
}
TYPED = {Product: "title", Term: "replacement"}  # what is typed into; all else has a name


def label(model: type) -> str:
    return model._meta.label


def url(model: type, page: str = "changelist", *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def posted(form: object) -> dict[str, object]:
    """What a browser would send back from the form as it was drawn."""
    data: dict[str, object] = {}
    for bound in form:  # type: ignore[attr-defined]
        value = bound.value()
        widget = bound.field.widget
        if hasattr(widget, "widgets"):
            parts = widget.decompress(bound.field.prepare_value(form.initial.get(bound.name)))  # type: ignore[attr-defined]
            for number, part in enumerate(parts):
                data[f"{bound.html_name}_{number}"] = str(part)
        elif value not in (None, False):
            data[bound.html_name] = value
    return data
