"""Cases to look at; reasons, the freight table and return addresses to edit."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from aftersales.admin_forms import EvidenceNeedForm, ReasonForm
from aftersales.models import (
    Case,
    EvidenceNeed,
    FreightRule,
    Reason,
    ReturnAddress,
    ReturnParcel,
    SupplierBatch,
)
from aftersales.services import stepping
from common import clock
from common.admin import HouseAdmin, KeptAdmin, LookOnlyAdmin


@admin.register(Case)
class CaseAdmin(LookOnlyAdmin):
    """Cases move by their machines alone: here they are found and looked at, newest first."""

    list_display = ["number", "page", "kind", "state_label", "ball", "shop", "owner", "opened_at", "closed_at"]
    list_filter = ["kind", "active", "shop"]
    list_select_related = ["shop", "owner"]
    search_fields = ["number__exact", "order__order_no__exact"]
    search_help_text = _("The whole case number or order number")
    ordering = ["-opened_at", "-id"]
    sortable_by = ()
    fields = [
        *("page", "number", "kind", "state_label", "ball", "channel", "shop", "supplier", "reason", "summary", "goods"),
        *("judgement", "owner", "amount", "freight_amount", "payer", "extra_cost", "result", "leader_note"),
        *("platform_due_at", "evidence_due_at", "promised_at", "opened_at", "entered_at", "closed_at", "reopened"),
    ]

    @admin.display(description=_("page"))
    def page(self, case: Case) -> SafeString:
        return format_html('<a href="{}">{}</a>', case.get_absolute_url(), _("open"))

    @admin.display(description=_("state"))
    def state_label(self, case: Case) -> str:
        return stepping.state_label(case)


class EvidenceNeedInline(admin.TabularInline):  # type: ignore[type-arg]
    model = EvidenceNeed
    form = EvidenceNeedForm
    extra = 1
    can_delete = False  # one that is no longer needed is set to 0


@admin.register(Reason)
class ReasonAdmin(KeptAdmin):
    """Reasons with the evidence that they need (AFT-07, AFT-10, RET-06)."""

    form = ReasonForm
    list_display = ["name", "cause", "liable", "department", "enabled", "position"]
    list_filter = ["cause", "enabled"]
    search_fields = ["name__startswith", "code__startswith"]
    inlines = [EvidenceNeedInline]


@admin.register(FreightRule)
class FreightRuleAdmin(KeptAdmin):
    """Who pays which way of the freight, with the sentence for the buyer (RET-13, RET-24, RET-25)."""

    list_display = ["sentence", "cause_is_ours", "free_shipping", "breaks_condition", "outbound", "inbound", "basis"]


@admin.register(ReturnAddress)
class ReturnAddressAdmin(HouseAdmin):
    """Where goods go back to. One that was changed becomes a new one: what buyers were sent stays true (RET-21)."""

    list_display = ["name", "supplier", "shop", "is_default", "retired_at"]
    list_filter = ["is_default", "supplier"]
    list_select_related = ["supplier", "shop"]
    search_fields = ["name__startswith"]
    fields = ["name", "supplier", "shop", "receiver", "phone", "address", "is_default", "retired_at"]

    def save_model(self, request: HttpRequest, obj: ReturnAddress, form: Any, change: bool) -> None:
        if change and set(form.changed_data) & {"receiver", "phone", "address"}:
            ReturnAddress.objects.filter(pk=obj.pk).update(retired_at=clock.now(), is_default=False)
            obj.pk = None
            obj._state.adding = True
        super().save_model(request, obj, form, change)


@admin.register(ReturnParcel)
class ReturnParcelAdmin(LookOnlyAdmin):
    """What came back or is on its way: taken in and counted at the return desk alone."""

    list_display = ["tracking_no", "carrier", "case", "place", "supplier", "sent_at", "arrived_at", "arrived_by"]
    list_filter = ["place", "supplier"]
    list_select_related = ["case", "supplier", "arrived_by"]
    search_fields = ["tracking_no__startswith", "case__number__exact"]
    search_help_text = _("Beginning of the tracking number, or the whole case number")
    ordering = ["-id"]
    sortable_by = ()


@admin.register(SupplierBatch)
class SupplierBatchAdmin(LookOnlyAdmin):
    """Lists of goods that go back to suppliers: made and sent at the return desk (PUR-18, PUR-19)."""

    list_display = ["number", "supplier", "made_at", "made_by", "sent_at", "carrier", "tracking_no"]
    list_filter = ["supplier"]
    list_select_related = ["supplier", "made_by"]
    search_fields = ["number__exact", "tracking_no__startswith"]
    search_help_text = _("The whole number, or the beginning of the tracking number")
    ordering = ["-id"]
    sortable_by = ()
