"""Shops and promotion windows to edit; orders, parcels, refunds, imports and uploads to look at, buyers masked."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from common import masking
from common.admin import LookOnlyAdmin, VersionedAdmin, register_figure
from orders import figures
from orders.models import ImportBatch, Order, Parcel, PromotionWindow, Refund, ShipmentUpload, Shop

register_figure(figures.today)


@admin.register(Shop)
class ShopAdmin(VersionedAdmin):
    list_display = ["name", "platform", "platform_shop_id", "active"]
    list_filter = ["platform", "active"]
    search_fields = ["name__startswith"]


@admin.register(PromotionWindow)
class PromotionWindowAdmin(VersionedAdmin):
    list_display = ["name", "shop", "starts_at", "ends_at"]
    list_select_related = ["shop"]
    list_filter = ["shop"]


class OrderThingAdmin(LookOnlyAdmin):
    """Tables that grow with the orders: newest first, found by whole numbers, linked to the order's page."""

    ordering = ["-id"]
    sortable_by = ()

    @admin.display(description=_("order"))
    def order_link(self, row: Parcel | Refund) -> SafeString:
        return format_html('<a href="{}">{}</a>', row.order.get_absolute_url(), row.order.order_no)


@admin.register(Order)
class OrderAdmin(OrderThingAdmin):
    list_display = ["order_no", "page", "shop", "state", "buyer", "total_due", "ordered_at", "paid_at"]
    list_filter = ["state", "shop"]
    list_select_related = ["shop"]
    search_fields = ["order_no__exact", "receiver_phone__exact", "buyer_nick__exact"]
    search_help_text = _("The whole order number, phone number or buyer's nick")
    ordering = ["-ordered_at", "-id"]
    fields = [
        *("page", "platform", "shop", "order_no", "state", "platform_state", "buyer", "receiver", "phone", "address"),
        *("ordered_at", "paid_at", "shipped_at", "delivered_at", "finished_at", "closed_at", "close_reason"),
        *("goods_total", "postage", "total_due", "paid_total", "flag", "ship_mode", "platform_ship_by"),
        *("promised_ship_at", "chase_count", "version", "created_at", "updated_at"),
    ]

    @admin.display(description=_("page"))
    def page(self, order: Order) -> SafeString:
        return format_html('<a href="{}">{}</a>', order.get_absolute_url(), _("open"))

    @admin.display(description=_("buyer"))
    def buyer(self, order: Order) -> str:
        return masking.nick(order.buyer_nick)

    @admin.display(description=_("receiver"))
    def receiver(self, order: Order) -> str:
        return masking.name(order.receiver_name)

    @admin.display(description=_("phone"))
    def phone(self, order: Order) -> str:
        return masking.phone(order.receiver_phone)

    @admin.display(description=_("address"))
    def address(self, order: Order) -> str:
        return masking.address(order.receiver_address)


@admin.register(Parcel)
class ParcelAdmin(OrderThingAdmin):
    list_display = ["tracking_no", "carrier", "order_link", "source", "recorded_at", "last_scan_at", "delivered_at"]
    list_select_related = ["order"]
    search_fields = ["tracking_no__exact"]
    search_help_text = _("The whole tracking number")
    fields = [
        *("tracking_no", "carrier", "order_link", "source", "shipped_at", "recorded_at"),
        *("replaced_by", "last_scan_at", "delivered_at"),
    ]


@admin.register(Refund)
class RefundAdmin(OrderThingAdmin):
    list_display = ["refund_no", "order_link", "state", "kind", "amount", "applied_at", "deadline_at"]
    list_filter = ["state"]
    list_select_related = ["order"]
    search_fields = ["refund_no__exact"]
    search_help_text = _("The whole refund number")
    fields = [
        *("refund_no", "order_link", "platform", "state", "kind", "needs_return", "partial", "amount", "reason"),
        *("goods_status", "phase", "intervention", "return_carrier", "return_tracking_no"),
        *("applied_at", "deadline_at", "evidence_deadline_at", "finished_at", "ship_consented_at"),
    ]


@admin.register(ImportBatch)
class ImportBatchAdmin(OrderThingAdmin):
    list_display = ["id", "kind", "shop", "state", "dry_run", "progress", "error_count", "by", "created_at", "page"]
    list_filter = ["state", "kind"]
    list_select_related = ["shop", "by"]
    fields = [
        *("page", "kind", "shop", "state", "dry_run", "progress", "counts", "error_count", "refusal"),
        *("by", "created_at", "finished_at"),
    ]

    @admin.display(description=_("page"))
    def page(self, batch: ImportBatch) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("orders:import", args=[batch.public_id]), _("open"))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        upload = {"link": (reverse("orders:imports"), _("Upload files"))}
        return super().changelist_view(request, {**upload, **(extra_context or {})})


@admin.register(ShipmentUpload)
class ShipmentUploadAdmin(OrderThingAdmin):
    list_display = ["id", "supplier", "name", "state", "dry_run", "row_count", "by", "created_at", "finished_at"]
    list_filter = ["state", "supplier"]
    list_select_related = ["supplier", "by"]
    fields = [
        *("supplier", "name", "state", "dry_run", "confirm_odd_numbers", "row_count", "counts", "refusal"),
        *("by", "token", "created_at", "finished_at"),
    ]
