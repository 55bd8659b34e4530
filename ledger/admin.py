"""Slips, losses and claims to look at; the limits of the house and of the platforms to edit."""

from __future__ import annotations

from django.contrib import admin

from common.admin import HouseAdmin, LookOnlyAdmin
from ledger.models import Claim, Loss, MoneyLimit, PayBatch, PaySlip, PlatformLimit


@admin.register(PaySlip)
class PaySlipAdmin(LookOnlyAdmin):
    list_display = ["number", "state", "purpose", "direction", "amount", "order", "asked_at", "paid_at"]
    list_filter = ["state", "purpose", "direction"]
    list_select_related = ["order"]
    search_fields = ["number__exact", "order__order_no__exact", "platform_number__exact"]
    ordering = ["-id"]
    sortable_by = ()


@admin.register(PayBatch)
class PayBatchAdmin(LookOnlyAdmin):
    list_display = ["number", "platform", "shop", "made_at", "made_by", "paid_at"]
    list_select_related = ["shop", "made_by"]
    ordering = ["-id"]


@admin.register(Loss)
class LossAdmin(LookOnlyAdmin):
    list_display = ["topic", "part", "goods", "freight", "compensation", "total", "at"]
    ordering = ["-id"]


@admin.register(Claim)
class ClaimAdmin(LookOnlyAdmin):
    list_display = ["number", "state", "liable", "supplier", "percent", "amount", "agreed_amount", "settled_amount"]
    list_filter = ["state", "liable"]
    list_select_related = ["supplier"]
    search_fields = ["number__exact"]
    ordering = ["-id"]


@admin.register(MoneyLimit)
class MoneyLimitAdmin(HouseAdmin):
    list_display = ["role", "amount"]


@admin.register(PlatformLimit)
class PlatformLimitAdmin(HouseAdmin):
    list_display = ["platform", "valid_from", "cases", "amount"]
