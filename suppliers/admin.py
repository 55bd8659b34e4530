"""Suppliers, their users and tokens, and the catalogue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.admin import HouseAdmin, LookOnlyAdmin, VersionedAdmin
from staff.roles import Role
from suppliers import services
from suppliers.models import Category, Product, StockLevel, Supplier, SupplierMember, SupplierToken


@admin.register(Supplier)
class SupplierAdmin(VersionedAdmin):
    list_display = ["code", "name", "category", "contact", "phone", "email", "cutoff", "active"]
    list_filter = ["active"]
    search_fields = ["code__startswith", "name__startswith"]
    search_help_text = _("Beginning of the code or name")


@admin.register(SupplierMember)
class SupplierMemberAdmin(HouseAdmin):
    list_display = ["user", "supplier"]
    list_select_related = ["user", "supplier"]
    list_filter = ["supplier"]
    search_fields = ["user__username__startswith"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            users = db_field.related_model.objects
            kwargs["queryset"] = users.filter(role=Role.SUPPLIER).order_by("username")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class TokenForm(forms.ModelForm):  # type: ignore[type-arg]
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"),
        choices=SupplierToken.Scope.choices,
        initial=SupplierToken.Scope.values,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = SupplierToken
        fields = ["supplier", "name", "scopes"]


@admin.register(SupplierToken)
class SupplierTokenAdmin(LookOnlyAdmin):
    """A token is made here and shown once; afterwards it can be revoked, never read or changed."""

    form = TokenForm
    list_display = [
        *("supplier", "name", "prefix", "may", "created_at", "created_by"),
        *("expires_at", "last_used_at", "revoked_at"),
    ]
    list_select_related = ["supplier", "created_by"]
    list_filter = ["supplier"]
    actions = ["revoke"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("suppliers.manage_supplier")

    @admin.display(description=_("scopes"))
    def may(self, token: SupplierToken) -> str:
        names = dict(SupplierToken.Scope.choices)
        return " · ".join(str(names.get(scope, scope)) for scope in token.scopes)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("suppliers.manage_supplier")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["supplier", "name", "scopes"] if obj is None else self.list_display

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "supplier":
            kwargs["queryset"] = Supplier.objects.filter(active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        data = form.cleaned_data
        made, plain_text = services.make_token(
            supplier=data["supplier"], name=data["name"], scopes=data["scopes"], by=request.user
        )
        obj.pk, obj._state.adding, obj.plain_text = made.pk, False, plain_text

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service has written the trail."""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "title": _("New token"), "opts": self.opts}
        context |= {"plain_text": obj.plain_text, "supplier": obj.supplier}
        return TemplateResponse(request, "admin/suppliers/token_made.html", context)

    @admin.action(description=_("Revoke"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[SupplierToken]) -> None:
        tokens = list(queryset.filter(revoked_at=None))
        for token in tokens:
            services.revoke_token(token=token, by=request.user)
        said = ngettext("%(number)s token revoked.", "%(number)s tokens revoked.", len(tokens))
        self.message_user(request, said % {"number": len(tokens)}, messages.SUCCESS)


@admin.register(Category)
class CategoryAdmin(HouseAdmin):
    list_display = ["name", "needs_batch_and_expiry"]
    search_fields = ["name__startswith"]


@admin.register(Product)
class ProductAdmin(VersionedAdmin):
    list_display = ["code", "title", "supplier", "category", "price", "custom_made"]
    list_select_related = ["supplier", "category"]
    list_filter = ["supplier", "category", "custom_made"]
    search_fields = ["code__startswith"]
    search_help_text = _("Beginning of the merchant code")
    ordering = ["code"]


@admin.register(StockLevel)
class StockLevelAdmin(LookOnlyAdmin):
    """What suppliers say of their goods: theirs to change, through the API."""

    list_display = ["supplier", "sku", "quantity", "again_on", "at"]
    list_select_related = ["supplier"]
    list_filter = ["supplier"]
    search_fields = ["sku__startswith"]
