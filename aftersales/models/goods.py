"""Goods on their way: back to us, out again, stopped, asked for."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.models.cases import Case, CaseLine

USER = settings.AUTH_USER_MODEL


class ReturnParcel(models.Model):
    """A parcel that comes back, or came: of a known case or not yet (the pool matches itself)."""

    class Place(models.TextChoices):
        WAREHOUSE = "warehouse", _("our warehouse")
        SUPPLIER = "supplier", _("supplier")

    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="return_parcels")
    carrier = models.CharField(_("carrier"), max_length=40, blank=True)
    tracking_no = models.CharField(_("tracking number"), max_length=40)
    place = models.CharField(_("goes to"), max_length=9, choices=Place.choices, default=Place.WAREHOUSE)
    supplier = models.ForeignKey(
        "suppliers.Supplier", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supplier")
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrived at"), null=True, blank=True)
    arrived_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("return parcel")
        verbose_name_plural = _("return parcels")
        permissions = [("count_return", _("Can take in and count returned goods"))]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "tracking_no"], condition=Q(case__isnull=False), name="aftersales_returnparcel_once"
            ),
            models.UniqueConstraint(
                fields=["tracking_no"], condition=Q(case__isnull=True), name="aftersales_returnparcel_unknown_once"
            ),
        ]
        indexes = [
            models.Index(fields=["tracking_no"], name="aftersales_returnparcel_no"),
            models.Index(fields=["arrived_at"], condition=Q(case__isnull=True), name="aftersales_returnparcel_pool"),
        ]

    def __str__(self) -> str:
        return self.tracking_no


class Inspection(models.Model):
    """What was in it: counted (RET-09), with accessories, and judged by quality (QA-08). Two steps, two people."""

    class Verdict(models.TextChoices):
        """What quality says of what was counted; the last two are not as agreed with the buyer."""

        CONFORMS = "conforms", _("like new")
        QUALITY = "quality", _("flaw confirmed")
        HUMAN = "human", _("damaged by people")
        UNCLEAR = "unclear", _("cannot be told")

    class Fate(models.TextChoices):
        RESTOCK = "restock", _("back to stock")  # RET-38
        SUPPLIER = "supplier", _("back to the supplier")  # PUR-18
        SCRAP = "scrap", _("scrapped")

    case = models.ForeignKey(Case, models.PROTECT, related_name="inspections")
    case_line = models.ForeignKey(CaseLine, models.PROTECT, related_name="inspections")
    parcel = models.ForeignKey(ReturnParcel, models.PROTECT, null=True, blank=True, related_name="inspections")
    good = models.PositiveIntegerField(_("good"))
    bad = models.PositiveIntegerField(_("bad"))
    accessories = models.JSONField(_("accessories"), default=dict, blank=True)  # name → there or not
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    counted_at = models.DateTimeField(_("counted at"))
    counted_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    counted_by_supplier = models.ForeignKey(
        "suppliers.Supplier", models.PROTECT, null=True, blank=True, related_name="+"
    )
    verdict = models.CharField(_("quality says"), max_length=8, choices=Verdict.choices, blank=True)
    verdict_at = models.DateTimeField(_("judged at"), null=True, blank=True)
    verdict_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    fate = models.CharField(_("then"), max_length=8, choices=Fate.choices, blank=True)
    batch = models.ForeignKey(
        "aftersales.SupplierBatch", models.SET_NULL, null=True, blank=True, related_name="inspections"
    )

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        constraints = [
            models.UniqueConstraint(fields=["case_line", "parcel"], name="aftersales_inspection_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.good}+{self.bad}"


class SupplierBatch(models.Model):
    """Goods that go back to a supplier together, with their papers (PUR-18, PUR-19)."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    supplier = models.ForeignKey("suppliers.Supplier", models.PROTECT, related_name="+", verbose_name=_("supplier"))
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("by"))
    carrier = models.CharField(_("carrier"), max_length=40, blank=True)
    tracking_no = models.CharField(_("tracking number"), max_length=40, blank=True)
    papers = models.JSONField(_("papers that go with it"), default=list, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("batch for a supplier")
        verbose_name_plural = _("batches for suppliers")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.number


class StockQuestion(models.Model):
    """Is it in stock, and when again? Asked of a supplier (SUP-05, SUP-09)."""

    class Answer(models.TextChoices):
        YES = "yes", _("in stock")
        NO = "no", _("out of stock")

    public_id = models.UUIDField(unique=True)
    case = models.ForeignKey(Case, models.CASCADE, related_name="stock_questions")
    supplier = models.ForeignKey("suppliers.Supplier", models.PROTECT, related_name="+", verbose_name=_("supplier"))
    sku = models.CharField(_("merchant code"), max_length=64)
    title = models.CharField(_("goods"), max_length=200)
    quantity = models.PositiveIntegerField(_("quantity"))
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    answer = models.CharField(_("answer"), max_length=3, choices=Answer.choices, blank=True)
    again_on = models.DateField(_("in stock again on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("stock question")
        verbose_name_plural = _("stock questions")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "sku"], condition=Q(answered_at__isnull=True), name="aftersales_stockquestion_open_once"
            )
        ]
        indexes = [models.Index(fields=["supplier", "answered_at"], name="aftersales_stockq_supplier")]

    def __str__(self) -> str:
        return f"{self.sku} ×{self.quantity}"


