"""The suppliers' REST interface under /api/v1/, all endpoints together."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
