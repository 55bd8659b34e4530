"""Imports and suppliers' uploads: staged files, their progress, and what came of each row."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.shops import Shop
from orders.states import JobState, Verdict

USER = settings.AUTH_USER_MODEL


class ImportBatch(models.Model):
    """One import: its files, how far it is, and what came of it."""

    class Kind(models.TextChoices):
        ORDERS = "orders", _("orders and refunds")
        CATALOGUE = "catalogue", _("catalogue")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.ORDERS)
    shop = models.ForeignKey(Shop, models.PROTECT, null=True, blank=True, verbose_name=_("shop"))
    shop_name = models.CharField(max_length=60, blank=True)  # instead of `shop`: on the platform of each file
    dry_run = models.BooleanField(_("preview only"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=JobState.choices, default=JobState.WAITING)
    progress = models.PositiveIntegerField(_("rows read"), default=0)
    counts = models.JSONField(_("counts"), default=dict)  # {"orders": {"created": …}, "lines": …}
    error_count = models.PositiveIntegerField(_("errors"), default=0)
    refusal = models.TextField(_("why refused"), blank=True)
    by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("created at"))
    heartbeat_at = models.DateTimeField(null=True, blank=True)  # a dead worker's import is taken up again
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.pk}"


class ImportFile(models.Model):
    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="files")
    name = models.CharField(_("file"), max_length=200)  # as the user called it: shown, never used as a path
    file = models.FileField(upload_to="imports/", max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("bytes"))
    layout = models.CharField(_("recognised as"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class ImportRowError(models.Model):
    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="row_errors")
    file = models.ForeignKey(ImportFile, models.CASCADE, related_name="row_errors")
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    row = models.PositiveIntegerField(_("row"))  # as the spreadsheet numbers it: the header is 1
    column = models.CharField(_("column"), max_length=60, blank=True)
    message = models.CharField(_("what is wrong"), max_length=300)
    cells = models.JSONField(_("the row"), default=list)  # so that it can be downloaded, mended and sent again

    class Meta:
        verbose_name = _("row error")
        verbose_name_plural = _("row errors")
        default_permissions = ()
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.row}: {self.message}"


class ShipmentUpload(models.Model):
    """A supplier's file of tracking numbers, and the verdict on each of its rows."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    supplier = models.ForeignKey(
        "suppliers.Supplier", models.PROTECT, related_name="shipment_uploads", verbose_name=_("supplier")
    )
    by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by"))
    token = models.ForeignKey(
        "suppliers.SupplierToken", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("token")
    )
    name = models.CharField(_("file"), max_length=200)
    file = models.FileField(upload_to="shipment_uploads/", max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    dry_run = models.BooleanField(_("preview only"), default=False)
    confirm_odd_numbers = models.BooleanField(_("odd numbers confirmed"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=JobState.choices, default=JobState.WAITING)
    progress = models.PositiveIntegerField(_("rows read"), default=0)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    counts = models.JSONField(_("counts"), default=dict)  # verdict → number of rows
    refusal = models.TextField(_("why refused"), blank=True)
    created_at = models.DateTimeField(_("created at"))
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("shipment upload")
        verbose_name_plural = _("shipment uploads")
        ordering = ["-id"]
        indexes = [models.Index(fields=["supplier", "-id"], name="orders_shipmentupload_list")]

    def __str__(self) -> str:
        return self.name


class ShipmentUploadRow(models.Model):
    upload = models.ForeignKey(ShipmentUpload, models.CASCADE, related_name="rows")
    row = models.PositiveIntegerField(_("row"))
    order_no = models.CharField(_("order number"), max_length=60)
    sku = models.CharField(_("merchant code"), max_length=64, blank=True)
    quantity = models.CharField(_("quantity"), max_length=20, blank=True)
    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    tracking_no = models.CharField(_("tracking number"), max_length=60, blank=True)
    shipped_at = models.CharField(_("shipped at"), max_length=40, blank=True)  # as written: errors are sent back as is
    verdict = models.CharField(_("verdict"), max_length=16, choices=Verdict.choices)
    message = models.CharField(_("message"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("upload row")
        verbose_name_plural = _("upload rows")
        default_permissions = ()
        ordering = ["row"]
        constraints = [models.UniqueConstraint(fields=["upload", "row"], name="orders_shipmentuploadrow_once")]

    def __str__(self) -> str:
        return f"{self.row}: {self.verdict}"
