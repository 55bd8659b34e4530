"""An order, its lines, and each supplier's part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin

from orders.models.fields import money
from orders.models.shops import Shop
from orders.states import LEFT, UNSHIPPED, Flag, FulfilmentState, LineHold, Platform, ShipMode
from orders.states import OrderState as OrderStates
from orders.workflow import FulfilmentWorkflow, OrderWorkflow

if TYPE_CHECKING:
    from orders.models.parcels import Parcel

USER = settings.AUTH_USER_MODEL


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
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("first imported at"))
    updated_at = models.DateTimeField(_("last changed at"))
    custom_made = False  # no column: whether a line is, as orders.selectors.order_page has read it (ORD-23)

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
    hold = models.CharField(  # SUP-11
        _("held by"), max_length=9, choices=LineHold.choices, blank=True, default="", db_default=""
    )
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
