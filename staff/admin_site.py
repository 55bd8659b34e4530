"""The supervisors' admin: Django's own site with our door, our start page and the models of the house only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from common import clock
from common.admin import figures
from staff import second_factor
from staff.roles import MAY_ENTER_ADMIN

# Libraries bring models whose secrets or rights nobody edits by hand.
NOT_SHOWN = {"auth", "otp_totp", "otp_static", "sessions", "contenttypes"}


class HoutaiAdminSite(admin.AdminSite):
    site_header = "Houtai 后台"
    site_title = "Houtai 后台"
    index_title = _("Administration")
    site_url = None

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        models = model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        shown = [model for model in models if model._meta.app_label not in NOT_SHOWN]
        super().register(shown, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Supervisors and managers, with their second factor where it is required (T11)."""
        user = request.user
        if not (user.is_active and user.is_staff) or second_factor.is_owed(user):
            return False
        return user.role in MAY_ENTER_ADMIN or user.is_superuser

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one login page, with one counter of wrong tries."""
        if request.user.is_authenticated:
            return redirect("home")
        return redirect_to_login(request.GET.get("next", request.get_full_path()))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        now = clock.now()
        return super().index(request, {"figures": figures(now), "now": now, **(extra_context or {})})