class Resend(models.Model):
    """Goods that go out again: an exchange or what was missing. The number stops its clock (SUP-06, SUP-09)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="resends")
    by_supplier = models.ForeignKey(
        "suppliers.Supplier", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supplier")
    )
    carrier = models.CharField(_("carrier"), max_length=12)
    tracking_no = models.CharField(_("tracking number"), max_length=40)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    buyer_told_at = models.DateTimeField(_("buyer told at"), null=True, blank=True)

    class Meta:
        verbose_name = _("goods sent again")
        verbose_name_plural = _("goods sent again")
        constraints = [
            models.UniqueConstraint(fields=["case", "carrier", "tracking_no"], name="aftersales_resend_once")
        ]

    def __str__(self) -> str:
        return self.tracking_no


class Intercept(models.Model):
    """A supplier is asked to cancel, or a carrier to turn back (SUP-25, LOG-17): followed to the end."""

    class How(models.TextChoices):
        CANCEL = "cancel", _("cancel at the supplier")
        INTERCEPT = "intercept", _("intercept at the carrier")

    class Answer(models.TextChoices):
        STOPPED = "stopped", pgettext_lazy("of goods", "stopped")
        TOO_LATE = "too_late", _("too late")

    class Loaded(models.TextChoices):
        """How far the carrier is: what turning back costs depends on it (LOG-17)."""

        UNKNOWN = "", _("not known")
        NOT_LOADED = "no", _("not loaded yet")
        LOADED = "yes", _("loaded, under way")

    class Accepted(models.TextChoices):
        """What the buyer said to the cost of turning back (RET-34)."""

        NOT_ASKED = "", _("not asked")
        YES = "yes", _("accepts it")
        NO = "no", _("does not accept it")

    public_id = models.UUIDField(unique=True)
    case = models.ForeignKey(Case, models.CASCADE, related_name="intercepts")
    how = models.CharField(_("how"), max_length=9, choices=How.choices)
    supplier = models.ForeignKey(
        "suppliers.Supplier", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supplier")
    )
    tracking_no = models.CharField(_("tracking number"), max_length=40, blank=True)
    loaded = models.CharField(_("at the carrier"), max_length=3, choices=Loaded.choices, blank=True)
    accepted = models.CharField(_("cost of turning back"), max_length=3, choices=Accepted.choices, blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    answer = models.CharField(_("answer"), max_length=8, choices=Answer.choices, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("stop request")
        verbose_name_plural = _("stop requests")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(answered_at__isnull=True), name="aftersales_intercept_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.how}"
