"""Pages of `staff.exchanges`."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "exchanges"
urlpatterns: list[URLPattern] = []
