"""Suppliers, who acts for them, and the catalogue that says which supplier ships which merchant code."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Supplier(models.Model):
    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=100)
    category = models.CharField(_("main category"), max_length=40, blank=True)
    contact = models.CharField(_("contact"), max_length=40, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    return_address = models.CharField(_("return address"), max_length=300, blank=True)
    cutoff = models.TimeField(_("same-day cut-off"), null=True, blank=True)  # SUP-02; empty = the policy's 16:00
    active = models.BooleanField(_("active"), default=True)
    files_a_day = models.PositiveIntegerField(  # T23
        _("files a day"), default=10_000, help_text=_("Photos and tables that are taken from it in one day.")
    )
    megabytes_a_day = models.PositiveIntegerField(_("megabytes a day"), default=2_000)
    returns_every_days = models.PositiveSmallIntegerField(  # PUR-18
        _("days between lists of returned goods"), default=7, help_text=_("0: a list may leave at any time.")
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering = ["code"]
        permissions = [
            ("manage_supplier", _("Can manage suppliers and their tokens")),
            ("use_portal", _("Can use the supplier portal")),
            ("import_catalogue", _("Can import the catalogue")),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class SupplierMember(models.Model):
    """A user who acts for one supplier and sees that supplier only."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="supplier_member", verbose_name=_("user")
    )
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="members", verbose_name=_("supplier"))

    class Meta:
        verbose_name = _("supplier user")
        verbose_name_plural = _("supplier users")

    def __str__(self) -> str:
        return f"{self.user} ({self.supplier.code})"


class SupplierToken(models.Model):
    """A key for a supplier's program. Only its hash is kept; it is shown once, when it is made."""

    class Scope(models.TextChoices):
        READ = "orders:read", _("read orders")
        SHIP = "shipments:write", _("send tracking numbers")
        CASES_READ = "cases:read", _("read returns, questions and requests")
        CASES = "cases:write", _("report returns and shortages, answer, send again")
        CLAIMS_READ = "claims:read", _("read claims")
        CLAIMS = "claims:write", _("accept and dispute claims")
        STOCK = "stock:write", _("say what is in stock")

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="tokens", verbose_name=_("supplier"))
    name = models.CharField(_("name"), max_length=60)
    prefix = models.CharField(_("begins with"), max_length=12)
    digest = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256 of 256 random bits
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"


class TokenUsage(models.Model):
    """How many requests a token sent in the present minute: one row a token."""

    token = models.OneToOneField(SupplierToken, models.CASCADE, primary_key=True, related_name="usage")
    window = models.BigIntegerField()  # minutes since 1970
    requests = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.token_id}: {self.requests}"


class IdempotentRequest(models.Model):
    """The first answer to a request with an Idempotency-Key: given again for seven days, never carried out twice."""

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="+")
    route = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of method, query and body
    lease_until = models.DateTimeField()  # a request that died frees its key
    status = models.PositiveSmallIntegerField(null=True, blank=True)  # null: still running
    body = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["supplier", "route", "key"], name="suppliers_idempotentrequest_once")
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"


class Category(models.Model):
    """A category of goods. Food needs batch and expiry date (QA-06)."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    needs_batch_and_expiry = models.BooleanField(_("needs batch and expiry date"), default=False)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """One merchant code (商家编码): what it is and who ships it."""

    code = models.CharField(_("merchant code"), max_length=64, unique=True)
    title = models.CharField(_("title"), max_length=200)
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="products", verbose_name=_("supplier"))
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, verbose_name=_("category"))
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2, default=0)
    free_shipping = models.BooleanField(_("free shipping"), default=False)
    custom_made = models.BooleanField(_("custom-made"), default=False)
    discontinued = models.BooleanField(_("no longer made"), default=False, db_default=False)  # PHR-22: said only then
    shelf_life_days = models.PositiveIntegerField(_("shelf life in days"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=Q(price__gte=0), name="suppliers_product_price_not_negative")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class StockLevel(models.Model):
    """What a supplier said last of one of its goods: pieces on hand, and when there will be more."""

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="stock", verbose_name=_("supplier"))
    sku = models.CharField(_("merchant code"), max_length=64)
    quantity = models.PositiveIntegerField(_("quantity"))
    again_on = models.DateField(_("in stock again on"), null=True, blank=True)
    at = models.DateTimeField(_("said at"))

    class Meta:
        verbose_name = _("stock of a supplier")
        verbose_name_plural = _("stock of suppliers")
        ordering = ["supplier", "sku"]
        constraints = [models.UniqueConstraint(fields=["supplier", "sku"], name="suppliers_stocklevel_once")]

    def __str__(self) -> str:
        return f"{self.sku}: {self.quantity}"


class UploadDay(models.Model):
    """How much a supplier has sent us on one day, in Shanghai (suppliers.quota)."""

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="+")
    day = models.DateField()
    files = models.PositiveIntegerField()
    bytes = models.PositiveBigIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["supplier", "day"], name="suppliers_uploadday_once")]

    def __str__(self) -> str:
        return f"{self.supplier_id} {self.day}: {self.files}"
