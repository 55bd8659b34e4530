"""Pages of `staff.handover`."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "handover"
urlpatterns: list[URLPattern] = []
