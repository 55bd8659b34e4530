"""Tracking numbers, what they carry, and the carriers' scans."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.orders import Fulfilment, Order
from orders.states import ParcelSource


class Parcel(models.Model):
    """A tracking number that counts as dispatch (SUP-04). A replaced one is kept with what replaced it."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="parcels")
    fulfilment = models.ForeignKey(Fulfilment, models.CASCADE, null=True, blank=True, related_name="parcels")
    carrier = models.CharField(_("carrier"), max_length=12)  # orders.carriers
    tracking_no = models.CharField(_("tracking number"), max_length=40)
    source = models.CharField(_("source"), max_length=10, choices=ParcelSource.choices)
    shipped_at = models.DateTimeField(_("shipped at"))  # as the sender says
    recorded_at = models.DateTimeField(_("recorded at"))
    replaced_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaces", verbose_name=_("replaced by")
    )
    last_scan_at = models.DateTimeField(_("last scan"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("signed for at"), null=True, blank=True)
    carrier_name: str  # no column: orders.selectors.order_page says it for its page

    class Meta:
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        constraints = [
            models.UniqueConstraint(fields=["order", "carrier", "tracking_no"], name="orders_parcel_once"),
        ]
        indexes = [
            models.Index(fields=["tracking_no"], name="orders_parcel_tracking"),
            models.Index(fields=["shipped_at"], name="orders_parcel_shipped"),  # volumes of days (LOG-05, STF-28)
            models.Index(fields=["fulfilment"], condition=Q(replaced_by__isnull=True), name="orders_parcel_current"),
        ]

    def __str__(self) -> str:
        return self.tracking_no


class ParcelItem(models.Model):
    """What is in a parcel, where its sender said so. A parcel without items holds all that was left of the part."""

    parcel = models.ForeignKey(Parcel, models.CASCADE, related_name="items")
    sku = models.CharField(_("merchant code"), max_length=64)
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta:
        verbose_name = _("parcel content")
        verbose_name_plural = _("parcel contents")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["parcel", "sku"], name="orders_parcelitem_once")]

    def __str__(self) -> str:
        return f"{self.sku} × {self.quantity}"


class ParcelScan(models.Model):
    """One line of a carrier's trace. The scan that is missing for 48 hours is what LOG-08 and SUP-22 watch."""

    parcel = models.ForeignKey(Parcel, models.CASCADE, related_name="scans")
    at = models.DateTimeField(_("at"))
    status = models.CharField(_("status"), max_length=40, blank=True)
    text = models.CharField(_("text"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        constraints = [models.UniqueConstraint(fields=["parcel", "at", "status"], name="orders_parcelscan_once")]

    def __str__(self) -> str:
        return f"{self.parcel_id} {self.at}"
