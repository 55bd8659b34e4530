"""Pages of `staff.rota`."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "rota"
urlpatterns: list[URLPattern] = []
