"""How many waybills are left of each carrier, as the clerk counted them (LOG-05)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class WaybillStock(models.Model):
    """One count. The latest of a carrier and kind holds; the earlier ones tell how fast they are used up."""

    class Kind(models.TextChoices):
        ELECTRONIC = "electronic", _("electronic waybills")
        PAPER = "paper", _("handwritten waybills")

    carrier = models.CharField(_("carrier"), max_length=12)  # orders.carriers
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.ELECTRONIC)
    left = models.PositiveIntegerField(_("left"))
    warn_days = models.PositiveSmallIntegerField(_("warned below, days"), default=2)
    counted_at = models.DateTimeField(_("counted at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("counted by"))

    class Meta:
        verbose_name = _("count of waybills")
        verbose_name_plural = _("counts of waybills")
        ordering = ["-counted_at", "-pk"]
        indexes = [models.Index(fields=["carrier", "kind", "-counted_at"], name="orders_waybillstock_latest")]

    def __str__(self) -> str:
        return f"{self.carrier} {self.left}"
