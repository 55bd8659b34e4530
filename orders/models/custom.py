"""What was agreed with the buyer of custom-made goods (ORD-23, ORD-24)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.orders import Order


class CustomTerms(models.Model):
    """The terms of an order with custom-made goods, and where the buyer confirmed them; one record an order."""

    order = models.OneToOneField(Order, models.CASCADE, related_name="custom_terms", verbose_name=_("order"))
    spec = models.CharField(_("specification, size, appearance"), max_length=300)
    agreed_how = models.CharField(_("where the buyer confirmed it"), max_length=200)
    no_return = models.BooleanField(_("the buyer confirmed that it is not taken back"), default=False)  # RET-30
    factory_told = models.BooleanField(_("the factory confirmed it"), default=False)  # ORD-23
    at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("custom terms")
        verbose_name_plural = _("custom terms")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.order_id}: {self.spec}"
