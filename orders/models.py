"""Shops, orders, their lines, each supplier's part, parcels, platform refunds, and the imports they came by."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin

from orders.states import (
    LEFT,
    UNSHIPPED,
    Flag,
    FulfilmentState,
    JobState,
    ParcelSource,
    Platform,
    RefundState,
    ShipMode,
    Verdict,
)
from orders.states import OrderState as OrderStates
from orders.workflow import FulfilmentWorkflow, OrderWorkflow

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable
    from django_stubs_ext import StrOrPromise

USER = settings.AUTH_USER_MODEL


def money(label: StrOrPromise) -> models.DecimalField[str | float | Decimal | Combinable, Decimal]:
    return models.DecimalField(label, max_digits=12, decimal_places=2, default=0)


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


class Order(FSMModelMixin, OrderWorkflow):
    platform = models.CharField(_("platform"), max_length=12, choices=Platform.choices)
    shop = models.ForeignKey(Shop, models.PROTECT, related_name="orders", verbose_name=_("shop"))
    order_no = models.CharField(_("order number"), max_length=40)
    # What the platform said last; ours may be ahead («has a number, not marked as shipped»: AFT-01, ORD-11).
    platform_state = models.CharField(
        _("state on the platform"), max_length=10, choices=OrderStates.choices, default=OrderStates.UNPAID
    )
    buyer_nick = models.CharField(_("buyer"), max_length=80, blank=True)
    receiver_name = models.CharField(_("receiver"), max_length=80, blank=True)
    receiver_phone = models.CharField(_("phone"), max_length=40, blank=True)
    receiver_address = models.CharField(_("address"), max_length=400, blank=True)
    buyer_message = models.TextField(_("buyer's message"), blank=True)
    ordered_at = models.DateTimeField(_("ordered at"))
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    shipped_at = models.DateTimeField(_("shipped at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    close_reason = models.CharField(_("why closed"), max_length=100, blank=True)
    goods_total = money(_("goods"))
    postage = money(_("postage"))
    total_due = money(_("to pay"))
    paid_total = money(_("paid"))
    delivery_mode = models.CharField(_("delivery"), max_length=20, blank=True)  # 快递, 平邮: LOG-03
    platform_ship_by = models.DateTimeField(_("the platform's ship-by time"), null=True, blank=True)
    # What the service did with it
    flag = models.PositiveSmallIntegerField(_("flag"), choices=Flag.choices, default=Flag.GREY)
    remark = models.CharField(_("remark"), max_length=500, blank=True)  # 内容_姓名, at most 1000 bytes (ORD-14)
    remark_for_supplier = models.CharField(_("remark for the supplier"), max_length=300, blank=True)
    owner = models.ForeignKey(
        USER, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("served by")
    )  # ORD-15
    ship_mode = models.CharField(_("shipping wish"), max_length=8, choices=ShipMode.choices, default=ShipMode.NORMAL)
    ship_mode_reason = models.CharField(_("why"), max_length=200, blank=True)
    supplier_confirmed_mode = models.BooleanField(_("the supplier confirmed it"), default=False)  # SUP-26
    promised_ship_at = models.DateTimeField(_("later date agreed with the buyer"), null=True, blank=True)  # SUP-12
    chase_count = models.PositiveSmallIntegerField(_("chased times"), default=0)  # AFT-02
    last_chased_at = models.DateTimeField(_("last chased at"), null=True, blank=True)
    address_checked_at = models.DateTimeField(_("address checked at"), null=True, blank=True)  # ORD-12
    address_checked_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    payment_reminded_at = models.DateTimeField(_("payment reminded at"), null=True, blank=True)  # ORD-05
    payment_reminded_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    confirm_extended_until = models.DateTimeField(_("confirmation extended until"), null=True, blank=True)  # LOG-04
    forgotten_at = models.DateTimeField(_("personal data removed at"), null=True, blank=True)  # SEC-07
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("first imported at"))
    updated_at = models.DateTimeField(_("last changed at"))

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        permissions = [
            ("reveal_buyer", _("Can reveal a buyer's data")),
            ("remind_payment", _("Can remind buyers of payment")),
            ("change_price_freely", _("Can note a discount of any size")),
            ("import_orders", _("Can import orders")),
            ("assign_code", _("Can assign merchant codes to suppliers")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["platform", "order_no"], name="orders_order_once"),
            models.CheckConstraint(condition=Q(state__in=OrderStates.values), name="orders_order_state_known"),
            models.CheckConstraint(
                condition=Q(paid_at__isnull=False) | Q(state__in=[OrderStates.UNPAID, OrderStates.CLOSED]),
                name="orders_order_paid_has_time",
            ),
            models.CheckConstraint(
                condition=Q(goods_total__gte=0, postage__gte=0, total_due__gte=0, paid_total__gte=0),
                name="orders_order_money_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["-ordered_at", "-id"], name="orders_order_list"),
            models.Index(fields=["state", "-ordered_at", "-id"], name="orders_order_list_state"),
            models.Index(fields=["shop", "-ordered_at", "-id"], name="orders_order_list_shop"),
            models.Index(fields=["shop", "state", "-ordered_at", "-id"], name="orders_order_list_shop_state"),
            models.Index(  # has a number, not marked on the platform (AFT-01)
                fields=["-ordered_at", "-id"],
                condition=Q(state__in=LEFT, platform_state=OrderStates.PAID),
                name="orders_order_unmarked",
            ),
            models.Index(fields=["flag", "-ordered_at", "-id"], condition=Q(flag__gt=0), name="orders_order_flagged"),
            models.Index(fields=["-ordered_at", "-id"], condition=Q(ship_mode=ShipMode.HOLD), name="orders_order_held"),
            models.Index(  # nobody's deal (ORD-15)
                fields=["-ordered_at", "-id"],
                condition=Q(state=OrderStates.PAID, owner__isnull=True),
                name="orders_order_ownerless",
            ),
            models.Index(fields=["order_no"], name="orders_order_no"),
            models.Index(fields=["receiver_phone"], name="orders_order_phone"),
            models.Index(fields=["buyer_nick"], name="orders_order_buyer"),
            models.Index(fields=["paid_at"], name="orders_order_paid_at"),
        ]

    def __str__(self) -> str:
        return self.order_no

    def get_absolute_url(self) -> str:
        return reverse("orders:detail", args=[self.pk])


class Fulfilment(FSMModelMixin, FulfilmentWorkflow):
    """One supplier's part of an order: it ships by itself and has its own clock. No supplier: codes to assign."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="fulfilments")
    supplier = models.ForeignKey(
        "suppliers.Supplier", models.PROTECT, null=True, blank=True, related_name="fulfilments"
    )
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)  # the order's, for «first paid first» (SUP-15)
    shipped_at = models.DateTimeField(_("shipped at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    own_parcels: list[Parcel]  # no column: orders.selectors.order_page shares out the order's, read once

    class Meta:
        verbose_name = _("supplier's part")
        verbose_name_plural = _("suppliers' parts")
        constraints = [
            models.UniqueConstraint(fields=["order", "supplier"], name="orders_fulfilment_once"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(supplier__isnull=True), name="orders_fulfilment_one_unassigned"
            ),
            models.CheckConstraint(condition=Q(state__in=FulfilmentState.values), name="orders_fulfilment_state_known"),
        ]
        indexes = [
            models.Index(
                fields=["supplier", "paid_at", "id"], condition=Q(state__in=UNSHIPPED), name="orders_fulfilment_to_ship"
            ),
            models.Index(fields=["supplier", "-id"], name="orders_fulfilment_supplier"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.supplier_id}"


class OrderLine(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    fulfilment = models.ForeignKey(Fulfilment, models.PROTECT, related_name="lines")
    # The platform's sub-order number, or «code#n» for the n-th line of that code where an export has none.
    line_key = models.CharField(_("line"), max_length=100)
    sku = models.CharField(_("merchant code"), max_length=64, blank=True)
    product = models.ForeignKey("suppliers.Product", models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    attributes = models.CharField(_("attributes"), max_length=200, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    shipped_quantity = models.PositiveIntegerField(_("shipped"), default=0)
    price = money(_("price"))
    platform_status = models.CharField(_("status on the platform"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "line_key"], name="orders_orderline_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1, price__gte=0), name="orders_orderline_positive"),
            models.CheckConstraint(
                condition=Q(shipped_quantity__lte=F("quantity")), name="orders_orderline_shipped_at_most_all"
            ),
        ]
        indexes = [models.Index(fields=["sku"], name="orders_orderline_sku")]

    def __str__(self) -> str:
        return f"{self.title} × {self.quantity}"


class Parcel(models.Model):
    """A tracking number that counts as dispatch (SUP-04). A replaced one is kept with what replaced it."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="parcels")
    fulfilment = models.ForeignKey(Fulfilment, models.CASCADE, null=True, blank=True, related_name="parcels")
    carrier = models.CharField(_("carrier"), max_length=12)  # orders.carriers
    tracking_no = models.CharField(_("tracking number"), max_length=40)
    source = models.CharField(_("from"), max_length=10, choices=ParcelSource.choices)
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


class Refund(models.Model):
    """A refund as the platform lists it, with its deadlines. The case that grows from it is the after-sales floor's."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="refunds")
    line = models.ForeignKey(OrderLine, models.SET_NULL, null=True, blank=True, related_name="refunds")
    refund_no = models.CharField(_("refund number"), max_length=40)
    platform = models.CharField(_("platform"), max_length=12, choices=Platform.choices)
    state = models.CharField(_("state"), max_length=20, choices=RefundState.choices)
    kind = models.CharField(_("kind"), max_length=20, blank=True)  # 仅退款, 退货退款, 换货, as exported
    needs_return = models.BooleanField(_("goods come back"), default=False)
    partial = models.BooleanField(_("part of the amount"), default=False)
    amount = money(_("amount"))
    reason = models.CharField(_("reason"), max_length=100, blank=True)
    explanation = models.TextField(_("buyer's words"), blank=True)
    goods_status = models.CharField(_("goods"), max_length=40, blank=True)
    phase = models.CharField(_("phase"), max_length=10, blank=True)  # 售中, 售后
    intervention = models.CharField(_("platform stepped in"), max_length=40, blank=True)
    return_carrier = models.CharField(_("return carrier"), max_length=40, blank=True)
    return_tracking_no = models.CharField(_("return number"), max_length=40, blank=True)
    applied_at = models.DateTimeField(_("asked at"), null=True, blank=True)
    deadline_at = models.DateTimeField(_("the platform's deadline"), null=True, blank=True)
    evidence_deadline_at = models.DateTimeField(_("deadline for evidence"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    ship_consented_at = models.DateTimeField(_("buyer agreed to shipping all the same"), null=True, blank=True)
    ship_consented_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("first imported at"))
    updated_at = models.DateTimeField(_("last changed at"))
    is_open: bool  # no column: orders.selectors.order_page says it for its page

    class Meta:
        verbose_name = _("platform refund")
        verbose_name_plural = _("platform refunds")
        constraints = [
            models.UniqueConstraint(fields=["platform", "refund_no"], name="orders_refund_once"),
            models.CheckConstraint(condition=Q(state__in=RefundState.values), name="orders_refund_state_known"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="orders_refund_amount_not_negative"),
        ]
        indexes = [models.Index(fields=["state", "deadline_at"], name="orders_refund_deadline")]

    def __str__(self) -> str:
        return self.refund_no


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
    supplier = models.ForeignKey("suppliers.Supplier", models.PROTECT, related_name="shipment_uploads")
    by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by"))
    token = models.ForeignKey("suppliers.SupplierToken", models.SET_NULL, null=True, blank=True, related_name="+")
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
