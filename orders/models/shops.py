"""Shops and the promotions they declare."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.states import Platform


class Shop(models.Model):
    platform = models.CharField(_("platform"), max_length=12, choices=Platform.choices)
    name = models.CharField(_("name"), max_length=60)
    platform_shop_id = models.CharField(_("the platform's shop number"), max_length=40, blank=True)
    active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("shop")
        verbose_name_plural = _("shops")
        ordering = ["platform", "name"]
        constraints = [models.UniqueConstraint(fields=["platform", "name"], name="orders_shop_once")]

    def __str__(self) -> str:
        return self.name


class PromotionWindow(models.Model):
    """A promotion of a shop: orders paid inside it have 48 hours to ship, without cut-off (SUP-03)."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="promotion_windows", verbose_name=_("shop"))
    name = models.CharField(_("name"), max_length=60)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("promotion window")
        verbose_name_plural = _("promotion windows")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="orders_promotionwindow_order")
        ]

    def __str__(self) -> str:
        return f"{self.shop} {self.name}"
