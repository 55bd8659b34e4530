"""Pages of this app; those of the imports stand in their own folder."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "orders"
urlpatterns: list[URLPattern | URLResolver] = []
