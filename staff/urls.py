"""Login, account and the start page."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
